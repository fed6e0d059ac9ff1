"""How a sweep trains: full batches, a learning rate that falls to 0, noise on the points, patience."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.points import Points
from playground.training.losses import binary_cross_entropy
from playground.training.population import Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_updates import member_batches, member_losses, train_step

CHECK = 5  # steps from one look at the validation points to the next


class Patience:
    """Stops each member whose validation loss has not fallen for its patience, and puts its best weights back.

    `best_step` (M,) is when the loss was least, `stop_step` (M,) when patience ran out and `stop_loss` (M,) the loss
    then, else NaN. A patience of 0 never ends. Members that are still going when the run ends get their best weights
    back too.
    """

    def __init__(self, population: Population, patience: Tensor) -> None:
        self.population, self.patience = population, patience
        self.least = torch.full_like(patience, math.inf)
        self.best_step = torch.zeros_like(patience)
        self.stop_step = torch.full_like(patience, math.nan)
        self.stop_loss = torch.full_like(patience, math.nan)
        self.best = population.values.clone()

    def look(self, step: int, losses: Tensor, *, last: bool) -> None:
        """Takes the validation losses (M,) after a step."""
        alive = self.population.alive
        better = (losses < self.least) & alive
        self.least[better], self.best_step[better] = losses[better], float(step)
        self.best[better] = self.population.values[better]
        waited = alive & (self.patience > 0) & (step - self.best_step >= self.patience)
        self.stop_step[waited], self.stop_loss[waited] = float(step), losses[waited]
        done = waited | (alive & (self.patience > 0)) if last else waited
        self.population.values[done] = self.best[done]
        self.population.alive[done] = False


class Training:
    """A population on the points of its repeats; `steps()` updates it and yields the number of each step done."""

    def __init__(self, knobs: Knobs, population: Population, data: Points) -> None:
        self.knobs, self.population = knobs, population
        self.optimizer = PopulationOptimizer(population)
        settings = len(knobs.swept.strengths)
        self.inputs, self.targets = self._tiled(data, "train", settings)
        self.validation = self._tiled(data, "validation", settings)
        self.strengths = torch.tensor(knobs.swept.strengths).repeat_interleave(knobs.repeats).to(population.values)
        self.rows = member_batches(population.generators, knobs.samples, knobs.batch_size)
        self.patience = Patience(population, self.strengths) if knobs.method == "early_stopping" else None

    def _tiled(self, data: Points, split: str, settings: int) -> tuple[Tensor, Tensor]:
        """Inputs (M, N, 2) and targets (M, N, 1) of a split: those of the repeats once for each setting."""
        both = (data.inputs[split], data.targets[split])
        inputs, targets = (one.repeat(settings, 1, 1).to(self.population.values) for one in both)
        return inputs, targets

    def steps(self) -> Iterator[int]:
        """One, two, ... each when its update is done."""
        for step in range(1, self.knobs.steps + 1):
            self._rate(self.knobs.learning_rate * (1 - (step - 1) / self.knobs.steps))
            train_step(self.population, self.optimizer, binary_cross_entropy, *self._batch())
            if self.patience and (step % CHECK == 0 or step == self.knobs.steps):
                self._look(step)
            yield step

    def _rate(self, rate: float) -> None:
        for group in self.optimizer.groups:
            group.scales.fill_(rate)

    def _batch(self) -> tuple[Tensor, Tensor]:
        """The inputs (M, B, 2) and targets (M, B, 1) of a step, each member's own batch or noise."""
        if self.knobs.method == "early_stopping":
            rows = next(self.rows)[..., None].to(self.inputs.device)
            return torch.take_along_dim(self.inputs, rows, 1), torch.take_along_dim(self.targets, rows, 1)
        if self.knobs.method == "data_noise":
            return self.inputs + self.strengths[:, None, None] * self._drawn(), self.targets
        return self.inputs, self.targets

    def _drawn(self) -> Tensor:
        """Normal numbers (M, N, 2)."""
        shape = self.inputs.shape[1:]
        drawn = [torch.randn(shape, generator=generator) for generator in self.population.generators]
        return torch.stack(drawn).to(self.inputs)

    @torch.no_grad()
    def _look(self, step: int) -> None:
        assert self.patience is not None
        inputs, targets = self.validation
        losses = member_losses(self.population(inputs), targets, binary_cross_entropy)
        self.patience.look(step, losses, last=step == self.knobs.steps)
