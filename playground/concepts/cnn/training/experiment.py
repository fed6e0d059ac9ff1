"""A network learns to tell images apart; where it is compared, an MLP learns from the same batches.

Order of what is drawn: the network's parameters, then one permutation an epoch; the MLP's parameters are drawn aside,
so that the network's run is the same with and without it. Metrics, arrays and series: see `measure.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn, optim

from playground.concepts.cnn.layers import Layer
from playground.concepts.cnn.networks import convnet
from playground.concepts.cnn.training.images import Images, images
from playground.concepts.cnn.training.knobs import Knobs
from playground.concepts.cnn.training.measure import Measure
from playground.contract import Frame
from playground.training.optimizers import optimizer
from playground.training.schedules import Plan, Scheduler, schedule
from playground.training.seeding import aside
from playground.training.supervised import batches, record, train_step

FRAMES = 80


@dataclass(frozen=True)
class Learner:
    """A network with what trains it."""

    model: nn.Sequential
    optimizer: optim.Optimizer
    scheduler: Scheduler

    def step(self, inputs: Tensor, labels: Tensor) -> float:
        """Updates the network once and returns what its loss on the batch was."""
        loss = train_step(self.loss, self.optimizer, inputs, labels)
        self.scheduler.step()
        return loss

    def loss(self, inputs: Tensor, labels: Tensor) -> Tensor:
        """The cross-entropy of a batch."""
        return F.cross_entropy(self.model(inputs), labels)


def learner(knobs: Knobs, layers: tuple[Layer, ...], device: str) -> Learner:
    """A network of those layers, as yet untrained."""
    model = convnet(layers, knobs.shape, len(knobs.classes), knobs.activation).to(device)
    name, hyper = ("sgd", {"momentum": 0.9}) if knobs.optimizer == "momentum" else (knobs.optimizer, {})
    made = optimizer(name, model.parameters(), knobs.learning_rate, **hyper)
    return Learner(model, made, schedule(knobs.schedule, made, Plan(knobs.steps)))


def learners(knobs: Knobs, device: str) -> list[Learner]:
    """The network and, where it is compared, the MLP of as many parameters."""
    made = [learner(knobs, knobs.layers, device)]
    if knobs.compares:
        with aside():
            made.append(learner(knobs, (Layer("linear", knobs.rival_units),), device))
    return made


def updates(knobs: Knobs, found: Images, learning: Sequence[Learner]) -> Iterator[float]:
    """The network's loss on one batch after the other, from which all have learnt."""
    for rows in itertools.islice(batches(len(found.train.labels), knobs.batch_size), knobs.steps):
        rows = rows.to(found.train.labels.device)
        inputs, labels = found.scaled(found.train.images[rows]), found.train.labels[rows]
        losses = [one.step(inputs, labels) for one in learning]
        yield losses[0]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a training run."""
    found = images(knobs.data, knobs.seed, device)
    learning = learners(knobs, device)
    measure = Measure(knobs, found, [one.model for one in learning], learning[0].scheduler)
    yield from record(measure.seen(updates(knobs, found, learning)), measure, knobs.steps, FRAMES)
