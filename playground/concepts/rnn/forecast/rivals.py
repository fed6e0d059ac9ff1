"""What the forecasters without a hidden state say: measured once, before training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.rnn.forecast.linear import fit_linear, mae_ahead, run_linear
from playground.concepts.rnn.forecast.task import Task

Values = NDArray[np.float64]
RIVALS = ("linear", "persistence", "mean")


@dataclass(frozen=True)
class Rivals:
    """`coefficients` (W + 1,) of the linear autoregression; of each rival the errors, T test values, S steps ahead.

    `train_mae` and `test_mae` are one step ahead; `ahead` (S,); `free_mae`, where it runs from the split to the end.
    `linear_one` (N - W,) are the linear forecasts of all windows, `linear_free` (T,) those from the split on.
    """

    coefficients: Values
    train_mae: dict[str, float]
    test_mae: dict[str, float]
    ahead: dict[str, Values]
    free_mae: dict[str, float]
    linear_one: Values
    linear_free: Values


def rivals(found: Task) -> Rivals:
    """The rivals of a task, of which the linear one is fitted to the training part alone."""
    count, steps = found.test_count, min(found.knobs.horizon, found.test_count)
    coefficients = fit_linear(found.seen[: found.split], found.knobs.window)
    with np.errstate(over="ignore", invalid="ignore"):  # an unstable recursion may leave every bound
        one = found.values(run_linear(coefficients, found.windows, 1))[:, 0]
        ahead = found.values(run_linear(coefficients, found.windows[-count:], steps))
        free = found.free(run_linear(coefficients, found.windows[-count:][:1], count)[0])
    mean = float(found.series.values[:-count].mean())
    paths = {"linear": one, "persistence": found.last, "mean": np.full(len(found.truth), mean)}
    errors = {name: np.abs(path - found.truth) for name, path in paths.items()}
    test, last = found.truth[-count:], found.last[-count:]
    spans = {"linear": ahead, "persistence": np.repeat(last[:, None], steps, 1), "mean": np.full((count, steps), mean)}
    runs = {"linear": free, "persistence": np.full(count, last[0]), "mean": np.full(count, mean)}
    return Rivals(
        coefficients,
        {name: float(error[:-count].mean()) for name, error in errors.items()},
        {name: float(error[-count:].mean()) for name, error in errors.items()},
        {name: mae_ahead(span, test) for name, span in spans.items()},
        {name: float(np.abs(run - test).mean()) for name, run in runs.items()},
        one, free,
    )  # fmt: skip
