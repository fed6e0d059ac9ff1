"""What each optimizer is, and at which learning rate it races."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.sets import Split
from playground.training.losses import cross_entropy
from playground.training.optimizers import OPTIMIZERS
from playground.training.population import Member, Population
from playground.training.population_updates import member_losses, updates

Recipe = tuple[str, Mapping[str, Any]]
RECIPES: Mapping[str, Recipe] = {**{name: (name, {}) for name in OPTIMIZERS}, "momentum": ("sgd", {"momentum": 0.9})}
"""By the page's names: torch's optimizer and its arguments but for the rate."""


def member(name: str, rate: float, seed: int) -> Member:
    """A ReLU network of that seed under an optimizer of the page."""
    torch_name, hyper = RECIPES[name]
    return Member(seed, "relu", torch_name, rate, hyper)


def default_rate(name: str) -> float:
    """The learning rate that torch gives an optimizer when none is named."""
    torch_name, hyper = RECIPES[name]
    return float(OPTIMIZERS[torch_name]([torch.zeros(1)], **hyper).defaults["lr"])


def rates(knobs: Knobs, data: Mapping[str, Split]) -> dict[str, float]:
    """The learning rate of each optimizer of the race."""
    if knobs.rates == "one":
        return dict.fromkeys(knobs.names, knobs.learning_rate)
    if knobs.rates == "defaults":
        return {name: default_rate(name) for name in knobs.names}
    return dict(zip(knobs.names, best(knobs, data), strict=True))


def best(knobs: Knobs, data: Mapping[str, Split]) -> Sequence[float]:
    """For each optimizer the one of the trial's rates with the lowest validation loss at its end, all together.

    The networks have one seed, which none in the race has.
    """
    seed = knobs.seed + knobs.seeds
    members = [member(name, rate, seed) for name in knobs.names for rate in knobs.TRIAL_RATES]
    population = Population(members, knobs.sizes, device=str(data["train"][0].device))
    steps = knobs.TRIAL_STEPS
    for _ in updates(population, cross_entropy, *data["train"], batch_size=knobs.batch_size, steps=steps):
        pass
    found = trial_losses(population, *data["validation"]).reshape(len(knobs.names), -1)
    return [knobs.TRIAL_RATES[i] for i in found.argmin(1)]


@torch.no_grad()
def trial_losses(population: Population, inputs: Tensor, labels: Tensor) -> Tensor:
    """The loss (M,) of each member; infinite for one that has stopped."""
    found = member_losses(population(inputs), labels.expand(len(population.members), -1), cross_entropy)
    return torch.where(population.alive & found.isfinite(), found, torch.inf)
