"""The knobs of the inside lab: what is trained on what, and what is then looked at."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, field_validator

from playground.concepts.cnn import layers as grammar
from playground.concepts.cnn.sets import CLASSES, CLOTHES, SHAPES
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.data.painted import PATTERN

NETWORKS = {"small": "c8k5-m2-c16k5-m2", "lenet": "c6k5p2-a2-c16k5p0-a2-f120-f84"}
SMALL_LENET = "c6-a2-c16-a2-f120-f84"  # where the second kernel of 5 × 5 would find 4 × 4 pixels
TRAINED = {"mnist": 4000, "fashion": 5000, "digits": 1437}  # images
BATCH = 64
IMAGES = 360  # test images that can be chosen: as many as the smallest set has
SHEET = (28, 28)  # pixels of a drawing
MOST_PARAMETERS, MOST_FLOPS = 250_000, 8_000_000
SNAPSHOTS = 30
KEPT_NUMBERS = 3_000_000  # of all snapshots of a training together

Share = Annotated[float, Field(ge=0, le=1)]
ANSWER = "answer"


class Knobs(Base):
    data: Literal["mnist", "fashion", "digits"] = knob(
        "mnist", title="Trained on",
        labels={"mnist": "MNIST", "fashion": "Fashion", "digits": "8 × 8"},
        help="MNIST (5,000-image subset), Fashion-MNIST (6,000-image subset), or scikit-learn's digits, 8 × 8 pixels.",
    )  # fmt: skip
    network: Literal["small", "lenet", "own"] = knob(
        "small", title="Network", labels={"small": "Small CNN", "lenet": "LeNet-5", "own": "own"},
        help="Small: convolutions of 5 × 5 to 8 and to 16 channels, max pooling behind each. LeNet-5 has kernels of "
        "3 × 3 for pictures of 8 × 8. Own: your layers as text.",
    )  # fmt: skip
    layers: str = knob(
        "c8-c8-m2-c16-m2", title="Layers", max_length=80, when=("network", ("own",)),
        help="c16: convolution to 16 channels (k5: kernel 5 × 5, s2: stride 2, p0: no padding), r16: residual block, "
        "m2, a2: pooling, g: global average, n: batch norm, d0.25: dropout, f64: linear; joined by -.",
    )  # fmt: skip
    picture: Literal["image", "sheet"] = knob(
        "image", title="Picture", after=True, labels={"image": "test image", "sheet": "blank sheet"},
        help="Draw on either: ink is added to the test image, or to a blank sheet. Clear takes the ink away.",
    )  # fmt: skip
    image: int = knob(
        82, title="Test image", ge=0, le=IMAGES - 1, after=True, when=("picture", ("image",)),
        help="One of the first 360 pictures that the network was not trained on.",
    )  # fmt: skip
    centre: bool = knob(
        True, title="Scale and centre the drawing", after=True, when=("picture", ("sheet",)),
        help="As MNIST's digits were: fitted into 20 × 20 pixels, the centre of mass in the middle. Clothes fill all.",
    )  # fmt: skip
    cover: int = knob(
        25, title="Covered square", ge=5, le=60, unit="% of the side", after=True,
        help="A square of this side wanders over the picture; how much sureness it costs is the map beside.",
    )  # fmt: skip
    explained: Literal["answer", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9] = knob(
        ANSWER, title="Class explained", group="more", after=True,
        labels={ANSWER: "the network's answer", **{k: f"{k} / {name}" for k, name in enumerate(CLOTHES)}},
        help="The class whose probability and logit the maps are about: a digit, or a piece of clothing.",
    )  # fmt: skip
    fill: Literal["paper", "grey"] = knob(
        "paper", title="Covered with", group="more", after=True,
        help="Paper is 0, what digits are drawn on; grey is 0.5, which is half a stroke wherever it lies.",
    )  # fmt: skip
    layer: int = knob(
        3, title="Unit's layer", ge=1, le=7, group="more", after=True,
        help="Counted over the columns shown, from the picture on; a number beyond the last means the last.",
    )  # fmt: skip
    channel: int = knob(
        1, title="Unit's channel", ge=1, le=16, group="more", after=True,
        help="Counted from the top; a number beyond the last means the last.",
    )  # fmt: skip
    place: tuple[Share, ...] = knob(
        (0.5, 0.5), title="Unit's place", min_length=2, max_length=2, group="stage", after=True
    )
    drawing: str = knob("", title="Drawing", pattern=PATTERN, max_length=1600, group="stage", after=True)
    activation: Literal["relu", "leaky_relu", "tanh"] = knob(
        "relu", title="Activation", group="more", labels={"relu": "ReLU", "leaky_relu": "Leaky ReLU"}
    )
    epochs: int = knob(4, title="Epochs", ge=1, le=10, group="more")
    learning_rate: float = knob(0.003, title="Learning rate", ge=0.0001, le=0.1, log=True, group="more", help="Adam's.")

    @field_validator("layers")
    @classmethod
    def _readable(cls, text: str) -> str:
        """The text in lower case without blanks. Raises ValueError where a layer cannot be read."""
        plain = "".join(text.lower().split())
        grammar.read(plain)
        return plain

    @property
    def text(self) -> str:
        """The layers of the network as text."""
        if self.network == "lenet" and self.data == "digits":
            return SMALL_LENET
        return NETWORKS.get(self.network, self.layers)

    @property
    def side(self) -> int:
        """Pixels along the side of a picture as the network gets it."""
        return SHAPES[self.data][1]

    @property
    def names(self) -> tuple[str, ...]:
        """What the classes are called."""
        return CLASSES[self.data]

    @property
    def rows(self) -> tuple[grammar.Row, ...]:
        """The layers with their shapes. Raises LayersError, a ValueError, where they cannot be built."""
        return traced(self.text, self.data)

    @property
    def shapes(self) -> tuple[tuple[grammar.Row, grammar.Shape], ...]:
        """Each layer with the shape that it is given."""
        before = (SHAPES[self.data], *(row.shape for row in self.rows))
        return tuple(zip(self.rows, before, strict=False))

    def bends(self, place: int) -> bool:
        """Whether an activation follows the layer at a place."""
        return grammar.bends(self.rows, place)

    @property
    def drawing_parts(self) -> tuple[str, ...]:
        """The drawing's text in lines."""
        return tuple(self.drawing[at : at + 100] for at in range(0, len(self.drawing), 100))

    @property
    def steps(self) -> int:
        """Updates of the whole training."""
        return self.epochs * math.ceil(TRAINED[self.data] / BATCH)

    @property
    def snapshots(self) -> int:
        """Frames of the training: fewer of a large network, whose parameters are kept with each."""
        parameters = sum(row.parameters for row in self.rows)
        return min(max(12, min(SNAPSHOTS, KEPT_NUMBERS // parameters)), self.steps + 1)

    @property
    def covered(self) -> int:
        """Pixels along the side of the square that covers."""
        return max(1, round(self.side * self.cover / 100))


@lru_cache(64)
def traced(text: str, data: str) -> tuple[grammar.Row, ...]:
    """The layers of a text for a set's pictures. Raises LayersError with a sentence."""
    rows = grammar.trace(grammar.read(text), SHAPES[data], len(CLASSES[data]))
    if not any(row.layer.kind in ("conv", "residual") for row in rows):
        raise grammar.LayersError("This lab looks into convolutions: the network needs one, such as c8.")
    for most, name, total in (
        (MOST_PARAMETERS, "parameters", sum(row.parameters for row in rows)),
        (MOST_FLOPS, "FLOPs an image", sum(row.flops for row in rows)),
    ):
        if total > most:
            raise grammar.LayersError(f"The network has {total:,} {name}; this lab trains at most {most:,}.")
    return rows
