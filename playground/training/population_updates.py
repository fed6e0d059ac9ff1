"""The training loop of a population: every member on batches of its own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from playground.training.losses import LossFn
from playground.training.population import Population
from playground.training.population_optimizer import PopulationOptimizer


def member_batches(generators: Sequence[torch.Generator], count: int, batch_size: int) -> Iterator[Tensor]:
    """Rows (M, B) of one batch after the other, each member's from its own permutation an epoch, without end."""
    while True:
        orders = torch.stack([torch.randperm(count, generator=generator) for generator in generators])  # (M, N)
        yield from torch.split(orders, batch_size or count, dim=1)


def member_losses(outputs: Tensor, targets: Tensor, loss_fn: LossFn) -> Tensor:
    """The mean loss (M,) of each member, from outputs (M, N, K) and targets (M, N) or (M, N, 1).

    Targets that all members share may have a first axis of 1.
    """
    targets = targets.expand(len(outputs), *targets.shape[1:])
    losses = loss_fn(outputs.flatten(0, 1), targets.flatten(0, 1), reduction="none")
    return losses.reshape(len(outputs), -1).mean(1)


def train_step(
    population: Population, optimizer: PopulationOptimizer, loss_fn: LossFn, inputs: Tensor, targets: Tensor
) -> Tensor:
    """Updates every living member once and returns the losses (M,) before, penalties included.

    A member whose loss or gradient is not finite is frozen as it was.
    """
    population.gradients.zero_()
    losses = member_losses(population(inputs, training=True), targets, loss_fn)
    if population.penalised:
        losses = losses + population.penalties()
    losses.sum().backward()  # type: ignore[no-untyped-call]
    losses = losses.detach()
    _freeze(population, losses)
    optimizer.step()
    return losses


def _freeze(population: Population, losses: Tensor) -> None:
    finite = torch.isfinite(losses + population.gradients.sum(1))
    if not finite.all() or not population.alive.all():
        population.alive.logical_and_(finite)
        population.gradients[~population.alive] = 0


def updates(
    population: Population, loss_fn: LossFn, inputs: Tensor, targets: Tensor, *, batch_size: int, steps: int
) -> Iterator[Tensor]:
    """The losses (M,) of each of `steps` batches, whose update is done; inputs (N, D) and targets are shared."""
    optimizer = PopulationOptimizer(population)
    for rows in itertools.islice(member_batches(streams(population), len(inputs), batch_size), steps):
        rows = rows.to(inputs.device)
        yield train_step(population, optimizer, loss_fn, inputs[rows], targets[rows])


def streams(population: Population) -> list[torch.Generator]:
    """The generators that draw batches: a single one where all members would draw the same batches and no masks."""
    same = len({member.seed for member in population.members}) == 1 and not population.drops
    return population.generators[:1] if same else population.generators
