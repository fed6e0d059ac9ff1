"""The surface's knobs: where the race is run, who runs, at which rate, and everyone's own settings."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, field_validator

from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.surface.surfaces import RATES, SURFACES, VARIABLES, Point, Surface
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.expression import parse
from playground.expression_code import code

RACES = ("surface", tuple(SURFACES))
BETAS = ("adam", "adamw", "adamax", "nadam", "radam")
Name = Literal[
    "sgd", "momentum", "adam", "rmsprop", "adagrad", "adamw", "nadam", "radam", "adamax", "adadelta", "rprop", "asgd",
    "adafactor",
]  # fmt: skip
NAMES: tuple[Name, ...] = get_args(Name)
Coordinate = Annotated[float, Field(ge=-6, le=6)]
Normalised = Annotated[float, Field(ge=0, le=4)]


def of(*names: str) -> Any:
    """In force where one of these optimizers runs."""
    return ("optimizers", names)


def _readable(text: str) -> str:
    """The text of a formula in x and y, without blanks around it. Raises ExpressionError, a ValueError."""
    found = str(parse(text, VARIABLES))
    if not re.search(r"\b[xy]\b", found):
        raise ValueError("the formula has neither x nor y in it")
    return found


class Knobs(Base):
    surface: Literal[
        "bowl", "rosenbrock", "beale", "himmelblau", "rastrigin", "saddle", "plateau", "cliff", "own", "rates",
    ] = knob(
        "bowl", title="Surface",
        labels={**{name: one.label for name, one in SURFACES.items()}, RATES: "Bowl: every rate and momentum"},
    )  # fmt: skip
    formula: Annotated[str, AfterValidator(_readable)] = knob(
        "(x^2 + y^2) / 8 + sin(2*x) * cos(2*y)", title="Own formula in x and y", max_length=100,
        when=("surface", ("own",)),
        help="Numbers, x, y, pi, e, + - * / ^ and sin, cos, tanh, exp, log, sqrt, abs, min, max, sigmoid, softplus.",
    )  # fmt: skip
    condition: float = knob(
        50.0, title="Condition number", ge=1, le=1000, log=True, when=("surface", ("bowl", RATES)),
        help="How many times steeper the bowl bends along y than along x.",
    )  # fmt: skip
    pair: tuple[Normalised, Normalised] = knob(
        (1.5, 0.5), title="Rate × λmax, and momentum", when=("surface", (RATES,)),
        help="Click on the map, or write the learning rate in units of 1 / λmax and the momentum, joined by _.",
    )  # fmt: skip
    optimizers: tuple[Name, ...] = knob(
        ("sgd", "momentum", "adam", "rmsprop"), title="Optimizers", min_length=1, labels=LABELS, when=RACES,
        help="Each runs as torch.optim has it; momentum is SGD with momentum.",
    )  # fmt: skip
    rates: Literal["same", "best"] = knob(
        "same", title="Learning rates", labels={"same": "One for all", "best": "Each its best"}, when=RACES,
        help="Its best: of 25 rates, each tried for the whole race, the one with the lowest mean loss.",
    )  # fmt: skip
    learning_rate: float = knob(0.03, title="Learning rate", ge=1e-5, le=10, log=True, when=("rates", ("same",)))
    focus: Name = knob(
        "adam", title="In focus", labels=LABELS, when=RACES,
        help="Whose last update is drawn and tabled; where it does not run, the first that does.",
    )  # fmt: skip
    start: tuple[Coordinate, ...] = knob(
        (), title="Start", max_length=2, when=RACES, group="more",
        help="Click on the map, or write x and y joined by _; none is the surface's own start.",
    )  # fmt: skip
    view: Literal["above", "side"] = knob(
        "above", title="View", labels={"above": "From above", "side": "In 3-D"}, when=RACES, group="more",
        help="In 3-D the height is a root of the loss, so that the valley floor is seen as well.",
    )  # fmt: skip
    steps: int = knob(200, title="Steps", ge=20, le=2000, group="more")

    momentum: float = knob(0.9, title="Momentum", ge=0, le=0.999, group="more", when=of("momentum"))
    nesterov: bool = knob(False, title="Nesterov momentum", group="more", when=of("momentum"))
    beta1: float = knob(0.9, title="Beta 1", ge=0, le=0.999, group="more", when=of(*BETAS))
    beta2: float = knob(0.999, title="Beta 2", ge=0, le=0.9999, group="more", when=of(*BETAS))
    amsgrad: bool = knob(
        False, title="AMSGrad", group="more", when=of("adam", "adamw"),
        help="Divides by the root of the largest mean squared gradient so far.",
    )  # fmt: skip
    smoothing: float = knob(
        0.99, title="Smoothing of the squared gradient", ge=0, le=0.9999, group="more", when=of("rmsprop", "adadelta")
    )
    eps: float = knob(
        1e-8, title="Epsilon", ge=1e-12, le=1, log=True, group="more", when=of(*BETAS, "rmsprop"),
        help="Added to the divisor of the update: the larger, the smaller the steps where gradients are tiny.",
    )  # fmt: skip
    weight_decay: float = knob(
        0.01, title="Decoupled weight decay", ge=0, le=1, log=True, group="more", when=of("adamw"),
        help="Pulls the point to (0, 0).",
    )  # fmt: skip
    momentum_decay: float = knob(
        0.004, title="Momentum decay", ge=0, le=1, log=True, group="more", when=of("nadam"),
        help="How soon the momentum grows from half of beta 1 to beta 1; at 0 it never does.",
    )  # fmt: skip
    learning_rate_decay: float = knob(
        0.0, title="Learning rate decay", ge=0, le=1, log=True, group="more", when=of("adagrad")
    )
    initial_accumulator: float = knob(
        0.0, title="Initial accumulator", ge=0, le=10, log=True, group="more", when=of("adagrad"),
        help="Where the sums of squared gradients start: the larger, the smaller the first steps.",
    )  # fmt: skip
    shrink: float = knob(0.5, title="Shrink", ge=0.01, le=0.99, group="more", when=of("rprop"),
                         help="Factor of a coordinate's step where its gradient has changed sign.")  # fmt: skip
    grow: float = knob(1.2, title="Grow", ge=1.01, le=3, group="more", when=of("rprop"),
                       help="Factor of a coordinate's step where its gradient has kept its sign.")  # fmt: skip
    decay: float = knob(1e-4, title="Decay", ge=0, le=0.1, log=True, group="more", when=of("asgd"),
                        help="Pulls the point to (0, 0) and lowers the learning rate step by step.")  # fmt: skip
    power: float = knob(0.75, title="Power", ge=0, le=1, group="more", when=of("asgd"),
                        help="The rate is divided by (1 + decay · rate · step) to this power.")  # fmt: skip
    beta2_decay: float = knob(
        -0.8, title="Beta 2 decay", ge=-1, le=0, group="more", when=of("adafactor"),
        help="Beta 2 is 1 - step to this power: -1 averages all squared gradients, 0 keeps the last alone.",
    )  # fmt: skip

    @field_validator("optimizers")
    @classmethod
    def _each_once(cls, names: tuple[Name, ...]) -> tuple[str, ...]:
        return tuple(name for name in NAMES if name in names)

    @field_validator("start")
    @classmethod
    def _nothing_or_two(cls, start: tuple[float, ...]) -> tuple[float, ...]:
        if len(start) == 1:
            raise ValueError("a start is two numbers, x and y joined by _, or none")
        return start

    @field_validator("pair")
    @classmethod
    def _momentum_below_one(cls, pair: Point) -> Point:
        if pair[1] > 0.99:
            raise ValueError("the second number is the momentum, 0.99 at most")
        return pair

    @property
    def ground(self) -> Surface:
        """The surface that the race is run on."""
        return SURFACES["bowl" if self.surface == RATES else self.surface]

    @property
    def function(self) -> str:
        """The surface's formula in x and y."""
        return self.formula if self.surface == "own" else self.ground.formula.format(condition=self.condition)

    @property
    def function_code(self) -> str:
        """The surface's formula as a script writes it."""
        return code(parse(self.function, VARIABLES))

    @property
    def origin(self) -> Point:
        """Where the race starts: on the map, at its edge if the start lies outside."""
        x0, y0, x1, y1 = self.ground.box
        x, y = self.start or self.ground.start
        return min(max(x, x0), x1), min(max(y, y0), y1)

    @property
    def focused(self) -> str:
        """The optimizer in focus."""
        return self.focus if self.focus in self.optimizers else self.optimizers[0]

    def hyper(self, name: str) -> dict[str, Any]:
        """torch's keyword arguments of an optimizer, but for its learning rate."""
        moments = {"betas": (self.beta1, self.beta2), "eps": self.eps}
        arguments: dict[str, dict[str, Any]] = {
            "sgd": {},
            "momentum": {"momentum": self.momentum, "nesterov": self.nesterov and self.momentum > 0},
            "adam": {**moments, "amsgrad": self.amsgrad},
            "adamw": {**moments, "weight_decay": self.weight_decay, "amsgrad": self.amsgrad},
            "rmsprop": {"alpha": self.smoothing, "eps": self.eps},
            "adagrad": {"lr_decay": self.learning_rate_decay, "initial_accumulator_value": self.initial_accumulator},
            "adamax": moments,
            "nadam": {**moments, "momentum_decay": self.momentum_decay},
            "radam": moments,
            "adadelta": {"rho": self.smoothing},
            "rprop": {"etas": (self.shrink, self.grow)},
            "asgd": {"lambd": self.decay, "alpha": self.power},
            "adafactor": {"beta2_decay": self.beta2_decay},
        }
        return arguments[name]
