"""Sensitivity: a member is what it would be alone, the definitions hold, and the page's claims, over seeds."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import accuracy_score, log_loss

from playground import contract, wire
from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.sensitivity import rows, valley
from playground.concepts.optimizers.sensitivity.experiment import member, racers, sweepers
from playground.concepts.optimizers.sensitivity.knobs import DEFAULT_RATES, Knobs
from playground.concepts.optimizers.sensitivity.lab import CHALLENGES, PRESETS
from playground.concepts.optimizers.sensitivity.measure import RaceMeasure, SweepMeasure
from playground.concepts.optimizers.sensitivity.points import points
from playground.concepts.optimizers.sensitivity.verdicts import verdicts
from playground.contract import Frame, History, mended
from playground.export.script import script
from playground.knobs import specs
from playground.training.losses import cross_entropy
from playground.training.optimizers import OPTIMIZERS
from playground.training.population import Population
from playground.training.population_updates import updates
from playground.training.recorder import frames
from tests.scripts import ends

torch.set_num_threads(1)
LAB = contract.lab("optimizers/sensitivity")
OFFERED = specs(Knobs)["optimizers"].choices
TINY = Knobs(optimizers=("sgd", "adam", "rprop"), rates=10, steps=30, hidden_units=4, repeats=3)


def train(population: Population, knobs: Knobs) -> None:
    data = points(knobs.seed, population.values.dtype)
    inputs, labels = data.inputs["train"], data.labels["train"]
    list(updates(population, cross_entropy, inputs, labels, batch_size=knobs.batch_size, steps=knobs.steps))


def swept(knobs: Knobs) -> tuple[Population, SweepMeasure, Frame]:
    """The sweep at its end, without the frames on the way."""
    population = Population(sweepers(knobs), knobs.sizes)
    measure = SweepMeasure(knobs, population, points(knobs.seed))
    measure(0)
    train(population, knobs)
    return population, measure, measure(knobs.steps)


@cache
def ended(knobs: Knobs) -> dict[str, float]:
    """The metrics at the end of a run."""
    _, measure, frame = swept(knobs)
    if not knobs.race:
        return dict(frame.metrics)
    race = Population(racers(knobs, measure.best_rates()), knobs.sizes)
    train(race, knobs)
    return dict(RaceMeasure(knobs, race, points(knobs.seed), frame.metrics)(knobs.steps).metrics)


def history(metrics: dict[str, float], steps: int) -> History:
    """A history of that one last frame."""
    return wire.recorded([Frame(steps, metrics)])


def of_seed(knobs: contract.Knobs, seed: int) -> Knobs:
    return mended(knobs, {"seed": seed})  # type: ignore[return-value]


@pytest.mark.parametrize("name", OFFERED)
def test_a_member_is_the_network_that_torch_trains_alone(name: str) -> None:
    knobs = Knobs(optimizers=(name,), hidden_units=5, batch_size=16, steps=50)
    rates = (0.1 * DEFAULT_RATES[name], 0.3 * DEFAULT_RATES[name], DEFAULT_RATES[name])
    population = Population([member(knobs, name, 3, rate) for rate in rates], knobs.sizes, dtype=torch.float64)
    train(population, knobs)
    for i, rate in enumerate(rates):
        alone = by_hand(knobs, name, rate)
        ours = population.network(i)
        pairs = zip(ours.parameters(), alone.parameters(), strict=True)
        assert max((a - b).abs().max().item() for a, b in pairs) < 1e-6


def by_hand(knobs: Knobs, name: str, rate: float) -> torch.nn.Module:
    """The plain loop: one network under seed 3, torch's own optimizer."""
    torch.manual_seed(3)
    model = torch.nn.Sequential(torch.nn.Linear(64, 5), torch.nn.Tanh(), torch.nn.Linear(5, 10)).double()
    extra = {"momentum": 0.9} if name == "momentum" else {}
    kind: Any = OPTIMIZERS["sgd" if name == "momentum" else name]
    optimizer = kind(model.parameters(), lr=rate, **extra)
    data, step = points(knobs.seed, torch.float64), 0
    while True:
        for batch in torch.randperm(len(data.labels["train"])).split(knobs.batch_size):
            optimizer.zero_grad()
            F.cross_entropy(model(data.inputs["train"][batch]), data.labels["train"][batch]).backward()
            optimizer.step()
            step += 1
            if step == knobs.steps:
                return model


