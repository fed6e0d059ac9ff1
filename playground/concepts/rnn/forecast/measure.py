"""What is measured of the networks. Numbers are means over the repeats; pictures show the first network.

L values, N seen, W a window, T the test part, S steps ahead, U units shown, K columns.

Metrics: train_loss (mean squared error of all training windows, standardised); train_mae, test_mae, one step ahead, in
the series' units, test_low and test_high over the repeats; wins (networks with a lower test error than the linear
model); skill = 1 - test_mae / persistence; gain, the same beside the linear model. Now and then, and then held:
horizon_mae (S steps ahead), useful (the steps ahead at which the network beats persistence and the training mean),
free_mae (from the split to the end on its own forecasts), reach (the newest inputs that make 90 % of the first
network's gradient). Of every frame: free_spread, the standard deviation of the first network's free run over the true
one. The same in every frame: linear_, persistence_ and mean_test_mae, _train_mae, _horizon_mae and _free_mae; outside,
the share of the test part outside the range of training; missing, dropped; test_count.

Arrays of frame 0: times, levels (L,); at (N - W,); linear_one, persistence_one; free_at, linear_free (T + 1,); view_x,
view_y, region, split; ahead, ahead_<rival> (S,); lag, linear_lag (W,); seen_x, linear_y (T,), diagonal, seen_range; the
table's columns. Of every frame: one (N - W,), free (T + 1,), seen_y (T,), state, free_state (<= 120, 2), units,
free_units (U, K), column_<kind> (4,). Now and then: ahead_network (S,), lag_mean, lag_size (W,).
Series: step, train_mae, test_mae, test_low, test_high.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.forecast import pictures
from playground.concepts.rnn.forecast.linear import mae_ahead
from playground.concepts.rnn.forecast.networks import Network
from playground.concepts.rnn.forecast.rivals import RIVALS, rivals
from playground.concepts.rnn.forecast.task import Task
from playground.contract import Frame, Ranged
from playground.wire import narrow

SPARSE = 4  # every so many frames what lies further ahead is measured
MOST = 0.9  # of the gradient
CURVES = ("train_mae", "test_mae", "test_low", "test_high")

Arrays = dict[str, NDArray[np.float32] | Ranged]
Values = NDArray[np.float64]


def look_back(network: Network, windows: Tensor) -> tuple[Values, int]:
    """The gradient of the next forecast by each input, the newest first: its mean and its mean size (2, W).

    And how many of the newest inputs make MOST of the size.
    """
    inputs = windows.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network(inputs)[:, -1].sum(), inputs)
    newest = gradient.flip(1).double().cpu()  # (N, W)
    size = newest.abs().mean(0)
    share = size.cumsum(0)
    return torch.stack([newest.mean(0), size]).numpy(), int((share < MOST * share[-1]).sum()) + 1


class Measure:
    """Measures the networks: called with the number of updates done, it returns the frame."""

    def __init__(self, found: Task, networks: Sequence[Network], losses: Sequence[Callable[[], Tensor]]) -> None:
        self.found, self.networks, self.losses = found, networks, losses
        self.rivals = rivals(found)
        device = next(networks[0].parameters()).device
        self.windows = torch.from_numpy(found.windows.astype(np.float32)).to(device)  # (N - W, W)
        self.test = self.windows[-found.test_count :]
        self.plane = pictures.Plane()
        self.frames, self.held, self.fixed = 0, dict[str, float](), self._fixed()

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        sparse = self.frames % SPARSE == 0 or step == self.found.knobs.steps
        self.frames += 1
        arrays = pictures.still(self.found, self.rivals) if step == 0 else {}
        if sparse:
            arrays |= self._lag()
        with torch.no_grad():
            arrays |= self._ahead() if sparse else {}
            paths, states = self._paths()
            arrays |= self._pictures(paths[0], states)
            scores = self._scores(paths)
        metrics = {**self.fixed, **scores, **self.held}
        arrays |= narrow(self._columns(scores))
        points = {"step": [step], **{name: [scores[name]] for name in CURVES}}
        return Frame(step, metrics, arrays, narrow(points))

    def _paths(self) -> tuple[list[Values], Tensor]:
        """Of each network the forecasts (N - W,) after every window; and the states (N - W, D) of the first."""
        runs = [network.run(self.windows) for network in self.networks]
        return [self.found.values(_numbers(said[:, -1:]))[:, 0] for said, _ in runs], runs[0][1][:, -1].cpu()

    def _scores(self, paths: Sequence[Values]) -> dict[str, float]:
        count = self.found.test_count
        errors = np.abs(np.stack(paths) - self.found.truth)  # (R, N - W)
        train, test = errors[:, :-count].mean(1), errors[:, -count:].mean(1)
        rival = self.rivals.test_mae
        return {
            "train_loss": float(np.mean([loss().item() for loss in self.losses])),
            "train_mae": float(train.mean()), "test_mae": float(test.mean()),
            "test_low": float(test.min()), "test_high": float(test.max()),
            "wins": int((test < rival["linear"]).sum()),
            "skill": _gained(test.mean(), rival["persistence"]), "gain": _gained(test.mean(), rival["linear"]),
        }  # fmt: skip

    def _lag(self) -> Arrays:
        (mean, size), self.held["reach"] = look_back(self.networks[0], self.test)
        return dict(narrow({"lag_mean": mean, "lag_size": size}))

    def _ahead(self) -> Arrays:
        """The error of 1 to S steps ahead, the mean over the networks; and that of running on to the end."""
        count, width, steps = self.found.test_count, self.windows.shape[1], len(self.rivals.ahead["mean"])
        truth = self.found.truth[-count:]
        runs = [network(self.test, steps - 1)[:, width - 1 :] for network in self.networks]
        curve = np.mean([mae_ahead(self.found.values(_numbers(run)), truth) for run in runs], 0)
        bar = np.fmin(self.rivals.ahead["persistence"], self.rivals.ahead["mean"])
        paths = [
            self.found.free(_numbers(network(self.test[:1], count - 1)[0, width - 1 :])) for network in self.networks
        ]
        self.held |= {"horizon_mae": float(curve[-1]), "useful": int((curve < bar).cumprod().sum()),
                      "free_mae": float(np.mean([np.abs(path - truth).mean() for path in paths]))}  # fmt: skip
        return dict(narrow({"ahead_network": curve}))

    def _pictures(self, path: Values, states: Tensor) -> Arrays:
        """The first network's forecasts and states, reading the truth and running free from the split."""
        count, width = self.found.test_count, self.windows.shape[1]
        said, hidden = self.networks[0].run(self.test[:1], count - 1)
        free = self.found.free(_numbers(said[0, width - 1 :]))  # (T,)
        self.held["free_spread"] = float(free.std() / (self.found.truth[-count:].std() or 1.0))
        found = {"one": path, "free": np.append(self.found.last[-count], free), "seen_y": path[-count:]}
        running = hidden[0, width - 1 :].cpu()  # (T, D)
        return {**narrow(found), **self.plane(states[-count:], running), **pictures.units(states, running)}

    def _fixed(self) -> dict[str, float]:
        known, count = self.rivals, self.found.test_count
        past, test = self.found.series.values[:-count], self.found.truth[-count:]
        kinds = {
            "train_mae": known.train_mae, "test_mae": known.test_mae, "free_mae": known.free_mae,
            "horizon_mae": {name: float(curve[-1]) for name, curve in known.ahead.items()},
        }  # fmt: skip
        return {
            **{f"{name}_{kind}": errors[name] for kind, errors in kinds.items() for name in RIVALS},
            "outside": float(((test > past.max()) | (test < past.min())).mean()),
            "missing": self.found.series.missing, "dropped": self.found.series.dropped, "test_count": count,
        }  # fmt: skip

    def _columns(self, scores: dict[str, float]) -> dict[str, list[float]]:
        """The table's columns: of the network and its rivals each error, and what it saves beside persistence."""
        known = self.rivals
        base = known.test_mae["persistence"]
        tests = [scores["test_mae"], *(known.test_mae[name] for name in RIVALS)]
        return {
            "column_train": [scores["train_mae"], *(known.train_mae[name] for name in RIVALS)],
            "column_test": tests,
            "column_skill": [100 * _gained(one, base) for one in tests],
            "column_horizon": [self.held["horizon_mae"], *(known.ahead[name][-1] for name in RIVALS)],
            "column_free": [self.held["free_mae"], *(known.free_mae[name] for name in RIVALS)],
        }  # fmt: skip


def _numbers(said: Tensor) -> Values:
    return said.double().cpu().numpy()


def _gained(error: float, base: float) -> float:
    """The share of a rival's error that is saved; 0 where that makes none."""
    return float(1 - error / base) if base else 0.0
