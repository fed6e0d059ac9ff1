"""The learning-rate range test (Smith 2017): the rate grows from update to update until the loss blows up."""

from __future__ import annotations

import math
from dataclasses import dataclass

SMOOTHING = 0.95
BLOWN_UP = 1.5
ENDS = 4.0
SAFE = 5


@dataclass
class RangeTest:
    """The losses of a test of `steps` updates, whose rates grow evenly in the logarithm from `low` to `high`.

    The loss is smoothed by an exponential mean without bias. It has blown up where it first exceeds BLOWN_UP times its
    lowest value so far; that rate divided by SAFE is the suggested maximum. The test ends at ENDS times the lowest.
    """

    low: float
    high: float
    steps: int
    count: int = 0
    mean: float = 0.0
    lowest: float = math.inf
    blow_up: float = math.nan
    ended: bool = False

    @property
    def rate(self) -> float:
        """The learning rate of the next update."""
        return self.low * math.pow(self.high / self.low, self.count / (self.steps - 1))

    @property
    def suggestion(self) -> float:
        """The suggested maximum; NaN where the loss has not blown up."""
        return self.blow_up / SAFE

    def add(self, loss: float) -> float:
        """Takes in the loss of the update at `rate` and returns the smoothed one."""
        rate, self.count = self.rate, self.count + 1
        self.mean = SMOOTHING * self.mean + (1 - SMOOTHING) * loss
        smoothed = self.mean / (1 - SMOOTHING**self.count)
        self.lowest = min(self.lowest, smoothed)
        if math.isnan(self.blow_up) and not smoothed <= BLOWN_UP * self.lowest:
            self.blow_up = rate
        self.ended = self.count == self.steps or not smoothed <= ENDS * self.lowest
        return smoothed
