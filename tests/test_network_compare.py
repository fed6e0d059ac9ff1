"""The sweep: its members are the sandbox's runs, what it says is measured, its links open those runs."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch

from playground import link as links
from playground import wire
from playground.concepts.network.compare import settings as plan
from playground.concepts.network.compare.knobs import REFUSED, SWEEPABLE, Knobs, spaced
from playground.concepts.network.compare.measure import member_scores
from playground.concepts.network.compare.training import Training
from playground.concepts.network.sandbox.changes import losses
from playground.concepts.network.sandbox.experiment import network, objective
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.concepts.network.sandbox.measure import all_rows
from playground.concepts.network.sandbox.points import points
from playground.contract import History, lab, mended, specs
from playground.data.published import DataError
from playground.stage import Layout, Open, Panel, Table
from playground.stage.palette import SPLITS
from playground.training import bench, metrics
from playground.training.initialisers import initialise
from playground.training.optimizers import optimizer
from playground.training.recorder import frames

LAB = lab("network/compare")
BOUND = 14_000
SMALL: dict[str, Any] = {"data": "circles", "samples": 60, "hidden_sizes": (4,), "steps": 100, "values": 16}


def recorded(**values: Any) -> tuple[Knobs, History]:
    knobs = Knobs(**{**SMALL, **values}).settled()
    return knobs, wire.recorded(frames(LAB, knobs, "cpu"))


def alone(setting: Sandbox, steps: int, dtype: torch.dtype) -> tuple[list[float], torch.Tensor]:
    """The sandbox's own loop: the losses of its first updates, and the parameters after them in a row."""
    torch.manual_seed(setting.seed)
    model = network(setting)
    initialise(model, setting.initialiser)
    model.to(dtype)
    rows = all_rows(setting, points(setting), "cpu")
    inputs, targets = rows.train
    chosen = optimizer(setting.optimizer, model.parameters(), setting.learning_rate, **setting.hyper)
    given = targets.to(dtype) if targets.is_floating_point() else targets
    run = losses(setting, model, chosen, lambda now: objective(now, model), inputs.to(dtype), given)
    seen = list(islice(run, steps))
    return seen, torch.cat([p.detach().T.flatten() if p.dim() == 2 else p.detach() for p in model.parameters()])


CASES = [
    {"swept": "learning_rate"},
    {"swept": "learning_rate", "optimizer": "rmsprop", "data": "blobs"},
    {"swept": "l2"},
    {"swept": "l1", "repeats": 2},
    {"swept": "dropout"},
    {"swept": "momentum", "optimizer": "sgd", "nesterov": True},
    {"swept": "beta1"},
    {"swept": "noise"},
    {"swept": "label_noise"},
    {"mode": "seeds", "seeds": 8},
    {"mode": "two", "other": "dropout", "data": "sine"},
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case.values())))
def test_a_member_is_the_sandbox_s_run_alone(case: dict[str, Any]) -> None:
    knobs = Knobs(**{**SMALL, "highest": 0.1, **case}).settled()
    training = Training(knobs, "cpu", torch.float64)
    training.population.values[training.count :] = training.population.values[training.twinned]
    for _ in islice(training.losses(), 50):
        pass
    for index in (0, training.count - 3):
        _, parameters = alone(training.settings[index], 50, torch.float64)
        assert torch.allclose(training.population.values[index], parameters, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", [0, 7])
def test_a_seed_has_the_sandbox_s_start_and_first_batch(seed: int) -> None:
    training = Training(Knobs(mode="seeds", seeds=8, seed=seed), "cpu")
    first = next(training.losses())
    for index in (0, 3):
        (loss,), _ = alone(training.settings[index], 1, torch.float32)
        assert first[index].item() == pytest.approx(loss, abs=1e-6)


def test_twins_start_one_unit_in_the_last_place_away() -> None:
    training = Training(Knobs(**SMALL), "cpu")
    own, twins = training.population.values[training.twinned], training.population.values[training.count :]
    assert len(twins) == 8 and torch.equal(torch.nextafter(own, torch.full_like(own, math.inf)), twins)


@pytest.mark.parametrize("data", ["moons", "blobs", "plane"])
def test_scores_are_the_sandbox_s(data: str) -> None:
    knobs = Knobs(**{**SMALL, "data": data})
    training = Training(knobs, "cpu")
    outputs = training.population(training.inputs)[:, training.ends[1] :]
    found = member_scores(outputs, training.targets["test"], knobs.is_classes)
    score = metrics.accuracy if knobs.is_classes else metrics.r2
    assert found[3].item() == pytest.approx(score(outputs[3], training.targets["test"][0]), abs=1e-6)


def test_values_are_even_on_their_scale_and_end_at_the_bounds() -> None:
    rates, shares = np.array(spaced(1e-4, 10, 64, True)), np.array(spaced(0, 0.9, 16, False))
    assert (rates[0], rates[-1], shares[0], shares[-1]) == (1e-4, 10, 0, 0.9)
    assert np.allclose(np.diff(np.log(rates)), np.log(1e5) / 63, atol=0.012) and np.allclose(np.diff(shares), 0.06)


def test_every_knob_of_the_choice_says_its_bounds() -> None:
    for name in SWEEPABLE:
        low, high = Knobs(swept=name).span
        spec = specs(Sandbox)[name]
        assert (spec.low or 0) <= low < high <= (spec.high or 0)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        *(({"swept": name}, "population|steps") for name in REFUSED),
        ({"swept": "momentum"}, "SGD or RMSprop"),
        ({"swept": "noise", "data": "iris"}, "toy data"),
        ({"swept": "label_noise", "data": "sine"}, "classes"),
        ({"mode": "two", "swept": "l2"}, "second knob"),
        ({"lowest": 0.1, "highest": 0.1}, "same value"),
    ],
)
def test_what_cannot_be_swept_says_why_in_one_sentence(values: dict[str, Any], said: str) -> None:
    knobs = Knobs(**values).settled()
    with pytest.raises(DataError, match=said):
        next(iter(frames(LAB, knobs, "cpu")))
    assert LAB.stage(knobs) == ()


