"""The imbalance: scores against scikit-learn, boundaries against Bayes, and what each loss does over the seeds."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.calibration import calibration_curve
from sklearn.metrics import precision_score, recall_score

from playground import contract, wire
from playground.concepts.losses.imbalance import scores
from playground.concepts.losses.imbalance.experiment import binary_focal, draw, loss_fn
from playground.concepts.losses.imbalance.knobs import Knobs
from playground.contract import History, mended
from playground.training.recorder import frames

LAB = contract.lab("losses/imbalance")
NORMAL = NormalDist()


@cache
def run(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and labels (2, 500) of two members, the second of which flags nothing."""
    rng = np.random.default_rng(0)
    probabilities = np.stack([rng.uniform(0, 1, 500), rng.uniform(0, 0.3, 500)])
    return probabilities, (rng.uniform(0, 1, (2, 500)) < probabilities**2).astype(float)


def test_scores_are_scikit_learn_s() -> None:
    probabilities, labels = drawn()
    flagged = probabilities >= 0.5
    for member in (0, 1):
        pair = labels[member], flagged[member]
        assert scores.recall(flagged, labels)[member] == pytest.approx(recall_score(*pair))
        assert scores.precision(flagged, labels)[member] == pytest.approx(precision_score(*pair, zero_division=0))


def test_calibration_is_scikit_learn_s() -> None:
    probabilities, labels = drawn()
    said, found, counts = scores.calibration(probabilities, labels)
    for member in (0, 1):
        share, mean = calibration_curve(labels[member], probabilities[member], n_bins=10)
        full = counts[member] > 0
        assert said[member][full] == pytest.approx(mean) and found[member][full] == pytest.approx(share)
        error = (np.abs(share - mean) * counts[member][full]).sum() / 500
        assert scores.calibration_error(said, found, counts)[member] == pytest.approx(error)


def test_crossings_are_where_the_values_rise_above_zero() -> None:
    x = np.linspace(-4, 4, 61)
    values = np.stack([x - 1.23, x + 9, x - 9, 2 * x + 5])
    assert scores.crossings(values, x) == pytest.approx([1.23, -4, 4, -2.5])


def test_the_losses_are_torch_s_and_lin_s() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(30, 1, dtype=torch.float64), (torch.rand(30, 1) < 0.3).double()
    plain, weighted, focal = loss_fn(Knobs(rare_share=20.0))(logits, labels, reduction="none").chunk(3)
    for part, rows, weight in ((plain, slice(0, 10), 1.0), (weighted, slice(10, 20), 4.0)):
        pos_weight = torch.tensor(weight, dtype=torch.float64)
        own = F.binary_cross_entropy_with_logits(logits[rows], labels[rows], reduction="none", pos_weight=pos_weight)
        assert torch.allclose(part, own, atol=1e-9)
    p = torch.where(labels == 1, torch.sigmoid(logits), torch.sigmoid(-logits))[20:]
    assert torch.allclose(focal, -((1 - p) ** 2) * torch.log(p), atol=1e-9)


def test_focal_s_slope_is_the_published_one() -> None:
    x = torch.linspace(-3, 3, 61, dtype=torch.float64, requires_grad=True)
    binary_focal(x, torch.ones_like(x), 2.0).sum().backward()
    p = torch.sigmoid(x.detach())
    assert x.grad is not None
    assert torch.allclose(x.grad, (1 - p) ** 2 * (2 * p * torch.log(p) + p - 1), atol=1e-9)  # appendix B


def test_repeats_draw_their_own_points_of_the_asked_share() -> None:
    knobs = Knobs(seeds=3, rare_share=10.0)
    inputs, labels = draw(knobs, 600, 0)
    assert inputs.shape == (3, 600, 2) and (labels.sum(1) == 60).all()
    assert not np.allclose(inputs[0], inputs[1]) and not np.allclose(inputs, draw(knobs, 600, 1)[0])
    assert inputs[labels == 1][:, 0].mean() == pytest.approx(1, abs=0.2)


def test_cross_entropy_finds_the_bayes_boundary_and_weights_that_of_balanced_classes() -> None:
    knobs = Knobs(rare_share=10.0, samples=2000, seeds=4, steps=400)
    history = run(knobs)
    arrays = history.decode(len(history) - 1).arrays
    middle = {loss: float(arrays[f"boundary_{loss}"][10]) for loss in ("cross_entropy", "weighted")}
    assert middle["cross_entropy"] == pytest.approx(knobs.boundary, abs=0.12) == pytest.approx(np.log(9) / 2, abs=0.12)
    assert middle["weighted"] == pytest.approx(0, abs=0.12)
    assert history.last("recall.cross_entropy") == pytest.approx(NORMAL.cdf(1 - np.log(9) / 2), abs=0.06)
    assert history.last("recall.weighted") == pytest.approx(NORMAL.cdf(1), abs=0.06)


