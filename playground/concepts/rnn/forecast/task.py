"""What is to be learnt: a series split by time, standardised by its training part alone, and cut into windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.rnn.forecast.knobs import Knobs
from playground.concepts.rnn.forecast.linear import to_values
from playground.concepts.rnn.forecast.series import Series, series
from playground.data.published import DataError

FEWEST = 10  # windows of the training part

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """L values, of which the last T are the test part.

    `seen` (N,) float64 is what the forecasters see: the values, or N = L - 1 changes, less `mean` and over `spread`,
    those of the training part `seen[:split]`.
    """

    knobs: Knobs
    series: Series
    seen: Values
    split: int
    mean: float
    spread: float

    @property
    def test_count(self) -> int:
        """T, the steps of the test part."""
        return len(self.seen) - self.split

    @property
    def truth(self) -> Values:
        """The true values (N - W,) that the windows are followed by, in the series' units."""
        return self.series.values[-len(self.windows) :]

    @property
    def last(self) -> Values:
        """The last true value (N - W,) of each window."""
        return self.series.values[-len(self.windows) - 1 : -1]

    @property
    def windows(self) -> Values:
        """All windows (N - W, W) that are followed by a value: the last T of them are those of the test part."""
        return np.lib.stride_tricks.sliding_window_view(self.seen[:-1], self.knobs.window)

    def values(self, forecasts: Values) -> Values:
        """Standardised forecasts (n, S) after the last n windows, in the series' units."""
        return to_values(forecasts, self.last[-len(forecasts) :], self.mean, self.spread, self.knobs.differenced)

    def free(self, forecasts: Values) -> Values:
        """Standardised forecasts (T,) from the split on, in the series' units."""
        first = self.last[-self.test_count :][:1]
        path: Values = to_values(forecasts[None], first, self.mean, self.spread, self.knobs.differenced)[0]
        return path

    def training(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Inputs (M, W) and targets (M, W + own steps): what follows each input, and then the own steps."""
        window = self.knobs.window
        rows = np.lib.stride_tricks.sliding_window_view(self.seen[: self.split], window + self.knobs.own_steps + 1)
        return rows[:, :window].astype(np.float32), rows[:, 1:].astype(np.float32)


def task(knobs: Knobs) -> Task:
    """The task that the knobs name. Raises DataError with one sentence."""
    found = series(knobs)
    seen = np.diff(found.values) if knobs.differenced else found.values
    split = len(seen) - round(len(found.values) * knobs.test_share / 100)
    windows = split - knobs.window - knobs.own_steps
    if windows < FEWEST:
        raise DataError(
            f"The training part has {split} values, too few for a window of {knobs.window} steps"
            f"{f' and {knobs.own_steps} own steps' if knobs.own_steps else ''}: shorten the window, or the test share."
        )
    mean, spread = float(seen[:split].mean()), float(seen[:split].std())
    if spread <= 1e-9 * np.abs(seen).max():
        what = "changes by the same at every step" if knobs.differenced else "stays the same"
        raise DataError(f"The series {what} in its training part: there is nothing to learn.")
    return Task(knobs, found, (seen - mean) / spread, split, mean, spread)
