"""The landscape's knobs: which plane, how far, how fine; and the sandbox's data, network and training."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from playground.concepts.network.sandbox.data_knobs import TOYS
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.contract import Change, knob
from playground.contract import Knobs as Base

MAP_SIZE = 48  # of the decision map
SPLIT_WORDS = {"train": "training points", "validation": "validation points", "test": "test points"}


class PlaneKnobs(Base):
    """What is looked at once the network is trained."""

    plane: Literal["path", "random"] = knob(
        "path", title="Plane", after=True, labels={"path": "PCA of the path", "random": "random directions"},
        help="Along the two directions in which the path varies most, or along two random ones, normalised filter by "
        "filter: as long, unit by unit, as the trained weights.",
    )  # fmt: skip
    margin: float = knob(
        0.4, title="Margin", ge=0, le=10, after=True, when=("plane", ("path",)),
        help="Around the path, as a share of how far it reaches.",
    )  # fmt: skip
    reach: float = knob(
        1.0, title="Reach", ge=0.01, le=10, log=True, after=True, when=("plane", ("random",)),
        help="How far from the trained network, in lengths of its own weights.",
    )  # fmt: skip
    log_scale: bool = knob(
        True, title="Log scale", after=True, help="Colours and contours by the logarithm of the loss."
    )
    surface: Literal["train", "validation", "test"] = knob(
        "train", title="Loss of the", group="more", after=True, labels=SPLIT_WORDS,
        help="At most the first 500 of them.",
    )  # fmt: skip
    resolution: Literal[17, 33, 65] = knob(
        65, title="Resolution", group="more", after=True, labels={17: "17 × 17", 33: "33 × 33", 65: "65 × 65"},
        help="Each point is a network of its own; they are computed in slices of one population.",
    )  # fmt: skip
    beside: Literal["none", "1", "4", "32", "full"] = knob(
        "none", title="Compare with batch size", group="more", after=True,
        labels={"none": "nothing", "full": "all points"},
        help="Trains the same network once more, at this batch size, for its sharpness and its valley.",
    )  # fmt: skip


class Knobs(Sandbox, PlaneKnobs):
    """The sandbox's knobs, but for changes made mid-run; the landscape's come first."""

    noise: float = knob(
        0.1, title="Noise", ge=0, le=1, group="more", when=("data", TOYS), help="Spread of the points or targets."
    )
    snapshots: ClassVar[int] = 100
    map_size: ClassVar[int] = MAP_SIZE  # type: ignore[assignment, misc]
    changes: ClassVar[tuple[Change, ...]] = ()  # type: ignore[misc]

    def rival(self) -> Self:
        """The knobs of the network that is trained beside."""
        size = 0 if self.beside == "full" else int(self.beside)
        return self.model_copy(update={"batch_size": size, "beside": "none"}).settled()


def batch_words(size: int) -> str:
    """What a batch size is called in a legend."""
    return f"batch of {size}" if size else "full batch"