@pytest.mark.parametrize("name", OFFERED)
def test_the_default_rates_are_torch_s(name: str) -> None:
    given = inspect.signature(OPTIMIZERS["sgd" if name == "momentum" else name]).parameters["lr"].default
    assert DEFAULT_RATES[name] == float(given)


def test_every_optimizer_of_the_page_is_offered() -> None:
    assert set(OFFERED) == set(LABELS) == {*OPTIMIZERS, "momentum"}


def test_stable_rates_of_losses_made_by_hand() -> None:
    losses = np.array([2.0, 1.1, 0.5, 0.29, 0.1, 0.31, 0.2, 4.1, np.nan, np.inf])
    assert valley.best(losses) == 4
    assert valley.stable(losses, 2.0, 0.9).nonzero()[0].tolist() == [3, 4, 6]  # at most 2 - 0.9 * 1.9 = 0.29
    assert valley.stable(losses, 2.0, 0.5).nonzero()[0].tolist() == [2, 3, 4, 5, 6]  # at most 1.05
    assert valley.diverged(losses, 2.0).nonzero()[0].tolist() == [7, 8, 9]


def test_nothing_is_stable_before_the_first_step_or_where_all_diverged() -> None:
    assert not valley.stable(np.full(5, 2.0), 2.0, 0.9).any()
    assert not valley.stable(np.full(5, np.nan), 2.0, 0.9).any()
    assert valley.best(np.full(5, np.nan)) == 0


def test_rates_are_even_on_a_log_scale() -> None:
    assert valley.rates(1e-3, 10, 5) == pytest.approx([1e-3, 1e-2, 0.1, 1, 10])


def test_a_frame_says_what_its_losses_say() -> None:
    population, measure, frame = swept(TINY)
    data = points(TINY.seed)
    logits = [population.network(i)(data.inputs["validation"]).detach() for i in range(len(population.members))]
    probabilities = [torch.softmax(one.double(), 1).numpy() for one in logits]
    losses = np.array([log_loss(data.labels["validation"], one, labels=range(10)) for one in probabilities])
    for i, name in enumerate(TINY.names):
        own = losses.reshape(3, -1)[i, :-1]
        chosen = measure.rates[valley.stable(own, measure.start, TINY.share)]
        assert frame.metrics[f"best_rate.{name}"] == measure.rates[own.argmin()] == measure.best_rates()[i]
        assert frame.metrics[f"best_loss.{name}"] == pytest.approx(own.min(), abs=1e-5)
        assert frame.metrics[f"default_loss.{name}"] == pytest.approx(losses.reshape(3, -1)[i, -1], abs=1e-5)
        assert frame.metrics[f"diverged.{name}"] == (own > 2 * measure.start).sum()
        ends = (frame.metrics[f"low_rate.{name}"], frame.metrics[f"high_rate.{name}"])
        assert ends == (chosen[0], chosen[-1])
        shown = np.asarray(frame.arrays[f"stable_x.{name}"])
        assert shown[~np.isnan(shown)] == pytest.approx(chosen)
    assert frame.metrics["networks"] == 33 and frame.metrics["diverged"] > 0


def test_the_race_is_on_fresh_seeds_at_the_best_rates_and_is_scored_on_test_digits() -> None:
    _, measure, frame = swept(TINY)
    competing = racers(TINY, measure.best_rates())
    assert [one.seed for one in competing] == 3 * [1, 2, 3] and {one.seed for one in sweepers(TINY)} == {0}
    assert [one.learning_rate for one in competing[::3]] == measure.best_rates()
    race = Population(competing, TINY.sizes)
    train(race, TINY)
    shown = RaceMeasure(TINY, race, points(0), frame.metrics)(TINY.steps)
    data = points(0)
    logits = [race.network(i)(data.inputs["test"]).detach() for i in range(9)]
    losses = np.array([F.cross_entropy(one, data.labels["test"]).item() for one in logits]).reshape(3, 3)
    right = [accuracy_score(data.labels["test"], one.argmax(1)) for one in logits]
    assert shown.step == 2 * TINY.steps
    for i, name in enumerate(TINY.names):
        found = [shown.metrics[f"test_{key}.{name}"] for key in ("loss", "low", "high", "accuracy")]
        expected = [losses[i].mean(), losses[i].min(), losses[i].max(), np.mean(right[3 * i : 3 * i + 3])]
        assert found == pytest.approx(expected, abs=1e-5)