@pytest.mark.parametrize("case", [*CASES, {"data": "painted", "swept": "l2"}], ids=str)
def test_links_open_the_members_in_the_sandbox(case: dict[str, Any]) -> None:
    knobs = Knobs(**{**SMALL, **case}).settled()
    members = plan.settings(knobs)
    for index in (0, len(members) // 3, len(members) - 1):
        found = links.parse(plan.link(members[index]))
        assert found.lab.path == "network/sandbox" and not found.notes
        assert found.knobs.active() == members[index].settled().active()


def test_points_cells_pictures_and_rows_lead_to_their_own_members() -> None:
    for values in ({}, {"mode": "two"}, {"values": 16, "repeats": 4}):
        knobs = Knobs(**{**SMALL, **values})
        opens = [one for part in LAB.stage(knobs) for one in part.bindings if isinstance(one, Open)]
        main, small = opens
        table = next(part for part in LAB.stage(knobs) if isinstance(part, Table))
        assert len(main.links) == (64 if knobs.mode == "two" else 16) and small.links == table.links
        assert len(set(main.links)) == len(main.links)


@pytest.mark.parametrize("bad", ["javascript:alert(1)", "//elsewhere.test/", "https://a.test", "network?a=<b>", "../x"])
def test_a_stage_refuses_links_that_lead_elsewhere(bad: str) -> None:
    with pytest.raises(ValueError, match="does not lead to a page"):
        Open([bad], ["x"])
    with pytest.raises(ValueError, match="does not lead to a page"):
        Table("t", "t", ["a"], [["b"]], "t", links=[bad])


@pytest.mark.parametrize("values", [{}, {"mode": "seeds", "seeds": 64}, {"mode": "two"}, {"data": "sine"}])
def test_frames_are_small(values: dict[str, Any]) -> None:
    knobs = Knobs(**{**values, "samples": 60, "steps": 110}).settled()
    raw = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))]
    assert len(raw) <= 100 and max(map(len, raw)) <= BOUND


def test_the_best_is_that_of_the_points_shown() -> None:
    knobs, history = recorded(repeats=2)
    last = history.decode(len(history) - 1).arrays
    at = int(np.argmin(np.asarray(last["validation"])))
    assert history.last("best_value") == pytest.approx(knobs.grid[at])
    assert history.last("best_validation_loss") == pytest.approx(float(np.asarray(last["validation"])[at]), rel=1e-6)
    assert history.last("best_test_loss") == pytest.approx(float(np.asarray(last["test"])[at]), rel=1e-6)


def test_the_axis_of_losses_holds_those_of_every_split() -> None:
    knobs, history = recorded(hidden_sizes=(8, 8), steps=1500)
    axis = Layout("yaxis.range", "loss_axis")
    assert all(axis in panel.bindings for panel in LAB.stage(knobs)[:2])
    assert axis in LAB.stage(mended(knobs, {"mode": "two"}))[1].bindings
    low, lows = 0.0, list[float]()
    for i in range(len(history)):
        arrays = history.decode(i).arrays
        low, high = map(float, arrays.get("loss_axis", (low, 1.0)))  # type: ignore[arg-type]
        lows.append(low)
        shown = [np.nanmin(arrays[name]) for name in (*SPLITS, "best_curve") if name in arrays]
        assert high == 1 and 10**low < min(shown)
    assert lows == sorted(lows, reverse=True) and lows[-1] < lows[0] == pytest.approx(-3.3)


