"""The race: every path, inner state and curvature against torch, every equation against what was done."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, optim

from playground import contract, link, wire
from playground.concepts.optimizers.surface.ground import Ground, curvatures, function, slopes
from playground.concepts.optimizers.surface.inner import LETTERS, inner
from playground.concepts.optimizers.surface.knobs import NAMES, Knobs
from playground.concepts.optimizers.surface.panels import KEEPS
from playground.concepts.optimizers.surface.race import Race
from playground.concepts.optimizers.surface.surfaces import SURFACES
from playground.concepts.optimizers.surface.tuning import RATES, mean_losses
from playground.contract import History, mended
from playground.export.script import script
from playground.training.recorder import frames
from tests.test_labs_export import assert_same, printed

LAB = contract.lab("optimizers/surface")
BY_HAND: dict[str, Callable[[Any, Any], Tensor]] = {
    "bowl": lambda x, y: (x**2 + 50 * y**2) / 2,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "rastrigin": lambda x, y: 20 + x**2 + y**2 - 10 * torch.cos(2 * torch.pi * x) - 10 * torch.cos(2 * torch.pi * y),
    "saddle": lambda x, y: x**2 - y**2 + y**4 / 4,
    "plateau": lambda x, y: 1 - torch.exp(-(x**2 + y**2) / 2),
    "cliff": lambda x, y: 0.3 * x + y**2 / 4 + 4 * torch.log1p(torch.exp(-10 * (x + 1))),
    "own": lambda x, y: (x**2 + y**2) / 8 + torch.sin(2 * x) * torch.cos(2 * y),
}
CLASSES: dict[str, type[optim.Optimizer]] = {
    "sgd": optim.SGD, "momentum": optim.SGD, "adam": optim.Adam, "rmsprop": optim.RMSprop, "adagrad": optim.Adagrad,
    "adamw": optim.AdamW, "nadam": optim.NAdam, "radam": optim.RAdam, "adamax": optim.Adamax,
    "adadelta": optim.Adadelta, "rprop": optim.Rprop, "asgd": optim.ASGD, "adafactor": optim.Adafactor,
}  # fmt: skip
RATE = {
    "bowl": 0.01, "rosenbrock": 5e-4, "beale": 1e-3, "himmelblau": 1e-3, "rastrigin": 1e-3, "saddle": 0.01,
    "plateau": 0.03, "cliff": 0.03, "own": 0.01,
}  # fmt: skip


@cache
def run(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def by_hand(name: str, knobs: Knobs, rate: float, steps: int) -> tuple[np.ndarray, optim.Optimizer, Tensor]:
    """The points (steps + 1, 2) of a loop as anyone writes it, the optimizer and its point."""
    point = torch.tensor(knobs.origin, dtype=torch.float64, requires_grad=True)
    optimizer = CLASSES[name]([point], lr=rate, **knobs.hyper(name))  # type: ignore[call-arg]
    path = [point.tolist()]
    for _ in range(steps):
        optimizer.zero_grad()
        BY_HAND[knobs.surface](point[0], point[1]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        path.append(point.tolist())
    return np.array(path), optimizer, point


@pytest.mark.parametrize("surface", SURFACES)
def test_every_path_is_that_of_a_loop_written_by_hand(surface: Any) -> None:
    knobs = Knobs(surface=surface, optimizers=NAMES, learning_rate=RATE[surface]).settled()
    history = run(knobs)
    whole = [history.decode(i).series for i in range(len(history))]
    path = np.stack([np.concatenate([one[f"path_{axis}"] for one in whole]) for axis in "xy"], -1)
    path = path.reshape(-1, len(NAMES), 2)
    assert len(path) == 201
    for k, name in enumerate(NAMES):
        loop = by_hand(name, knobs, RATE[surface], 200)[0]
        left = history.last(f"left_step.{name}")
        end = 201 if np.isnan(left) else int(left) + 1
        assert path[:end, k] == pytest.approx(loop[:end], abs=1e-6, rel=1e-6), name
        assert end == 201 or name == "rprop", name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("steps", [1, 7])
def test_the_inner_state_is_that_of_torch(name: Any, steps: int) -> None:
    knobs = Knobs(optimizers=(name,), focus=name, learning_rate=0.01)
    frame = run(knobs).decode(steps)
    _, optimizer, point = by_hand(name, knobs, 0.01, steps)
    state = optimizer.state[point]
    for letter, key in LETTERS[name].items():
        expected = torch.as_tensor(state[key], dtype=torch.float64).expand(2)
        assert frame.arrays[f"focus_{letter}"] == pytest.approx(expected.numpy(), rel=1e-6, abs=1e-30), letter
    assert {f"focus_{letter}" for letter in KEEPS[name]} <= set(frame.arrays)


def nadam(g: Any, s: Any, x: Any, t: int) -> Any:
    """NAdam's change (Dozat, 2016), mu from half of beta 1 towards beta 1."""
    mu = [0.9 * (1 - 0.5 * 0.96 ** (i * 0.004)) for i in range(1, t + 2)]
    mixed = mu[t] * s["m"] / (1 - np.prod(mu)) + (1 - mu[t - 1]) * g / (1 - np.prod(mu[:t]))
    return -0.01 * mixed / (s["v_hat"].sqrt() + 1e-8)


