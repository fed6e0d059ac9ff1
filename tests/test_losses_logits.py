"""The logits: softmax, loss and gradient against torch's own; what overflows and what does not."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from playground import contract, link, wire
from playground.concepts.losses.logits.experiment import naive_loss, softmax_loss
from playground.concepts.losses.logits.knobs import Knobs
from playground.concepts.losses.logits.sweeps import OFFSETS
from playground.contract import History, mended
from playground.stage import Replace
from playground.training.recorder import frames

LAB = contract.lab("losses/logits")
FIVE = Knobs(class_count=5, label=4, logit_5=-3.0, smoothing=0.2)
RISING = Knobs(sweep="logit", logit_2=1.5, logit_3=0.0)


@cache
def run(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


@pytest.mark.parametrize("knobs", [Knobs(), FIVE, RISING, Knobs(sweep="offset", smoothing=0.1)])
def test_the_gradient_is_probability_minus_target_over_temperature(knobs: Knobs) -> None:
    history = run(knobs)
    target = history.decode(0).arrays["target"]
    assert np.asarray(target).sum() == pytest.approx(1)
    for i in range(0, len(history), 10):
        frame = history.decode(i)
        probabilities = torch.softmax(torch.tensor(frame.arrays["scaled"]).double(), 0).numpy()
        assert frame.arrays["probabilities"] == pytest.approx(probabilities, abs=1e-6)
        expected = (probabilities - target) / frame.metrics["temperature"]
        assert frame.arrays["gradients"] == pytest.approx(expected, abs=1e-5)
        assert frame.metrics["gradient"] == pytest.approx(expected[knobs.label - 1], abs=1e-5)


@pytest.mark.parametrize("knobs", [Knobs(), FIVE, RISING])
def test_the_loss_is_torch_s_own(knobs: Knobs) -> None:
    history = run(knobs)
    for i in range(0, len(history), 10):
        frame = history.decode(i)
        scaled = torch.tensor(frame.arrays["logits"]).double() / frame.metrics["temperature"]
        own = F.cross_entropy(scaled, torch.tensor(knobs.label - 1), label_smoothing=knobs.smoothing)
        assert frame.metrics["loss"] == pytest.approx(own.item(), rel=1e-5, abs=1e-6)
        assert frame.metrics["naive_loss"] == pytest.approx(own.item(), rel=1e-5, abs=1e-6) or scaled.max() > 88
        assert history.decode(0).arrays["sweep_loss"][i] == pytest.approx(frame.metrics["loss"], abs=1e-5)


def test_the_naive_loss_is_lost_where_float32_ends_and_the_stable_one_is_not() -> None:
    limit = float(np.log(np.finfo(np.float32).max))  # 88.7
    for right in (0, 1):
        target = F.one_hot(torch.tensor(right), 2).float()
        assert naive_loss(torch.tensor([limit - 1, limit - 2]), target).isfinite()
        assert not naive_loss(torch.tensor([limit + 0.1, 0.0]), target).isfinite()
        stable = softmax_loss(torch.tensor([1000.0, 0.0]), target)
        assert stable.item() == pytest.approx(1000.0 * right, abs=1e-3)


def test_at_a_logit_of_a_thousand_both_ways_are_shown() -> None:
    arrays = run(Knobs(sweep="logit")).decode(50).arrays
    lost = ~np.isfinite(np.asarray(arrays["naive"]))
    assert OFFSETS[-1] == 1000 and (OFFSETS[lost] >= 80).all() and lost[OFFSETS >= 90].all()
    assert arrays["stable"] == pytest.approx(np.full(101, arrays["stable"][0]), abs=1e-3)
    panel = next(part for part in LAB.stage(Knobs()) if part.name == "overflow")
    assert {binding.array for binding in panel.bindings} >= {"naive", "stable"}


@pytest.mark.parametrize("knobs", [Knobs(), FIVE, RISING, Knobs(label=3, logit_1=3.0, temperature=0.2, sweep="logit")])
def test_the_gradient_drawn_is_the_one_read_out_and_within_the_axis(knobs: Knobs) -> None:
    history = run(knobs)
    bars = LAB.stage(knobs)[0]
    array = next(one.array for one in bars.bindings if isinstance(one, Replace) and one.trace == 2)
    assert bars.figure.data[2].name == "gradient dL/dz"
    low, high = history.decode(0).arrays["bar_range"]
    for i in range(len(history)):
        drawn = np.asarray(history.decode(i).arrays[array])
        assert drawn[knobs.label - 1] == pytest.approx(history.metrics["gradient"][i], rel=1e-6)
        assert low < drawn.min() and drawn.max() < high


def test_a_cold_softmax_takes_the_largest_and_a_hot_one_none() -> None:
    history = run(Knobs())
    assert history.metrics["value"][[0, 40, -1]] == pytest.approx([0.1, 1, 10])
    assert history.metrics["entropy"][0] < 1e-3 and history.metrics["entropy"][-1] > 0.99 * np.log(3)
    assert np.all(np.diff(history.metrics["entropy"]) > 0)


def test_smoothed_labels_pull_a_sure_logit_back() -> None:
    knobs = RISING.model_copy(update={"smoothing": 0.3})
    history = run(knobs)
    best = history.metrics["value"][np.argmin(history.metrics["loss"])]
    others = np.log(np.exp(1.5) + np.exp(0.0))
    assert best == pytest.approx(others + np.log(0.8 / 0.2), abs=0.1)  # where p of the right class is 1 - 0.3 + 0.1
    (verdict,) = [one for one in LAB.verdicts(knobs, history) if "sure enough" in one.sentence]
    assert "80.0%" in verdict.sentence and mended(knobs, verdict.mend) == RISING


@pytest.mark.parametrize("knobs", [Knobs(), RISING, Knobs(label=3, logit_1=3.0, logit_3=-1.0), Knobs(sweep="offset")])
def test_every_loss_of_the_sweep_is_within_the_axis(knobs: Knobs) -> None:
    history = run(knobs)
    low, high = history.decode(0).arrays["loss_range"]
    stable = np.concatenate([history.decode(i).arrays["stable"] for i in range(len(history))])
    assert low < 0 <= stable.min() and stable.max() * 1.1 < high


def test_the_verdict_on_an_overflow_says_where_and_mends_it() -> None:
    knobs = Knobs(sweep="offset")
    verdict = LAB.verdicts(knobs, run(knobs))[0]
    assert "offset 90" in verdict.sentence and "91%" in verdict.sentence
    cured = mended(knobs, verdict.mend)
    assert isinstance(cured, Knobs) and np.isfinite(run(cured).metrics["naive_loss"]).all()


def test_a_logit_below_zero_has_a_true_minus_in_its_sentence() -> None:
    knobs = RISING.model_copy(update={"smoothing": 0.5, "logit_2": -4.0, "logit_3": -4.0})
    (verdict,) = [one for one in LAB.verdicts(knobs, run(knobs)) if "sure enough" in one.sentence]
    assert "logit 1 = −" in verdict.sentence and "-" not in verdict.sentence


def test_challenges_are_met_by_the_right_knobs_alone() -> None:
    sharp, cold = LAB.challenges
    small = Knobs(logit_1=0.4, logit_2=-0.4, logit_3=-0.4)
    assert sharp.met(small, run(small)) and not sharp.met(Knobs(), run(Knobs()))
    icy = Knobs(logit_1=10.0)
    assert cold.met(icy, run(icy)) and not cold.met(Knobs(), run(Knobs()))


def test_a_class_or_logit_that_is_not_there_is_said() -> None:
    found = link.parse("losses?lab=logits&label=5&logit_5=1")
    assert isinstance(found.knobs, Knobs) and found.knobs.label == 3 and found.knobs.logits == (2.0, 1.0, -0.5)
    assert len(found.notes) == 2
