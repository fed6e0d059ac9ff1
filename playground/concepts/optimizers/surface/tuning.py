"""Each optimizer's best learning rate on a surface: 25 rates raced over the whole distance, on equal terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, optim

from playground.concepts.optimizers.surface.ground import Function
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.race import Crowd, away, torch_name
from playground.training.optimizers import OPTIMIZERS, optimizer
from playground.training.population_optimizer import UNSCALED, WHOLE

RATES = tuple(10 ** (-4 + 5 * i / 24) for i in range(25))


def best_rates(knobs: Knobs, f: Function) -> list[float]:
    """For each optimizer the rate with the lowest mean loss over the race; who runs away is out.

    The lowest rate where all run away.
    """
    return [RATES[int(scores.argmin())] for scores in mean_losses(knobs.optimizers, knobs, f)]


def mean_losses(names: Sequence[str], knobs: Knobs, f: Function) -> Tensor:
    """The mean loss over the race (M, 25) of each optimizer under each rate; infinite where it runs away."""
    crowd = Crowd(knobs.origin, len(names) * len(RATES))
    squads = [_squad(name, crowd, k * len(RATES), knobs.hyper(name)) for k, name in enumerate(names)]
    total = torch.zeros(len(crowd.points), dtype=torch.float64)
    gone = torch.zeros(len(crowd.points), dtype=torch.bool)
    for _ in range(knobs.steps):
        crowd.look(f)
        for squad in squads:
            squad.update()
        gone |= away(crowd.points, knobs.ground)
        total += f(crowd.points[:, 0], crowd.points[:, 1])
    means = torch.where(gone | ~total.isfinite(), torch.inf, total / knobs.steps)
    return means.view(len(names), len(RATES))


def _squad(name: str, crowd: Crowd, first: int, hyper: Mapping[str, Any]) -> Together | Apart:
    """One optimizer under all rates, on the crowd's points from number `first` on."""
    return (Apart if name in UNSCALED + WHOLE else Together)(name, crowd, first, hyper)


class Together:
    """One torch optimizer at rate 1 on all points (R, 2), whose change is scaled by each one's rate."""

    def __init__(self, name: str, crowd: Crowd, first: int, hyper: Mapping[str, Any]) -> None:
        self.points = crowd.view(slice(first, first + len(RATES)))
        self.rates = torch.tensor(RATES, dtype=torch.float64)[:, None]
        self.optimizer = optimizer(torch_name(name), [self.points], 1.0, **hyper)

    def update(self) -> None:
        """One step of every point."""
        before = self.points.clone()
        self.optimizer.step()
        self.points.copy_(before + self.rates * (self.points - before))


class Apart:
    """A point (2,) for each rate, in a group of its own: for optimizers whose change is not in proportion to it."""

    def __init__(self, name: str, crowd: Crowd, first: int, hyper: Mapping[str, Any]) -> None:
        groups = [{"params": [crowd.view(first + k)], "lr": rate} for k, rate in enumerate(RATES)]
        self.optimizer: optim.Optimizer = OPTIMIZERS[name](groups, **hyper)

    def update(self) -> None:
        """One step of every point."""
        self.optimizer.step()
