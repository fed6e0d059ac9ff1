"""The outliers: every fit against a closed form, scikit-learn or SciPy; who steers; who runs away."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize
from sklearn.linear_model import QuantileRegressor

from playground import contract, link, wire
from playground.concepts.losses.outliers.aims import aim
from playground.concepts.losses.outliers.knobs import Knobs
from playground.contract import History, mended
from playground.stage import Edit, Layout, Marks, Replace
from playground.training.recorder import frames

LAB = contract.lab("losses/outliers")
SEEDS = (0, 1, 2)
SKEWED = Knobs(model="constant", outlier_count=0, samples=61, noise=1.0, noise_kind="skewed", quantile=0.8, steps=1000)


@cache
def run(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def targets(history: History) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(x, y) of all points."""
    arrays = history.decode(0).arrays
    return np.asarray(arrays["all_x"], float), np.append(arrays["y"], arrays["wild_y"]).astype(float)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_constant_goes_to_mean_median_and_quantile(seed: int) -> None:
    history = run(SKEWED.model_copy(update={"seed": seed}))
    _, y = targets(history)
    ends = {name: history.last(f"intercept.{name}") for name in SKEWED.losses}
    assert ends["mse"] == pytest.approx(y.mean(), abs=1e-6)
    assert ends["mae"] == pytest.approx(np.median(y), abs=0.005)
    assert ends["quantile"] == pytest.approx(np.sort(y)[int(np.ceil(0.8 * len(y))) - 1], abs=0.02)
    assert ends["mae"] < ends["huber"] < ends["mse"]


@pytest.mark.parametrize("seed", SEEDS)
def test_huber_and_log_cosh_go_where_scipy_finds_the_least_loss(seed: int) -> None:
    history = run(SKEWED.model_copy(update={"seed": seed}))
    _, y = targets(history)

    def huber(c: float) -> float:
        e = np.abs(y - c)
        return float(np.where(e <= 0.5, e**2 / 2, 0.5 * (e - 0.25)).mean())

    for name, loss in {"huber": huber, "log_cosh": lambda c: float(np.log(np.cosh(y - c)).mean())}.items():
        best = optimize.minimize_scalar(loss, bounds=(y.min(), y.max()), method="bounded", options={"xatol": 1e-9}).x
        assert aim(name, y, 0.5, 0.8) == pytest.approx(best, abs=1e-5)
        assert history.last(f"intercept.{name}") == pytest.approx(best, abs=0.002)


def test_a_line_under_mse_is_least_squares_and_under_mae_and_quantile_scikit_learn_s() -> None:
    knobs = Knobs(steps=3000, learning_rate=0.02)
    history = run(knobs)
    x, y = targets(history)
    slope, intercept = np.polyfit(x, y, 1)
    assert history.last("slope.mse") == pytest.approx(slope, abs=1e-5)
    assert history.last("intercept.mse") == pytest.approx(intercept, abs=1e-5)
    for name, quantile in (("mae", 0.5), ("quantile", 0.9)):
        best = QuantileRegressor(quantile=quantile, alpha=0).fit(x[:, None], y)
        e = y - best.predict(x[:, None])
        least = np.maximum(quantile * e, (quantile - 1) * e).mean() * (2 if name == "mae" else 1)
        assert history.last(f"loss.{name}") == pytest.approx(least, rel=0.003)


