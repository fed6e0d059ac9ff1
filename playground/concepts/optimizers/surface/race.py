"""The race itself: each optimizer is torch.optim's own, on a point (x, y) of its own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from playground.concepts.optimizers.surface.ground import Function
from playground.concepts.optimizers.surface.surfaces import Surface
from playground.training.optimizers import optimizer

REACH = 1.5  # times the map's width: who is farther from its middle has run away


Entry = tuple[str, float, Mapping[str, Any]]
"""Name, learning rate and torch's other arguments of an optimizer."""


def torch_name(name: str) -> str:
    """What training.optimizers calls an optimizer of this page."""
    return "sgd" if name == "momentum" else name


class Crowd:
    """N points that find their gradients together, since a surface's value at one depends on no other.

    A view of some of them shares their place and gradient, and is a parameter for an optimizer of its own.
    """

    def __init__(self, origin: tuple[float, float], count: int) -> None:
        self.points = torch.tensor([origin] * count, dtype=torch.float64)
        self.gradients = torch.zeros_like(self.points)

    def look(self, f: Function) -> None:
        """Brings the gradients (N, 2) up to date."""
        leaf = self.points.clone().requires_grad_()
        (found,) = torch.autograd.grad(f(leaf[:, 0], leaf[:, 1]).sum(), leaf)
        self.gradients.copy_(found)

    def view(self, rows: int | slice) -> Tensor:
        """Point number `rows` (2,), or several (n, 2)."""
        view = self.points[rows]
        view.grad = self.gradients[rows]
        return view


def away(points: Tensor, ground: Surface) -> Tensor:
    """Which points (N, 2) have left the map by as much as it is wide, or are not finite: (N,)."""
    far = (points - torch.tensor(ground.middle)).abs().amax(1)
    return ~(far <= REACH * ground.width)


class Racer:
    """One optimizer on its way. `left` is the step at which it ran away; from then on it stands still.

    `before`, `gradient` and `change` (2,) are of its last update: where it was, the slope there, how far it went.
    """

    def __init__(self, name: str, rate: float, point: Tensor, hyper: Mapping[str, Any]) -> None:
        self.name, self.rate, self.point = name, rate, point
        self.optimizer = optimizer(torch_name(name), [point], rate, **hyper)
        self.left: int | None = None
        self.before = point.clone()
        self.gradient = self.change = torch.full_like(point, math.nan)

    @property
    def state(self) -> Mapping[str, Tensor]:
        """What torch's optimizer remembers of the point."""
        found: Mapping[str, Tensor] = self.optimizer.state[self.point]
        return found

    def update(self) -> None:
        """Takes one step of torch's optimizer, unless it ran away before."""
        if self.left is not None:
            return
        assert self.point.grad is not None
        self.before, self.gradient = self.point.clone(), self.point.grad.clone()
        self.optimizer.step()
        self.change = self.point - self.before


class Race:
    """Several optimizers on one surface, from one start."""

    def __init__(self, ground: Surface, f: Function, origin: tuple[float, float], entries: Sequence[Entry]) -> None:
        self.ground, self.f, self.crowd = ground, f, Crowd(origin, len(entries))
        self.racers = [Racer(*entry[:2], self.crowd.view(k), entry[2]) for k, entry in enumerate(entries)]

    @property
    def points(self) -> Tensor:
        """Where everyone is (M, 2)."""
        return self.crowd.points

    def update(self, step: int) -> None:
        """One step of everyone; who is away now has left."""
        self.crowd.look(self.f)
        for racer in self.racers:
            racer.update()
        for racer, is_away in zip(self.racers, away(self.points, self.ground).tolist(), strict=True):
            racer.left = step if is_away and racer.left is None else racer.left
