"""The points: good ones about a line, and wild ones in a heap. Exported scripts print these functions as they are."""

from __future__ import annotations

import numpy as np


def good_points(
    truth: tuple[float, float], samples: int, noise: float, kind: str, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) about the line (intercept, slope); noise of every kind has mean 0 and the same standard deviation."""
    x = generator.uniform(-3, 3, samples)
    draws = {
        "gaussian": generator.normal(0, 1, samples),
        "laplace": generator.laplace(0, np.sqrt(0.5), samples),
        "skewed": generator.exponential(1, samples) - 1,
    }
    return x, truth[0] + truth[1] * x + noise * draws[kind]


def wild_points(
    centre: tuple[float, float], count: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """(x, y) in a heap of spread 0.2 about a centre."""
    heap = generator.normal(centre, 0.2, (count, 2))
    return heap[:, 0], heap[:, 1]
