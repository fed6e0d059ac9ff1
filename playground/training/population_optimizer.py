"""The optimizers of a population: as few torch optimizers as give each member what it would get alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, optim

from playground.training.optimizers import optimizer
from playground.training.population import Member, Population, neighbours, parameter_slices
from playground.training.schedules import CYCLES_MOMENTUM

UNSCALED = ("rprop", "asgd")
"""Their update is not proportional to the learning rate: only members of the same rate share one."""

WHOLE = ("adafactor",)
"""Its update looks at a parameter as a whole: each member has one of its own."""


class Group:
    """Neighbouring members that share a torch optimizer.

    It runs at rate 1 on a view of their rows, and the change it makes is scaled by each member's learning rate.
    """

    def __init__(self, population: Population, rows: slice) -> None:
        members = population.members[rows]
        name, rate = members[0].optimizer, members[0].learning_rate
        self.own_rate = name in UNSCALED + WHOLE
        self.rows, self.alive = population.values[rows], population.alive[rows]
        self.before = self.rows.clone()
        scales = [1.0 if self.own_rate else member.learning_rate for member in members]
        self.scales = torch.tensor(scales).to(self.rows)[:, None]  # (m, 1)
        tensors = list(_parameters(population, rows) if name in WHOLE else _whole(population, rows))
        self.optimizer: optim.Optimizer = optimizer(name, tensors, rate if self.own_rate else 1.0, **members[0].hyper)

    def step(self) -> None:
        """Updates the rows (m, P) of living members in place."""
        self.before.copy_(self.rows)
        self.optimizer.step()
        torch.lerp(self.before, self.rows, self.scales, out=self.rows)
        if not self.alive.all():
            self.rows[~self.alive] = self.before[~self.alive]

    def reschedule(self, rates: Sequence[float], hyper: Mapping[str, Any]) -> None:
        """Sets the members' learning rates (m,), and what else a schedule moves, from the next update on."""
        if self.own_rate:
            self.optimizer.param_groups[0].update(hyper, lr=rates[0])
        else:
            self.optimizer.param_groups[0].update(hyper)
            self.scales = torch.tensor(rates, dtype=self.rows.dtype, device=self.rows.device)[:, None]  # (m, 1)


def _whole(population: Population, rows: slice) -> Iterator[Tensor]:
    """The members' rows as one tensor (m, P) with its gradient; it shares both with the population."""
    view = population.values[rows].detach()
    view.grad = population.gradients[rows]
    yield view


def _parameters(population: Population, rows: slice) -> Iterator[Tensor]:
    """One member's weights (in, out) and biases (out,) with their gradients, shared with the population."""
    for i, (columns, shape) in enumerate(parameter_slices(population.sizes)):
        bare = shape if i % 2 == 0 else shape[1:]
        view = population.values[rows.start, columns].view(bare)
        view.grad = population.gradients[rows.start, columns].view(bare)
        yield view


class PopulationOptimizer:
    """One `Group` for each run of members that may share a torch optimizer."""

    def __init__(self, population: Population) -> None:
        keys = [_key(index, member) for index, member in enumerate(population.members)]
        self.slices = neighbours(keys)
        self.groups = [Group(population, rows) for rows in self.slices]

    def step(self) -> None:
        """Updates every member in place."""
        for group in self.groups:
            group.step()

    def reschedule(self, rates: Sequence[float], hyper: Sequence[Mapping[str, Any]]) -> None:
        """Sets every member's learning rate (M,), and what else its schedule moves, from the next update on."""
        for rows, group in zip(self.slices, self.groups, strict=True):
            group.reschedule(rates[rows], hyper[rows.start])


def _key(index: int, member: Member) -> Any:
    """Equal for members that may share a torch optimizer."""
    unscaled = member.optimizer in UNSCALED
    single = member.optimizer in WHOLE or (unscaled and member.schedule != "constant")
    cycles = member.schedule in CYCLES_MOMENTUM
    rate = member.learning_rate if unscaled else None
    return member.optimizer, sorted(member.hyper.items()), rate, cycles, index if single else None