def test_a_network_that_diverges_stands_still_and_is_counted() -> None:
    knobs, history = recorded(data="plane", optimizer="sgd", lowest=0.01)
    last = history.decode(len(history) - 1).arrays
    assert np.isnan(np.asarray(last["validation"])[-1]) and history.last("gone") >= 4
    assert np.isfinite(np.asarray(last["gone_x"])).sum() == history.last("gone")
    assert any("above the validation loss" in verdict.sentence for verdict in LAB.verdicts(knobs, history))


@pytest.mark.parametrize("seed", [0, 1])
def test_learning_rates_form_a_valley(seed: int) -> None:
    knobs, history = recorded(hidden_sizes=(8,), steps=300, samples=200, seed=seed)
    loss = np.asarray(history.decode(len(history) - 1).arrays["validation"])
    assert loss.min() < 0.5 * min(loss[0], loss[-1])
    assert any(verdict.sentence.startswith("Best is learning rate") for verdict in LAB.verdicts(knobs, history))


def test_seeds_have_a_spread_and_a_verdict_on_it() -> None:
    knobs, history = recorded(mode="seeds", seeds=16, data="spiral", samples=200, hidden_sizes=(4, 4), steps=300)
    assert history.last("low_score") < history.last("mean_test_accuracy") < history.last("high_score")
    assert LAB.verdicts(knobs, history)[0].sentence.startswith("Only the seed differs")
    counts = np.asarray(history.decode(len(history) - 1).arrays["counts"])
    assert counts.sum() == 16


def test_mends_are_knobs_at_every_edge() -> None:
    for values in ({"highest": 1e-3}, {"lowest": 1.0}, {"swept": "l2", "lowest": 0.1, "highest": 1.0}):
        knobs, history = recorded(**values)
        for verdict in LAB.verdicts(knobs, history):
            assert isinstance(mended(knobs, verdict.mend), Knobs)


def test_random_knobs_run_or_say_why() -> None:
    generator = np.random.default_rng(3)
    for _ in range(12):
        values: dict[str, Any] = {"samples": 40, "steps": 100, "values": 16, "seeds": 8, "hidden_sizes": (3,)}
        for name in ("mode", "swept", "other", "measure", "data", "activation", "optimizer", "loss", "regression_loss"):
            choices = [one for one in specs(Knobs)[name].choices if one != "table"]
            values[name] = choices[generator.integers(len(choices))]
        knobs = Knobs.model_validate(values).settled()
        made = LAB.stage(knobs)
        if knobs.refusal():
            assert made == ()
            continue
        first = next(iter(frames(LAB, knobs, "cpu")))
        assert len(wire.encode(first, 0)) <= BOUND and sum(isinstance(part, Panel) for part in made) == 3


def test_the_bench_has_a_row_for_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("recorded_vs_bare", "cnn_recorded_vs_bare", "sweep_64"):
        monkeypatch.setattr(bench, name, lambda: 1.5)
    monkeypatch.setattr(bench, "sandbox_vs_bare", lambda: (1.0, 1.0))
    monkeypatch.setattr(bench, "population", lambda count: 1.0)
    assert ("sweep_64", 1.5, "ratio") in list(bench.rows())
    assert next(bench.recorded("network/compare", **SMALL)).step == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_default_sweep_has_its_valley_near_a_hundredth_to_a_few_tenths(seed: int) -> None:
    knobs = Knobs(seed=seed)
    history = wire.recorded(frames(LAB, knobs, "cpu"))
    loss = np.asarray(history.decode(len(history) - 1).arrays["validation"])
    assert 0.005 < history.last("best_value") < 0.5
    assert history.last("best_test_accuracy") >= 0.95 and loss[0] > 0.6 and loss[-1] > 0.6


@pytest.mark.parametrize("value", [0, 1e-4, 4.3e-4, 0.00108, 0.00464, 0.0096, 0.0208, 0.464, 0.93, 2.32, 10, 200])
def test_a_value_over_a_small_picture_is_short_and_near(value: float) -> None:
    text = plan.brief(Knobs(), Sandbox().model_copy(update={"learning_rate": value}))
    assert len(text) <= 5 and float(text.replace("−", "-")) == pytest.approx(value, rel=0.1)
