"""What a frame of a sweep shows, measured in one forward pass of all networks.

S settings named as in `methods`, R repeats. Metrics, the mean over the repeats, for each setting s: train_loss.s,
validation_loss.s, test_loss.s, the same three accuracies, sparsity.s (share of weights under 0.001 in size; those of
units that a smaller network lacks count); the same of the first setting, as `plain`, and of the one with the highest
validation accuracy, as `best`, with gap.plain and gap.best (training minus test accuracy); best_setting, its number,
and best_strength.
Arrays: maps (S, 25, 25), the probability of class 1 in the first repeat, row 0 at the lowest x2; frame_x, frame_y (5,),
round the best map; best_x, best_y (2,); train, test (S,) and train_band, test_band (2 S,), accuracies; steps and
train_loss_plain, test_loss_plain, train_loss_best, test_loss_best (frames so far,); density (S, 30, 1), histograms
of log10 |w|; the table's columns. With early stopping also stop_x, stop_y, kept_x, kept_y (S,). Frame 0 also x, y,
label, the points shown; at (S,), around (2 S,). At most 12.5 kB a frame, 24 kB the first.
Series: step; sparsity_<i>; with early stopping also train and validation, the losses of the network that never stops.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import logsigmoid

from playground.concepts.regularization.overfitting import grid
from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.methods import SETTINGS
from playground.concepts.regularization.overfitting.nets import weights
from playground.concepts.regularization.overfitting.points import SPLITS, Points
from playground.concepts.regularization.overfitting.training import Training
from playground.contract import Frame, Ranged, ranged
from playground.training.lattice import square
from playground.training.losses import binary_cross_entropy
from playground.training.population_updates import member_losses

MAP = 25
MOST_POINTS = 80  # in each map
SMALL = 1e-3  # a weight below it counts as zero
DECADES = (-5.0, 1.0)
BINS = 30

Floats = NDArray[np.float64]
Shown = dict[str, NDArray[Any] | Ranged]


def averaged(outputs: Tensor) -> Tensor:
    """The logits (S, ...) of the mean probability of the first, the first two, ... of S networks' logits (S, ...)."""
    ones, zeros = (torch.logcumsumexp(logsigmoid(sign * outputs.double()), 0) for sign in (1, -1))
    return (ones - zeros).to(outputs)


def best_of(found: dict[str, Floats]) -> int:
    """The setting of the highest validation accuracy; of equal ones that of the least validation loss."""
    accuracy, loss = (found[f"validation_{kind}"].mean(1) for kind in ("accuracy", "loss"))
    return int(np.lexsort((loss, -accuracy.round(9)))[0])


