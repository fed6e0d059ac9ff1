"""What a frame of the comparison shows, measured in one forward pass of all networks.

Metrics, for each activation f the mean over its networks: train_loss.f, test_loss.f, train_accuracy.f, test_accuracy.f,
dead_share.f, saturated_share.f, and frozen.f, how many have stopped at a loss that is no number. Over all activations:
best_accuracy, worst_accuracy (on test points), most_dead; epoch.
Arrays: maps (F, 32, 32), the probability of class 1 by each activation's first network, row 0 at the lowest x2;
accuracy, loss, dead, saturated, frozen (F,), the table's columns. Frame 0 also class_0_x, class_0_y, class_1_x,
class_1_y, the training points shown, in every map's place. At most 16 kB a frame.
Series: step; train_loss.f, test_accuracy.f, dead_share.f and, where networks repeat, the same with _low and _high.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.activations.training import grid
from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.training.points import Points
from playground.contract import Frame, Ranged, ranged
from playground.training import metrics
from playground.training.lattice import square
from playground.training.losses import binary_cross_entropy
from playground.training.population import Population
from playground.training.population_updates import member_losses

MAP = 32
MOST_POINTS = 120  # of the training points, in each map
CURVES = ("train_loss", "test_accuracy", "dead_share")

Shown = dict[str, NDArray[Any] | Ranged]


class Measure:
    """Measures a population: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, population: Population, points: Points) -> None:
        self.knobs, self.population, self.points = knobs, population, points
        self.device = population.values.device
        self.rows = torch.cat([points.inputs["train"], points.inputs["test"], square(MAP, grid.DOMAIN)]).to(self.device)
        self.counts = [len(points.inputs["train"]), len(points.inputs["test"]), MAP * MAP]

    @torch.no_grad()
    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds the points."""
        *hidden, outputs = (one.cpu() for one in self.population.activations(self.rows))
        train, test, plane = torch.split(outputs, self.counts, dim=1)
        by_member = {**self._scores("train", train), **self._scores("test", test), **self._units(hidden)}
        found = {name: values.reshape(-1, self.knobs.repeats) for name, values in by_member.items()}  # (F, repeats)
        arrays: Shown = {"maps": self._maps(plane), **_columns(found), **(self._still() if step == 0 else {})}
        return Frame(step, self._metrics(step, found), arrays, self._series(step, found))

    def _scores(self, split: str, outputs: Tensor) -> dict[str, Tensor]:
        """Loss and accuracy (M,) on a split; outputs (M, N, 1)."""
        targets = self.points.targets[split].expand(len(outputs), -1, -1)
        losses = member_losses(outputs, targets, binary_cross_entropy)
        right = (outputs > 0) == (targets > 0.5)
        return {f"{split}_loss": losses, f"{split}_accuracy": right.float().mean((1, 2))}

    def _units(self, hidden: list[Tensor]) -> dict[str, Tensor]:
        """Shares (M,) of dead units and saturated activations on the training points, and which members are frozen."""
        rows = [one[:, : self.counts[0]] for one in hidden]  # (M, N, units) each
        sums = torch.cat(self._sums(rows), 2)  # (M, N, all units)
        names = [member.activation for member in self.population.members]
        dead = [metrics.dead(name, one).float().mean() for name, one in zip(names, sums, strict=True)]
        saturated = [metrics.saturated(name, one).mean() for name, one in zip(names, sums, strict=True)]
        frozen = (~self.population.alive).float().cpu()
        return {"dead_share": torch.stack(dead), "saturated_share": torch.stack(saturated), "frozen": frozen}

    def _sums(self, activations: list[Tensor]) -> list[Tensor]:
        """What enters the activations (M, N, units) of each hidden layer on the training points."""
        inputs = self.rows[: self.counts[0]].expand(len(self.population.members), -1, -1)
        before = zip(self.population.layers(), [inputs.cpu(), *activations[:-1]], strict=False)
        return [torch.baddbmm(bias.cpu(), one, weight.cpu()) for (weight, bias), one in before]

    def _maps(self, outputs: Tensor) -> Ranged:
        first = torch.sigmoid(outputs[:: self.knobs.repeats, :, 0]).reshape(-1, MAP, MAP)
        return ranged(first.numpy(), 0, 1)

    def _metrics(self, step: int, found: dict[str, Tensor]) -> dict[str, float]:
        names = self.knobs.names
        said = {
            f"{metric}.{name}": (values[i].sum() if metric == "frozen" else values[i].mean()).item()
            for metric, values in found.items()
            for i, name in enumerate(names)
        }
        accuracy, dead = found["test_accuracy"].mean(1), found["dead_share"].mean(1)
        said |= {"best_accuracy": accuracy.max().item(), "worst_accuracy": accuracy.min().item()}
        updates_an_epoch = math.ceil(self.counts[0] / (self.knobs.batch_size or self.counts[0]))
        return {**said, "most_dead": dead.max().item(), "epoch": step // updates_an_epoch}

    def _series(self, step: int, found: dict[str, Tensor]) -> dict[str, NDArray[np.float64]]:
        """A point of every curve, and of the edges of its band."""
        points: dict[str, float] = {"step": step}
        for curve in CURVES:
            for name, values in zip(self.knobs.names, found[curve], strict=True):
                points[f"{curve}.{name}"] = values.mean().item()
                if self.knobs.repeats > 1:
                    points[f"{curve}_low.{name}"] = values.min().item()
                    points[f"{curve}_high.{name}"] = values.max().item()
        return {name: np.array([value], np.float64) for name, value in points.items()}

    def _still(self) -> Shown:
        """The first training points, once in every map's place."""
        inputs = self.points.inputs["train"][:MOST_POINTS]
        labels = self.points.targets["train"][:MOST_POINTS, 0]
        shifts = torch.tensor(grid.centres(len(self.knobs.names)))[:, None]  # (F, 1, 2)
        found: Shown = {}
        for k in (0, 1):
            x, y = (inputs[labels == k] + shifts).reshape(-1, 2).T
            found |= {f"class_{k}_x": x.contiguous().numpy(), f"class_{k}_y": y.contiguous().numpy()}
        return found


def _columns(found: dict[str, Tensor]) -> Shown:
    """The table's columns (F,)."""
    names = {"train_loss": "loss", "test_accuracy": "accuracy", "dead_share": "dead", "saturated_share": "saturated"}
    columns = {column: found[name].mean(1).numpy() for name, column in names.items()}
    return {**columns, "frozen": found["frozen"].sum(1).numpy()}