def radam(g: Any, s: Any, x: Any, t: int) -> Any:
    """RAdam's change (Liu et al., 2020), rectified from step 6 on."""
    most = 2 / (1 - 0.999) - 1
    rho = most - 2 * t * 0.999**t / (1 - 0.999**t)
    if t <= 5:
        return -0.01 * s["m_hat"]
    r = np.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))
    return -0.01 * r * s["m_hat"] / (s["v_hat"].sqrt() + 1e-8)


def adafactor(g: Any, s: Any, x: Any, t: int) -> Any:
    """Adafactor's change (Shazeer and Stern, 2018) of one row of numbers."""
    u = g / s["v"].sqrt()
    rate = max(1e-3, x.square().mean().sqrt()) * min(0.01, t**-0.5)
    return -rate * u / max(1, u.square().mean().sqrt())


EQUATIONS: dict[str, Callable[[Any, Any, Any, int], Any]] = {
    "sgd": lambda g, s, x, t: -0.01 * g,
    "momentum": lambda g, s, x, t: -0.01 * s["m"],
    "adam": lambda g, s, x, t: -0.01 * s["m_hat"] / (s["v_hat"].sqrt() + 1e-8),
    "adamw": lambda g, s, x, t: -0.01 * 0.01 * x - 0.01 * s["m_hat"] / (s["v_hat"].sqrt() + 1e-8),
    "rmsprop": lambda g, s, x, t: -0.01 * g / (s["v"].sqrt() + 1e-8),
    "adagrad": lambda g, s, x, t: -0.01 * g / (s["v"].sqrt() + 1e-10),
    "adamax": lambda g, s, x, t: -0.01 * s["m_hat"] / s["v"],
    "nadam": nadam,
    "radam": radam,
    "adadelta": lambda g, s, x, t: -0.01 * ((s["d_before"] + 1e-6) / (s["v"] + 1e-6)).sqrt() * g,
    "rprop": lambda g, s, x, t: -s["s"] * s["heeded"].sign(),
    "asgd": lambda g, s, x, t: -s["s"] * (g + 1e-4 * x),
    "adafactor": adafactor,
}


@pytest.mark.parametrize("name", NAMES)
def test_the_equation_shown_gives_the_step_made(name: Any) -> None:
    knobs = Knobs(optimizers=(name,))
    race = Race(knobs.ground, function(knobs), knobs.origin, [(name, 0.01, knobs.hyper(name))])
    (racer,) = race.racers
    d = heeded = torch.zeros(2)
    for step in range(1, 21):
        race.update(step)
        heeded = torch.where(heeded * racer.gradient < 0, 0, racer.gradient)
        state = inner(name, racer.state, knobs.hyper(name)) | {"d_before": d, "heeded": heeded}
        expected = EQUATIONS[name](racer.gradient, state, racer.before, step)
        assert racer.change.tolist() == pytest.approx(expected.tolist(), rel=1e-5), step
        d = state.get("d", d)


