"""What a frame of the race shows.

Metrics, for each optimizer o the mean over its networks: train_loss.o, train_accuracy.o (on the first 300 training
pictures), test_loss.o, test_accuracy.o; test_accuracy_low.o and test_accuracy_high.o, the least and the most of them;
frozen.o, how many have stopped at a loss that is no number; learning_rate.o; arrived.o, how many have reached the
target, and arrival_step.o, their mean step; step_ms.o and arrival_ms.o, processor time measured here. Over all
optimizers: best_accuracy, worst_accuracy, there (how many have all networks at the target), first_arrival (the least
arrival_step of those; left out before any), explained (of the paths' variance, by the plane), epoch.
Arrays: the table's columns (O,), which hold the same, and what `paths.py` draws; in frame 0 also what never changes,
steps (2,), target_x and target_y (2,). About 9 kB a frame, 11 at most, and 17 with eight optimizers.
Series: step; for each curve the mean of each optimizer's networks (test_accuracy.o), and the edges of the band that
spans them (test_accuracy_low.o, test_accuracy_high.o).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.concepts.optimizers.network.arrivals import Arrivals
from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.paths import Paths
from playground.concepts.optimizers.network.sets import Split
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.population import Population
from playground.training.population_updates import member_losses

SEEN = 300  # training pictures that are measured
CURVES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy")

Numbers = NDArray[np.float64]


class Measure:
    """Measures a population at the frames of a run, in their order."""

    def __init__(self, knobs: Knobs, data: Mapping[str, Split]) -> None:
        self.knobs = knobs
        seen = tuple(one[:SEEN] for one in data["train"])
        self.splits = {"train": seen, "test": data["test"]}
        self.updates_an_epoch = math.ceil(len(data["train"][1]) / knobs.batch_size)
        self.arrivals = Arrivals(knobs.target, len(knobs.names) * knobs.seeds)
        self.paths = Paths(knobs, *seen)

    def start(self, population: Population) -> Frame:
        """Frame 0: the scores of untrained networks, and what never changes."""
        unknown = dict.fromkeys(self.knobs.names, math.nan)
        frame = self(0, population, unknown, np.full(len(self.knobs.names), np.nan))
        steps = np.array([0.0, self.knobs.steps])
        still = {"steps": steps, "target_x": steps, "target_y": np.full(2, self.knobs.target)}
        return Frame(0, frame.metrics, {**frame.arrays, **still}, frame.series)

    def __call__(self, step: int, population: Population, rates: Mapping[str, float], step_ms: Numbers) -> Frame:
        """The frame after that many updates; rates and milliseconds a step (O,) are as they are known by then."""
        scores = {name: values.reshape(-1, self.knobs.seeds) for name, values in self._scores(population).items()}
        self.arrivals.see(step, scores["test_accuracy"].ravel())
        arrived, arrival_step = self.arrivals.by_group(self.knobs.seeds)
        first = population.values[:: self.knobs.seeds]
        drawn = self.paths.add(first, last=step == self.knobs.steps)
        columns = {
            **{name: values.mean(1) for name, values in scores.items() if name != "frozen"},
            "frozen": scores["frozen"].sum(1),
            "learning_rate": np.array([rates[name] for name in self.knobs.names]),
            "arrived": arrived, "arrival_step": arrival_step, "step_ms": step_ms, "arrival_ms": arrival_step * step_ms,
        }  # fmt: skip
        accuracy = scores["test_accuracy"]
        edges = {"test_accuracy_low": accuracy.min(1), "test_accuracy_high": accuracy.max(1)}
        return Frame(step, self._metrics(step, {**columns, **edges}), {**columns, **drawn}, self._series(step, scores))

    @torch.no_grad()
    def _scores(self, population: Population) -> dict[str, Numbers]:
        """Loss and accuracy (M,) of every member on both splits, and which are frozen."""
        outputs = population(torch.cat([inputs for inputs, _ in self.splits.values()]))
        found = {"frozen": (~population.alive).double().cpu().numpy()}
        for split, part in zip(
            self.splits, torch.split(outputs, [len(y) for _, y in self.splits.values()], 1), strict=True
        ):
            labels = self.splits[split][1].expand(len(part), -1)
            found[f"{split}_loss"] = member_losses(part, labels, cross_entropy).double().cpu().numpy()
            found[f"{split}_accuracy"] = (part.argmax(2) == labels).double().mean(1).cpu().numpy()
        return found

    def _metrics(self, step: int, columns: Mapping[str, Numbers]) -> dict[str, float]:
        said = {
            f"{metric}.{name}": float(value)
            for metric, values in columns.items()
            for name, value in zip(self.knobs.names, values, strict=True)
        }
        accuracy, there = columns["test_accuracy"], columns["arrived"] == self.knobs.seeds
        said |= {"best_accuracy": float(accuracy.max()), "worst_accuracy": float(accuracy.min())}
        if there.any():
            said["first_arrival"] = float(columns["arrival_step"][there].min())
        epoch = step // self.updates_an_epoch
        return {**said, "there": int(there.sum()), "explained": self.paths.explained, "epoch": epoch}

    def _series(self, step: int, scores: Mapping[str, Numbers]) -> dict[str, NDArray[Any]]:
        """A point of every curve, and of the edges of its band."""
        found = {"step": np.array([float(step)])}
        for curve in CURVES:
            for name, values in zip(self.knobs.names, scores[curve], strict=True):
                edges = {"": values.mean(), "_low": values.min(), "_high": values.max()}
                found |= {f"{curve}{edge}.{name}": np.array([value]) for edge, value in edges.items()}
        return found
