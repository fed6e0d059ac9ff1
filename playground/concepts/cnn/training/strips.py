"""The strips of the comparison: one a kind of change, with the test image at each strength. No torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from playground.concepts.cnn.training.knobs import Knobs

POINTS = 9
KINDS = {"shift": "moved to the right", "rotation": "turned", "noise": "with noise"}
METRICS = {"shift": "shifted_accuracy", "rotation": "turned_accuracy", "noise": "noisy_accuracy"}
MIDDLE = 3  # the number of the strength that metrics speak of
UNITS = {"shift": "{:g} px", "rotation": "{:g}°", "noise": "{:g}"}
LEFT = 1.7  # room for the curves' axis
GAP = 0.55
CURVE = 1.5  # a curve's height, in widths of an image
WORDS = 0.45  # the line under the images
ROW = 1 + CURVE + WORDS + 0.95

Box = tuple[float, float, float, float]


def strengths(knobs: Knobs) -> Mapping[str, tuple[float, ...]]:
    """How strong each change is at each point: pixels, degrees, standard deviation where white is 1."""
    pixel = 0.25 if knobs.data == "digits" else 1.0
    return {
        "shift": tuple(pixel * i for i in range(POINTS)),
        "rotation": tuple(15.0 * i for i in range(POINTS)),
        "noise": tuple(round(0.1 * i, 1) for i in range(POINTS)),
    }


def top(kind: str) -> float:
    """The height of an accuracy of 1."""
    return -ROW * list(KINDS).index(kind)


def height(kind: str, shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """The heights of shares in a kind's curves."""
    return np.asarray(top(kind) - CURVE * (1 - shares), np.float32)


def boxes(kind: str) -> list[Box]:
    """The images of a strip."""
    upper = top(kind) - CURVE - 0.12
    return [(x - 0.5, upper - 1, x + 0.5, upper) for x in middles()]


def middles() -> list[float]:
    """The middle of each image, above which its point of the curves lies."""
    return [LEFT + 0.5 + i * (1 + GAP) for i in range(POINTS)]


def extent() -> Box:
    """x0, y0, x1, y1 of the whole."""
    return 0.0, -ROW * len(KINDS) + 0.3, LEFT + POINTS * (1 + GAP) - 0.3, 0.85
