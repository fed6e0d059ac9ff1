"""Two round clouds of unequal size. Exported scripts print this function as it is."""

from __future__ import annotations

import numpy as np


def clouds(
    samples: int, prior: float, separation: float, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (N, 2) and labels (N,), a share `prior` of them 1: round clouds of standard deviation 1 side by side."""
    labels = (np.arange(samples) < max(1, round(prior * samples))).astype(np.float64)
    inputs = generator.normal(size=(samples, 2))
    inputs[:, 0] += separation * (labels - 0.5)
    return inputs, labels
