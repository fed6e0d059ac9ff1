"""Where things stand: samples in their grid, and the cells of a word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]

ROWS = 12  # of samples
SHORT = 24  # characters: lines up to that stand in two columns
INDENT = 0.045  # of the width: where marks stand
GAP = 0.02
AIR = 0.1  # of a row's height
HALF, HEIGHT, LIFT = 0.05, 0.3, 0.04  # of a letter above its place in the plane


def grid(length: int) -> Floats:
    """The boxes (n, 4) of samples of so many characters, column by column, in the unit square."""
    count = 2 if length <= SHORT else 1
    wide = (1 - GAP * (count - 1)) / count
    lefts = [column * (wide + GAP) for column in range(count)]
    boxes = [
        (left + INDENT, 1 - (row + 1 - AIR / 2) / ROWS, left + wide, 1 - (row + AIR / 2) / ROWS)
        for left in lefts
        for row in range(ROWS)
    ]
    return np.array(boxes, np.float32)


def marks(boxes: Floats, chosen: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Where the marks before some of the boxes (n, 4) stand, x and y."""
    kept = boxes[chosen]
    x, y = kept[:, 0] - INDENT / 2, (kept[:, 1] + kept[:, 3]) / 2
    return x.astype(np.float32), y.astype(np.float32)


def cells(rows: int, columns: int) -> list[Box]:
    """The boxes of a table's rows, from the top, cells of one unit: the whole row is one box."""
    return [(0, rows - row - 1, columns, rows - row) for row in range(rows)]


def path_boxes(path: Floats, count: int) -> Floats:
    """The boxes (count, 4) of letters at places (T, 2) in the plane, above them; those of no place are empty."""
    found = np.full((count, 4), np.nan, np.float32)
    x, y = path[:, :1], path[:, 1:]
    found[: len(x)] = np.hstack([x - HALF, y + LIFT, x + HALF, y + LIFT + HEIGHT])
    return found
