"""The knobs of the outliers: points, wild points, losses, training."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from playground.concepts.losses.names import LABELS, REGRESSION
from playground.contract import Knobs as Base
from playground.contract import knob

Name = Literal["mse", "mae", "huber", "log_cosh", "quantile"]
Coordinate = Annotated[float, Field(ge=-4, le=4)]


class Knobs(Base):
    losses: tuple[Name, ...] = knob(REGRESSION, title="Losses", min_length=1, labels=LABELS)
    outlier: tuple[Coordinate, Coordinate] = knob(
        (2.5, -3.2),
        title="Outliers around",
        when=("outlier_count", tuple(range(1, 16))),
        help="Drag the handle on the picture, or write x and y joined by _.",
    )
    outlier_count: int = knob(3, title="Outliers", ge=0, le=15)
    model: Literal["line", "constant"] = knob(
        "line", title="Model", help="A constant shows what each loss aims at: mean, median, quantile."
    )
    delta: float = knob(
        0.5, title="Huber: delta", ge=0.1, le=3, when=("losses", ("huber",)),
        help="The error at which Huber turns straight.",
    )  # fmt: skip
    quantile: float = knob(
        0.9, title="Quantile", ge=0.05, le=0.95, when=("losses", ("quantile",)),
        help="The quantile that the loss aims at.",
    )  # fmt: skip
    samples: int = knob(30, title="Good points", ge=10, le=100, group="more")
    noise: float = knob(0.4, title="Noise", ge=0, le=1.5, group="more", help="Spread of the good points.")
    noise_kind: Literal["gaussian", "laplace", "skewed"] = knob(
        "gaussian", title="Kind of noise", group="more", labels={"laplace": "Laplace", "skewed": "Skewed"},
        help="Skewed noise is exponential: its mean lies above its median.",
    )  # fmt: skip
    learning_rate: float = knob(0.05, title="Learning rate", ge=0.001, le=1, log=True, group="more")
    steps: int = knob(400, title="Steps", ge=50, le=3000, group="more")

    @field_validator("losses")
    @classmethod
    def _each_once(cls, names: tuple[Name, ...]) -> tuple[str, ...]:
        return tuple(name for name in REGRESSION if name in names)

    @property
    def truth(self) -> tuple[float, float]:
        """(intercept, slope) of the line from which the good points come."""
        return 0.5, 0.5 if self.model == "line" else 0.0

    @property
    def points(self) -> int:
        """How many points there are."""
        return self.samples + self.outlier_count
