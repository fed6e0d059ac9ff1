"""How long a step of each optimizer takes, measured on the machine that runs it, in processor time of this thread."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from playground.training.losses import LossFn
from playground.training.population import Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_updates import train_step


class TimedOptimizer(PopulationOptimizer):
    """The optimizers of a population, timed group by group: `seconds` (G,), summed over all steps."""

    def __init__(self, population: Population) -> None:
        super().__init__(population)
        self.seconds, self.turn = [0.0] * len(self.groups), 0

    def step(self) -> None:
        """Updates every member in place, each time beginning with another group: the first one finds cold caches."""
        count = len(self.groups)
        for i in (*range(self.turn, count), *range(self.turn)):
            start = time.thread_time()
            self.groups[i].step()
            self.seconds[i] += time.thread_time() - start
        self.turn = (self.turn + 1) % count


class Stopwatch:
    """Trains a population and knows what a step of one network costs under each optimizer.

    That is the time of its optimizer's update, divided by the networks that it updates, and an equal share of the
    forward and backward pass that all networks make together. `repeats` members in a row have one optimizer.
    """

    def __init__(self, population: Population, loss_fn: LossFn, repeats: int) -> None:
        self.population, self.loss_fn, self.repeats = population, loss_fn, repeats
        self.optimizer = TimedOptimizer(population)
        self.steps, self.seconds = 0, 0.0

    def step(self, inputs: Tensor, targets: Tensor) -> None:
        """Updates every living member once, on batches (M, B, D) and (M, B)."""
        start = time.thread_time()
        train_step(self.population, self.optimizer, self.loss_fn, inputs, targets)
        self.seconds += time.thread_time() - start
        self.steps += 1

    def step_ms(self) -> NDArray[np.float64]:
        """Milliseconds (O,) of a step of one network under each optimizer, the mean over all steps; nan before any."""
        count = len(self.population.members)
        if not self.steps:
            return np.full(count // self.repeats, np.nan)
        own = np.zeros(count // self.repeats)
        at = 0
        for group, seconds in zip(self.optimizer.groups, self.optimizer.seconds, strict=True):
            own[at // self.repeats] += seconds
            at += len(group.rows)
        shared = self.seconds - sum(self.optimizer.seconds)
        return 1000 * (own / self.repeats + shared / count) / self.steps
