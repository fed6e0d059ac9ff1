"""The knobs of the curves: which losses, and what shapes them."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from playground.concepts.losses.names import LABELS, LOSSES
from playground.contract import Knobs as Base
from playground.contract import knob

Name = Literal[
    "mse", "cross_entropy", "kl", "mae", "huber", "log_cosh", "quantile", "bce", "label_smoothed", "focal", "hinge",
]  # fmt: skip


class Knobs(Base):
    losses: tuple[Name, ...] = knob(("mse", "cross_entropy", "kl"), title="Losses", min_length=1, labels=LABELS)
    target_probability: float = knob(
        0.8, title="KL: target's probability", ge=0.5, le=1,
        help="What the target distribution of KL gives the right class; the other classes share the rest.",
    )  # fmt: skip
    delta: float = knob(1.0, title="Huber: delta", ge=0.1, le=3, help="The error at which Huber turns straight.")
    quantile: float = knob(0.9, title="Quantile", ge=0.05, le=0.95, help="The quantile that the loss aims at.")
    smoothing: float = knob(
        0.1, title="Label smoothing", ge=0, le=0.5, help="The share of the target spread over all classes."
    )
    gamma: float = knob(2.0, title="Focal: gamma", ge=0, le=5, help="How much samples that go well are silenced.")
    target: float = knob(
        1.0, title="Regression target", ge=-2, le=2, group="more", help="Where the regression losses are least."
    )
    class_count: int = knob(
        3, title="Classes", ge=2, le=10, group="more",
        help="The logit of the right class is swept; the others rest at 0.",
    )  # fmt: skip

    @field_validator("losses")
    @classmethod
    def _each_once(cls, names: tuple[Name, ...]) -> tuple[str, ...]:
        return tuple(name for name in LOSSES if name in names)
