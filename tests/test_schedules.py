"""Schedules are torch's own, and a member of a population that follows one is what it would be alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn, optim
from torch.optim import lr_scheduler as torch_schedulers

from playground.models.mlp import mlp
from playground.training.losses import binary_cross_entropy
from playground.training.optimizers import OPTIMIZERS, optimizer
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_schedules import PopulationSchedulers
from playground.training.population_updates import member_batches, member_losses, train_step
from playground.training.schedules import SCHEDULES, WATCHES_LOSS, Plan, rates, schedule
from playground.training.supervised import batches

torch.set_num_threads(1)
STEPS, RATE, SIZES, CHECK = 50, 0.2, (2, 5, 4, 1), 5
PLAN = Plan(STEPS, patience=0)
HYPER: dict[str, dict[str, Any]] = {"sgd": {}, "momentum": {"momentum": 0.9}, "adam": {"betas": (0.8, 0.99)}}
RATES = {"adadelta": 1.0, "adafactor": 0.02, "asgd": 0.3, "sgd": 0.1}
TIMED = [name for name in SCHEDULES if name not in WATCHES_LOSS]

BY_HAND: dict[str, Callable[[optim.Optimizer], Any]] = {
    "constant": lambda o: torch_schedulers.LambdaLR(o, lambda _: 1.0),
    "step": lambda o: torch_schedulers.MultiStepLR(o, [17, 34], gamma=0.1),
    "exponential": lambda o: torch_schedulers.LambdaLR(o, lambda t: 0.01 ** (t / STEPS)),
    "linear": lambda o: torch_schedulers.LambdaLR(o, lambda t: 1 - 0.99 * t / STEPS),
    "cosine": lambda o: torch_schedulers.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.01 * RATE),
    "restarts": lambda o: torch_schedulers.CosineAnnealingWarmRestarts(o, T_0=8, T_mult=2, eta_min=0.01 * RATE),
    "one_cycle": lambda o: torch_schedulers.OneCycleLR(o, max_lr=RATE, total_steps=STEPS),
    "warm_up": lambda o: torch_schedulers.SequentialLR(
        o,
        [
            torch_schedulers.LinearLR(o, start_factor=0.01, total_iters=5),
            torch_schedulers.CosineAnnealingLR(o, T_max=45, eta_min=0.01 * RATE),
        ],
        milestones=[5],
    ),
}


def stepped(make: Callable[[optim.Optimizer], Any]) -> list[float]:
    """The learning rates of a loop as PyTorch's manual writes it."""
    weight = torch.zeros(1, requires_grad=True)
    chosen = optim.SGD([weight], lr=RATE, momentum=0.9)
    scheduler, found = make(chosen), []
    for _ in range(STEPS):
        weight.grad = torch.ones(1)
        found.append(chosen.param_groups[0]["lr"])
        chosen.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("name", TIMED)
def test_a_curve_is_what_torch_s_scheduler_gives_when_stepped_by_hand(name: str) -> None:
    assert rates(name, RATE, PLAN) == pytest.approx(stepped(BY_HAND[name]), rel=1e-9)


def test_curves_are_the_published_formulas() -> None:
    cosine, restarts = rates("cosine", RATE, PLAN), rates("restarts", RATE, Plan(70))
    low = 0.01 * RATE
    assert cosine == pytest.approx([low + (RATE - low) * (1 + math.cos(math.pi * t / STEPS)) / 2 for t in range(STEPS)])
    cycles = [(t, 10) for t in range(10)] + [(t, 20) for t in range(20)] + [(t, 40) for t in range(40)]
    assert restarts == pytest.approx([low + (RATE - low) * (1 + math.cos(math.pi * t / n)) / 2 for t, n in cycles])


def test_the_one_cycle_s_largest_rate_is_its_peak_and_momentum_moves_against_it() -> None:
    chosen = optim.SGD([torch.zeros(1)], lr=RATE, momentum=0.9)
    scheduler = schedule("one_cycle", chosen, Plan(STEPS, peak=3.0))
    chosen.step()
    seen = []
    for _ in range(STEPS):
        seen.append((chosen.param_groups[0]["lr"], chosen.param_groups[0]["momentum"]))
        scheduler.step()
    largest, momentum = max(seen)
    assert (largest, momentum) == (pytest.approx(3 * RATE), pytest.approx(0.85))
    assert seen[0][1] == pytest.approx(0.95) == pytest.approx(seen[-1][1], abs=1e-2)


