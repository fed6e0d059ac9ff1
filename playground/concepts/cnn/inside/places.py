"""Where squares cover a picture, place by place (Zeiler and Fergus, 2014). No torch."""

from __future__ import annotations

FILLS = {"paper": 0.0, "grey": 0.5}
FINE = {28: 14, 8: 8}  # places along a side of the map, by the picture's side
SPARSE = 2  # the square that wanders takes every second one, both ways


def wanders(side: int) -> int:
    """Places along a side that the wandering square takes."""
    return FINE[side] // SPARSE


def spans(side: int, count: int, size: int) -> list[tuple[int, int]]:
    """First pixel and the one behind the last of `count` squares along a side; at the borders they stick out.

    Square k is as nearly as whole pixels allow in the middle of the k-th of `count` equal parts.
    """
    middles = ((k + 0.5) * side / count for k in range(count))
    starts = (round(middle - size / 2) for middle in middles)
    return [(max(0, start), min(side, start + size)) for start in starts]


def square(side: int, count: int, size: int, place: int) -> tuple[list[float], list[float]]:
    """The closed outline of the square at a place, x and y (5,) in the unit square, y upwards."""
    along = spans(side, count, size)
    (top, bottom), (left, right) = along[place // count], along[place % count]
    return outlined(top, bottom, left, right, side)


def outlined(top: int, bottom: int, left: int, right: int, side: int) -> tuple[list[float], list[float]]:
    """The closed outline of pixels, from the first to the one behind the last, in the unit square, y upwards."""
    x0, x1, y0, y1 = left / side, right / side, 1 - bottom / side, 1 - top / side
    return [x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]
