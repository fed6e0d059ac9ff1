"""The race's knobs: which optimizers, on which pictures, at which rates, to which target."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from playground.concepts.optimizers.colours import LABELS
from playground.contract import Knobs as Base
from playground.contract import knob

Width = Annotated[int, Field(ge=1, le=64)]
INPUTS = {"digits": 64, "fashion": 196}
CLASSES = 10
SIDE = 24  # cells of the landscape's picture, each way


class Knobs(Base):
    TRIAL_RATES: ClassVar[tuple[float, ...]] = (1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
    TRIAL_STEPS: ClassVar[int] = 80

    data: Literal["digits", "fashion"] = knob(
        "digits", title="Data", labels={"digits": "Digits", "fashion": "Fashion subset"},
        help="Handwritten digits, 8 × 8; or Fashion-MNIST, its 6,000-image subset averaged to 14 × 14: twice the time.",
    )  # fmt: skip
    optimizers: tuple[
        Literal[
            "sgd", "momentum", "adam", "rmsprop", "adagrad", "adamw", "nadam", "radam", "adamax", "adadelta", "rprop",
            "asgd", "adafactor",
        ], ...
    ] = knob(
        ("sgd", "momentum", "adam", "rmsprop", "adagrad"), title="Optimizers", min_length=1, max_length=8,
        labels=LABELS, help="Up to eight, trained together. Momentum is SGD with momentum 0.9.",
    )  # fmt: skip
    rates: Literal["defaults", "one", "tuned"] = knob(
        "defaults", title="Learning rates",
        labels={"defaults": "Defaults", "one": "One", "tuned": "Tuned"},
        help="PyTorch's defaults; one for all; or tuned: every optimizer first tries nine rates, 80 steps each, "
        "on a network that does not race, and keeps the one with the lowest validation loss.",
    )  # fmt: skip
    learning_rate: float = knob(0.03, title="Learning rate", ge=1e-5, le=10, log=True, when=("rates", ("one",)))
    target: float = knob(0.9, title="Target test accuracy", ge=0.3, le=0.99)
    seeds: int = knob(
        4, title="Networks of each", ge=4, le=8, help="Each starts from a seed of its own; the band spans them all."
    )
    hidden_sizes: tuple[Width, ...] = knob(
        (32,), title="Hidden layers", max_length=3, group="more",
        help="ReLU units of each hidden layer, joined by -: 32-32 is two layers of 32; none is a linear model.",
    )  # fmt: skip
    batch_size: int = knob(32, title="Batch size", ge=8, le=512, group="more", help="Pictures in one update.")
    steps: int = knob(300, title="Steps", ge=20, le=2000, group="more")

    @property
    def names(self) -> tuple[str, ...]:
        """The optimizers that race, each once."""
        return tuple(dict.fromkeys(self.optimizers))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of every layer: pixels, hidden layers, ten logits."""
        return (INPUTS[self.data], *self.hidden_sizes, CLASSES)
