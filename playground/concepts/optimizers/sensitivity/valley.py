"""What a sweep says of an optimizer: its best rate, its stable rates and those that diverged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DIVERGED = 2.0  # times the loss at the start

Floats = NDArray[np.float64]


def rates(lowest: float, highest: float, count: int) -> Floats:
    """The learning rates (R,), evenly on a log scale."""
    return np.geomspace(lowest, highest, count)


def diverged(losses: Floats, start: float) -> NDArray[np.bool_]:
    """Which losses are more than twice the loss at the start, or no number."""
    return ~(losses <= DIVERGED * start)


def best(losses: Floats) -> int:
    """The number of the lowest of the losses (R,); the first where none is a number."""
    return int(np.argmin(_known(losses)))


def stable(losses: Floats, start: float, share: float) -> NDArray[np.bool_]:
    """At which rates the loss (R,) has come down at least `share` of the way from the start to the best one.

    Nowhere as long as no loss is below the start.
    """
    known = _known(losses)
    lowest = known.min()
    return known <= start - share * (start - lowest) if lowest < start else np.zeros(len(known), bool)


def _known(losses: Floats) -> Floats:
    return np.where(np.isfinite(losses), losses, np.inf)
