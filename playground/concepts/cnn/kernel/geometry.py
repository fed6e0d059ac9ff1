"""Where things stand on the main figure, in units of a tile's side: input, output, patch, kernel, products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.picture import SIDE

Box = tuple[float, float, float, float]
Path = NDArray[np.float32]

WIDTH, HEIGHT = 42.0, 31.2
PICTURE = 16.8  # the side of the input with its padding
TOP = 12.9  # where the pictures stand
OUTPUT_LEFT = 24.2
GRID = 9.4  # the side of patch, kernel and products
GRIDS = {"patch": 0.5, "weights": 12.3, "products": 24.1}
FLOOR = 1.7
SUMS = (34.3, 9.8)  # where the first of the sums is written, and how far below it the next


def pixel(knobs: Knobs) -> float:
    """The side of a pixel of input and output alike."""
    return PICTURE / (SIDE + 2 * knobs.rim)


def input_box(knobs: Knobs) -> Box:
    """The input with its padding."""
    return 0.5, TOP, 0.5 + PICTURE, TOP + PICTURE


def inner_box(knobs: Knobs) -> Box:
    """The input without its padding."""
    rim = knobs.rim * pixel(knobs)
    left, bottom, right, top = input_box(knobs)
    return left + rim, bottom + rim, right - rim, top - rim


def output_box(knobs: Knobs) -> Box:
    """The output, its pixels as large as the input's, in the middle of a place as large as the input."""
    side = max(knobs.places, 1) * pixel(knobs)
    left, bottom = OUTPUT_LEFT + (PICTURE - side) / 2, TOP + (PICTURE - side) / 2
    return left, bottom, left + side, bottom + side


def grid_box(name: str) -> Box:
    """One of the three grids below."""
    return GRIDS[name], FLOOR, GRIDS[name] + GRID, FLOOR + GRID


def centres(box: Box, rows: int, columns: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y (rows * columns,) of the cells' centres, row by row from the top."""
    left, bottom, right, top = box
    x = left + (np.arange(columns) + 0.5) * (right - left) / columns
    y = top - (np.arange(rows) + 0.5) * (top - bottom) / rows
    return np.tile(x, rows), np.repeat(y, columns)


def cell(box: Box, shape: tuple[int, int], rows: Sequence[int], columns: Sequence[int]) -> Box:
    """The rectangle from the first to the last of some rows and columns of a box."""
    left, bottom, right, top = box
    width, height = (right - left) / shape[1], (top - bottom) / shape[0]
    return (
        left + columns[0] * width, top - (rows[-1] + 1) * height,
        left + (columns[-1] + 1) * width, top - rows[0] * height,
    )  # fmt: skip


def outline(box: Box) -> tuple[Path, Path]:
    """x and y (5,) of a rectangle's outline."""
    left, bottom, right, top = box
    return np.array([left, right, right, left, left], np.float32), np.array(
        [bottom, bottom, top, top, bottom], np.float32
    )


def outlines(boxes: Sequence[Box]) -> tuple[Path, Path]:
    """x and y of several outlines with gaps between them."""
    gap = np.full(1, np.nan, np.float32)
    pairs = [outline(box) for box in boxes]
    return tuple(np.concatenate([part for pair in pairs for part in (pair[axis], gap)]) for axis in (0, 1))  # type: ignore[return-value]
