"""Learning-rate schedules: torch's schedulers by name, each shaped by one plan for the whole run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import optim
from torch.optim import lr_scheduler

Scheduler = lr_scheduler.LRScheduler

FIRST = 0.01
"""Factor of the learning rate in the first step of a warm-up."""

CYCLES_MOMENTUM = ("one_cycle",)
"""Schedules that move the momentum (or the first beta) as well as the rate."""

WATCHES_LOSS = ("plateau",)
"""Schedules that follow a validation loss: they are stepped with it."""


@dataclass(frozen=True)
class Plan:
    """The shape of every schedule over `steps` steps.

    `floor`: factor of the learning rate at the end (exponential, linear, cosine, restarts, warm_up). `drops`: how many,
    evenly spaced (step); `drop`: factor of each (step, plateau). `cycles`: how many, each twice as long as the one
    before (restarts). `peak`: factor of the largest rate, reached after a share `rise` of the steps (one_cycle).
    `warm_up`: share of the steps that the rate takes to grow. `patience`: checks without progress before a drop.
    """

    steps: int
    floor: float = 0.01
    drops: int = 2
    drop: float = 0.1
    cycles: int = 3
    peak: float = 1.0
    rise: float = 0.3
    warm_up: float = 0.1
    patience: int = 5


def _rate(optimizer: optim.Optimizer) -> float:
    return float(optimizer.param_groups[0]["lr"])


def _constant(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.ConstantLR(optimizer, factor=1.0)


def _step(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.StepLR(optimizer, math.ceil(plan.steps / (plan.drops + 1)), plan.drop)


def _exponential(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.ExponentialLR(optimizer, plan.floor ** (1 / plan.steps))


def _linear(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.LinearLR(optimizer, 1.0, plan.floor, plan.steps)


def _cosine(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.CosineAnnealingLR(optimizer, plan.steps, plan.floor * _rate(optimizer))


def _restarts(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    first = math.ceil(plan.steps / (2**plan.cycles - 1))
    return lr_scheduler.CosineAnnealingWarmRestarts(optimizer, first, 2, plan.floor * _rate(optimizer))


def _one_cycle(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    moves = bool(optimizer.defaults.get("momentum") or optimizer.defaults.get("betas"))
    return lr_scheduler.OneCycleLR(
        optimizer, plan.peak * _rate(optimizer), plan.steps, pct_start=plan.rise, cycle_momentum=moves
    )


def _warm_up(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    grown = min(max(round(plan.warm_up * plan.steps), 1), plan.steps - 1)
    rest = lr_scheduler.CosineAnnealingLR(optimizer, plan.steps - grown, plan.floor * _rate(optimizer))
    return lr_scheduler.SequentialLR(optimizer, [lr_scheduler.LinearLR(optimizer, FIRST, 1.0, grown), rest], [grown])


def _plateau(optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    return lr_scheduler.ReduceLROnPlateau(optimizer, factor=plan.drop, patience=plan.patience)


SCHEDULES: Mapping[str, Callable[[optim.Optimizer, Plan], Scheduler]] = {
    "constant": _constant,
    "step": _step,
    "exponential": _exponential,
    "linear": _linear,
    "cosine": _cosine,
    "restarts": _restarts,
    "one_cycle": _one_cycle,
    "warm_up": _warm_up,
    "plateau": _plateau,
}


def schedule(name: str, optimizer: optim.Optimizer, plan: Plan) -> Scheduler:
    """torch's scheduler of that name; it has set the optimizer's rate for the first step."""
    return SCHEDULES[name](optimizer, plan)


def rates(name: str, learning_rate: float, plan: Plan) -> list[float]:
    """The learning rate of each of the plan's steps, as torch's scheduler sets it; not for one that watches a loss."""
    optimizer = optim.SGD([torch.zeros(1)], learning_rate)
    scheduler = schedule(name, optimizer, plan)
    optimizer.step()  # torch warns of schedulers that are stepped before their optimizer
    found = []
    for _ in range(plan.steps):
        found.append(_rate(optimizer))
        scheduler.step()
    return found
