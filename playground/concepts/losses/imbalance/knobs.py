"""The knobs of the imbalance: how rare, how far apart, which weight, which threshold."""

from __future__ import annotations

import math
from typing import Literal

from playground.contract import Knobs as Base
from playground.contract import knob


class Knobs(Base):
    rare_share: float = knob(5.0, title="Rare class", ge=1, le=50, unit="%", help="Its share of the points.")
    separation: float = knob(
        2.0, title="Separation", ge=0.5, le=4, help="Distance of the two centres in standard deviations."
    )
    weight_power: float = knob(
        1.0, title="Weight of the rare class", ge=0, le=1,
        help="The weight is the ratio of common to rare points to this power: 0 is none, 1 balances the classes.",
    )  # fmt: skip
    gamma: float = knob(2.0, title="Focal: gamma", ge=0, le=5, help="How much samples that go well are silenced.")
    threshold: float = knob(
        0.5, title="Threshold", ge=0.02, le=0.98, help="The probability from which on a point is called rare."
    )
    seeds: int = knob(5, title="Repeats", ge=2, le=10, group="more", help="Each draws its own points and parameters.")
    samples: int = knob(600, title="Training points", ge=100, le=2000, group="more")
    hidden_units: Literal[0, 4, 16] = knob(
        0, title="Hidden units", group="more", labels={0: "none (linear)"}, help="One layer of tanh units, or none."
    )
    learning_rate: float = knob(0.05, title="Learning rate", ge=0.001, le=1, log=True, group="more")
    steps: int = knob(300, title="Steps", ge=50, le=2000, group="more")

    @property
    def prior(self) -> float:
        """The share of the rare class, 0 to 1."""
        return self.rare_share / 100

    @property
    def boundary(self) -> float:
        """Where along the first input the true probability of the rare class passes the threshold.

        Equal round Gaussians: its log-odds are separation * x + log(prior / (1 - prior)).
        """
        odds = math.log(self.threshold / (1 - self.threshold)) - math.log(self.prior / (1 - self.prior))
        return odds / self.separation

    @property
    def counts(self) -> tuple[int, int]:
        """How many training points are common, and how many rare."""
        rare = max(1, round(self.prior * self.samples))
        return self.samples - rare, rare

    @property
    def rare_weight(self) -> float:
        """What a rare point counts in the weighted cross-entropy."""
        return float(((1 - self.prior) / self.prior) ** self.weight_power)