def test_the_equation_of_nesterov_s_momentum_gives_the_step_made_and_is_shown() -> None:
    knobs = Knobs(optimizers=("momentum",), nesterov=True)
    race = Race(knobs.ground, function(knobs), knobs.origin, [("momentum", 0.01, knobs.hyper("momentum"))])
    (racer,) = race.racers
    for step in range(1, 21):
        race.update(step)
        m = inner("momentum", racer.state, knobs.hyper("momentum"))["m"]
        assert racer.change.tolist() == pytest.approx((-0.01 * (racer.gradient + 0.9 * m)).tolist(), rel=1e-5), step
    assert any(r"\text{Nesterov: } \Delta = -\alpha (g + \beta m)" in formula for _, formula in LAB.maths)


def test_amsgrad_divides_by_the_largest_v() -> None:
    knobs = Knobs(optimizers=("adam",), amsgrad=True, surface="plateau", start=(-1.0, 0.5))
    race = Race(knobs.ground, function(knobs), knobs.origin, [("adam", 0.2, knobs.hyper("adam"))])
    for step in range(1, 30):
        race.update(step)
    racer = race.racers[0]
    state = inner("adam", racer.state, knobs.hyper("adam"))
    expected = -0.2 * state["m_hat"] / (state["v_hat"].sqrt() + 1e-8)
    assert racer.change.tolist() == pytest.approx(expected.tolist(), rel=1e-6)


@pytest.mark.parametrize("surface", SURFACES)
def test_slopes_and_curvatures_are_those_of_autograd(surface: Any) -> None:
    points = torch.tensor(np.random.default_rng(0).uniform(-1, 1, (4, 2)))
    values, gradients, hessians = slopes(function(Knobs(surface=surface)), points)
    for i, point in enumerate(points):
        by_point = lambda p: BY_HAND[surface](p[0], p[1])  # noqa: E731
        assert values[i].item() == pytest.approx(by_point(point).item())
        assert gradients[i].tolist() == pytest.approx(torch.autograd.functional.jacobian(by_point, point).tolist())
        hessian = torch.autograd.functional.hessian(by_point, point)
        assert hessians[i].numpy() == pytest.approx(hessian.numpy(), abs=1e-9)
        assert curvatures(hessians)[:, i] == pytest.approx(np.linalg.eigvalsh(hessian.numpy()), abs=1e-9)


@pytest.mark.parametrize("surface", SURFACES)
def test_lowest_points_are_flat_and_none_of_the_map_is_lower(surface: Any) -> None:
    ground = Ground(Knobs(surface=surface))
    _, gradients, hessians = slopes(ground.f, ground.lowest)
    assert gradients.abs().max() < 1e-6 and curvatures(hessians).min() > 0
    x0, y0, x1, y1 = ground.box
    x, y = torch.meshgrid(torch.linspace(x0, x1, 301).double(), torch.linspace(y0, y1, 301).double(), indexing="xy")
    assert ground.f(x, y).min() >= ground.floor - 1e-9
    assert ground.heights.min() >= 0 and ground.heights.max() == 1


@pytest.mark.parametrize("surface", SURFACES)
def test_the_script_s_formula_is_the_surface(surface: Any) -> None:
    knobs = Knobs(surface=surface)
    x, y = torch.tensor(np.random.default_rng(1).uniform(-2, 2, (2, 50)))
    written = eval(knobs.function_code, {"torch": torch, "x": x, "y": y})  # noqa: S307
    assert torch.allclose(written, BY_HAND[surface](x, y), atol=1e-9)


@pytest.mark.parametrize("query", ["surface=own&formula=3", "start=1", "surface=rates&pair=1_1"])
def test_what_cannot_be_raced_is_refused_with_a_sentence(query: str) -> None:
    found = link.parse(f"optimizers?lab=surface&{query}")
    assert found.notes


