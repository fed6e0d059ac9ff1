"""Where the loss of a constant is least, without training: mean, median, quantile, and what lies between."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def aim(name: str, y: Numbers, delta: float, quantile: float) -> float:
    """The constant of least loss for targets (N,).

    MSE: the mean. MAE and quantile: the quantile of the sample (Koenker and Bassett, 1978). Huber and log-cosh: where
    the clipped or squashed errors add up to zero (Huber, 1964).
    """
    if name == "mse":
        return float(y.mean())
    if name in ("mae", "quantile"):
        return float(np.quantile(y, 0.5 if name == "mae" else quantile, method="inverted_cdf"))
    return root(lambda c: _slope(name, c - y, delta), float(y.min()), float(y.max()))


def _slope(name: str, errors: Numbers, delta: float) -> float:
    return float((np.clip(errors, -delta, delta) if name == "huber" else np.tanh(errors)).mean())


def root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function passes zero between low and high, by bisection to the last digit."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