@pytest.mark.parametrize("seed", SEEDS)
def test_three_wild_points_drag_mse_and_hardly_mae(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("error.mse") > 0.4
    assert history.last("error.mae") < 0.25
    assert history.last("error.huber") < 0.25
    assert history.last("outlier_share.mse") > 2 * history.last("outlier_share.mae") > 2 * 3 / 33


def test_shares_of_the_gradient_are_those_of_the_closed_form() -> None:
    history = run(Knobs())
    x, y = targets(history)
    frame = history.decode(20)
    e = frame.metrics["intercept.mse"] + frame.metrics["slope.mse"] * x - y
    for name, pull in {"mse": np.abs(2 * e), "mae": np.ones(33)}.items():
        expected = pull * np.hypot(1, x) if name == "mse" else np.hypot(1, x)
        assert frame.arrays[f"share_{name}"] == pytest.approx(100 * expected / expected.sum(), abs=1e-3)
    wild = np.asarray(frame.arrays["share_huber"])[30:].sum()
    assert frame.arrays["wild_shares"][2] == pytest.approx(wild, abs=1e-3)


@pytest.mark.parametrize("knobs", [Knobs(), Knobs(samples=20, outlier_count=12)])
def test_the_axis_of_the_outliers_shares_fits_them(knobs: Knobs) -> None:
    history = run(knobs)
    (steers,) = (part for part in LAB.stage(knobs) if part.name == "steers")
    assert Layout("xaxis.range", "wild_range") in steers.bindings and steers.figure.data[0].texttemplate
    top, most = 0.0, 0.0
    for i in range(len(history)):
        arrays = history.decode(i).arrays
        most = max(most, float(np.max(arrays["wild_shares"])))
        top = float(arrays["wild_range"][1]) if "wild_range" in arrays else top
        assert most < top
    assert top < max(2.5 * most, 116)


def test_mse_alone_runs_away_above_two_over_its_curvature() -> None:
    limit = 2 / run(Knobs()).metrics["curvature"][0]
    calm, wild = (run(Knobs(learning_rate=factor * limit)) for factor in (0.95, 1.1))
    assert "runaway_step.mse" not in calm.metrics and calm.last("loss.mse") < calm.metrics["loss.mse"][0]
    assert np.isfinite(wild.last("runaway_step.mse"))
    assert not [name for name in wild.metrics if name.startswith("runaway") and not name.endswith(".mse")]
    (verdict,) = LAB.verdicts(Knobs(learning_rate=1.1 * limit), wild)
    assert f"{limit:.2g}" in verdict.sentence and verdict.mend["learning_rate"] < limit
    assert not list(
        LAB.verdicts(Knobs(learning_rate=0.02, losses=("mse",)), run(Knobs(learning_rate=0.02, losses=("mse",))))
    )


def test_the_verdict_names_who_was_dragged_and_the_mend_leaves_it_out() -> None:
    verdict = LAB.verdicts(Knobs(), run(Knobs()))[0]
    assert verdict.sentence.startswith("3 of 33 points hold") and "MSE's" in verdict.sentence
    assert "mse" not in mended(Knobs(), verdict.mend).losses  # type: ignore[attr-defined]


def test_challenges_are_met_by_the_right_knobs_alone() -> None:
    dragged, quantile = LAB.challenges
    assert not dragged.met(Knobs(), run(Knobs()))
    for seed in (0, 3):
        still, far = Knobs(seed=seed), Knobs(seed=seed, outlier=(4.0, -4.0))
        assert dragged.met(far, run(far)) and not dragged.met(still, run(still))
    _, y = targets(run(SKEWED))
    right = SKEWED.model_copy(update={"quantile": round(float((y < y.mean()).mean()), 2)})
    assert quantile.met(right, run(right)) and not quantile.met(SKEWED, run(SKEWED))


def test_the_dragged_point_travels_in_the_link() -> None:
    found = link.parse("losses?lab=outliers&outlier=-1.5_3.25&outlier_count=4")
    assert found.knobs == Knobs(outlier=(-1.5, 3.25), outlier_count=4) and not found.notes
    assert "not numbers from -4 to 4" in link.parse("losses?lab=outliers&outlier=9_9").notes[0]
    handles = {binding.knob for binding in LAB.stage(found.knobs)[0].bindings if isinstance(binding, Edit)}
    assert handles == {"outlier"}


def test_without_outliers_nothing_is_said_of_them() -> None:
    assert "wild_shares" not in {binding.array for part in LAB.stage(SKEWED) for binding in part.bindings
                                 if isinstance(binding, Replace)}  # fmt: skip
    assert not [name for name in run(SKEWED).metrics if name.startswith("outlier")]
    assert "outlier" not in SKEWED.active()


def test_points_of_two_losses_at_most_are_drawn_over_each_other_and_named() -> None:
    for names in (Knobs().losses, ("mae", "quantile"), ("huber", "log_cosh", "quantile"), ("quantile",)):
        (shares,) = (part for part in LAB.stage(Knobs(losses=names)) if part.name == "shares")
        marks = [one for one in shares.bindings if isinstance(one, Marks)]
        assert 1 <= len(marks) == len(shares.figure.data) <= 2
        assert [trace.marker.color for trace in shares.figure.data] == [one.color for one in marks]
