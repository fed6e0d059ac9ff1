"""The tasks: sequences for every lag at once, from numbers that all cells and lags share.

T steps, L lags, R repeats, N sequences of a batch, S symbols to keep, K classes. The longest lag comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.concepts.rnn.memory.knobs import Knobs

Batch = tuple[Tensor, Tensor]


def recall(symbols: Tensor, fillers: Tensor, lags: Sequence[int], classes: int, silent: bool) -> tuple[Tensor, Tensor]:
    """Inputs (T, L * R, N, K + 2) and targets (L * R, N, S): each of S symbols is asked for `lag` steps after it.

    symbols (S, R, N) and fillers (T, R, N) are classes. Input K is 1 while symbols are to be kept, K + 1 while they are
    asked for. Silent: nothing comes in between.
    """
    kept, repeats, count = symbols.shape
    hot = F.one_hot(fillers, classes).float()
    inputs = torch.zeros(len(fillers), len(lags), repeats, count, classes + 2)
    inputs[:kept, ..., :classes] = F.one_hot(symbols, classes).float()[:, None]
    inputs[:kept, ..., classes] = 1
    for row, lag in enumerate(lags):
        if not silent:
            inputs[kept:lag, row, ..., :classes] = hot[kept:lag]
        inputs[lag : lag + kept, row, ..., classes + 1] = 1
    return inputs.flatten(1, 2), symbols.permute(1, 2, 0).repeat(len(lags), 1, 1)


def adding(values: Tensor, places: Tensor, lags: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Inputs (T, L * R, N, 2) and targets (L * R, N, 1): the sum of the two values that are marked.

    values (T, R, N) and places (2, R, N) are from 0 to 1; the first mark lies in the first half of a sequence of `lag`
    steps, the second in the other half.
    """
    inputs, targets = torch.zeros(len(values), len(lags), *values.shape[1:], 2), []
    for row, lag in enumerate(lags):
        half = lag // 2
        marked = torch.stack([(places[0] * half).long(), half + (places[1] * (lag - half)).long()])  # (2, R, N)
        inputs[:lag, row, ..., 0] = values[:lag]
        inputs[:, row, ..., 1].scatter_(0, marked, 1.0)
        targets.append(values.gather(0, marked).sum(0))
    return inputs.flatten(1, 2), torch.cat(targets)[..., None]


def draw(knobs: Knobs, count: int) -> Batch:
    """Fresh sequences for every lag: inputs (T, L * R, N, D) and targets (L * R, N, S) or (L * R, N, 1)."""
    steps, repeats = knobs.length(knobs.lags[0]), knobs.repeats
    if knobs.task == "adding":
        return adding(torch.rand(steps, repeats, count), torch.rand(2, repeats, count), knobs.lags)
    symbols = torch.randint(knobs.symbols, (knobs.kept, repeats, count))
    fillers = torch.randint(knobs.symbols, (steps, repeats, count))
    return recall(symbols, fillers, knobs.lags, knobs.symbols, knobs.silent)


def losses(outputs: Tensor, targets: Tensor) -> Tensor:
    """The mean loss (M,) of each member: cross-entropy (nats) of classes, else the squared error."""
    if targets.is_floating_point():
        return ((outputs[..., 0] - targets) ** 2).mean((1, 2))
    found = F.cross_entropy(outputs.flatten(0, 2), targets.flatten(), reduction="none")
    return found.view(len(outputs), -1).mean(1)


def scores(outputs: Tensor, targets: Tensor) -> Tensor:
    """What is shown of each member (M,): the share of right answers, or the squared error."""
    if targets.is_floating_point():
        return losses(outputs, targets)
    return (outputs.argmax(-1) == targets).float().mean((1, 2))


__all__ = ["Batch", "Callable", "adding", "draw", "losses", "recall", "scores"]
