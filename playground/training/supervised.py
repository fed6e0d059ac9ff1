"""The supervised loop in short layers: epochs of batches, updates, frames."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import torch
from torch import Tensor, nn, optim

from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.seeding import aside

Objective = Callable[[Tensor, Tensor], Tensor]


def batches(count: int, batch_size: int) -> Iterator[Tensor]:
    """Rows of one batch after the other, epoch by epoch, without end.

    Each epoch is one permutation; its short last batch is kept. A batch_size of 0 is the full set.
    """
    while True:
        yield from torch.split(torch.randperm(count), batch_size or count)


def train_step(
    objective: Objective, optimizer: optim.Optimizer, inputs: Tensor, targets: Tensor, clip: float = 0.0
) -> float:
    """Updates the parameters once and returns what the objective was before; `clip` bounds the gradient's norm."""
    optimizer.zero_grad()
    loss = objective(inputs, targets)
    loss.backward()  # type: ignore[no-untyped-call]
    if clip:
        nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], clip)
    optimizer.step()
    return loss.item()


def updates(
    objective: Objective, optimizer: optim.Optimizer, inputs: Tensor, targets: Tensor, *, batch_size: int, steps: int
) -> Iterator[float]:
    """The objective on each of `steps` batches, whose update is done."""
    for rows in itertools.islice(batches(len(inputs), batch_size), steps):
        rows = rows.to(inputs.device)
        yield train_step(objective, optimizer, inputs[rows], targets[rows])


def record(
    losses: Iterable[float],
    measure: Callable[[int], Frame],
    steps: int,
    most: int = 200,
    changes: Iterable[int] = (),
) -> Iterator[Frame]:
    """Frames of a training run, at the pace of `frame_steps`; what `measure` draws leaves training's stream alone.

    Steps at which something is changed are shown, and the first with the change. A run ends at the first batch whose
    loss is not finite. Frames whose loss is not finite hold the metric `nan_step`.
    """
    shown = {*frame_steps(steps, most), *(at + after for at in changes for after in (0, 1))}
    yield _measured(measure, 0)
    step = 0
    for step, loss in enumerate(losses, 1):
        ends = not math.isfinite(loss)
        if step in shown or ends:
            frame = _measured(measure, step)
            broken = ends or not math.isfinite(frame.metrics["train_loss"])
            yield replace(frame, metrics={**frame.metrics, "nan_step": step}) if broken else frame
        if ends:
            return
    if step not in shown:  # it was stopped before its last step
        yield _measured(measure, step)


def _measured(measure: Callable[[int], Frame], step: int) -> Frame:
    with aside():
        return measure(step)
