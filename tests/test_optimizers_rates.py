"""Every rate and momentum on the bowl: theory against eigenvalues, the sweep against torch, both against each other."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch

from playground import contract, wire
from playground.concepts.optimizers.surface import theory
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.surfaces import MOMENTA, REACHES
from playground.concepts.optimizers.surface.sweep import Pairs
from playground.contract import History, mended
from playground.training.recorder import frames

LAB = contract.lab("optimizers/surface")
CONDITIONS = (10, 50, 200, 1000)


@cache
def run(condition: float, steps: int = 200) -> History:
    return wire.recorded(frames(LAB, Knobs(surface="rates", condition=condition, steps=steps), "cpu"))


def measured(rate: float, momentum: float, condition: float, steps: int = 800) -> float:
    pairs = Pairs(np.array([rate]), np.array([momentum]), condition)
    for _ in range(steps):
        pairs.step()
    return pairs.factors().item()


@pytest.mark.parametrize("seed", range(20))
def test_the_factor_is_the_spectral_radius_of_one_step(seed: int) -> None:
    rate, momentum, curvature = np.random.default_rng(seed).uniform((0, 0, 0.1), (3, 1, 3))
    step = np.array([[1 + momentum - rate * curvature, -momentum], [1, 0]])
    assert theory.radius(rate, momentum, curvature) == pytest.approx(np.abs(np.linalg.eigvals(step)).max(), abs=1e-6)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_polyak_s_pair_is_the_best_of_a_fine_grid(condition: float) -> None:
    rates, momenta = np.linspace(0, 4, 801)[1:] / condition, np.linspace(0, 0.999, 800)
    best = theory.worst(*theory.best_pair(condition), condition)
    root = np.sqrt(condition)
    assert best == pytest.approx((root - 1) / (root + 1), abs=1e-6)
    assert theory.worst(rates[:, None], momenta, condition).min() >= best - 1e-9


@pytest.mark.parametrize("factor", [0.8, 0.9, 0.95])
def test_along_an_isoline_the_factor_is_the_same(factor: float) -> None:
    rates, momenta = theory.isoline(factor, 50)
    for i in range(4):
        for share in (0.25, 0.5, 0.75):
            rate, momentum = (v[i] + share * (v[i + 1] - v[i]) for v in (rates, momenta))
            assert theory.worst(rate, momentum, 50) == pytest.approx(factor, abs=1e-9)
    assert not len(theory.isoline(0.7, 50)[0])


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_it_diverges_just_above_the_limit_and_converges_just_below(condition: float, momentum: float) -> None:
    limit = theory.limit(momentum, condition)
    assert measured(1.005 * limit, momentum, condition) > 1 > measured(0.995 * limit, momentum, condition)


@pytest.mark.parametrize("momentum", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("nesterov", [False, True])
def test_torch_s_own_sgd_diverges_just_above_the_limit_and_not_below(momentum: float, nesterov: bool) -> None:
    ends = []
    for factor in (0.99, 1.01):
        point = torch.ones(1, dtype=torch.float64, requires_grad=True)
        rate = factor * theory.limit(momentum, 7.0, nesterov)
        optimizer = torch.optim.SGD([point], lr=rate, momentum=momentum, nesterov=nesterov)
        for _ in range(3000):
            optimizer.zero_grad()
            (3.5 * point**2).sum().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        ends.append(abs(point.item()))
    assert ends[0] < 1e-3 and not ends[1] < 1e3  # NaN where it ran out of numbers


@pytest.mark.parametrize("condition", CONDITIONS)
def test_at_the_best_pair_the_measured_rate_is_within_5_percent_of_theory(condition: float) -> None:
    assert abs(run(condition).last("off")) < 0.05
    pair = theory.best_pair(condition)
    speed, expected = np.log(measured(*pair, condition)), np.log(theory.worst(*pair, condition))
    assert speed == pytest.approx(expected, rel=0.05)


def test_the_best_of_the_measured_map_lies_beside_polyak_s_pair() -> None:
    rate, momentum = theory.best_pair(50)
    assert run(50).last("measured_rate") == pytest.approx(50 * rate, abs=0.1)
    assert run(50).last("measured_beta") == pytest.approx(momentum, abs=0.04)


def test_the_map_agrees_with_theory_wherever_it_has_settled() -> None:
    x, y = np.meshgrid(REACHES, MOMENTA)
    members = Pairs(x.ravel() / 50, y.ravel(), 50)
    for _ in range(400):
        members.step()
    found, expected = members.factors().numpy(), theory.worst(x.ravel() / 50, y.ravel(), 50)
    settled = y.ravel() < 0.9
    assert np.abs(found - expected)[settled].max() < 0.02


@pytest.mark.parametrize("seed", range(6))
def test_a_member_of_the_sweep_is_torch_s_own_sgd(seed: int) -> None:
    reach, momentum = np.random.default_rng(seed).uniform((0.1, 0), (3, 0.95))
    pairs = Pairs(np.array([reach / 50]), np.array([momentum]), 50)
    point = torch.ones(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([point], lr=reach / 50, momentum=momentum)
    for _ in range(60):
        before = point.detach().clone()
        optimizer.zero_grad()
        (point[0] ** 2 / 2 + 25 * point[1] ** 2).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        pairs.step()
    size = torch.cat([point.detach(), before]).norm().log().item()
    assert pairs.scale.item() == pytest.approx(size, abs=1e-9)


def test_the_verdict_names_the_limit_and_its_mend_converges_with_the_same_momentum() -> None:
    knobs = Knobs(surface="rates", pair=(2.5, 0.1))
    history = wire.recorded(frames(LAB, knobs, "cpu"))
    (verdict,) = LAB.verdicts(knobs, history)
    assert "above 2 (1 + momentum) / λmax = 0.044: it diverges" in verdict.sentence
    cured = mended(knobs, verdict.mend)
    better = wire.recorded(frames(LAB, cured, "cpu"))
    assert better.last("factor.own") < 1 and cured.pair[1] == 0.1  # type: ignore[attr-defined]


def test_momentum_turns_the_condition_number_into_its_root() -> None:
    speeds = [-np.log(run(200).last(f"theory.{name}")) for name in ("plain", "best")]
    assert speeds[1] / speeds[0] == pytest.approx(np.sqrt(200), rel=0.05)
