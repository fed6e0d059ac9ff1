"""The sandbox's training: a multilayer perceptron on points in the plane, or on one input.

Metrics of every frame: train_loss, validation_loss, test_loss (without penalties), train_accuracy ... or, for a
regression, train_r2 ..., dead_share, saturated_share, gradient_norm (of the last batch; in frame 0 of the training
set), epoch, step_ms; for classes test_f1 (macro) and calibration_error. In frame 0 curvature, in the frame of a loss
that is not finite nan_step. Arrays: see `measure.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn, optim

from playground.concepts.network.sandbox.changes import losses
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.measure import Measure, Network, Rows, all_rows
from playground.concepts.network.sandbox.points import Points, points
from playground.concepts.network.sandbox.stops import until
from playground.contract import Frame
from playground.models.mlp import mlp
from playground.training.activations import ACTIVATIONS
from playground.training.initialisers import initialise
from playground.training.losses import MANY_CLASSES, REGRESSION, TWO_CLASSES, LossFn
from playground.training.optimizers import optimizer
from playground.training.supervised import Objective, record

FRAMES = 100

Measuring = Callable[[Network, Points, Rows, optim.Optimizer], Measure]


def loss_fn(knobs: Knobs) -> LossFn:
    """The loss of the data, without penalties."""
    if not knobs.is_classes:
        return REGRESSION[knobs.regression_loss]
    return (TWO_CLASSES if knobs.output_count == 1 else MANY_CLASSES)[knobs.loss]


def objective(knobs: Knobs, model: nn.Module) -> Objective:
    """What training minimises: the loss of a batch and, where they are on, the penalties on the weights."""
    loss = loss_fn(knobs)
    if not knobs.l1 and not knobs.l2:
        return lambda inputs, targets: loss(model(inputs), targets)
    weights = [layer.weight for layer in model.modules() if isinstance(layer, nn.Linear)]
    return lambda inputs, targets: loss(model(inputs), targets) + penalty(weights, knobs.l1, knobs.l2)


def penalty(weights: Sequence[Tensor], l1: float, l2: float) -> Tensor:
    """l1 times the sum of absolute weights and l2 times the sum of their squares; biases go free."""
    flat = torch.cat([weight.flatten() for weight in weights])
    return l1 * flat.abs().sum() + l2 * (flat**2).sum()


def network(knobs: Knobs) -> nn.Sequential:
    """The network as torch builds it."""
    activations = [ACTIVATIONS[name] for name in knobs.activations]
    return mlp(knobs.sizes, activations, knobs.dropout if knobs.drops else None, knobs.norm, knobs.residual)


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a training run: data, then parameters layer by layer, then a permutation an epoch are drawn."""
    return watched(knobs, device, lambda trained, data, rows, _: Measure(knobs, trained, data, rows))


def watched(knobs: Knobs, device: str, measuring: Measuring) -> Iterator[Frame]:
    """The frames that a measure takes of a training run; it is made from network, points, rows and optimizer."""
    data = points(knobs)
    model = network(knobs)
    initialise(model, knobs.initialiser)
    model.to(device)
    trained = Network(model, loss_fn(knobs), objective(knobs, model), not knobs.is_classes)
    rows = all_rows(knobs, data, device)
    chosen = optimizer(knobs.optimizer, model.parameters(), knobs.learning_rate, **knobs.hyper)
    updates = losses(knobs, model, chosen, lambda now: objective(now, model), *rows.train)
    measure = measuring(trained, data, rows, chosen)
    going = measure.timed(until(knobs, trained, rows, updates))
    yield from record(going, measure, knobs.steps, FRAMES, [step for step, *_ in knobs.made])
