"""What theory says of gradient descent with momentum on the bowl (l1 x² + l2 y²) / 2.

One step takes (w, w before) to ((1 + beta - rate * l) w - beta * w before, w) along each axis, so that the error
shrinks by the spectral radius of that 2 x 2 matrix (Polyak, 1964; Goh, 2017). All functions broadcast.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def radius(rate: ArrayLike, momentum: ArrayLike, curvature: ArrayLike) -> Numbers:
    """The factor by which each step shrinks the error along an axis: above 1 it grows."""
    beta = np.asarray(momentum, np.float64)
    trace = 1 + beta - np.asarray(rate, np.float64) * np.asarray(curvature, np.float64)
    inside = trace**2 - 4 * beta
    real = (np.abs(trace) + np.sqrt(np.maximum(inside, 0))) / 2
    return np.asarray(np.where(inside >= 0, real, np.sqrt(beta)))


def worst(rate: ArrayLike, momentum: ArrayLike, condition: float) -> Numbers:
    """The larger factor of both axes, whose curvatures are 1 and `condition`."""
    return np.maximum(radius(rate, momentum, 1.0), radius(rate, momentum, condition))


def limit(momentum: Any, curvature: float, nesterov: bool = False) -> Any:
    """The learning rate above which it diverges: 2 (1 + momentum) / curvature.

    With Nesterov's momentum as torch has it, one step's eigenvalue reaches -1 where that is divided by 1 + 2 momentum.
    """
    return 2 * (1 + momentum) / curvature / (1 + 2 * momentum if nesterov else 1)


def isoline(factor: float, condition: float) -> tuple[Numbers, Numbers]:
    """(rates, momenta) of the closed line on which each step leaves `factor` of the error; empty where none does.

    Both eigenvalues lie within r where momentum <= r² and |1 + momentum - rate * l| <= r + momentum / r.
    """
    low = (condition * (1 - factor) - 1 - factor) / (condition * (1 / factor - 1) + 1 + 1 / factor)
    if low > factor**2:
        return np.empty(0), np.empty(0)
    low, high = max(low, 0.0), factor**2
    left, right = ([1 + b - factor - b / factor, (1 + b + factor + b / factor) / condition] for b in (low, high))
    rates = np.array([left[0], left[1], right[1], right[0], left[0]])
    return rates, np.array([low, low, high, high, low])


def best_pair(condition: float) -> tuple[float, float]:
    """(learning rate, momentum) of the least factor, (sqrt k - 1) / (sqrt k + 1) (Polyak, 1964)."""
    root = np.sqrt(condition)
    return float((2 / (1 + root)) ** 2), float(((root - 1) / (root + 1)) ** 2)


def best_momentum(rate: float, condition: float) -> float:
    """The momentum of the least factor at that rate, below 4 / condition: it damps the slower axis critically.

    Along an axis of curvature l that is (1 - sqrt(rate * l))²; less leaves a larger root, more a larger sqrt(momentum).
    """
    return float(max((1 - np.sqrt(rate * curvature)) ** 2 for curvature in (1.0, condition)))
