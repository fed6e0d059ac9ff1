"""What visitors paint, from the short text of a link: points on a lattice, and drawings in sixteen levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64url: six bits a character
PATTERN = r"^[A-Za-z0-9_-]*$"
LATTICE = 128
MOST_POINTS = 300


def _numbers(text: str, size: int) -> list[int]:
    """The numbers that stand in a text, `size` characters each, the highest six bits first."""
    values = [ALPHABET.index(character) for character in text]
    whole = [values[at : at + size] for at in range(0, len(values) - size + 1, size)]
    return [sum(value << 6 * (size - 1 - k) for k, value in enumerate(part)) for part in whole]


def points(text: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Painted points: places (N, 2) from 0 to 1, and labels (N,) from 0 to 7; x << 10 | y << 3 | label each."""
    bits = np.array(_numbers(text, 3)[:MOST_POINTS], np.int64)
    places = np.stack([bits >> 10 & 127, bits >> 3 & 127], 1) / (LATTICE - 1)
    return places, bits & 7


def drawing(text: str, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """A drawing (H, W), levels 0 to 255; runs of level << 8 | length - 1, row by row; what the text lacks is 0."""
    runs = [(bits >> 8 & 15, (bits & 255) + 1) for bits in _numbers(text, 2)]
    levels = [level * 17 for level, length in runs for _ in range(length)][: shape[0] * shape[1]]
    found = np.zeros(shape[0] * shape[1], np.uint8)
    found[: len(levels)] = levels
    return found.reshape(shape)
