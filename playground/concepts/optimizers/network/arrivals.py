"""When networks reach a target."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


class Arrivals:
    """The first measured step (M,) at which each member's score was at least the target; nan where none was yet."""

    def __init__(self, target: float, count: int) -> None:
        self.target, self.steps = target, np.full(count, np.nan)

    def see(self, step: int, scores: Numbers) -> None:
        """Notes who arrives with the scores (M,) measured at a step."""
        self.steps[np.isnan(self.steps) & (scores >= self.target)] = step

    def by_group(self, repeats: int) -> tuple[Numbers, Numbers]:
        """For each `repeats` members in a row: how many have arrived (G,), and their mean step (G,), nan where none."""
        groups = self.steps.reshape(-1, repeats)
        there = ~np.isnan(groups)
        counts = there.sum(1).astype(np.float64)
        total = np.where(there, groups, 0).sum(1)
        return counts, np.divide(total, counts, out=np.full(len(counts), np.nan), where=counts > 0)
