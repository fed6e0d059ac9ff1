"""What a frame of the schedules shows.

Metrics, for each schedule s the mean over its networks: train_loss.s, validation_loss.s (on all points of the split);
rate.s, the learning rate of its first network's last update (in frame 0 of its first one); at_chance.s, how many of its
networks stand at a loss of GUESS times that of guessing, or above, or have stopped at none. best_loss, the lowest
train_loss; epoch; suggested_maximum, once the range test has it.
Arrays: losses, validation, rates, at_chance (S,), the table's columns; now (1,) and at.s (1,), where each schedule is
on its curve; where they change, suggested (2,), the suggested maximum twice, and loss_range (2,), log10 of the lowest
and highest loss to show. Frame 0 also largest (2,), the largest rate of any
schedule twice. Frame 1 also curve_steps and curve.s, the rates that torch's scheduler gives at up to CURVE
steps. At most 12 kB a frame.
Series: step; train_loss.s with _low and _high; rate.plateau; test_rate, test_loss, test_smoothed of the range test.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.optimizers.schedules.knobs import Knobs
from playground.concepts.optimizers.schedules.points import Points
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.population import Population
from playground.training.population_updates import member_losses
from playground.training.schedules import WATCHES_LOSS, Plan, rates

CURVE = 200
GUESS = 0.98
Arrays = dict[str, NDArray[Any]]


class Measure:
    """Measures a population: called with the number of updates done and the last one's rates, it returns the frame.

    `test` holds what the range test has done: rate, loss, smoothed loss and suggestion of each update.
    """

    def __init__(self, knobs: Knobs, population: Population, data: Points) -> None:
        self.knobs, self.population, self.data = knobs, population, data
        self.inputs = torch.cat([data.train_inputs, data.validation_inputs])
        self.counts = [len(data.train_inputs), len(data.validation_inputs)]
        self.test: list[tuple[float, float, float, float]] = []
        self.sent = 0
        self.still: Arrays = {}
        self.shown: Arrays = {}
        self.floor = _below(knobs.chance / 8)

    def start(self, first_rates: list[float]) -> Frame:
        """Frame 0, before any update."""
        self.still = {"largest": _twice(self.knobs.largest_rate)}
        return self(0, first_rates)

    def draw(self, plan: Plan) -> None:
        """Steps torch's schedulers ahead of the run for the next frame's curves."""
        chosen = np.unique(np.linspace(0, plan.steps - 1, min(CURVE, plan.steps)).astype(int))
        self.still = {"curve_steps": (chosen + 1).astype(np.float32)}
        for name in self.knobs.names:
            if name not in WATCHES_LOSS:
                curve = np.array(rates(name, self.knobs.learning_rate, plan), np.float32)
                self.still[f"curve.{name}"] = curve[chosen]

    def __call__(self, step: int, last_rates: list[float]) -> Frame:
        """The frame after that many updates."""
        repeats = self.knobs.repeats
        train, validation = self._losses()
        at_chance = ~self.population.alive | ~(train < GUESS * self.knobs.chance)
        by_member = {"train_loss": train, "validation_loss": validation, "at_chance": at_chance.double()}
        found = {name: values.reshape(-1, repeats).numpy() for name, values in by_member.items()}  # (S, repeats)
        found["rate"] = np.array(last_rates).reshape(-1, repeats)[:, :1]
        arrays = {**self._arrays(step, found), **self._changed(found), **self.still}
        self.still = {}
        return Frame(step, self._metrics(step, found), arrays, {**self._series(step, found), **self._tested()})

    @torch.no_grad()
    def _losses(self) -> list[Tensor]:
        """The loss (M,) of each network on the training points and on the others."""
        outputs = torch.split(self.population(self.inputs), self.counts, dim=1)
        labels = (self.data.train_labels, self.data.validation_labels)
        return [member_losses(o, y.expand(len(o), -1), cross_entropy) for o, y in zip(outputs, labels, strict=True)]

    def _metrics(self, step: int, found: Arrays) -> dict[str, float]:
        names = self.knobs.names
        said = {
            f"{metric}.{name}": float(values[i].sum() if metric == "at_chance" else values[i].mean())
            for metric, values in found.items()
            for i, name in enumerate(names)
        }
        said |= {"best_loss": float(found["train_loss"].mean(1).min()), "epoch": step // self.knobs.epoch}
        suggested = self._suggested()
        return said if math.isnan(suggested) else {**said, "suggested_maximum": suggested}

    def _suggested(self) -> float:
        return self.test[-1][3] if self.test else math.nan

    def _arrays(self, step: int, found: Arrays) -> Arrays:
        """The table's columns, and where each schedule is on its curve."""
        columns = {
            "losses": found["train_loss"].mean(1), "validation": found["validation_loss"].mean(1),
            "rates": found["rate"][:, 0], "at_chance": found["at_chance"].sum(1),
            "now": np.array([float(max(step, 1))]),
        }  # fmt: skip
        places = {f"at.{name}": found["rate"][i] for i, name in enumerate(self.knobs.names)}
        return {name: np.asarray(values, np.float32) for name, values in (columns | places).items()}

    def _changed(self, found: Arrays) -> Arrays:
        """The suggested maximum and the losses to show, where they are not what they were in the frame before."""
        lowest = np.fmin.reduce(found["train_loss"], axis=None, initial=self.knobs.chance)
        self.floor = min(self.floor, _below(float(lowest)))
        top = math.log10(2 * self.knobs.chance)
        now = {
            "suggested": _twice(self._suggested()),
            "loss_range": np.array([math.log10(self.floor), top], np.float32),
        }
        before, self.shown = self.shown, now
        return {name: a for name, a in now.items() if not np.array_equal(a, before.get(name, ()), equal_nan=True)}

    def _series(self, step: int, found: Arrays) -> Arrays:
        """A point of every curve, and of the edges of its band."""
        points: dict[str, float] = {"step": step}
        for i, name in enumerate(self.knobs.names):
            losses = found["train_loss"][i]
            points |= {f"train_loss.{name}": losses.mean(), f"train_loss_low.{name}": losses.min(),
                       f"train_loss_high.{name}": losses.max()}  # fmt: skip
            if name in WATCHES_LOSS:
                points[f"rate.{name}"] = found["rate"][i, 0]
        return {name: np.array([value], np.float32) for name, value in points.items()}

    def _tested(self) -> Arrays:
        """The updates of the range test since the last frame."""
        fresh, self.sent = self.test[self.sent :], len(self.test)
        columns = np.array(fresh, np.float32).reshape(-1, 4)
        return {f"test_{name}": columns[:, i] for i, name in enumerate(("rate", "loss", "smoothed"))}


def _twice(value: float) -> NDArray[np.float32]:
    """The two ends of an upright line."""
    return np.full(2, value, np.float32)


def _below(loss: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is below four fifths of the loss."""
    power = 10.0 ** math.floor(math.log10(max(0.8 * loss, 1e-6)))
    return max(part * power for part in (1, 2, 5) if part * power <= max(0.8 * loss, 1e-6))
