"""What the race's verdicts say and offer: every mend cures what its sentence names, and no click solves a challenge."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from playground import contract, wire
from playground.concepts.optimizers.surface import theory
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.contract import History, Verdict, mended
from playground.training.recorder import frames

LAB = contract.lab("optimizers/surface")
FOUR = ("sgd", "momentum", "adam", "rmsprop")
QUICK = ("bowl", "himmelblau", "plateau")
SLOW = ("rosenbrock", "beale", "rastrigin", "saddle", "cliff", "own")
SURFACES = (*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW))


@cache
def run(knobs: contract.Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def told(knobs: contract.Knobs, words: str) -> Verdict | None:
    """The verdict with these words in it."""
    return next((one for one in LAB.verdicts(knobs, run(knobs)) if words in one.sentence), None)


def cured(knobs: contract.Knobs, verdict: Verdict | None) -> tuple[contract.Knobs, History]:
    """The knobs after a verdict's mend, and their run."""
    assert verdict and verdict.mend
    better = mended(knobs, verdict.mend)
    return better, run(better)


def away(history: History) -> list[str]:
    return [name for name in FOUR if np.isfinite(history.last(f"left_step.{name}"))]


def test_on_beale_the_limit_is_that_of_the_curvature_on_the_map() -> None:
    knobs = Knobs(surface="beale")
    verdict = told(knobs, "ran away")
    assert verdict and "is above 2 (1 + momentum) / λmax = 0.0044" in verdict.sentence
    _, history = cured(knobs, verdict)
    assert not away(history) and history.last("loss.momentum") < 1e-3 * history.metrics["loss.momentum"][0]


@pytest.mark.parametrize("surface", SURFACES)
def test_the_rate_offered_to_a_runaway_keeps_every_racer_and_leads_down(surface: Any) -> None:
    for rate in (0.01, 0.1, 1.0):
        knobs = Knobs(surface=surface, learning_rate=rate)
        if not (verdict := told(knobs, "ran away")):
            continue
        _, history = cured(knobs, verdict)
        assert not away(history), rate
        for name in FOUR:
            start, end = history.metrics[f"loss.{name}"][0], history.last(f"loss.{name}")
            assert end < start, (rate, name)


def test_a_surface_without_a_floor_has_no_rate_that_holds() -> None:
    knobs = Knobs(surface="own", formula="-x^2 - y^2", learning_rate=10.0, optimizers=("momentum",))
    assert told(knobs, "its learning rate 10 is too large for this surface")


@pytest.mark.parametrize("surface", SURFACES)
def test_who_is_stuck_or_not_there_yet_gets_there_by_the_mend(surface: Any) -> None:
    floor = run(Knobs(surface=surface)).metrics["lowest_height"][0]
    for rate in (1e-4, 1e-3, 0.01, 0.1):
        knobs = Knobs(surface=surface, learning_rate=rate)
        stuck, nobody = told(knobs, "is stuck"), told(knobs, "Nobody came")
        if stuck:
            name = next(one for one in FOUR if stuck.sentence.lower().startswith(one))
            assert cured(knobs, stuck)[1].last(f"loss.{name}") < floor + 0.05, rate
        if nobody and nobody.mend:
            assert cured(knobs, nobody)[1].last("arrived") >= 1, rate


def test_more_steps_are_offered_only_where_the_loss_still_falls() -> None:
    falls, rests = Knobs(surface="rosenbrock", learning_rate=1e-3), Knobs(surface="rastrigin", learning_rate=1e-3)
    offers = [told(knobs, "Nobody came") for knobs in (falls, rests)]
    assert [set(one.mend) for one in offers if one] == [{"steps"}, set()]


def test_a_minimum_is_left_by_another_start_where_each_already_has_its_best_rate() -> None:
    knobs = Knobs(surface="rastrigin", rates="best", focus="momentum")
    verdict = told(knobs, "SGD is stuck in a minimum that is not the lowest")
    better, history = cured(knobs, verdict)
    assert better.start != knobs.start and history.last("loss.sgd") < 1e-3  # type: ignore[attr-defined]


@pytest.mark.parametrize("knobs", [Knobs(), Knobs(learning_rate=0.06, momentum=0.95, optimizers=("momentum",))])
def test_the_momentum_offered_is_sooner_there_and_no_longer_overshoots(knobs: Knobs) -> None:
    better, history = cured(knobs, told(knobs, "Momentum overshoots"))
    arrived = [one.last("arrived_step.momentum") for one in (history, run(knobs))]
    assert arrived[0] < arrived[1] and not told(better, "overshoots") and not away(history)


def test_polyak_s_pair_is_not_said_to_overshoot_though_it_turns_back() -> None:
    knobs = Knobs(learning_rate=0.061, momentum=0.57, optimizers=("momentum",))
    assert run(knobs).last("turns.momentum") > 0.8 * knobs.steps and not told(knobs, "overshoots")


@pytest.mark.parametrize("condition", [1.0, 5.0, 50.0, 1000.0])
@pytest.mark.parametrize("reach", [0.05, 0.5, 1.5, 3.5])
def test_the_best_momentum_of_a_rate_is_the_best_of_a_fine_grid(condition: float, reach: float) -> None:
    rate, momenta = reach / condition, np.linspace(0, 0.999, 20_000)
    grid = momenta[theory.worst(rate, momenta, condition).argmin()]
    assert theory.best_momentum(rate, condition) == pytest.approx(grid, abs=1e-3)


def test_the_rate_offered_to_a_zigzag_lies_below_its_bound() -> None:
    knobs = Knobs(surface="rastrigin", learning_rate=0.01)
    verdict = told(knobs, "SGD zigzags")
    better, _ = cured(knobs, verdict)
    assert verdict and "above 1 / λmax = 0.0025" in verdict.sentence and verdict.mend["learning_rate"] == 0.002
    assert not told(better, "zigzags")


def test_of_many_minima_momentum_alone_finds_the_lowest() -> None:
    history = run(next(preset.knobs for preset in LAB.presets if preset.title == "Many minima"))
    for name in ("sgd", "adam", "rmsprop"):
        assert history.last(f"gradient_norm.{name}") < 0.01 and history.last(f"least_curvature.{name}") > 0
        assert history.last(f"loss.{name}") > 1
    assert history.last("loss.momentum") < 1e-3


def test_theory_s_best_pair_is_told_so() -> None:
    best = Knobs(surface="rates", pair=(3.07, 0.566))
    (verdict,) = LAB.verdicts(best, run(best))
    assert verdict.sentence.startswith("Your pair is the best there is (Polyak): it leaves 0.755 of the error a step")
    assert "Theory says 0.752" in verdict.sentence and not verdict.mend


@pytest.mark.parametrize("index", range(len(LAB.presets)))
def test_neither_a_preset_nor_its_mends_solve_a_challenge(index: int) -> None:
    knobs = LAB.presets[index].knobs
    offers = [{}, *(verdict.mend for verdict in LAB.verdicts(knobs, run(knobs)) if verdict.mend)]
    for better in (mended(knobs, offer) for offer in offers):
        assert not any(challenge.met(better, run(better)) for challenge in LAB.challenges)


def test_the_best_speed_on_the_map_can_be_reached_and_its_start_s_mends_do_not() -> None:
    wild, best = Knobs(surface="rates", pair=(3.5, 0.58)), Knobs(surface="rates", pair=(3.0, 0.57))
    better, history = cured(wild, told(wild, "it diverges"))
    assert history.last("factor.own") < 1 and not LAB.challenges[1].met(better, history)
    assert LAB.challenges[1].met(best, run(best))
