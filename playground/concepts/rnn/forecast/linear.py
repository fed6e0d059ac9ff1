"""The forecasters that a network has to beat: the last value, the training mean, and a linear autoregression.

N windows of W values, S steps ahead.
"""

from __future__ import annotations

import numpy as np


def fit_linear(values: np.ndarray, window: int) -> np.ndarray:
    """The coefficients (W + 1,) that forecast a value from the W before it, oldest first, and a constant, last.

    They have the least squared error on the values, and where many have, the least size.
    """
    rows = np.lib.stride_tricks.sliding_window_view(values, window + 1)
    table = np.column_stack([rows[:, :-1], np.ones(len(rows))])
    coefficients: np.ndarray = np.linalg.lstsq(table, rows[:, -1], rcond=None)[0]
    return coefficients


def run_linear(coefficients: np.ndarray, windows: np.ndarray, steps: int) -> np.ndarray:
    """The forecasts (N, S) after windows (N, W), each step fed with those before it."""
    rows, width = windows, windows.shape[1]
    for _ in range(steps):
        rows = np.column_stack([rows, rows[:, -width:] @ coefficients[:-1] + coefficients[-1]])
    return rows[:, width:]


def to_values(forecasts: np.ndarray, last: np.ndarray, mean: float, spread: float, differenced: bool) -> np.ndarray:
    """Standardised forecasts (N, S) in the series' units; changes are added up from the last true value (N,) on."""
    scaled = forecasts * spread + mean
    return last[:, None] + np.cumsum(scaled, 1) if differenced else scaled


def mae_ahead(forecasts: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """The mean absolute error (S,) of forecasts (T, S) made before each of the T true values, 1 to S <= T steps ahead.

    The last windows have fewer true values ahead of them, so that the error s steps ahead is over T - s + 1.
    """
    count, steps = forecasts.shape
    return np.array([np.abs(forecasts[: count - s, s] - truth[s:]).mean() for s in range(steps)])
