"""The schedules of a population: torch's schedulers, stepped beside it, tell each member its learning rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from playground.training.optimizers import optimizer
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.schedules import CYCLES_MOMENTUM, WATCHES_LOSS, Plan, schedule

MOVED = ("momentum", "betas")


class Pacer:
    """A torch scheduler and the optimizer whose rate it moves; that optimizer has nothing to update."""

    def __init__(self, member: Member, plan: Plan) -> None:
        self.cycles = member.schedule in CYCLES_MOMENTUM
        self.optimizer = optimizer(member.optimizer, [torch.zeros(1)], member.learning_rate, **member.hyper)
        self.scheduler = schedule(member.schedule, self.optimizer, plan)
        self.optimizer.step()  # torch warns of schedulers that are stepped before their optimizer

    @property
    def rate(self) -> float:
        """The learning rate of the next update."""
        return float(self.optimizer.param_groups[0]["lr"])

    @property
    def hyper(self) -> Mapping[str, Any]:
        """What the scheduler moves beside the rate."""
        group = self.optimizer.param_groups[0]
        return {name: group[name] for name in MOVED if name in group} if self.cycles else {}


class PopulationSchedulers:
    """One `Pacer` for members of one schedule, and for each member that watches its own loss."""

    def __init__(self, population: Population, optimizer: PopulationOptimizer, plan: Plan) -> None:
        self.optimizer = optimizer
        keys = [_key(index, member) for index, member in enumerate(population.members)]
        made = {key: Pacer(member, plan) for key, member in zip(keys, population.members, strict=True)}
        self.pacers = [made[key] for key in keys]  # one a member; members of one schedule have the same
        self.timed = [pacer for key, pacer in made.items() if key[0] not in WATCHES_LOSS]
        self.watching = [i for i, member in enumerate(population.members) if member.schedule in WATCHES_LOSS]
        self._pass_on()

    @property
    def rates(self) -> list[float]:
        """The learning rate (M,) of each member's next update."""
        return [pacer.rate for pacer in self.pacers]

    def step(self) -> None:
        """Goes on by one update; to be called after it."""
        for pacer in self.timed:
            pacer.scheduler.step()
        self._pass_on()

    def check(self, losses: Tensor) -> None:
        """Shows the members' validation losses (M,) to the schedules that watch them."""
        for index in self.watching:
            self.pacers[index].scheduler.step(losses[index].item())  # type: ignore[arg-type]
        self._pass_on()

    def _pass_on(self) -> None:
        self.optimizer.reschedule(self.rates, [pacer.hyper for pacer in self.pacers])


def _key(index: int, member: Member) -> tuple[Any, ...]:
    """Equal for members whose rates are the same at every step."""
    own = index if member.schedule in WATCHES_LOSS else None
    return member.schedule, member.optimizer, member.learning_rate, repr(sorted(member.hyper.items())), own
