"""The training lab's knobs: which images, which network, how it is trained, and what is shown of it."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, model_validator
from pydantic_core import PydanticCustomError

from playground.concepts.cnn import sets
from playground.concepts.cnn.layers import Layer, LayersError, Row, Shape, read, trace
from playground.contract import Knobs as Base
from playground.contract import knob

ARCHITECTURES = {
    "small": "c8k5-m2-c16k5-m2",
    "one": "c16k5-m2",
    "lenet": "c6k5p2-a2-c16k5p0-a2-f120-f84",
    "mlp128": "f128",
    "mlp512": "f512",
}
ARCHITECTURE_LABELS = {
    "small": "Small CNN", "one": "One convolution", "lenet": "LeNet-5", "mlp128": "MLP, 128 units",
    "mlp512": "MLP, 512 units", "own": "Own layers",
}  # fmt: skip
TRAINED = {
    "digits": 1437, "mnist": 4000, "fashion": 5000, "textures": 1800, "mnist_full": 60_000, "fashion_full": 60_000,
    "cifar10": 50_000,
}  # fmt: skip
MOST_WORK = 2e13  # FLOPs of a run
LONGEST = 80  # characters of the layers' text
PASSES = 3  # a step costs about three forward passes


def _readable(text: str) -> str:
    """The text of layers, without blanks. Raises LayersError, a ValueError that names the layer."""
    plain = text.replace(" ", "")
    read(plain)
    return plain


class Knobs(Base):
    data: Literal["mnist", "fashion", "digits", "textures", "mnist_full", "fashion_full", "cifar10"] = knob(
        "mnist", title="Images", labels=sets.TITLES, full=sets.FULL,
        help="The subsets hold 5,000 and 6,000 images. Textures are 32 × 32 patches of three photos.",
    )  # fmt: skip
    architecture: Literal["small", "one", "lenet", "mlp128", "mlp512", "own"] = knob(
        "small", title="Network", labels=ARCHITECTURE_LABELS,
        help="The table below the pictures lists its layers. Own layers are written as a short text.",
    )  # fmt: skip
    own: Annotated[str, AfterValidator(_readable)] = knob(
        "c8k5-n-m2-c16-m2-f32", title="Layers", max_length=LONGEST, when=("architecture", ("own",)),
        help="Joined by -: c16 convolution to 16 channels (c16k5s2p0: kernel 5, stride 2, padding 0), r16 residual "
        "block, m2 or a2 pooling by 2, g global pooling, n batch norm, d0.25 dropout, f64 linear layer. The layer to "
        "the classes follows by itself.",
    )  # fmt: skip
    learning_rate: float = knob(
        0.01, title="Learning rate", ge=1e-5, le=10, log=True, help="The highest one, where a schedule moves it."
    )
    epochs: int = knob(10, title="Epochs", ge=1, le=30, help="Passes over all training images.")
    view: Literal["insides", "mlp"] = knob(
        "insides", title="Show", labels={"insides": "What it sees", "mlp": "Against an MLP"},
        help="Against an MLP: one hidden layer with as many parameters learns from the same batches; both are tested "
        "on images that are moved, turned and noisy.",
    )  # fmt: skip
    activation: Literal["relu", "leaky_relu", "elu", "gelu", "silu", "tanh", "sigmoid", "identity"] = knob(
        "relu", title="Activation", group="more",
        labels={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU",
                "identity": "Identity (linear)"},
    )  # fmt: skip
    optimizer: Literal["adam", "adamw", "sgd", "momentum", "rmsprop"] = knob(
        "adam", title="Optimizer", group="more",
        labels={"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "momentum": "SGD, momentum 0.9", "rmsprop": "RMSprop"},
    )  # fmt: skip
    schedule: Literal["one_cycle", "cosine", "constant"] = knob(
        "one_cycle", title="Learning rate over time", group="more",
        labels={"one_cycle": "up, then down", "cosine": "falling", "constant": "constant"},
        help="Up, then down is the one-cycle schedule: a warm-up over 30 % of the steps, then a cosine to almost zero.",
    )  # fmt: skip
    batch_size: Literal[16, 32, 64, 128, 256] = knob(64, title="Batch size", group="more", help="Images in one update.")
    picture: int = knob(
        0, title="Test image shown", ge=0, le=299, group="more", after=True,
        help="Its number in the test set. Training stays the same; it is done again to show this image all along.",
    )  # fmt: skip

    @model_validator(mode="after")
    def _possible(self) -> Self:
        """These knobs, unless their layers cannot be built or would compute for too long."""
        try:
            work = self.work
        except LayersError as error:
            raise _refused(str(error).rstrip(".")) from None
        if work > MOST_WORK:
            raise _refused(
                f"This run would take {work:.1e} FLOPs, and at most {MOST_WORK:.0e} are done here: choose fewer "
                "epochs, smaller layers or a subset"
            )
        return self

    @property
    def text(self) -> str:
        """The layers as a text."""
        return self.own if self.architecture == "own" else ARCHITECTURES[self.architecture]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that are written, without the one to the classes."""
        return read(self.text)

    @property
    def shape(self) -> Shape:
        """(C, H, W) of an image."""
        return sets.SHAPES[self.data]

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes are called."""
        return sets.CLASSES[self.data]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every layer in its place, flatten and the classes' layer among them."""
        return trace(self.layers, self.shape, len(self.classes))

    @property
    def parameters(self) -> int:
        """The network's parameters."""
        return sum(row.parameters for row in self.rows)

    @property
    def work(self) -> int:
        """The FLOPs of the run, without what is measured."""
        return PASSES * sum(row.flops for row in self.rows) * TRAINED[self.data] * self.epochs

    @property
    def rival_units(self) -> int:
        """The hidden units of the MLP whose parameters come nearest to the network's."""
        pixels, classes = math.prod(self.shape), len(self.classes)
        return max(1, round((self.parameters - classes) / (pixels + 1 + classes)))

    @property
    def rival_rows(self) -> tuple[Row, ...]:
        """The layers of that MLP."""
        return trace((Layer("linear", self.rival_units),), self.shape, len(self.classes))

    @property
    def epoch_steps(self) -> int:
        """Updates in an epoch."""
        return math.ceil(TRAINED[self.data] / self.batch_size)

    @property
    def steps(self) -> int:
        """Updates in the run."""
        return self.epochs * self.epoch_steps

    @property
    def compares(self) -> bool:
        """Whether an MLP is trained beside the network."""
        return self.view == "mlp"


def _refused(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("layers", "{said}", {"said": sentence})
