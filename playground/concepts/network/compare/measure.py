"""What a frame of a sweep shows.

V values, M members, T shown, every second with a twin, F frames so far. Metrics: of the member, or the mean of the
seeds, that is best on the validation points best_value, best_other (second knob), best_train_loss ...
best_test_accuracy (or best_test_r2); networks, gone (of the members: diverged, or no better than at the start),
start_loss; parted, of the twins, those whose validation loss is more than 5 % from the member's (and 1 % of the first
loss), and parted_from, the least value among them. For seeds also mean_train_loss ..., mean_test_accuracy, spread
(standard deviation of the test score), low_score and high_score.
Arrays: train, validation, test (V,), the measure against value (V,); gone_x (V,), NaN where nothing is gone; with
several seeds band_x, band_y (2V,), the span of validation, there and back; best_x, best_y; cells (8, 8), top row
first, the bluer the better, and cell_x, cell_y, cell_value (64,); counts (40,), how many seeds have which test score,
at bins (40,), and loss_range (2,); best_curve, best_steps (F,), of the member that is best now; the table's columns
(T,), NaN for members without a twin. Every fifth frame and in the last `maps` (T, 24, 24), or for one input `curves`
(100, T); for it truth_x, truth (100,) in frame 0. At most 14 kB a frame.
Series: step, curve (M a frame), the members' measure on the validation points; for seeds mean_train ..., low, high.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.compare.knobs import MAP_SIZE, SIDE, Knobs
from playground.concepts.network.compare.training import Training
from playground.concepts.network.sandbox.measure import CURVE_SIZE, class_codes, lattice
from playground.concepts.network.sandbox.points import SPLITS
from playground.contract import Array, Frame, ranged
from playground.data.toy import sine_truth
from playground.training.population_updates import member_losses
from playground.wire import narrow

Floats = NDArray[np.float64]

PARTED = 0.05  # share of the member's loss by which a twin is off
LEAST_PARTED = 0.01  # share of the first loss that this must be at least
MAPS_EVERY = 5  # frames
BINS = np.linspace(0, 1, 41)
DARKEST = 2.6  # times the range of the cells: the palest part of the scale, on which numbers can be read
LOWEST = (-3.3, -4.0, -5.0, -6.0)  # powers of ten at which the axis of losses may begin
GONE_AT = {"loss": 8.0, "score": 0.02}  # where on the axis the crosses lie
NOTHING = float("nan")


class Measure:
    """Measures a sweep: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, training: Training) -> None:
        self.knobs, self.training = knobs, training
        self.x = np.array([getattr(one, knobs.swept, NOTHING) for one in self._settings], np.float64)
        self.seeds = np.array([one.seed for one in self._settings], np.float64)
        self.start = NOTHING
        self.low = float("inf")  # of the axis of losses, a power of ten
        self.steps: list[int] = []
        self.curves: list[Floats] = []  # a frame each, (M,)

    @property
    def _settings(self) -> tuple[Any, ...]:
        return self.training.settings[: self.training.count]

    @torch.no_grad()
    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        training, knobs = self.training, self.knobs
        losses, scores = self._results()
        if step == 0:
            self.start = float(np.nanmean(losses["validation"][: training.count]))
        count = training.count
        main = losses if knobs.measure == "loss" else scores
        self.steps.append(step)
        self.curves.append(main["validation"][:count])
        groups = knobs.seed_count
        best = self._best({split: _means(one[:count], groups) for split, one in main.items()})
        metrics = {**self._told(best, losses, scores), **self._twins(losses["validation"])}
        arrays: dict[str, Any] = {**self._shapes(main, losses, scores, best), **self._table(losses, scores)}
        arrays |= {"best_curve": [one[best * groups] for one in self.curves], "best_steps": self.steps}
        series: dict[str, Any] = {"step": [step], "curve": self.curves[-1], **self._series(main)}
        pictures = self._pictures() if (len(self.steps) - 1) % MAPS_EVERY == 0 or step == knobs.steps else {}
        arrays |= self._axis(losses)
        cells = {"cells": arrays.pop("cells")} if "cells" in arrays else {}
        return Frame(step, metrics, {**narrow(arrays), **cells, **pictures}, narrow(series))

    def _axis(self, losses: Mapping[str, Floats]) -> dict[str, Any]:
        """The axis of losses (2,) in powers of ten, whenever it has to reach further down."""
        least = min(float(np.fmin.reduce(one, initial=np.inf)) for one in losses.values())
        low = next((low for low in LOWEST if 10**low < 0.8 * least), LOWEST[-1])
        if low >= self.low:
            return {}
        self.low = low
        return {"loss_axis": [low, 1.0]}

    def _results(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        """Loss and accuracy or R² (M + T,) of each member by split; NaN for one that is frozen."""
        training = self.training
        outputs = training.population(training.inputs)
        parts = zip(SPLITS, torch.tensor_split(outputs, training.ends[:2], dim=1), strict=True)
        losses, scores = {}, {}
        for split, part in parts:
            targets = training.targets[split]
            losses[split] = self._known(member_losses(part, targets, training.loss_fn))
            scores[split] = self._known(member_scores(part, targets, self.knobs.is_classes))
        return losses, scores

    def _known(self, values: Tensor) -> Floats:
        return torch.where(self.training.population.alive, values, NOTHING).cpu().double().numpy()

    def _best(self, main: Mapping[str, Floats]) -> int:
        """The number of the value that is best on the validation points; the first where none is a number."""
        sign = 1 if self.knobs.measure == "loss" else -1
        return int(np.argmin(np.where(np.isfinite(main["validation"]), sign * main["validation"], np.inf)))

    def _told(self, best: int, losses: Mapping[str, Floats], scores: Mapping[str, Floats]) -> dict[str, float]:
        knobs, count, groups = self.knobs, self.training.count, self.knobs.seed_count
        setting = self._settings[best * groups]
        found = {"best_value": float(setting.seed if knobs.mode == "seeds" else getattr(setting, knobs.swept))}
        if knobs.mode == "two":
            found["best_other"] = float(getattr(setting, knobs.other))
        for name, table in (("loss", losses), (knobs.score, scores)):
            found |= {f"best_{split}_{name}": float(_means(table[split][:count], groups)[best]) for split in SPLITS}
        validation = losses["validation"][:count]
        gone = ~(validation <= self.start) if len(self.steps) > 1 else np.zeros(count, bool)
        found |= {"networks": count, "gone": float(gone.sum()), "start_loss": self.start}
        return found | (self._of_seeds(losses, scores) if knobs.mode == "seeds" else {})

    def _of_seeds(self, losses: Mapping[str, Floats], scores: Mapping[str, Floats]) -> dict[str, float]:
        count = self.training.count
        test = scores["test"][:count]
        found = {f"mean_{split}_loss": _mean(losses[split][:count]) for split in SPLITS}
        found |= {f"mean_test_{self.knobs.score}": _mean(test)}
        known = test[np.isfinite(test)]
        spread = (float(known.std()), float(known.min()), float(known.max())) if len(known) else (NOTHING,) * 3
        return found | dict(zip(("spread", "low_score", "high_score"), spread, strict=True))

    def _twins(self, validation: Floats) -> dict[str, float]:
        """How many twins ended elsewhere than their members, and the least value of those."""
        own, twins = validation[self.training.twinned], validation[self.training.count :]
        allowed = np.maximum(PARTED * np.abs(own), LEAST_PARTED * self.start)
        with np.errstate(invalid="ignore"):
            off = ~(np.abs(twins - own) <= allowed) & (np.isfinite(twins) | np.isfinite(own))
        values = (self.seeds if self.knobs.mode == "seeds" else self.x)[self.training.twinned][off]
        return {"parted": float(off.sum()), "parted_from": float(values.min()) if len(values) else NOTHING}

    def _table(self, losses: Mapping[str, Floats], scores: Mapping[str, Floats]) -> dict[str, Floats]:
        rows = self.training.shown
        twins = np.full(len(rows), NOTHING)
        twins[::2] = losses["validation"][self.training.count :]
        found = {f"row_{split}": losses[split][rows] for split in SPLITS}
        return {**found, "row_score": scores["test"][rows], "row_twin": twins}

    def _shapes(
        self, main: Mapping[str, Floats], losses: Mapping[str, Floats], scores: Mapping[str, Floats], best: int
    ) -> dict[str, Any]:
        """What the main panel shows; for seeds the histogram beside it."""
        count = self.training.count
        if self.knobs.mode == "seeds":
            return self._histogram(scores["test"][:count])
        if self.knobs.mode == "two":
            return self._cells(main["validation"][:count], best)
        return self._against_value({split: one[:count] for split, one in main.items()}, losses, best)

    def _against_value(self, main: Mapping[str, Floats], losses: Mapping[str, Floats], best: int) -> dict[str, Any]:
        groups = self.knobs.seed_count
        means = {split: _means(one, groups) for split, one in main.items()}
        values = self.x[::groups]
        gone = ~(_means(losses["validation"][: self.training.count], groups) <= self.start * 1.0001)
        found: dict[str, Any] = {**means, "gone_x": np.where(gone, values, NOTHING)}
        found |= {"best_x": values[[best]], "best_y": means["validation"][[best]]}
        if groups > 1:
            seeds = main["validation"].reshape(-1, groups)
            found["band_y"] = [*seeds.min(1), *seeds.max(1)[::-1]]
        if len(self.steps) == 1:
            found |= {"value": values, "edges": values[[0, -1]], "band_x": [*values, *values[::-1]]}
            found["start"] = means["validation"][[0, 0]]
            found["gone_y"] = np.full(len(values), GONE_AT[self.knobs.measure])
        return found

    def _cells(self, validation: Floats, best: int) -> dict[str, Any]:
        """Each cell's goodness: the loss on a log scale, or the score; worst where there is no number."""
        good = -np.log10(np.maximum(validation, 1e-6)) if self.knobs.measure == "loss" else validation
        known = good[np.isfinite(good)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        low = max(low, -np.log10(self.start) - 0.5) if self.knobs.measure == "loss" else max(low, -1.0)
        top = low + DARKEST * max(high - low, 1e-3)
        grid = np.where(np.isfinite(good), good, low).reshape(SIDE, SIDE)[::-1]
        found: dict[str, Any] = {"cells": ranged(grid, low, top), "cell_value": validation}
        found |= {"best_x": [best % SIDE], "best_y": [best // SIDE]}
        if len(self.steps) == 1:
            found |= {"cell_x": np.arange(SIDE**2) % SIDE, "cell_y": np.arange(SIDE**2) // SIDE}
        return found

    def _histogram(self, scores: Floats) -> dict[str, Any]:
        """How many seeds have which test score; below 0 counts as 0."""
        first: dict[str, Any] = {"bins": (BINS[:-1] + BINS[1:]) / 2, "loss_range": [0, 1.4 * self.start]}
        first = first if len(self.steps) == 1 else {}
        return {**first, "counts": np.histogram(np.clip(scores, 0, 1), BINS)[0]}

    def _series(self, main: Mapping[str, Floats]) -> dict[str, Any]:
        if self.knobs.mode != "seeds":
            return {}
        count = self.training.count
        found: dict[str, Any] = {f"mean_{split}": [_mean(one[:count])] for split, one in main.items()}
        known = main["validation"][:count]
        known = known[np.isfinite(known)]
        low, high = np.percentile(known, (10, 90)) if len(known) else (NOTHING, NOTHING)
        return {**found, "low": [low], "high": [high]}

    def _pictures(self) -> dict[str, Array]:
        """What the shown members say over the plane, or over the line."""
        training = self.training
        outputs = torch.stack([training.population.network(i)(training.picture) for i in training.shown]).cpu()
        if len(training.picture) == CURVE_SIZE:
            return self._lines(outputs[:, ::2, 0])
        if outputs.shape[2] > 1:
            return {"maps": class_codes(outputs.flatten(0, 1)).reshape(-1, MAP_SIZE, MAP_SIZE)}
        planes = outputs.reshape(-1, MAP_SIZE, MAP_SIZE)
        if self.knobs.is_classes:
            return {"maps": ranged(torch.sigmoid(planes).numpy(), 0, 1)}
        bound = float(training.targets["train"].abs().max()) or 1.0
        return {"maps": ranged(planes.numpy(), -bound, bound)}

    def _lines(self, outputs: Tensor) -> dict[str, Array]:
        found: dict[str, Any] = {"curves": outputs.T.contiguous().numpy().ravel()}
        if len(self.steps) == 1:
            x = lattice(CURVE_SIZE, 1).numpy()[::2]
            found |= {"truth_x": x[:, 0], "truth": sine_truth(x)}
        return dict(narrow(found))


def member_scores(outputs: Tensor, targets: Tensor, is_classes: bool) -> Tensor:
    """The accuracy or R² (M,) of outputs (M, N, K) against targets (M or 1, N) or (M or 1, N, 1)."""
    if is_classes:
        said = (outputs > 0).to(targets.dtype) if outputs.shape[2] == 1 else outputs.argmax(2)
        return (said == targets).float().flatten(1).mean(1)
    error = ((outputs - targets) ** 2).sum((1, 2))
    spread = ((targets - targets.mean(1, keepdim=True)) ** 2).sum((1, 2))
    return 1 - error / spread


def _means(values: Floats, groups: int) -> Floats:
    """The mean (V,) over the seeds of each value."""
    found: Floats = values.reshape(-1, groups).mean(1)
    return found


def _mean(values: Floats) -> float:
    """The mean of the numbers among the values."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else NOTHING
