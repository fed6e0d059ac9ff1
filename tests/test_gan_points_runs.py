"""Runs of the GAN on points: what is learnt and what collapses over seeds, frames, verdicts, challenges, scripts."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from playground import contract, wire
from playground.concepts.gan.points import coverage
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.measure import Eye, data
from playground.concepts.gan.points.players import Game
from playground.concepts.gan.points.words import LOSSES
from playground.contract import mended
from playground.data.published import DataError
from playground.export.script import script
from playground.training.recorder import frames
from tests.runs import Runs
from tests.scripts import ends
from tests.test_labs_export import assert_same

torch.set_num_threads(1)

RUNS = Runs("gan/points", Knobs)
LAB, recorded, run, preset = RUNS.lab, RUNS.recorded, RUNS.run, RUNS.preset
TINY: dict[str, Any] = {"generator_sizes": (8,), "discriminator_sizes": (8,), "batch_size": 16, "steps": 50}
WHOLE = Knobs(steps=1500)


def played(knobs: Knobs) -> tuple[int, float]:
    """(modes covered, share of good samples) at the end of a game, without its frames."""
    torch.manual_seed(knobs.seed)
    found = data(knobs)
    game = Game(knobs, found.train)
    for step in range(1, knobs.steps + 1):
        game.turn(step)
    (look,) = Eye(game, found)()
    labels = coverage.mode_labels(look.fake, found.modes, knobs.spread)
    shares = coverage.mode_shares(labels, len(found.modes))
    return coverage.covered(shares), shares.sum().item()


# What is learnt


def test_the_ring_is_covered_and_its_samples_are_good() -> None:
    history = run(WHOLE)
    assert history.last("modes_covered") == 8 and history.last("good_share") >= 0.7
    assert history.last("sliced_wasserstein") < 0.3 < history.metrics["sliced_wasserstein"][0]
    (verdict,) = LAB.verdicts(WHOLE, history)
    assert verdict.sentence.startswith("All 8 modes have samples") and not verdict.mend
    whole = history.metrics["modes_covered"] == 8
    assert whole[history.steps >= verdict.step].all() and not whole[history.steps < verdict.step][-1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_default_covers_the_ring_within_2000_steps_on_every_seed(seed: int) -> None:
    covered, good = played(Knobs(seed=seed))
    assert covered == 8 and good >= 0.7


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_collapse_covers_two_modes_at_most_oscillates_and_is_mended(seed: int) -> None:
    knobs = preset("Break it: collapse", seed=seed)
    history = run(knobs)
    late = history.metrics["modes_covered"][-30:]
    assert late[-1] <= 2 and late.mean() <= 2 and late.max() <= 4
    collapsed, restless = LAB.verdicts(knobs, history)
    assert collapsed.sentence.startswith("Mode collapse") and "50 times as fast" in collapsed.sentence
    assert restless.sentence.startswith("It oscillates")
    cured = mended(knobs, collapsed.mend)
    assert isinstance(cured, Knobs) and played(cured)[0] == 8


def test_a_fast_generator_collapses_and_the_page_says_so() -> None:
    knobs = preset("Break it: collapse", steps=1000)
    history = run(knobs)
    assert history.last("modes_covered") <= 2
    said = [verdict.sentence for verdict in LAB.verdicts(knobs, history)]
    assert said[0].startswith("Mode collapse") and "of 8 modes" in said[0]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_strong_discriminator_stops_minimax_on_every_seed(seed: int) -> None:
    knobs = preset("Break it: D wins", seed=seed)
    history = run(knobs)
    assert history.last("told_apart") > 0.999 and history.last("push") < 1e-3
    assert history.last("modes_covered") == 0
    assert LAB.verdicts(knobs, history)[0].sentence.startswith("The discriminator has won")


def test_a_strong_discriminator_stops_minimax() -> None:
    knobs = preset("Break it: D wins", steps=150)
    history = run(knobs)
    verdict, *_ = LAB.verdicts(knobs, history)
    assert verdict.sentence.startswith("The discriminator has won") and verdict.mend["loss"] == "non_saturating"
    assert history.last("real_score") > 0.99 and history.last("fake_score") < 0.01 and history.last("push") < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_critic_s_slope_goes_to_one(seed: int) -> None:
    history = run(preset("WGAN-GP", seed=seed))
    assert history.last("slope") == pytest.approx(1, abs=0.2)
    assert history.last("modes_covered") == 8 and history.metrics["push"][20:].min() > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_four_losses_cover_the_ring_and_the_page_ranks_them(seed: int) -> None:
    knobs = preset("Four losses", seed=seed)
    history = run(knobs)
    for name in ("minimax", "non_saturating", "hinge"):
        assert history.last(f"modes_covered.{name}") == 8 and history.last(f"good_share.{name}") > 0.6
    ranking, *_ = LAB.verdicts(knobs, history)
    assert all(LOSSES[name] in ranking.sentence for name in knobs.names)


# Challenges


@pytest.mark.slow
def test_faster_learning_and_more_steps_cover_the_grid() -> None:
    whole, _ = LAB.challenges
    assert not whole.met(preset("Grid"), run(mended(Knobs(), whole.start)))  # type: ignore[arg-type]
    met = [whole.met(knobs, run(knobs)) for knobs in (preset("Grid", seed=seed) for seed in range(4))]
    assert any(met)


@pytest.mark.slow
def test_spectral_norm_wakes_minimax() -> None:
    _, awake = LAB.challenges
    start = mended(Knobs(), awake.start)
    assert isinstance(start, Knobs) and not awake.met(start, run(start))
    mend = {"spectral_norm": True, "generator_optimizer": "adam", "steps": 2000}
    cured = mended(start, mend)
    assert isinstance(cured, Knobs) and awake.met(cured, run(cured))


# Frames


def test_frames_are_small_and_the_first_comes_with_all_that_stays() -> None:
    for knobs in (LAB.small, Knobs(view="slow", slow_from=0, **TINY).settled(), Knobs(data="grid", **TINY)):
        sizes = [len(raw) for raw in recorded(knobs)]
        assert sizes[0] < 16_500 and max(sizes[1:]) < 14_000 and len(sizes) <= 130
    several = [len(raw) for raw in recorded(Knobs(view="compare", **TINY))]
    assert several[0] < 16_500 and max(several[1:]) < 13_000


def test_slow_motion_moves_one_player_at_a_time() -> None:
    knobs = Knobs(view="slow", slow_from=20, discriminator_steps=2, **TINY).settled()
    history = run(knobs)
    shown = [history.decode(i) for i in range(len(history))]
    phases = [frame for frame in shown if frame.step > 60]
    assert [frame.step for frame in phases] == list(range(61, 61 + 3 * knobs.turns))
    for before, after in pairwise(phases):
        turn = "generator" if after.arrays["lit"].q[0].any() else "discriminator"  # type: ignore[union-attr]
        maps = [frame.arrays["map"].q for frame in (before, after)]  # type: ignore[union-attr]
        moved = not np.array_equal(before.arrays["fake_x"], after.arrays["fake_x"])
        assert moved == (turn == "generator") and ("change" in after.arrays) == (turn == "discriminator")
        assert turn == "discriminator" or np.array_equal(*maps)
        assert len(after.arrays["seen_real_x"]) == (16 if turn == "discriminator" else 0)
        assert after.step % 3 == 0 or turn == "discriminator"


def test_the_moves_of_slow_motion_are_ten_times_as_long() -> None:
    history = run(Knobs(view="slow", slow_from=20, **TINY).settled())
    before, after = (history.decode(i).arrays for i in (len(history) - 2, len(history) - 1))
    x, count = after["move_x"], after["move_x"].shape[1]
    seen = np.isfinite(x[1]) & (np.hypot(*(after[f"move_{a}"][1] - after[f"move_{a}"][0] for a in "xy")) < 0.89)
    assert seen.any()
    moved = after["fake_x"][:count] - before["fake_x"][:count]
    assert (x[1] - x[0])[seen] == pytest.approx(10 * moved[seen], abs=1e-5)


def test_a_game_that_breaks_down_ends_its_run_with_a_sentence() -> None:
    values = {"generator_optimizer": "sgd", "discriminator_optimizer": "sgd", "generator_rate": 0.1}
    knobs = Knobs(loss="wgan_gp", penalty=100.0, discriminator_rate=0.1, **TINY, **values)
    history = run(knobs)
    assert history.steps[-1] < knobs.steps and np.isfinite(history.last("nan_step"))
    broken, *_ = LAB.verdicts(knobs, history)
    assert "broke down at step" in broken.sentence
    assert "nan_step" not in run(mended(knobs, broken.mend)).metrics  # type: ignore[arg-type]


def test_slow_motion_of_a_game_that_breaks_down_goes_on() -> None:
    values = {"generator_optimizer": "sgd", "discriminator_optimizer": "sgd", "generator_rate": 0.1}
    knobs = Knobs(view="slow", slow_from=0, loss="wgan_gp", penalty=100.0, discriminator_rate=0.1, **TINY, **values)
    history = run(knobs.settled())
    assert history.steps[-1] == 2 * knobs.turns and np.isfinite(history.last("nan_step"))


def test_one_broken_game_leaves_the_others_alone() -> None:
    values = {"generator_optimizer": "sgd", "discriminator_optimizer": "sgd", "generator_rate": 0.1}
    knobs = Knobs(
        view="compare", losses=("minimax", "wgan_gp"), penalty=1.0, discriminator_rate=0.1, discriminator_steps=8,
        **{**TINY, "steps": 60}, **values,
    )  # fmt: skip
    history = run(knobs)
    assert history.steps[-1] == 60 and np.isfinite(history.last("discriminator_loss.minimax"))


def at_bounds(generator: np.random.Generator) -> Knobs:
    """Knobs of which every number is at one of its bounds, but for those that make a run long."""
    values: dict[str, Any] = {}
    for name, spec in contract.specs(Knobs).items():
        if spec.kind == "choice":
            values[name] = spec.choices[generator.integers(len(spec.choices))]
        elif spec.kind == "bool":
            values[name] = bool(generator.integers(2))
        elif spec.kind in ("int", "float"):
            values[name] = (spec.low, spec.high)[generator.integers(2)]
    values |= {"slow_from": 12, "generator_sizes": (3,), "discriminator_sizes": (2, 1), "batch_size": 8}
    found = Knobs.model_validate({**values, "steps": 50}).settled()
    assert isinstance(found, Knobs)
    return found


@pytest.mark.parametrize(("count", "most"), [(8, 14), pytest.param(50, 200, marks=pytest.mark.slow)])
def test_knobs_at_their_bounds_run(count: int, most: int) -> None:
    generator = np.random.default_rng(count)
    for _ in range(count):
        knobs = at_bounds(generator)
        history = wire.recorded(islice(frames(LAB, knobs, "cpu"), most))
        assert len(history) > 1, knobs
        assert LAB.stage(knobs)
        LAB.verdicts(knobs, history)


def test_without_a_painted_point_a_run_gives_one_sentence() -> None:
    with pytest.raises(DataError, match="click on the picture"):
        next(frames(LAB, Knobs(data="own", points=""), "cpu"))


# Scripts

SCRIPTS = (
    {"data": "grid", "loss": "wgan_gp", "discriminator_steps": 2, "latent": 3},
    {"data": "moons", "loss": "hinge", "spectral_norm": True},
    {"data": "own", "loss": "least_squares", "instance_noise": 0.5, "activation": "tanh"},
    {"view": "compare", "losses": ("minimax", "least_squares", "wgan", "wgan_gp"), "instance_noise": 0.2},
    {"view": "slow", "slow_from": 20, "discriminator_steps": 3, "loss": "wgan", "discriminator_optimizer": "rmsprop"},
    {"data": "swiss_roll", "latent": 1, "generator_optimizer": "sgd", "generator_rate": 0.1, "loss": "minimax"},
)


def test_scripts_end_where_the_runs_do(tmp_path: Path) -> None:
    every = [Knobs(**{**TINY, **values}).settled() for values in SCRIPTS]
    for knobs, numbers in zip(every, ends([script(LAB, knobs) for knobs in every], tmp_path), strict=True):
        assert_same(wire.header(recorded(knobs)[-1])["m"], numbers)
        assert max(len(line) for line in script(LAB, knobs).splitlines() if "gan?" not in line) <= 120
