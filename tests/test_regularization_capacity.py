"""Capacity: the fits are NumPy's and scikit-learn's, the parts add up, and the error falls a second time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from sklearn.linear_model import Ridge

from playground import contract, wire
from playground.concepts.regularization.capacity.experiment import draw, gapped
from playground.concepts.regularization.capacity.fits import solve
from playground.concepts.regularization.capacity.knobs import TRUTHS, Knobs
from playground.concepts.regularization.capacity.lab import CHALLENGES, PRESETS
from playground.concepts.regularization.capacity.points import capacities, cosines, legendre, sample, waves
from playground.concepts.regularization.capacity.verdicts import verdicts
from playground.contract import History, mended
from playground.export.script import script
from playground.training.recorder import frames
from tests.scripts import ends

LAB = contract.lab("regularization/capacity")
BY_TITLE = {preset.title: preset.knobs for preset in PRESETS if isinstance(preset.knobs, Knobs)}
SEEDS = range(5)


def changed(knobs: Knobs, values: Mapping[str, Any]) -> Knobs:
    """The knobs with some changed."""
    made = mended(knobs, values)
    assert isinstance(made, Knobs)
    return made


@cache
def recorded(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def errors(knobs: Knobs, metric: str = "test_error") -> tuple[np.ndarray, np.ndarray]:
    """(numbers of parameters, a metric at each)."""
    metrics = recorded(knobs).metrics
    return metrics["parameters"], metrics[metric]


def landmarks(knobs: Knobs) -> tuple[float, float, float]:
    """The test error: least before the threshold, at the threshold, at the end."""
    at, error = errors(knobs)
    return error[at < knobs.samples].min(), error[at == knobs.samples][0], error[-1]


@pytest.mark.parametrize("count", [3, 8, 30])
def test_fits_are_numpy_s_least_squares_of_least_norm(count: int) -> None:
    generator = np.random.default_rng(0)
    features, targets = generator.normal(size=(4, 8, count)), generator.normal(size=(4, 8))
    factors = torch.linalg.svd(torch.from_numpy(features), full_matrices=False)
    weights = solve(factors, torch.from_numpy(targets), 0.0).numpy()
    for r in range(4):
        assert weights[r] == pytest.approx(np.linalg.lstsq(features[r], targets[r], rcond=None)[0], abs=1e-9)


def test_a_rank_that_rounding_alone_fills_up_is_cut_as_numpy_cuts_it() -> None:
    features = np.vander(np.linspace(0, 1, 8), 6)[:, [0, 1, 2, 3, 4, 5, 5, 5]]
    targets = np.sin(np.arange(8.0))
    factors = torch.linalg.svd(torch.from_numpy(features[None].copy()), full_matrices=False)
    weights = solve(factors, torch.from_numpy(targets[None]), 0.0)[0].numpy()
    assert weights == pytest.approx(np.linalg.lstsq(features, targets, rcond=None)[0], rel=1e-6)


@pytest.mark.parametrize("count", [3, 30])
def test_ridge_is_scikit_learn_s(count: int) -> None:
    generator = np.random.default_rng(1)
    features, targets = generator.normal(size=(8, count)), generator.normal(size=8)
    factors = torch.linalg.svd(torch.from_numpy(features[None]), full_matrices=False)
    weights = solve(factors, torch.from_numpy(targets[None]), 0.05)[0].numpy()
    theirs = Ridge(alpha=8 * 0.05, fit_intercept=False, solver="cholesky").fit(features, targets).coef_
    assert weights == pytest.approx(theirs, abs=1e-9)


def test_legendre_polynomials_are_orthonormal() -> None:
    nodes, shares = np.polynomial.legendre.leggauss(50)
    terms = legendre(nodes, 40, 0)
    assert terms.T @ (terms * shares[:, None] / 2) == pytest.approx(np.eye(40), abs=1e-9)
    assert legendre(nodes, 40, 2)[:, 3] == pytest.approx(terms[:, 3] / 16)


def test_random_cosines_tend_to_the_laplace_kernel() -> None:
    x = np.array([0.0, 0.02, 0.1, 0.5])
    features = cosines(x, waves(200_000, 12.0, np.random.default_rng(0)))
    kernel = features @ features.T / 200_000
    assert kernel == pytest.approx(np.exp(-12 * np.abs(x[:, None] - x)), abs=0.015)


def test_every_part_of_the_line_gets_one_point() -> None:
    x, noise, fresh = sample(50, 201, 0.5, np.random.default_rng(0))
    assert np.floor((x + 1) / 2 * 50).tolist() == list(range(50))
    assert noise.std() == pytest.approx(0.5, rel=0.25) and fresh.std() == pytest.approx(0.5, rel=0.15)


def test_more_resamplings_and_a_longer_sweep_keep_what_was_drawn() -> None:
    for model in ("polynomial", "features"):
        few = draw(changed(Knobs(), {"model": model, "resamplings": 5, "most": 20}))
        more = draw(changed(Knobs(), {"model": model, "resamplings": 9, "most": 50}))
        assert np.array_equal(few.y, more.y[:5]) and np.array_equal(few.test_y, more.test_y[:5])
        assert torch.equal(few.train, more.train[:5, :, :20])


def test_the_sweep_is_even_and_meets_the_threshold() -> None:
    for most, samples in ((400, 100), (60, 10), (5, 5), (60, 100)):
        swept = capacities(most, samples)
        assert swept[0] == 1 and swept[-1] == most and len(swept) <= 120 and np.all(np.diff(swept) > 0)
        assert {n for n in (samples - 1, samples, samples + 1) if n <= most} <= set(swept.tolist())


@pytest.mark.parametrize("model", ["polynomial", "features"])
def test_without_noise_bias_and_variance_are_the_measured_error(model: Any) -> None:
    metrics = recorded(Knobs(model=model, noise=0.0, function="step")).metrics
    assert metrics["test_error"] == pytest.approx(metrics["bias_squared"] + metrics["variance"], rel=1e-9)


@pytest.mark.parametrize("title", ["Down, up, down", "Double descent", "Ridge flattens the peak", "A step"])
def test_bias_variance_and_noise_add_up_to_the_measured_error_within_its_band(title: str) -> None:
    shares = []
    for seed in SEEDS:
        metrics = recorded(changed(BY_TITLE[title], {"seed": seed})).metrics
        assert BY_TITLE[title].resamplings == 20
        expected = metrics["bias_squared"] + metrics["variance"] + metrics["noise"]
        assert expected == pytest.approx(metrics["expected_error"])
        gap = np.abs(metrics["test_error"] - expected)
        assert np.all(gap <= 2 * metrics["test_band"])
        shares.append(np.mean(gap <= metrics["test_band"]))
    assert np.mean(shares) > 0.9


def test_the_band_is_no_wider_than_two_standard_errors_of_the_noise_and_the_fits() -> None:
    """Where the fits hardly vary, the error of R * T fresh targets varies as a chi-square over its degrees does."""
    knobs = Knobs(samples=100, function="cubic", most=5, resamplings=50)
    at, band = errors(knobs, "test_band")
    assert band[at == 4] == pytest.approx(2 * 0.09 * np.sqrt(2 / (50 * 201)), rel=0.35)


@pytest.mark.parametrize("count", [4, 10, 16])
def test_the_training_error_shrinks_by_the_share_of_parameters(count: int) -> None:
    """Least squares that holds the truth leaves noise * (1 - D / N) on its own points."""
    at, error = errors(Knobs(function="cubic", samples=20, resamplings=50, most=20), "train_error")
    expected = 0.09 * (1 - count / 20)
    assert error[at == count] == pytest.approx(expected, abs=4 * 0.09 * np.sqrt(2 * (1 - count / 20) / (20 * 50)))


@pytest.mark.parametrize("title", ["Down, up, down", "Double descent", "A norm that forgets"])
def test_the_error_falls_a_second_time(title: str) -> None:
    for seed in SEEDS:
        before, threshold, end = landmarks(changed(BY_TITLE[title], {"seed": seed}))
        assert threshold > 10 * before and threshold > 10 * end


def test_a_wide_network_of_random_units_beats_every_narrow_one() -> None:
    for seed in SEEDS:
        before, _, end = landmarks(changed(BY_TITLE["Double descent"], {"seed": seed}))
        assert end < 0.75 * before


def test_ridge_flattens_the_peak() -> None:
    for seed in SEEDS:
        knobs = changed(BY_TITLE["Ridge flattens the peak"], {"seed": seed})
        at, error = errors(knobs)
        _, plain = errors(knobs, "plain_error")
        assert error[at >= 4].max() < 2 * error.min() and plain.max() > 1000 * error.max()
        assert plain == pytest.approx(errors(changed(knobs, {"ridge": 0.0}))[1])


def test_the_norm_peaks_with_the_error() -> None:
    for seed in SEEDS:
        at, size = errors(Knobs(seed=seed), "size")
        top = at[np.argmax(size)]
        assert 9 <= top <= 12 and size.max() > 3 * size[-1]


def test_a_norm_of_equal_terms_forgets() -> None:
    for seed in SEEDS:
        forgets, keeps = (landmarks(changed(Knobs(seed=seed), {"falloff": falloff}))[2] for falloff in (0, 1))
        assert forgets > 2 * keeps


def test_no_polynomial_has_a_jump() -> None:
    for seed in SEEDS:
        knobs = changed(BY_TITLE["A step"], {"seed": seed})
        at, bias = errors(knobs, "bias_squared")
        assert np.all((bias > errors(knobs, "variance")[1])[(at >= 2) & (at <= 12)])
        assert errors(changed(knobs, {"function": "sine"}), "bias_squared")[1][at == 7] < 0.02 * bias[at == 7]


def test_a_parameter_a_point_hits_every_point_and_nothing_else() -> None:
    for seed in SEEDS:
        knobs = changed(BY_TITLE["Break it: degree 14, 15 points"], {"seed": seed})
        history = recorded(knobs)
        assert history.last("parameters") == 15
        assert history.last("train_error") < 1e-20 and history.last("test_error") > 1000


def test_verdicts_name_the_peak_the_second_fall_and_what_adds_up() -> None:
    peak, fall, sums = verdicts(Knobs(), recorded(Knobs()))
    at, error = errors(Knobs())
    assert f"With 10 parameters on 10 points the test error is {error[at == 10][0]:.0f}" in peak.sentence
    assert "variance" in peak.sentence and peak.step == np.argmax(error)
    calm = changed(Knobs(), peak.mend)
    assert errors(calm)[1][peak.step] < error[peak.step] / 100
    assert f"to {error[-1]:.3g} with 60 parameters, above the best before it" in fall.sentence
    assert "passes through all" in fall.sentence and "of 50 capacities" in sums.sentence
    spared = verdicts(calm, recorded(calm))[0]
    assert "keeps the peak at" in spared.sentence and f"without it, {error.max():.0f}" in spared.sentence


def test_a_sweep_that_ends_too_early_says_how_to_go_on() -> None:
    knobs = Knobs(samples=100)
    (short,) = [verdict for verdict in verdicts(knobs, recorded(knobs)) if "sweep ends" in verdict.sentence]
    assert "before the threshold of 100 points" in short.sentence
    assert changed(knobs, short.mend) == Knobs(samples=100, most=400)


@pytest.mark.parametrize(
    ("index", "better"), [(0, {"samples": 100, "most": 20}), (1, {"samples": 20, "noise": 1.0, "ridge": 0.03})]
)
def test_challenges_can_be_met_and_are_not_met_by_the_default(index: int, better: dict[str, Any]) -> None:
    knobs = Knobs(**better)
    assert CHALLENGES[index].met(knobs, recorded(knobs))
    assert not CHALLENGES[index].met(Knobs(), recorded(Knobs()))


@pytest.mark.parametrize("title", BY_TITLE)
def test_no_preset_and_no_mend_of_one_meets_a_challenge(title: str) -> None:
    knobs = BY_TITLE[title]
    tried = [knobs, *(changed(knobs, one.mend) for one in verdicts(knobs, recorded(knobs)) if one.mend)]
    assert not any(challenge.met(one, recorded(one)) for challenge in CHALLENGES for one in tried)


def test_a_formula_must_be_finite_where_it_is_learnt() -> None:
    assert Knobs(function="own", formula=" x^2 ").truth(x=np.array([2.0])) == 4
    for formula, said in (
        ("log(x)", "none at -1"),
        ("1 / x", "none at 0"),
        ("exp(99 * x)", "none at"),
        ("z", "unknown"),
    ):
        with pytest.raises(ValidationError, match=said):
            Knobs(function="own", formula=formula)


def test_every_true_function_is_its_formula() -> None:
    x = np.linspace(-1, 1, 7)
    theirs = {"sine": np.sin(np.pi * x), "step": np.sign(x), "cubic": 4 * x**3 - 3 * x, "runge": 1 / (1 + 25 * x**2)}
    for name in TRUTHS:
        assert changed(Knobs(), {"function": name}).truth(x=x) == pytest.approx(theirs[name], abs=1e-12)


@pytest.mark.parametrize(
    "knobs",
    [Knobs(function="own", formula="0", noise=0.0, samples=5, most=5), Knobs(noise=0.0, ridge=1.0, function="cubic"),
     Knobs(noise=1.0, samples=40, falloff=2, most=80), Knobs(model="features", frequency=40.0, samples=5, most=30)],
)  # fmt: skip
def test_extreme_knobs_give_finite_numbers_and_sentences(knobs: Knobs) -> None:
    history = recorded(knobs)
    assert all(np.isfinite(values).all() for values in history.metrics.values())
    assert all("nan" not in verdict.sentence for verdict in verdicts(knobs, history))


def test_frames_are_small_and_hold_the_fits() -> None:
    knobs = Knobs(resamplings=50, samples=100, most=12)
    encoded = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))]
    assert len(encoded[0]) < 22_000 and max(map(len, encoded[1:])) < 11_000
    arrays = recorded(Knobs(resamplings=5)).decode(4).arrays
    assert np.asarray(arrays["fits"]).shape == (5 * 102,)
    assert np.asarray(arrays["mean"]) == pytest.approx(
        np.nanmean(np.asarray(arrays["fits"]).reshape(5, 102)[:, :101], 0)
    )


def test_gaps_part_the_curves() -> None:
    assert np.isnan(gapped(np.ones((2, 3)))).tolist() == 2 * [False, False, False, True]


CASES: tuple[Knobs, ...] = (
    Knobs(), BY_TITLE["Double descent"], BY_TITLE["Ridge flattens the peak"],
    Knobs(function="own", formula="abs(x) - max(x, 0.5)^2", samples=30, most=15, resamplings=5, seed=3, falloff=2),
)  # fmt: skip


def test_scripts_give_the_run_s_numbers(tmp_path: Path) -> None:
    scripts = [script(LAB, knobs) for knobs in CASES]
    for knobs, line in zip(CASES, ends(scripts, tmp_path), strict=True):
        last = {name: recorded(knobs).last(name) for name in line}
        assert line == pytest.approx(last, rel=1e-6, abs=1e-9)
