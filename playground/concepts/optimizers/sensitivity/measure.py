"""What a frame of the sweep and of the race shows.

Metrics of each optimizer o: best_rate.o; low_rate.o, high_rate.o and decades.o of its stable rates, gaps left out;
best_loss.o and default_loss.o (validation); diverged.o, of its rates; in the race test_loss.o, test_low.o, test_high.o
and test_accuracy.o, the mean, the least and the most over the seeds. Over all: start_loss, best_loss, networks,
diverged, spread (decades from the lowest best rate to the highest); in the race best_test_loss and race step.
Arrays: for each optimizer loss.o (R,), NaN where diverged, stable_x.o, diverged_x.o (R,), the rates or NaN; best_x.o,
best_y.o, default_y.o (1,); path.o (F,), the losses so far at the rate that is best now, over path_x (F,). The table's
columns (O,). In the race band_x and band.o (2F,), to and fro. Frame 0 also the rates (R,), row.o (R,), default_x.o (1,)
and the axes' ranges. At most 12 kB a frame. Series of the race: race_step and test_loss.o.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.optimizers.sensitivity import rows, valley
from playground.concepts.optimizers.sensitivity.knobs import DEFAULT_RATES, Knobs
from playground.concepts.optimizers.sensitivity.points import Points
from playground.concepts.optimizers.sensitivity.valley import Floats
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.population import Population
from playground.training.population_updates import member_losses
from playground.wire import narrow

COLUMNS = ("best_rate", "low_rate", "high_rate", "decades", "diverged", "best_loss", "default_loss")
RACE_COLUMNS = ("test_loss", "test_low", "test_high")
NOTHING = float("nan")


@torch.no_grad()
def outputs_and_losses(population: Population, data: Points, split: str) -> tuple[Tensor, Floats]:
    """The outputs (M, N, 10) on a split, and each network's loss (M,): NaN for one that is frozen."""
    outputs = population(data.inputs[split].to(population.values.device))
    labels = data.labels[split].to(outputs.device).expand(len(outputs), -1)
    losses = member_losses(outputs, labels, cross_entropy)
    return outputs, torch.where(population.alive, losses, NOTHING).cpu().double().numpy()


