"""The sweep's knobs: which optimizers, which learning rates, how long, and the network they train."""

from __future__ import annotations

from typing import Any, Literal

from playground.concepts.optimizers.colours import LABELS
from playground.contract import Knobs as Base
from playground.contract import knob

PIXELS, DIGITS = 64, 10
DEFAULT_RATES = {
    "sgd": 1e-3, "momentum": 1e-3, "adam": 1e-3, "rmsprop": 1e-2, "adagrad": 1e-2, "adamw": 1e-3, "nadam": 2e-3,
    "radam": 1e-3, "adamax": 2e-3, "adadelta": 1.0, "rprop": 1e-2, "asgd": 1e-2, "adafactor": 1e-2,
}  # fmt: skip
"""The learning rate that each optimizer of torch.optim has where none is given."""

BETAS = ("adam", "adamw", "nadam", "radam", "adamax")


class Knobs(Base):
    optimizers: tuple[
        Literal[
            "sgd", "momentum", "adam", "rmsprop", "adagrad", "adamw", "nadam", "radam", "adamax", "adadelta", "rprop",
            "asgd", "adafactor",
        ], ...
    ] = knob(
        ("sgd", "momentum", "adam", "rmsprop", "adagrad", "nadam"), title="Optimizers",
        min_length=1, max_length=8, labels=LABELS,
        help="Up to eight, trained together. Rprop, ASGD and Adafactor take several times as long as the others.",
    )  # fmt: skip
    lowest: float = knob(1e-4, title="Lowest rate", ge=1e-6, le=1e-2, log=True)
    highest: float = knob(10.0, title="Highest rate", ge=0.1, le=1000, log=True)
    rates: int = knob(
        50, title="Learning rates", ge=10, le=60, help="How many rates each optimizer tries, evenly on a log scale."
    )
    steps: int = knob(300, title="Steps", ge=20, le=2000, help="Updates that each network gets.")
    race: bool = knob(
        True, title="Fair race",
        help="Each optimizer is trained anew at its best rate, from starts and on batches that it has not seen.",
    )  # fmt: skip
    repeats: Literal[3, 5, 8] = knob(
        5, title="Seeds of the race", group="more", when=("race", (True,)), help="The band spans all of them."
    )
    share: float = knob(
        0.9, title="Stable means this share of the best descent", ge=0.5, le=0.99, group="more",
        help="A rate is stable where the loss has come down by this share of what it has at the optimizer's best rate.",
    )  # fmt: skip
    hidden_units: int = knob(16, title="Hidden units", ge=4, le=32, group="more")
    activation: Literal["tanh", "relu"] = knob(
        "tanh", title="Activation", group="more", labels={"tanh": "tanh", "relu": "ReLU"}
    )
    batch_size: int = knob(32, title="Batch size", ge=8, le=128, group="more", help="Samples in one update.")
    momentum: float = knob(
        0.9, title="Momentum", ge=0, le=0.999, group="more", when=("optimizers", ("momentum",))
    )  # fmt: skip
    nesterov: bool = knob(False, title="Nesterov momentum", group="more", when=("optimizers", ("momentum",)))
    beta1: float = knob(0.9, title="Beta 1", ge=0, le=0.999, group="more", when=("optimizers", BETAS))
    beta2: float = knob(0.999, title="Beta 2", ge=0, le=0.9999, group="more", when=("optimizers", BETAS))

    @property
    def names(self) -> tuple[str, ...]:
        """The optimizers that are compared, each once, in the page's order."""
        return tuple(name for name in LABELS if name in self.optimizers)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """The units of every layer: pixels, hidden units, classes."""
        return (PIXELS, self.hidden_units, DIGITS)

    def default_rate(self, name: str) -> float:
        """The learning rate that torch gives an optimizer."""
        return DEFAULT_RATES[name]

    def hyper(self, name: str) -> dict[str, Any]:
        """torch's keyword arguments of an optimizer, but for its learning rate."""
        if name == "momentum":
            return {"momentum": self.momentum, "nesterov": self.nesterov and self.momentum > 0}
        return {"betas": (self.beta1, self.beta2)} if name in BETAS else {}
