"""The same networks under several learning-rate schedules, as one population, and a range test beside them.

Each schedule has `repeats` networks, with seeds from `seed` on; the seeds' starts and batches are the same under every
schedule. Every update's rates are what torch's schedulers, really stepped, have set. The range test trains networks of
its own with the same seeds. Metrics, arrays and series: see `measure.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import torch
from torch import Tensor

from playground.concepts.optimizers.schedules.knobs import Knobs
from playground.concepts.optimizers.schedules.measure import Measure
from playground.concepts.optimizers.schedules.points import Points, points
from playground.concepts.optimizers.schedules.range_test import RangeTest
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.pace import frame_steps
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_schedules import PopulationSchedulers
from playground.training.population_updates import member_batches, member_losses, train_step
from playground.training.schedules import Plan

FRAMES = 140


def plan(knobs: Knobs) -> Plan:
    """The shape of every schedule."""
    return Plan(
        knobs.steps, floor=knobs.floor, drops=knobs.drops, drop=knobs.drop, cycles=knobs.cycles, peak=knobs.peak,
        rise=knobs.rise, warm_up=knobs.warm_up, patience=knobs.patience,
    )  # fmt: skip


def members(knobs: Knobs, schedules: tuple[str, ...]) -> list[Member]:
    """The networks: schedule by schedule, each under every seed."""
    name, hyper = knobs.torch_optimizer
    seeds = range(knobs.seed, knobs.seed + knobs.repeats)
    return [
        Member(seed, optimizer=name, learning_rate=knobs.learning_rate, hyper=hyper, schedule=schedule)
        for schedule in schedules
        for seed in seeds
    ]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the comparison; a network whose loss is no number stops, the others go on."""
    data = points(knobs)
    population = Population(members(knobs, knobs.names), knobs.sizes, dtype=torch.float64)
    schedulers = PopulationSchedulers(population, PopulationOptimizer(population), plan(knobs))
    measure, tested = Measure(knobs, population, data), range_test(knobs, data)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure.start(schedulers.rates)
    measure.draw(plan(knobs))
    for step, rates in enumerate(updates(knobs, population, schedulers, data), 1):
        measure.test.extend(itertools.islice(tested, 1))
        if step in shown:
            yield measure(step, rates)


def updates(
    knobs: Knobs, population: Population, schedulers: PopulationSchedulers, data: Points
) -> Iterator[list[float]]:
    """The rates (M,) of each update, which is done; once an epoch the schedules that watch a loss see it."""
    batches = member_batches(population.generators, len(data.train_inputs), knobs.batch_size)
    for step, rows in enumerate(itertools.islice(batches, knobs.steps), 1):
        rates = schedulers.rates
        train_step(population, schedulers.optimizer, cross_entropy, data.train_inputs[rows], data.train_labels[rows])
        schedulers.step()
        if step % knobs.epoch == 0 and schedulers.watching:
            schedulers.check(validation_losses(population, data))
        yield rates


@torch.no_grad()
def validation_losses(population: Population, data: Points) -> Tensor:
    """The loss (M,) of each network on the points that are not trained on."""
    outputs = population(data.validation_inputs)
    return member_losses(outputs, data.validation_labels.expand(len(outputs), -1), cross_entropy)


def range_test(knobs: Knobs, data: Points) -> Iterator[tuple[float, float, float, float]]:
    """Of each update of the range test: the rate, the mean loss over its networks, that smoothed, the suggestion."""
    population = Population(members(knobs, ("constant",)), knobs.sizes, dtype=torch.float64)
    optimizer, test = PopulationOptimizer(population), RangeTest(knobs.range_low, knobs.range_high, knobs.range_steps)
    for rows in member_batches(population.generators, len(data.train_inputs), knobs.batch_size):
        rate = test.rate
        optimizer.reschedule([rate] * knobs.repeats, [{}] * knobs.repeats)
        losses = train_step(population, optimizer, cross_entropy, data.train_inputs[rows], data.train_labels[rows])
        loss = losses.mean().item()
        yield rate, loss, test.add(loss), test.suggestion
        if test.ended:
            return
