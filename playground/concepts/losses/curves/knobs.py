"""The knobs of the curves: which losses, and what shapes them."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from playground.concepts.losses.names import LABELS, LOSSES, REGRESSION
from playground.contract import Knobs as Base
from playground.contract import knob

Name = Literal[
    "mse", "cross_entropy", "kl", "mae", "huber", "log_cosh", "quantile", "bce", "label_smoothed", "focal", "hinge",
]  # fmt: skip
MANY_CLASSES = ("cross_entropy", "kl", "label_smoothed", "focal")


class Knobs(Base):
    losses: tuple[Name, ...] = knob(("mse", "cross_entropy", "kl"), title="Losses", min_length=1, labels=LABELS)
    target_probability: float = knob(
        0.8, title="KL: target's probability", ge=0.5, le=1, when=("losses", ("kl",)),
        help="What the target distribution of KL gives the right class; the other classes share the rest.",
    )  # fmt: skip
    delta: float = knob(
        1.0, title="Huber: delta", ge=0.1, le=3, when=("losses", ("huber",)),
        help="The error at which Huber turns straight.",
    )  # fmt: skip
    quantile: float = knob(
        0.9, title="Quantile", ge=0.05, le=0.95, when=("losses", ("quantile",)),
        help="The quantile that the loss aims at.",
    )  # fmt: skip
    smoothing: float = knob(
        0.1, title="Label smoothing", ge=0, le=0.5, when=("losses", ("label_smoothed",)),
        help="The share of the target spread over all classes.",
    )  # fmt: skip
    gamma: float = knob(
        2.0, title="Focal: gamma", ge=0, le=5, when=("losses", ("focal",)),
        help="How much samples that go well are silenced.",
    )  # fmt: skip
    target: float = knob(
        1.0, title="Regression target", ge=-2, le=2, group="more", when=("losses", REGRESSION),
        help="Where the regression losses are least.",
    )  # fmt: skip
    class_count: int = knob(
        3, title="Classes", ge=2, le=10, group="more", when=("losses", MANY_CLASSES),
        help="The logit of the right class is swept; the others rest at 0.",
    )  # fmt: skip

    @field_validator("losses")
    @classmethod
    def _each_once(cls, names: tuple[Name, ...]) -> tuple[str, ...]:
        return tuple(name for name in LOSSES if name in names)