def points(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(37, 2, generator=generator, dtype=torch.float64)
    return inputs, (inputs.prod(1) > 0).double()[:, None]


def alone(member: Member, plan: Plan) -> nn.Module:
    """One network with torch's optimizer and torch's scheduler."""
    torch.manual_seed(member.seed)
    model = mlp(SIZES, nn.Tanh).double()
    chosen = optimizer(member.optimizer, model.parameters(), member.learning_rate, **member.hyper)
    scheduler, (inputs, targets), (held_out, truth) = schedule(member.schedule, chosen, plan), points(1), points(2)
    for step, rows in zip(range(1, STEPS + 1), batches(len(inputs), 10), strict=False):
        chosen.zero_grad()
        binary_cross_entropy(model(inputs[rows]), targets[rows]).backward()
        chosen.step()
        if member.schedule not in WATCHES_LOSS:
            scheduler.step()
        elif step % CHECK == 0:
            scheduler.step(binary_cross_entropy(model(held_out), truth).item())
    return model


def together(members: list[Member], plan: Plan) -> Population:
    """The same networks as one population."""
    population = Population(members, SIZES, dtype=torch.float64)
    chosen = PopulationOptimizer(population)
    schedulers = PopulationSchedulers(population, chosen, plan)
    (inputs, targets), (held_out, truth) = points(1), points(2)
    chunks = member_batches(population.generators, len(inputs), 10)
    for step, rows in zip(range(1, STEPS + 1), chunks, strict=False):
        train_step(population, chosen, binary_cross_entropy, inputs[rows], targets[rows])
        schedulers.step()
        if step % CHECK == 0:
            with torch.no_grad():
                outputs = population(held_out)
                schedulers.check(member_losses(outputs, truth.expand(len(members), -1, -1), binary_cross_entropy))
    return population


def largest_difference(members: list[Member], plan: Plan = PLAN) -> float:
    population, found = together(members, plan), 0.0
    for index, member in enumerate(members):
        pairs = zip(population.network(index).parameters(), alone(member, plan).parameters(), strict=True)
        found = max(found, *((a - b).abs().max().item() for a, b in pairs))
    return found


@pytest.mark.parametrize("kind", HYPER)
def test_members_under_every_schedule_are_those_alone(kind: str) -> None:
    name = "adam" if kind == "adam" else "sgd"
    rate = 0.02 if kind == "adam" else RATE
    members = [
        Member(seed, optimizer=name, learning_rate=rate * (1 + seed), hyper=HYPER[kind], schedule=one)
        for one in SCHEDULES
        for seed in range(2)
    ]
    assert largest_difference(members) < 1e-6


def test_a_plateau_s_rate_falls_in_these_tests() -> None:
    chosen = optim.SGD([torch.zeros(1)], lr=RATE)
    scheduler = schedule("plateau", chosen, PLAN)
    for loss in (1.0, 0.9, 1.1, 0.8):
        scheduler.step(loss)  # type: ignore[arg-type]
    assert chosen.param_groups[0]["lr"] == pytest.approx(RATE / 10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_members_of_every_optimizer_follow_a_schedule(name: str) -> None:
    rate = RATES.get(name, 0.01)
    members = [
        Member(seed, optimizer=name, learning_rate=rate, schedule=one)
        for one in ("constant", "cosine", "warm_up", "plateau")
        for seed in range(2)
    ]
    assert largest_difference(members) < 1e-6


def test_members_that_watch_their_own_loss_have_rates_of_their_own() -> None:
    members = [Member(seed, learning_rate=1.0, schedule="plateau") for seed in range(6)]
    population = Population(members, SIZES)
    schedulers = PopulationSchedulers(population, PopulationOptimizer(population), Plan(STEPS, patience=0))
    for losses in (torch.ones(6), torch.tensor([1.0, 0.5, 2.0, 0.4, 1.0, 0.3])):
        schedulers.check(losses)
    assert schedulers.rates == pytest.approx([0.1, 1.0, 0.1, 1.0, 0.1, 1.0])
    assert schedulers.optimizer.groups[0].scales[:, 0].tolist() == pytest.approx(schedulers.rates)
