"""The schedules' knobs: which ones, from which rate, under which optimizer, with how much noise in a gradient."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, get_args

from pydantic import Field

from playground.concepts.optimizers.schedules.words import CLASSES, LABELS
from playground.contract import Knobs as Base
from playground.contract import knob

Schedule = Literal[
    "constant", "step", "exponential", "linear", "cosine", "restarts", "one_cycle", "warm_up", "plateau",
]  # fmt: skip
Width = Annotated[int, Field(ge=1, le=32)]
TOYS = ("rings", "moons", "circles", "spiral")
FALLS_TO = ("exponential", "linear", "cosine", "restarts", "warm_up")
TRAIN_SHARE = 60
DIGITS = 1797


EVERY: tuple[Schedule, ...] = get_args(Schedule)


class Knobs(Base):
    schedules: tuple[Schedule, ...] = knob(
        ("constant", "step", "cosine", "restarts", "one_cycle", "plateau"), title="Schedules",
        min_length=1, max_length=9, labels=LABELS, help="All train together, from the same starts.",
    )  # fmt: skip
    learning_rate: float = knob(
        0.07, title="Learning rate", ge=1e-4, le=10, log=True, help="Where the schedules start from."
    )
    peak: float = knob(
        1.0, title="One-cycle's peak", ge=0.3, le=30, log=True, unit="x", when=("schedules", ("one_cycle",)),
        help="Its largest rate, as a multiple of the learning rate.",
    )  # fmt: skip
    optimizer: Literal["sgd", "momentum", "adam"] = knob(
        "momentum", title="Optimizer", labels={"sgd": "SGD", "momentum": "Momentum", "adam": "Adam"},
        help="Momentum is SGD with momentum 0.9.",
    )  # fmt: skip
    batch_size: int = knob(
        8, title="Batch size", ge=1, le=256, log=True,
        help="Samples in one update: the fewer, the noisier the gradient.",
    )  # fmt: skip
    steps: int = knob(2000, title="Steps", ge=50, le=5000)

    data: Literal["rings", "moons", "circles", "spiral", "digits"] = knob(
        "rings", title="Data", group="more",
        labels={
            "rings": "Rings", "moons": "Moons", "circles": "Circles", "spiral": "Spiral",
            "digits": "Digits 8 × 8 (real)",
        },
    )  # fmt: skip
    noise: float = knob(0.3, title="Noise", ge=0, le=1, group="more", when=("data", TOYS), help="Spread of the points.")
    samples: int = knob(600, title="Samples", ge=60, le=2000, group="more", when=("data", TOYS))
    hidden_sizes: tuple[Width, ...] = knob(
        (16, 16), title="Hidden layers", min_length=1, max_length=3, group="more",
        help="Units of each hidden layer, joined by -: 16-16 is two layers of sixteen.",
    )  # fmt: skip
    repeats: Literal[2, 4, 8] = knob(
        4, title="Networks of each", group="more", help="Each starts from a seed of its own; the band spans them all."
    )
    floor: float = knob(
        0.01, title="Falls to", ge=0.0001, le=1, log=True, unit="x", group="more", when=("schedules", FALLS_TO),
        help="The last rate, as a multiple of the learning rate.",
    )  # fmt: skip
    drops: int = knob(2, title="Drops", ge=1, le=8, group="more", when=("schedules", ("step",)))
    drop: float = knob(
        0.1, title="Factor of a drop", ge=0.01, le=0.9, group="more", when=("schedules", ("step", "plateau"))
    )
    patience: int = knob(
        5, title="Plateau's patience", ge=0, le=50, unit="epochs", group="more", when=("schedules", ("plateau",)),
        help="How many epochs the validation loss may fail to fall before the rate does.",
    )  # fmt: skip
    cycles: int = knob(
        3, title="Cycles", ge=1, le=5, group="more", when=("schedules", ("restarts",)),
        help="Each lasts twice as long as the one before.",
    )  # fmt: skip
    rise: float = knob(
        0.3, title="One-cycle's rise", ge=0.05, le=0.9, group="more", when=("schedules", ("one_cycle",)),
        help="Share of the steps before the peak.",
    )  # fmt: skip
    warm_up: float = knob(
        0.1, title="Warm-up", ge=0.02, le=0.5, group="more", when=("schedules", ("warm_up",)),
        help="Share of the steps in which the rate grows.",
    )  # fmt: skip
    range_low: float = knob(1e-3, title="Range test from", ge=1e-6, le=0.01, log=True, group="more")
    range_high: float = knob(10.0, title="Range test to", ge=0.1, le=100, log=True, group="more")
    range_steps: int = knob(
        500, title="Range test's steps", ge=50, le="steps", group="more",
        help="It trains copies of its own beside the run.",
    )  # fmt: skip

    @property
    def names(self) -> tuple[str, ...]:
        """The schedules that are compared, each once."""
        return tuple(dict.fromkeys(self.schedules))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of every layer: inputs, hidden layers, one logit a class."""
        return (64 if self.data == "digits" else 2, *self.hidden_sizes, CLASSES[self.data])

    @property
    def torch_optimizer(self) -> tuple[str, dict[str, Any]]:
        """The name of torch's optimizer and its arguments beside the rate."""
        return ("adam", {}) if self.optimizer == "adam" else ("sgd", {"momentum": 0.9 * (self.optimizer == "momentum")})

    @property
    def epoch(self) -> int:
        """Updates in one pass over the training set."""
        samples = DIGITS if self.data == "digits" else self.samples
        return math.ceil(round(samples * TRAIN_SHARE / 100) / self.batch_size)

    @property
    def largest_rate(self) -> float:
        """The largest rate that any of the schedules reaches."""
        own = self.peak if "one_cycle" in self.names else 1.0
        return self.learning_rate * (own if self.names == ("one_cycle",) else max(own, 1.0))

    @property
    def chance(self) -> float:
        """The loss of a network that knows nothing: log of the number of classes."""
        return math.log(CLASSES[self.data])
