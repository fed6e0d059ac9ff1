"""Training that is changed on its way: live knobs, weights edited by hand; the optimizer keeps its state."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import islice, pairwise

import torch
from torch import Tensor, nn, optim

from playground.concepts.network.sandbox.knobs import Knobs
from playground.models.mlp import linear_layers
from playground.training.schedules import Plan, rates
from playground.training.supervised import Objective, batches, train_step


def stops(knobs: Knobs) -> list[int]:
    """The steps between which nothing changes: 0, each change, the last."""
    return sorted({0, *(step for step, *_ in knobs.made), knobs.steps})


def losses(
    knobs: Knobs,
    model: nn.Module,
    optimizer: optim.Optimizer,
    objective: Callable[[Knobs], Objective],
    inputs: Tensor,
    targets: Tensor,
) -> Iterator[float]:
    """The objective on each batch, whose update is done. Another batch size begins a new epoch."""
    drawn, batch_size = batches(len(inputs), knobs.batch_size), knobs.batch_size
    factors = None if knobs.schedule == "constant" else rates(knobs.schedule, 1.0, Plan(knobs.steps))
    for first, last in pairwise(stops(knobs)):
        now = knobs.at(first)
        turn(now, model, optimizer)
        edit(knobs, model, first)
        if now.batch_size != batch_size:
            drawn, batch_size = batches(len(inputs), now.batch_size), now.batch_size
        minimised = objective(now)
        for step, rows in enumerate(islice(drawn, last - first), first):
            if factors:
                optimizer.param_groups[0]["lr"] = now.learning_rate * factors[step]
            rows = rows.to(inputs.device)
            yield train_step(minimised, optimizer, inputs[rows], targets[rows], knobs.clip)


def turn(now: Knobs, model: nn.Module, optimizer: optim.Optimizer) -> None:
    """Gives optimizer and dropout layers the values now in force."""
    for group in optimizer.param_groups:
        group["lr"] = now.learning_rate
        if "momentum" in group and now.in_force("momentum"):
            group["momentum"] = now.momentum
            _start_buffers(optimizer)
    for layer in model.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = now.dropout


def _start_buffers(optimizer: optim.Optimizer) -> None:
    """Gives parameters that RMSprop has begun without momentum an empty buffer, which torch makes at the first step."""
    for state in optimizer.state.values():
        if "square_avg" in state:
            state.setdefault("momentum_buffer", torch.zeros_like(state["square_avg"]))


def passes(knobs: Knobs, train_count: int, step: int) -> float:
    """How often the training set was passed through after so many updates."""
    ends = [at for at in stops(knobs) if at < step] + [step]
    spans = ((knobs.at(first).batch_size or train_count, last - first) for first, last in pairwise(ends))
    return sum(steps / math.ceil(train_count / size) for size, steps in spans)


def edit(knobs: Knobs, model: nn.Module, step: int) -> None:
    """Sets the weights and biases that were edited by hand at a step."""
    layers = linear_layers(model)
    for at, name, value in knobs.made:
        if at != step or (place := knobs.parameter(name)) is None:
            continue
        layer, unit, source = place
        with torch.no_grad():
            if source is None:
                layers[layer].bias[unit] = value
            else:
                layers[layer].weight[unit, source] = value