@pytest.mark.parametrize("name", NAMES)
def test_rates_that_share_an_optimizer_race_as_alone(name: str) -> None:
    knobs = Knobs(surface="plateau", start=(-1.5, 1.0), steps=40)
    shared = mean_losses([name], knobs, function(knobs))[0]
    for k in (0, 8, 14):
        path, _, _ = by_hand(name, knobs, RATES[k], 40)
        losses = BY_HAND["plateau"](*torch.from_numpy(path[1:]).unbind(1))
        assert shared[k].item() == pytest.approx(losses.mean().item(), rel=1e-6), RATES[k]


def test_each_best_rate_beats_the_other_rates_of_the_search() -> None:
    knobs = Knobs(surface="beale", rates="best", steps=60)
    history = run(knobs)
    for name in knobs.optimizers:
        chosen = history.metrics[f"rate.{name}"][1]
        scores = mean_losses([name], knobs, function(knobs))[0]
        assert np.isclose(chosen, RATES, rtol=1e-12).argmax() == int(scores.argmin())
        assert torch.isinf(scores[-1]) or name not in ("sgd", "momentum")


@pytest.mark.parametrize("factor", [0.99, 1.01])
@pytest.mark.parametrize("name", ["sgd", "momentum"])
def test_above_two_by_lambda_it_runs_away_and_below_it_arrives(name: Any, factor: float) -> None:
    bound = 2 * (1 + (0.9 if name == "momentum" else 0)) / 50
    history = run(Knobs(optimizers=(name,), learning_rate=factor * bound, steps=600, start=(-0.1, 0.05)))
    assert np.isfinite(history.last(f"left_step.{name}")) == (factor > 1)
    assert np.isfinite(history.last(f"arrived_step.{name}")) == (factor < 1)


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_nesterov_s_momentum_has_a_limit_of_its_own_and_the_verdict_names_it(factor: float) -> None:
    rate = factor * 2 * 1.9 / (2.8 * 50)
    values: dict[str, Any] = {"momentum": 0.9, "nesterov": True, "steps": 600, "start": (-0.1, 0.05)}
    knobs = Knobs(optimizers=("momentum",), learning_rate=rate, **values)
    history = run(knobs)
    assert np.isfinite(history.last("left_step.momentum")) == (factor > 1)
    if factor > 1:
        verdict = LAB.verdicts(knobs, history)[0]
        assert "is above 2 (1 + momentum) / ((1 + 2 momentum) λmax) = 0.027" in verdict.sentence
        assert np.isnan(run(mended(knobs, verdict.mend)).last("left_step.momentum"))  # type: ignore[arg-type]


def test_an_overshooting_nesterov_is_advised_polyak_s_pair_which_is_without() -> None:
    knobs = Knobs(optimizers=("momentum",), momentum=0.9, nesterov=True, learning_rate=0.266, condition=5)
    (verdict,) = [one for one in LAB.verdicts(knobs, run(knobs)) if "overshoots" in one.sentence]
    assert verdict.mend["nesterov"] is False
    assert np.isfinite(run(mended(knobs, verdict.mend)).last("arrived_step.momentum"))  # type: ignore[arg-type]


def test_the_preset_that_breaks_names_the_limit_and_its_mend_cures_it() -> None:
    knobs = next(preset.knobs for preset in LAB.presets if preset.breaks)
    first = LAB.verdicts(knobs, run(knobs))[0]
    assert "SGD ran away" in first.sentence and "above 2 / λmax = 0.04" in first.sentence
    cured = run(mended(knobs, first.mend))  # type: ignore[arg-type]
    assert np.isnan(cured.last("left_step.sgd")) and cured.last("loss.sgd") < cured.metrics["loss.sgd"][0] / 10