class SweepMeasure:
    """Measures the sweep: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, population: Population, data: Points) -> None:
        self.knobs, self.population, self.data = knobs, population, data
        self.rates = valley.rates(knobs.lowest, knobs.highest, knobs.rates)
        self.start = NOTHING
        self.steps: list[int] = []
        self.losses: list[Floats] = []  # a frame each, (O, R + 1)
        self.metrics: dict[str, float] = {}  # the newest

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        _, losses = outputs_and_losses(self.population, self.data, "validation")
        self.steps.append(step)
        self.losses.append(losses.reshape(len(self.knobs.names), -1))
        if step == 0:
            self.start = float(losses[0])
        arrays = {**(self._still() if step == 0 else {}), "path_x": self.steps}
        metrics: dict[str, float] = {}
        for i, name in enumerate(self.knobs.names):
            found, shown = self._optimizer(i)
            metrics |= {f"{key}.{name}": value for key, value in found.items()}
            arrays |= {f"{key}.{name}": values for key, values in shown.items()}
        arrays |= {key: [metrics[f"{key}.{name}"] for name in self.knobs.names] for key in COLUMNS}
        self.metrics = {**metrics, **self._over_all(metrics)}
        return Frame(step, self.metrics, narrow(arrays))

    def best_rates(self) -> list[float]:
        """The rate of each optimizer with the lowest loss now; the lowest one where all have diverged."""
        return [float(self.rates[valley.best(losses[:-1])]) for losses in self.losses[-1]]

    def _optimizer(self, i: int) -> tuple[dict[str, float], dict[str, object]]:
        """The metrics and the arrays of optimizer number i."""
        *grid, default = self.losses[-1][i]
        losses = np.array(grid)
        gone = valley.diverged(losses, self.start)
        metrics = {**dict.fromkeys(COLUMNS, NOTHING), "diverged": float(gone.sum()), "default_loss": float(default)}
        arrays: dict[str, object] = {"loss": np.where(gone, NOTHING, losses), "default_y": [default]}
        arrays["diverged_x"] = np.where(gone, self.rates, NOTHING)
        inside, at = valley.stable(losses, self.start, self.knobs.share), valley.best(losses)
        arrays |= {"stable_x": np.where(inside, self.rates, NOTHING), "path": [one[i, at] for one in self.losses]}
        if inside.any():
            found, pitch = self.rates[inside], np.log10(self.rates[1] / self.rates[0])
            metrics |= {"best_rate": float(self.rates[at]), "best_loss": float(losses[at])}
            metrics |= {
                "low_rate": float(found[0]),
                "high_rate": float(found[-1]),
                "decades": float(len(found) * pitch),
            }
        arrays |= {"best_x": [metrics["best_rate"]], "best_y": [metrics["best_loss"]]}
        return metrics, arrays

    def _over_all(self, metrics: Mapping[str, float]) -> dict[str, float]:
        """What is said of all optimizers together."""
        of = {key: np.array([metrics[f"{key}.{name}"] for name in self.knobs.names]) for key in COLUMNS}
        known = of["best_rate"][np.isfinite(of["best_rate"])]
        return {
            "start_loss": self.start,
            "best_loss": float(np.fmin.reduce(of["best_loss"])),
            "networks": float(len(self.population.members)),
            "diverged": float(of["diverged"].sum()),
            "spread": float(np.log10(known.max() / known.min())) if len(known) else NOTHING,
        }

    def _still(self) -> dict[str, object]:
        """What never changes."""
        edges = self.rates[[0, -1]]
        found: dict[str, object] = {"rates": self.rates, "edges": edges, "start": [self.start] * 2}
        found |= {"rate_range": np.log10(edges) + np.array([-0.06, 0.06]), "step_range": [0, self.knobs.steps]}
        found |= {key: [NOTHING] * len(self.knobs.names) for key in RACE_COLUMNS}
        for i, name in enumerate(self.knobs.names):
            found |= {
                f"row.{name}": np.full(len(self.rates), rows.height(i)),
                f"default_x.{name}": [DEFAULT_RATES[name]],
            }
        return {**found, "waiting": [1.0]}


class RaceMeasure:
    """Measures the race: called with the number of its updates, it returns the frame, with the sweep's metrics."""

    def __init__(self, knobs: Knobs, population: Population, data: Points, swept: Mapping[str, float]) -> None:
        self.knobs, self.population, self.data, self.swept = knobs, population, data, swept
        self.steps: list[int] = []
        self.lows: list[Floats] = []  # a frame each, (O,)
        self.highs: list[Floats] = []

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates of the race."""
        outputs, losses = outputs_and_losses(self.population, self.data, "test")
        right = (outputs.argmax(2).cpu() == self.data.labels["test"]).double().mean(1).numpy()
        by_seed, accuracy = (values.reshape(len(self.knobs.names), -1) for values in (losses, right))
        columns = {"test_loss": by_seed.mean(1), "test_low": by_seed.min(1), "test_high": by_seed.max(1)}
        self.steps.append(step)
        self.lows.append(columns["test_low"])
        self.highs.append(columns["test_high"])
        metrics = {**self.swept, "race step": float(step)}
        metrics |= {"best_test_loss": float(np.fmin.reduce(columns["test_loss"]))}
        for key, values in {**columns, "test_accuracy": accuracy.mean(1)}.items():
            metrics |= {f"{key}.{name}": float(value) for name, value in zip(self.knobs.names, values, strict=True)}
        arrays = {**columns, **self._bands(), **({"waiting": [0.0]} if len(self.steps) == 1 else {})}
        return Frame(self.knobs.steps + step, metrics, narrow(arrays), self._series(step, columns["test_loss"]))

    def _bands(self) -> dict[str, object]:
        """The outline of each optimizer's band: along its lower edge and back along its upper one."""
        lows, highs = np.array(self.lows).T, np.array(self.highs).T  # (O, F)
        outlines = np.concatenate([lows, highs[:, ::-1]], 1)
        found: dict[str, object] = {"band_x": [*self.steps, *self.steps[::-1]]}
        return {**found, **{f"band.{name}": one for name, one in zip(self.knobs.names, outlines, strict=True)}}

    def _series(self, step: int, means: Floats) -> dict[str, NDArray[np.float64]]:
        points = {f"test_loss.{name}": mean for name, mean in zip(self.knobs.names, means, strict=True)}
        return {name: np.array([value], np.float64) for name, value in {"race_step": step, **points}.items()}