class Measure:
    """Measures a sweep: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, training: Training, data: Points) -> None:
        self.knobs, self.training, self.data = knobs, training, data
        plane = square(MAP, grid.DOMAIN).expand(knobs.repeats, -1, -1)
        rows = torch.cat([*(data.inputs[split] for split in SPLITS), plane], 1)  # (R, N, 2)
        self.rows = rows.repeat(SETTINGS, 1, 1).to(training.population.values)  # (M, N, 2)
        self.counts = [*(data.inputs[split].shape[1] for split in SPLITS), MAP * MAP]
        self.curves: dict[str, list[Floats]] = {"step": [], "train": [], "test": []}

    @torch.no_grad()
    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds the points."""
        outputs = self.training.population(self.rows).cpu()[..., 0]
        outputs = outputs.reshape(SETTINGS, -1, outputs.shape[1])  # (S, R, N)
        outputs = averaged(outputs) if self.knobs.method == "averaging" else outputs
        *splits, plane = torch.split(outputs, self.counts, dim=2)
        found = {**self._scores(splits), **self._weights()}  # (S, R) each
        best = best_of(found)
        arrays = {
            "maps": ranged(torch.sigmoid(plane[:, 0]).reshape(-1, MAP, MAP).numpy(), 0, 1), "density": self._density(),
            **_frame(best), **_sweep(found, best), **self._losses(step, found, best), **_columns(found),
            **self._stops(), **(self._still() if step == 0 else {}),
        }  # fmt: skip
        return Frame(step, self._metrics(found, best), _narrow(arrays), self._series(step, found))

    def _scores(self, splits: list[Tensor]) -> dict[str, Floats]:
        """Loss and accuracy (S, R) of each split from its outputs (S, R, N)."""
        found: dict[str, Floats] = {}
        for split, outputs in zip(SPLITS, splits, strict=True):
            targets = self.data.targets[split][..., 0].expand(outputs.shape)
            losses = member_losses(outputs.flatten(0, 1), targets.flatten(0, 1), binary_cross_entropy)
            found[f"{split}_loss"] = losses.reshape(outputs.shape[:2]).double().numpy()
            right = (outputs > 0) == (targets > 0.5)
            found[f"{split}_accuracy"] = right.double().mean(2).numpy()
        return found

    def _weights(self) -> dict[str, Floats]:
        """The share (S, R) of each network's weights that are all but zero."""
        small = (weights(self.training.population).abs() < SMALL).double().mean(1)
        return {"sparsity": small.reshape(SETTINGS, -1).cpu().numpy()}

    def _density(self) -> Ranged:
        """A histogram of log10 |w| for each setting, all repeats together, a column (BINS, 1) each."""
        low, high = DECADES
        sizes = weights(self.training.population).reshape(SETTINGS, -1).abs().clamp(min=1e-30).log10()
        bins = ((sizes - low) / (high - low) * BINS).floor().clamp(0, BINS - 1).long().cpu()
        counts = torch.zeros(SETTINGS, BINS).scatter_add_(1, bins, torch.ones(bins.shape))
        return ranged(torch.sqrt(counts / counts.amax(1, keepdim=True))[..., None].numpy(), 0, 1)

    def _losses(self, step: int, found: dict[str, Floats], best: int) -> Shown:
        """The losses so far (frames,) without regularization and with what is best now."""
        self.curves["step"].append(np.array(float(step)))
        for split in ("train", "test"):
            self.curves[split].append(found[f"{split}_loss"].mean(1))
        past = {name: np.stack(values) for name, values in self.curves.items()}
        pairs = {f"{split}_loss_{name}": past[split][:, s] for split in ("train", "test")
                 for name, s in (("plain", 0), ("best", best))}  # fmt: skip
        return {"steps": past["step"], **pairs}

    def _stops(self) -> Shown:
        """When the first repeat's networks stopped and when they had been best (S,), with the validation loss there."""
        patience = self.training.patience
        if patience is None:
            return {}
        names = ("stop_step", "stop_loss", "best_step", "least")
        first = {name: getattr(patience, name).reshape(SETTINGS, -1)[:, 0].cpu().double() for name in names}
        stopped = ~first["stop_step"].isnan()
        kept = {name: torch.where(stopped, values, torch.nan).numpy() for name, values in first.items()}
        return {"stop_x": kept["stop_step"], "stop_y": kept["stop_loss"],
                "kept_x": kept["best_step"], "kept_y": kept["least"]}  # fmt: skip

    def _still(self) -> Shown:
        """The first repeat's first training points, once in every map's place."""
        inputs = self.data.inputs["train"][0, :MOST_POINTS]
        x, y = (inputs + torch.tensor(grid.CENTRES)[:, None]).reshape(-1, 2).double().numpy().T
        at = np.arange(SETTINGS, dtype=np.float64)
        labels = np.tile(self.data.targets["train"][0, :MOST_POINTS, 0].numpy(), SETTINGS)
        return {"x": x, "y": y, "label": labels, "at": at, "around": np.append(at, at[::-1])}

    def _metrics(self, found: dict[str, Floats], best: int) -> dict[str, float]:
        scores = [f"{split}_{kind}" for kind in ("loss", "accuracy") for split in SPLITS]
        shown = [*scores, "sparsity"]
        means = {name: found[name].mean(1) for name in shown}
        method = self.knobs.swept
        said = {f"{name}.{setting}": float(values[s]) for name, values in means.items()
                for s, setting in enumerate(method.names)}  # fmt: skip
        gaps = means["train_accuracy"] - means["test_accuracy"]
        for name, s in (("plain", 0), ("best", best)):
            said |= {f"{metric}.{name}": float(means[metric][s]) for metric in shown}
            said[f"gap.{name}"] = float(gaps[s])
        return {**said, "best_setting": float(best), "best_strength": method.strengths[best]}

    def _series(self, step: int, found: dict[str, Floats]) -> dict[str, NDArray[Any]]:
        points = {"step": float(step)}
        points |= {f"sparsity_{s}": float(found["sparsity"][s].mean()) for s in range(SETTINGS)}
        if self.training.patience:
            points |= {split: float(found[f"{split}_loss"][0, 0]) for split in ("train", "validation")}
        return {name: np.array([value]) for name, value in points.items()}


def _frame(best: int) -> Shown:
    """The outline (5,) of the best setting's map."""
    x0, y0, x1, y1 = grid.BOXES[best]
    return {"frame_x": np.array([x0, x1, x1, x0, x0]), "frame_y": np.array([y0, y0, y1, y1, y0])}


def _sweep(found: dict[str, Floats], best: int) -> Shown:
    """Accuracies over the settings: mean, band over the repeats, and where the best one lies."""
    shown: Shown = {}
    for split in ("train", "test"):
        values = found[f"{split}_accuracy"]
        shown |= {split: values.mean(1), f"{split}_band": np.append(values.min(1), values.max(1)[::-1])}
    top = float(found["test_accuracy"][best].mean())
    return {**shown, "best_x": np.array([best, best], np.float64), "best_y": np.array([0.0, top])}


def _columns(found: dict[str, Floats]) -> Shown:
    """The table's columns (S,)."""
    names = ("train_loss", "test_loss", "train_accuracy", "validation_accuracy", "test_accuracy", "sparsity")
    columns = {f"{name}_column": found[name].mean(1) for name in names}
    return {**columns, "gap_column": columns["train_accuracy_column"] - columns["test_accuracy_column"]}


def _narrow(arrays: Shown) -> Shown:
    """The arrays in single precision."""
    return {name: one if isinstance(one, Ranged) else one.astype(np.float32) for name, one in arrays.items()}
