"""Where things lie on the loss axis: the curves above, under them a row for each optimizer's rates."""

from __future__ import annotations

FLOOR, TOP = 0.055, 5.5  # validation loss; a little more than twice what ten classes start from
PITCH = 0.14  # decades from row to row
TICKS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


def height(row: int) -> float:
    """Where a row lies, the first on top."""
    return float(FLOOR * 10 ** (-PITCH * (row + 0.8)))


def bottom(count: int) -> float:
    """Where the axis ends below so many rows."""
    return float(FLOOR * 10 ** (-PITCH * (count + 0.4)))
