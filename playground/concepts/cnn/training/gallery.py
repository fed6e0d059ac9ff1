"""Where the gallery of mistakes has its images and words. No torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

COLUMNS = 5
GREY, COLOUR = 10, 5  # images: a colour image is three times as long on the wire
LINE = 0.27
LINES = 3
LETTER = 0.145  # a letter's width
ROW = 1 + LINE * LINES + 0.2

Box = tuple[float, float, float, float]


def count(channels: int) -> int:
    """How many images are shown."""
    return GREY if channels == 1 else COLOUR


def pace(names: Sequence[str]) -> float:
    """From one image to the next: room for `said` and the longest name."""
    return max(1.5, LETTER * (6 + max(map(len, names))))


def boxes(number: int, pace: float) -> list[Box]:
    """x0, y0, x1, y1 of every image, row by row, from the top; each is 1 wide and high."""
    corners = [(k % COLUMNS * pace, -(k // COLUMNS) * ROW) for k in range(number)]
    return [(x, y - 1, x + 1, y) for x, y in corners]


def extent(number: int, pace: float) -> Box:
    """x0, y0, x1, y1 of the whole."""
    side = (pace - 1) / 2
    return -side, -ROW * -(-number // COLUMNS) + 0.1, COLUMNS * pace - side - 0.02, 0.04


def heights(number: int, line: int) -> NDArray[np.float32]:
    """The height (n,) of a line of the captions."""
    return np.array([y - LINE * (line + 0.6) for _, y, _, _ in boxes(number, 1.0)], np.float32)


def captions(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], sure: NDArray[np.float32], number: int, classes: int
) -> dict[str, NDArray[np.float32]]:
    """Which class's name stands where under each image, and with which probability the wrong one was said."""
    found: dict[str, NDArray[np.float32]] = {}
    for line, (name, chosen) in enumerate((("truth_y", labels), ("said_y", predicted))):
        places = np.full((number, classes), np.nan, np.float32)
        at = np.arange(len(chosen))
        places[at, chosen] = heights(number, line)[at]
        found[name] = places.ravel()
    missing = np.full(number - len(sure), np.nan, np.float32)
    return found | {
        "sure": np.concatenate([sure, missing]).astype(np.float32),
        "sure_y": np.concatenate([heights(number, 2)[: len(sure)], missing]),
        "none_y": np.array([np.nan if len(sure) else -ROW], np.float32),
    }