def test_every_preset_keeps_its_word() -> None:
    found = {preset.title: run(preset.knobs) for preset in LAB.presets if preset.title[:3] != "All"}  # type: ignore[arg-type]
    valley = found["Narrow valley"]
    assert valley.last("turns.sgd") > 3 and valley.last("turns.momentum") > 50 and valley.last("turns.adam") < 20
    ends = {name: found["Rosenbrock"].last(f"loss.{name}") for name in ("momentum", "adam", "rmsprop", "sgd")}
    assert min(ends, key=lambda name: ends[name]) == "momentum" and ends["momentum"] < 0.1 * ends["sgd"]
    saddle = [found["Saddle"].last(f"arrived_step.{name}") for name in ("rmsprop", "adam", "sgd")]
    assert saddle == sorted(saddle)
    cliff = found["Break it: the cliff"]
    assert np.isfinite(cliff.last("left_step.momentum")) and np.isnan(cliff.last("left_step.sgd"))


def test_verdicts_tell_flat_ground_from_another_minimum() -> None:
    plateau, rastrigin = (Knobs(surface=s, optimizers=("sgd",), learning_rate=1e-3) for s in ("plateau", "rastrigin"))  # type: ignore[arg-type]
    sentences = [" ".join(v.sentence for v in LAB.verdicts(k, run(k))) for k in (plateau, rastrigin)]
    assert "SGD is stuck on flat ground" in sentences[0] and "in a minimum that is not the lowest" in sentences[1]


def test_the_valley_can_be_won_and_is_not_by_default() -> None:
    challenge = LAB.challenges[0]
    start = mended(LAB.Knobs(), challenge.start)
    assert not challenge.met(start, run(start))  # type: ignore[arg-type]
    won = mended(start, {"learning_rate": 0.001, "momentum": 0.95, "nesterov": True})
    assert challenge.met(won, run(won))  # type: ignore[arg-type]


def test_a_racer_that_runs_away_stands_still_and_its_curve_ends() -> None:
    history = run(Knobs(learning_rate=0.07, optimizers=("sgd", "adam"), steps=60))
    left = int(history.last("left_step.sgd"))
    ends = [history.decode(i).series["excess.sgd"][0] for i in (left - 1, left, left + 1)]
    assert np.isfinite(ends[:2]).all() and np.isnan(ends[2])
    assert history.metrics["loss.sgd"][-1] == history.metrics["loss.sgd"][left] and history.last("left") == 1


def test_arrows_show_ways_and_vanish_with_the_step() -> None:
    history = run(Knobs(optimizers=("sgd", "adam"), focus="sgd", steps=400))
    x, y = (history.decode(3).arrays[f"arrows_{axis}"] for axis in "xy")
    assert x[1, 0] == pytest.approx(x[1, 1], abs=1e-6) and y[1, 0] == pytest.approx(y[1, 1], abs=1e-6)  # SGD: downhill
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx([0.56, 0.56], rel=1e-5)
    assert np.isnan(history.decode(len(history) - 1).arrays["arrows_x"][1]).all()


def test_no_two_entries_of_the_legend_look_alike() -> None:
    (surface,) = (part for part in LAB.stage(Knobs()) if part.name == "surface")
    named = [trace for trace in surface.figure.data if trace.showlegend is not False]
    looks = {(trace.mode, trace.line.color, trace.line.dash, trace.marker.symbol) for trace in named}
    assert len(looks) == len(named) >= 6


def test_frames_stay_small_with_everyone_on_the_map() -> None:
    sizes = [len(wire.encode(f, i)) for i, f in enumerate(frames(LAB, Knobs(optimizers=NAMES, steps=30), "cpu"))]
    assert sizes[0] < 30_000 and max(sizes[1:]) < 10_000


@pytest.mark.parametrize("knobs", [
    Knobs(surface="beale", rates="best", optimizers=("sgd", "rprop"), steps=30),
    Knobs(surface="own", formula="x^2 + 50*max(y, 2*y - 1)^2", learning_rate=0.3, focus="sgd", steps=40),
    Knobs(surface="rates", steps=40),
], ids=["best", "own", "rates"])  # fmt: skip
def test_the_script_of_each_kind_of_run_gives_its_numbers(knobs: Knobs, tmp_path: Path) -> None:
    last = run(knobs).decode(len(run(knobs)) - 1)
    assert_same(dict(last.metrics), printed(script(LAB, knobs.settled()), tmp_path))
