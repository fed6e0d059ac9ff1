"""A recurrent network learns to forecast a series, beside persistence and a linear autoregression.

Several networks that differ in their seed alone learn side by side, each as it would alone. Metrics, arrays and series:
see `measure`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import mse_loss
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler

from playground.concepts.rnn.forecast.knobs import Knobs
from playground.concepts.rnn.forecast.measure import Measure
from playground.concepts.rnn.forecast.networks import Network
from playground.concepts.rnn.forecast.task import task
from playground.contract import Frame
from playground.training.population_updates import member_batches
from playground.training.seeding import aside
from playground.training.supervised import record, train_step

FRAMES = 100


def objective(network: Network, own_steps: int, inputs: Tensor, targets: Tensor) -> Tensor:
    """The mean squared error of every forecast: one at each step of a window, and the own steps after it."""
    return mse_loss(network(inputs, own_steps), targets)


@dataclass(frozen=True)
class Learner:
    """A network, what updates it, and the stream that its batches are drawn from."""

    network: Network
    optimizer: torch.optim.Optimizer
    scheduler: LRScheduler | None
    generator: torch.Generator


def learner(knobs: Knobs, seed: int, device: str) -> Learner:
    """A network built under a seed, whose batches go on from there: what `torch.manual_seed(seed)` gives it alone."""
    generator = torch.Generator()
    with aside():
        torch.manual_seed(seed)
        network = Network(knobs.cell, knobs.hidden_size).to(device)
        generator.set_state(torch.get_rng_state())
    optimizer = torch.optim.Adam(network.parameters(), lr=knobs.learning_rate)
    scheduler = CosineAnnealingLR(optimizer, knobs.steps) if knobs.schedule == "cosine" else None
    return Learner(network, optimizer, scheduler, generator)


def updates(knobs: Knobs, learners: Sequence[Learner], inputs: Tensor, targets: Tensor) -> Iterator[float]:
    """The learners' mean loss on each of their batches, whose updates are done."""
    generators = [one.generator for one in learners]
    for rows in itertools.islice(member_batches(generators, len(inputs), knobs.batch_size), knobs.steps):
        own = zip(learners, rows.to(inputs.device), strict=True)
        losses = [update(knobs, one, inputs[chosen], targets[chosen]) for one, chosen in own]
        yield sum(losses) / len(losses)


def update(knobs: Knobs, one: Learner, inputs: Tensor, targets: Tensor) -> float:
    """A learner's loss on a batch, whose update is done."""
    loss = train_step(partial(objective, one.network, knobs.own_steps), one.optimizer, inputs, targets)
    if one.scheduler:
        one.scheduler.step()
    return loss


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a training run."""
    found = task(knobs)
    inputs, targets = (torch.from_numpy(part).to(device) for part in found.training())
    learners = [learner(knobs, knobs.seed + repeat, device) for repeat in range(knobs.repeats)]
    networks = [one.network for one in learners]
    losses = [partial(objective, network, knobs.own_steps, inputs, targets) for network in networks]
    yield from record(updates(knobs, learners, inputs, targets), Measure(found, networks, losses), knobs.steps, FRAMES)
