"""Arrays of the panels: what never changes, the units over time, and the states on a plane.

L values, N seen, W a window, T the test part, S steps ahead, D hidden units.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.forecast.rivals import RIVALS, Rivals
from playground.concepts.rnn.forecast.task import Task
from playground.contract import Ranged, ranged
from playground.wire import narrow

BEFORE, AFTER = 12, 36  # steps of the units' picture, before the split and after it
UNITS = 24
SPREADS = 2.5  # standard deviations at the ends of the units' colours
TINY = 1e-6
MOST_STATES = 120
PAST = 0.6  # of the test part's length is shown before it
ROOM = 0.012  # of the picture's width lies behind the last value
LARGEST = 1e30  # what single precision holds with room for axes

Arrays = dict[str, NDArray[np.float32] | Ranged]


def still(found: Task, known: Rivals) -> Arrays:
    """What the frames hold from the first on."""
    count, series = found.test_count, found.series
    test, last = found.truth[-count:], found.last[-count:]
    at = series.times[-len(found.truth) :]
    linear = np.append(last[0], known.linear_free).clip(-LARGEST, LARGEST)
    diagonal = np.array([test.min(), test.max()])
    lines = {f"{name}_level": np.full(2, known.test_mae[name]) for name in RIVALS}
    ahead = {f"ahead_{name}": curve.clip(0, LARGEST) for name, curve in known.ahead.items()}
    return {
        **_frame(found),
        **narrow({
            "times": series.times, "levels": series.values, "at": at, "linear_one": known.linear_one,
            "persistence_one": found.last, "free_at": series.times[-count - 1 :], "linear_free": linear,
            "lag": np.arange(1, found.knobs.window + 1), "linear_lag": known.coefficients[-2::-1],
            "ahead": np.arange(1, len(known.ahead["mean"]) + 1), "seen_x": test,
            "linear_y": known.linear_one[-count:], "diagonal": diagonal, "seen_range": _padded(test, 0.2),
            "span": [0, found.knobs.steps], **lines, **ahead,
        }),
    }  # fmt: skip


def _frame(found: Task) -> Arrays:
    """Where the picture of the series begins and ends, and where training does."""
    count, times, values = found.test_count, found.series.times, found.series.values
    shown = min(len(values), count + max(round(PAST * count), BEFORE))
    split = (times[-count - 1] + times[-count]) / 2
    room = _padded(values[-shown:], 0.15)
    end = times[-1] + ROOM * (times[-1] - times[-shown])
    return dict(narrow({"view_x": [times[-shown], end], "view_y": room, "split": [split], "end": [end]}))


def _padded(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """A range about the values with room on either side."""
    low, high = values.min(), values.max()
    room = share * (high - low) or 1.0
    return np.array([low - room, high + room])


def units(states: Tensor, running: Tensor) -> Arrays:
    """The first units over the steps about the split, (U, K): reading the truth, and running free.

    Each unit is shown about its mean over the test part, in its standard deviations there. `states` (N - W, D) end
    with those of the test part, `running` (T, D) start at the split with the same.
    """
    count = len(running)
    test = states[-count:, :UNITS]
    parts = (states[:-count][-BEFORE:, :UNITS], test, running[:, :UNITS])
    before, after, free = ((part - test.mean(0)) / test.std(0).clamp_min(TINY) for part in parts)
    return {"units": _picture(before, after), "free_units": _picture(before, free)}


def _picture(before: Tensor, after: Tensor) -> Ranged:
    """Units in rows, the first on top, steps in columns; where there is no step, nothing."""
    picture = torch.zeros(after.shape[1], BEFORE + AFTER)
    picture[:, BEFORE - len(before) : BEFORE] = before.T
    shown = after[:AFTER]
    picture[:, BEFORE : BEFORE + len(shown)] = shown.T
    return ranged(picture.nan_to_num().numpy(), -SPREADS, SPREADS)


class Plane:
    """The plane on which the states spread most; from one frame to the next it is turned as little as can be."""

    def __init__(self) -> None:
        self.before: Tensor | None = None

    def __call__(self, states: Tensor, running: Tensor) -> Arrays:
        """Where states (T, D), reading the truth and running free, lie on the plane, in spreads of the first."""
        states, running = states[:MOST_STATES].double(), running[:MOST_STATES].double()
        if not states.isfinite().all() or not running.isfinite().all():
            return {}
        mean = states.mean(0)
        basis = plane(states - mean)
        places = (states - mean) @ basis  # (T, 2)
        scale = places.std(0).clamp_min(TINY)
        places = places / scale
        turn = torch.eye(2, dtype=torch.float64) if self.before is None else nearest_turn(places, self.before)
        self.before = places @ turn
        free = (running - mean) @ basis / scale @ turn
        found = {"state_x": self.before[:, 0], "state_y": self.before[:, 1], "free_x": free[:, 0], "free_y": free[:, 1]}
        return {**narrow({name: values.numpy() for name, values in found.items()})}


def plane(centred: Tensor) -> Tensor:
    """The two directions (D, 2) in which centred states (T, D) spread most; of one unit, itself and nothing."""
    _, _, rows = torch.linalg.svd(centred, full_matrices=False)
    basis = torch.zeros(centred.shape[1], 2, dtype=centred.dtype)
    basis[:, : min(2, len(rows))] = rows[:2].T
    return basis


def nearest_turn(places: Tensor, before: Tensor) -> Tensor:
    """The orthogonal matrix (2, 2) that brings places (T, 2) closest to where they were (Schönemann, 1966)."""
    left, _, right = torch.linalg.svd(places.T @ before)
    turn: Tensor = left @ right
    return turn
