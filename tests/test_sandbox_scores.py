"""The scores on the test points against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from playground import contract
from playground.concepts.network.sandbox import scored, scores
from playground.concepts.network.sandbox.knobs import Knobs
from playground.training.recorder import frames


@pytest.mark.parametrize("classes", [2, 3, 8])
def test_confusion_and_scores_are_scikit_learn_s(classes: int) -> None:
    generator = np.random.default_rng(classes)
    labels, predicted = generator.integers(0, classes, (2, 300))
    counts = scores.confusion(labels, predicted, classes)
    np.testing.assert_array_equal(counts, confusion_matrix(labels, predicted))
    np.testing.assert_allclose(scores.shares(counts), confusion_matrix(labels, predicted, normalize="true"))
    expected = precision_recall_fscore_support(labels, predicted)[:3]
    np.testing.assert_allclose(scores.by_class(counts), expected)


def test_a_class_without_points_or_predictions_scores_zero() -> None:
    counts = scores.confusion(np.array([0, 0, 1]), np.array([0, 0, 0]), 3)
    for values in scores.by_class(counts):
        assert values[1:].tolist() == [0, 0]


def test_reliability_is_scikit_learn_s_curve_and_its_mean_gap() -> None:
    generator = np.random.default_rng(0)
    sure = generator.uniform(0.5, 1, 500)
    right = generator.random(500) < sure**2
    said, found, error = scores.reliability(sure, right)
    share, mean = calibration_curve(right, sure, n_bins=10)
    np.testing.assert_allclose(found[~np.isnan(found)], share)
    np.testing.assert_allclose(said[~np.isnan(said)], mean)
    counts = np.histogram(sure, 10, (0, 1))[0]
    assert error == pytest.approx(np.nansum(np.abs(said - found) * counts) / 500)
    assert np.isnan(said[:5]).all()


def test_one_logit_speaks_for_two_classes() -> None:
    outputs = torch.tensor([[2.0], [-1.0], [0.5], [-3.0]])
    metrics, arrays = scored.classes(outputs, torch.tensor([[1.0], [0.0], [0.0], [0.0]]))
    assert arrays["counts"].tolist() == [2, 1, 0, 1]
    assert metrics["test_f1"] == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)


def test_the_calibration_diagram_shows_each_bin_at_its_mean_confidence() -> None:
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(300, 3, generator=generator)
    labels = torch.randint(3, (300,), generator=generator)
    told, arrays = scored.classes(logits, labels)
    sure, said = torch.softmax(logits.double(), 1).max(1)
    share, mean = calibration_curve((said == labels).numpy(), sure.numpy(), n_bins=10)
    for name, expected in (("confidence", mean), ("reliability", share)):
        drawn = np.asarray(arrays[name])
        np.testing.assert_allclose(drawn[~np.isnan(drawn)], expected, atol=1e-6)
    counts = np.histogram(sure, 10, (0, 1))[0]
    gaps = np.abs(np.asarray(arrays["confidence"]) - np.asarray(arrays["reliability"]))
    assert told["calibration_error"] == pytest.approx(np.nansum(gaps * counts) / 300, abs=1e-6)


def test_what_training_makes_is_scored_and_a_perfect_fit_is_a_diagonal() -> None:
    knobs = Knobs(data="gaussians", noise=0.0, samples=100, steps=300, map_size=32)
    run = list(frames(contract.lab("network/sandbox"), knobs, "cpu"))
    held = {name: array for frame in run for name, array in frame.arrays.items()}
    assert run[-1].metrics["test_f1"] == 1
    assert held["precision"].tolist() == [1, 1]
    counts = held["counts"].reshape(2, 2)
    assert counts[0, 1] == counts[1, 0] == 0 and counts.sum() == 20
