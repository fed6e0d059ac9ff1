"""What is drawn, and the features of a point. Exported scripts print these functions as they are."""

from __future__ import annotations

import numpy as np


def sample(
    samples: int, tests: int, noise: float, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(x (N,), their targets' noise (N,), the test targets' noise (T,)); x is uniform in N equal parts of -1 to 1."""
    x = 2 * (np.arange(samples) + generator.uniform(size=samples)) / samples - 1
    return x, noise * generator.normal(size=samples), noise * generator.normal(size=tests)


def waves(count: int, frequency: float, generator: np.random.Generator) -> np.ndarray:
    """Frequencies, from a Cauchy distribution, and phases (D, 2) of random cosines; more of them start alike."""
    draws = generator.uniform(size=(count, 2))
    return np.stack([frequency * np.tan(np.pi * (draws[:, 0] - 0.5)), 2 * np.pi * draws[:, 1]], 1)


def cosines(x: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Random Fourier features (N, D) of points (N,); their mean product tends to exp(-frequency |x - x'|)."""
    found: np.ndarray = np.sqrt(2) * np.cos(x[:, None] * drawn[:, 0] + drawn[:, 1])
    return found


def legendre(x: np.ndarray, count: int, falloff: int) -> np.ndarray:
    """Legendre polynomials (N, D) of degree k = 0 to D - 1, of mean square 1 on -1 to 1, over (k + 1)^falloff."""
    degree = np.arange(count)
    scale = np.sqrt(2 * degree + 1) / (degree + 1.0) ** falloff
    found: np.ndarray = np.polynomial.legendre.legvander(x, count - 1) * scale
    return found


def capacities(most: int, samples: int) -> np.ndarray:
    """Numbers of parameters from 1 to `most`, evenly spread on a logarithmic axis, with those around `samples`."""
    even = np.rint(np.geomspace(1, most, 120))
    return np.unique(np.clip([*even, samples - 1, samples, samples + 1], 1, most)).astype(int)
