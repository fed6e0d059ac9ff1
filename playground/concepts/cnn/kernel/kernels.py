"""Kernels by name, of any odd size, and a visitor's own from text.

Kernels are not flipped: as in every deep-learning library a convolution here is a cross-correlation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.float64]

LARGEST = 100.0
COUNTS = {9: 3, 25: 5, 49: 7}  # how many numbers make a square of which side


def binomial(size: int) -> NDArray[np.float64]:
    """The binomial weights (size,), which tend to a Gaussian: 1, 2, 1 or 1, 4, 6, 4, 1. Not scaled."""
    row = np.ones(1)
    for _ in range(size - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def identity(size: int) -> Kernel:
    """1 in the middle: the picture itself."""
    made = np.zeros((size, size))
    made[size // 2, size // 2] = 1
    return made


def box(size: int) -> Kernel:
    """The mean of the window."""
    return np.full((size, size), 1 / size**2)


def gaussian(size: int) -> Kernel:
    """A mean that counts the middle most."""
    row = binomial(size) / 2 ** (size - 1)
    return np.outer(row, row)


def sobel_x(size: int) -> Kernel:
    """Right minus left, smoothed along the edge (Sobel and Feldman, 1968): vertical edges."""
    slope = np.convolve(binomial(size - 2), [-1.0, 0.0, 1.0])
    return np.outer(binomial(size), slope)


def sobel_y(size: int) -> Kernel:
    """Below minus above: horizontal edges."""
    return sobel_x(size).T


def laplacian(size: int) -> Kernel:
    """The four neighbours minus four times the middle, smoothed where the window is larger."""
    cross = np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    made = np.zeros((size, size))
    smooth = gaussian(size - 2)
    for row in range(3):
        for column in range(3):
            made[row : row + size - 2, column : column + size - 2] += cross[row, column] * smooth
    return made


def outline(size: int) -> Kernel:
    """The middle against all that surrounds it."""
    return size**2 * identity(size) - 1


def sharpen(size: int) -> Kernel:
    """The picture minus its Laplacian: edges overshoot."""
    return identity(size) - laplacian(size)


def emboss(size: int) -> Kernel:
    """A slope from top left to bottom right, and the picture itself: light seems to fall on it."""
    offsets = np.arange(size) - size // 2
    return np.add.outer(offsets, offsets) + identity(size)


NAMED: Mapping[str, Callable[[int], Kernel]] = {
    "sobel_x": sobel_x, "sobel_y": sobel_y, "outline": outline, "laplacian": laplacian, "sharpen": sharpen,
    "gaussian": gaussian, "box": box, "emboss": emboss, "identity": identity,
}  # fmt: skip
LABELS = {
    "sobel_x": "Sobel x (vertical edges)", "sobel_y": "Sobel y (horizontal edges)", "outline": "outline",
    "laplacian": "Laplacian", "sharpen": "sharpen", "gaussian": "Gaussian blur", "box": "box blur", "emboss": "emboss",
    "identity": "identity", "own": "own numbers",
}  # fmt: skip


@cache
def named(name: str, size: int) -> Kernel:
    """The kernel of that name, not to be written to."""
    made = NAMED[name](size)
    made.flags.writeable = False
    return made


@lru_cache(64)
def parse(text: str) -> Kernel:
    """The kernel (3, 3), (5, 5) or (7, 7) that a text of numbers means, row by row.

    Numbers, or fractions such as 1/9, are parted by blanks or commas, rows by line breaks or semicolons. Raises
    ValueError, which says where a number is wrong. It is not to be written to.
    """
    words = [word for word in re.split(r"[\s,;]+", text.strip()) if word]
    if len(words) not in COUNTS:
        raise ValueError(f"a kernel has 9, 25 or 49 numbers, and these are {len(words)}")
    side = COUNTS[len(words)]
    values = [_number(word, at, side) for at, word in enumerate(words)]
    made = np.array(values).reshape(side, side)
    made.flags.writeable = False
    return made


def _number(word: str, at: int, side: int) -> float:
    """The number that a word means; `at` is its place, for the sentence."""
    place = f"row {at // side + 1}, column {at % side + 1}"
    top, slash, bottom = word.partition("/")
    try:
        value = float(top) / float(bottom) if slash else float(top)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"{place} is not a number") from None
    if not abs(value) <= LARGEST:
        raise ValueError(f"{place} is beyond ±{LARGEST:g}")
    return value


def written(kernel: Kernel) -> str:
    """The text that `parse` reads as this kernel, to six digits."""
    return "; ".join(" ".join(f"{value:.6g}" for value in row) for row in kernel.tolist())
