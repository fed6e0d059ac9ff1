"""Looking into a network: what its layers hold, what a covered place costs, what moves a logit or a unit.

The network is an `nn.Sequential` in evaluation; N pictures are (N, C, S, S), K are the classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from playground.concepts.cnn.inside.columns import Column
from playground.concepts.cnn.inside.places import spans


def outputs(model: nn.Sequential, pictures: Tensor) -> list[Tensor]:
    """What each module gives; the last are the logits (N, K)."""
    found = []
    for module in model:
        pictures = module(pictures)
        found.append(pictures)
    return found


def covered(picture: Tensor, count: int, size: int, fill: float) -> Tensor:
    """The picture (C, S, S) with each of count x count places covered, row by row, (count^2, C, S, S)."""
    along = spans(picture.shape[-1], count, size)
    found = picture.repeat(count * count, 1, 1, 1)
    for place, ((top, bottom), (left, right)) in enumerate((r, c) for r in along for c in along):
        found[place, :, top:bottom, left:right] = fill
    return found


def probabilities(model: nn.Sequential, pictures: Tensor) -> Tensor:
    """What the network says (N, K), without gradients."""
    with torch.no_grad():
        return torch.softmax(model(pictures), 1).cpu()


@dataclass(frozen=True)
class Slopes:
    """Of one picture (C, S, S): the logit's gradient and the unit's, with the unit's value."""

    logit: Tensor
    unit: Tensor
    value: float


def slopes(model: nn.Sequential, picture: Tensor, explained: int, column: Column, at: tuple[int, int, int]) -> Slopes:
    """What moves the logit of class `explained`, and the unit `at` (channel, row, column) of a layer.

    The unit is taken before its activation, whose slope may be zero; its value behind it.
    """
    x = picture[None].detach().requires_grad_()
    found = outputs(model, x)
    (logit,) = torch.autograd.grad(found[-1][0, explained], x, retain_graph=True)
    (unit,) = torch.autograd.grad(unit_of(found[column.weighed], at), x)
    return Slopes(logit[0].cpu(), unit[0].cpu(), unit_of(found[column.module], at).item())


def unit_of(output: Tensor, at: tuple[int, int, int]) -> Tensor:
    """One number of a module's output (1, C, H, W) or (1, D)."""
    channel, row, place = at
    return output[0, channel, row, place] if output.ndim == 4 else output[0, channel]


def silent(model: nn.Sequential, pictures: Tensor, shown: tuple[Column, ...]) -> list[Tensor]:
    """Of each shown layer, which channels (C,) are zero everywhere on all of the pictures."""
    with torch.no_grad():
        found = outputs(model, pictures)
    kept = (found[column.module] for column in shown)
    return [(output.flatten(2) if output.ndim == 4 else output[:, :, None]).abs().amax((0, 2)) == 0 for output in kept]