@pytest.mark.parametrize("seed", range(0, 40, 10))
def test_weights_raise_recall_and_spoil_calibration_on_every_seed(seed: int) -> None:
    history = run(Knobs(seed=seed, steps=150))
    end = history.decode(len(history) - 1)
    assert end.series["recall.weighted.low"][0] > end.series["recall.cross_entropy.high"][0] + 0.2
    assert history.last("precision.weighted") < history.last("precision.cross_entropy")
    assert history.last("calibration_error.weighted") > 3 * history.last("calibration_error.cross_entropy")


def test_a_band_lies_about_its_mean() -> None:
    history = run(LAB.small)  # type: ignore[arg-type]
    for i in range(len(history)):
        series = history.decode(i).series
        for kind in ("recall.focal", "precision.weighted"):
            assert series[f"{kind}.low"] <= series[kind] <= series[f"{kind}.high"]


def test_balanced_classes_need_no_weights() -> None:
    history = run(Knobs(rare_share=50.0, seeds=2, steps=100))
    for kind in ("recall", "precision", "calibration_error", "train_loss"):
        assert history.last(f"{kind}.weighted") == pytest.approx(history.last(f"{kind}.cross_entropy"), abs=1e-9)


def test_one_in_a_hundred_is_hardly_ever_found_without_weights() -> None:
    preset = next(preset for preset in LAB.presets if preset.breaks)
    knobs = mended(preset.knobs, {"seeds": 2, "steps": 150})
    assert isinstance(knobs, Knobs)
    assert run(knobs).last("recall.cross_entropy") < 0.05 < 0.5 < run(knobs).last("recall.weighted")


def test_verdicts_give_the_numbers_that_were_measured() -> None:
    knobs = Knobs(steps=150)
    history = run(knobs)
    missed, claimed, focal = LAB.verdicts(knobs, history)
    assert f"finds {history.last('recall.cross_entropy'):.0%}" in missed.sentence
    assert f"{history.last('mean_probability.weighted'):.1%}" in claimed.sentence
    assert f"{history.last('recall.focal'):.0%}" in focal.sentence
    cured = mended(knobs, missed.mend)
    assert isinstance(cured, Knobs) and run(cured).last("recall.cross_entropy") > 0.7


def test_focal_is_said_to_flag_nearly_all_where_it_does_and_its_mend_cures_that() -> None:
    for share, threshold in ((5.0, 0.05), (5.0, 0.02), (50.0, 0.05)):
        knobs = Knobs(rare_share=share, threshold=threshold, steps=150)
        history = run(knobs)
        flagged, precision = (history.last(f"{kind}.focal") for kind in ("flagged_share", "precision"))
        verdict = LAB.verdicts(knobs, history)[-1]
        assert flagged > 0.8 and precision < 1.5 * knobs.prior
        assert f"flags {flagged:.0%} of all points" in verdict.sentence and f"{precision:.1%}" in verdict.sentence
        cured = mended(knobs, verdict.mend)
        assert isinstance(cured, Knobs) and "of all points" not in LAB.verdicts(cured, run(cured))[-1].sentence
    assert "of all points" not in LAB.verdicts(Knobs(steps=150), run(Knobs(steps=150)))[-1].sentence


def test_challenges_are_met_by_the_right_knobs_alone() -> None:
    threshold, both = LAB.challenges
    plain = Knobs(steps=150)
    lower, half = Knobs(threshold=0.06, steps=150), Knobs(weight_power=0.3, steps=150)
    assert threshold.met(lower, run(lower)) and not threshold.met(plain, run(plain))
    assert both.met(half, run(half)) and not both.met(plain, run(plain))


def test_the_legend_says_how_many_points_are_shown() -> None:
    knobs = Knobs(samples=1000, rare_share=10.0, seeds=2, steps=50)
    names = [trace.name for trace in LAB.stage(knobs)[0].figure.data[:2]]
    arrays = run(knobs).decode(0).arrays
    assert names == ["common (up to 200 drawn)", "rare (up to 200 drawn)"]
    assert (len(arrays["x0"]), len(arrays["x1"])) == (200, 100)
    assert (draw(knobs, 1000, 0)[1].sum(1) == knobs.counts[1]).all()