def test_the_splits_are_apart_and_hold_all_digits() -> None:
    data = points(0)
    assert [len(one) for one in data.labels.values()] == [1078, 360, 359]
    assert len(torch.unique(torch.cat(list(data.inputs.values())), dim=0)) == 1797


def test_a_frozen_network_counts_as_diverged() -> None:
    population = Population(sweepers(TINY), TINY.sizes)
    measure = SweepMeasure(TINY, population, points(0))
    measure(0)
    population.alive[0] = False
    assert measure(1).metrics["diverged.sgd"] == 1


@pytest.mark.parametrize("count", range(1, 9))
def test_rows_lie_under_the_curves_and_above_the_edge(count: int) -> None:
    heights = [rows.height(i) for i in range(count)]
    assert rows.bottom(count) < heights[-1] and heights == sorted(heights, reverse=True) and heights[0] < rows.FLOOR


def test_frames_are_small() -> None:
    knobs = Knobs(optimizers=OFFERED[:8], rates=60, steps=20)
    population = Population(sweepers(knobs), knobs.sizes)
    measure = SweepMeasure(knobs, population, points(0))
    sizes = [len(wire.encode(measure(step), step)) for step in range(60)]
    assert max(sizes) < 15_000


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_the_default_run_shows_its_point(seed: int) -> None:
    end = ended(Knobs(seed=seed))
    assert end["networks"] == 306 and end["spread"] > 1.5 and end["diverged"] > 50
    assert end["decades.adam"] > end["decades.sgd"] + 0.2
    assert end["default_loss.sgd"] > 2.2 and end["best_loss.sgd"] < 0.2
    said = verdicts(Knobs(seed=seed), history(end, 600))
    assert f"given 50 rates × 300 steps on seed {seed}" in said[0].sentence
    assert any("torch's default rate for SGD, 0.001, lies 3" in one.sentence for one in said)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_momentum_s_best_rate_is_a_sixth_to_a_ninth(seed: int) -> None:
    end = ended(of_seed(mended(PRESETS[0].knobs, {"race": False}), seed))
    assert 6 < end["best_rate.sgd"] / end["best_rate.momentum"] < 9
    assert all(end[f"{edge}_rate.sgd"] > 4 * end[f"{edge}_rate.momentum"] for edge in ("low", "high"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_claims_of_the_other_presets(seed: int) -> None:
    family, apart, short, broken = (of_seed(PRESETS[i].knobs, seed) for i in (1, 2, 3, 5))
    end = ended(mended(family, {"race": False}))  # type: ignore[arg-type]
    for name in ("radam", "adamax"):
        assert all(2 < end[f"{edge}_rate.{name}"] / end[f"{edge}_rate.adam"] < 4 for edge in ("low", "high"))
    end = ended(mended(apart, {"race": False}))  # type: ignore[arg-type]
    assert 200 < end["best_rate.adadelta"] / end["best_rate.adam"] < 1000
    brief, long = (ended(mended(one, {"race": False})) for one in (short, Knobs(seed=seed)))  # type: ignore[arg-type]
    for name in short.names:
        assert brief[f"low_rate.{name}"] > 1.5 * long[f"low_rate.{name}"]
        assert brief[f"decades.{name}"] < long[f"decades.{name}"]
    assert 0.45 < ended(broken)["diverged"] / 200 < 0.55


def test_the_verdict_on_divergence_has_a_cure() -> None:
    knobs = PRESETS[5].knobs
    assert PRESETS[5].breaks and isinstance(knobs, Knobs)
    said = verdicts(knobs, history(ended(knobs), 300))[0]
    assert "of 200 networks diverged" in said.sentence
    cured = ended(mended(knobs, said.mend))  # type: ignore[arg-type]
    assert cured["diverged"] < 0.35 * 200


def made_up(**metrics: float) -> History:
    return history({name.replace("__", "."): value for name, value in metrics.items()}, 600)


def test_a_race_is_a_tie_where_bands_overlap_and_a_win_where_not() -> None:
    knobs = Knobs(optimizers=("sgd", "adam"))
    near = {"test_loss__sgd": 0.2, "test_low__sgd": 0.1, "test_high__sgd": 0.3}
    rival = {"test_loss__adam": 0.25, "test_low__adam": 0.29, "test_high__adam": 0.4}
    tie = verdicts(knobs, made_up(**near, **rival))[0]
    assert "overlaps the band of Adam: no winner" in tie.sentence and tie.mend == {"repeats": 8}
    win = verdicts(knobs, made_up(**near, **{**rival, "test_low__adam": 0.31}))[0]
    assert "SGD (0.200, from 0.100 to 0.300) wins" in win.sentence and not win.mend


def test_a_best_rate_at_an_end_of_the_range_is_said() -> None:
    knobs = Knobs(optimizers=("sgd",), race=False)
    high, low = (verdicts(knobs, made_up(best_rate__sgd=rate))[0] for rate in (10.0, 1e-4))
    assert "highest rate tried" in high.sentence and high.mend == {"highest": 100.0}
    assert "lowest rate tried" in low.sentence and low.mend == {"lowest": 1e-5}


def test_a_best_rate_at_the_cliff_is_said() -> None:
    knobs = Knobs(optimizers=("sgd",))
    scores = {"test_loss__sgd": 0.6, "test_low__sgd": 0.1, "test_high__sgd": 1.5}
    said = verdicts(knobs, made_up(best_rate__sgd=1.8, high_rate__sgd=1.8, **scores))
    assert any("edge of the cliff" in one.sentence for one in said)
    said = verdicts(knobs, made_up(best_rate__sgd=0.5, high_rate__sgd=1.8, **scores))
    assert not any("edge of the cliff" in one.sentence for one in said)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("index", "knobs"),
    [(0, {"optimizers": ("sgd",), "steps": 2000, "race": False}),
     (1, {"optimizers": ("sgd", "adam", "asgd"), "steps": 20, "batch_size": 128})],
)  # fmt: skip
def test_challenges_can_be_met_and_are_not_met_at_their_start(index: int, knobs: dict[str, Any]) -> None:
    challenge, start = CHALLENGES[index], mended(Knobs(), CHALLENGES[index].start)
    assert challenge.met(Knobs(**knobs), history(ended(Knobs(**knobs)), 1))
    long = PRESETS[4].knobs
    assert not challenge.met(long, history(ended(long), 1))  # type: ignore[arg-type]
    assert not challenge.met(start, history(ended(start), 1))  # type: ignore[arg-type]


CASES: tuple[dict[str, Any], ...] = (
    {"optimizers": ("sgd", "momentum", "nadam"), "rates": 12, "steps": 60, "nesterov": True, "momentum": 0.5},
    {"optimizers": ("rmsprop", "rprop", "asgd", "adafactor"), "rates": 10, "steps": 20, "activation": "relu"},
    {"optimizers": ("adagrad",), "rates": 10, "steps": 40, "race": False, "seed": 4, "beta1": 0.5},
    {"optimizers": ("rprop",), "rates": 10, "steps": 20, "repeats": 3, "batch_size": 100},
)  # fmt: skip


def test_scripts_end_where_the_runs_end(tmp_path: Path) -> None:
    scripts = [script(LAB, Knobs(**case)) for case in CASES]
    for case, line in zip(CASES, ends(scripts, tmp_path, timeout=200), strict=True):
        end = ended(Knobs(**case))
        assert line == pytest.approx({name: end[name] for name in line}, abs=1e-5)


def test_the_recording_holds_sweep_and_race() -> None:
    recorded = wire.recorded(frames(LAB, TINY, "cpu"))
    assert recorded.steps.tolist() == list(range(61))
    assert recorded.last("best_test_loss") == pytest.approx(ended(TINY)["best_test_loss"], abs=1e-6)
    assert np.isnan(recorded.metrics["test_loss.sgd"][:31]).all()
    assert not np.isnan(recorded.metrics["test_loss.sgd"][31:]).any()
    shown = np.where(np.isnan(recorded.metrics[LAB.clock]), recorded.steps, recorded.metrics[LAB.clock])
    assert shown.tolist() == [*range(31), *range(1, 31)]
    alone = wire.recorded(frames(LAB, without_race(TINY), "cpu"))
    assert alone.steps.tolist() == list(range(31))


def without_race(knobs: Knobs) -> Knobs:
    return mended(knobs, {"race": False})  # type: ignore[return-value]
