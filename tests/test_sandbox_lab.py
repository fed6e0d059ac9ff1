"""The sandbox says why a run went as it did, from real runs; and what it advises cures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from playground import wire
from playground.concepts.network.sandbox import graph, panels
from playground.concepts.network.sandbox.knobs import Knobs
from playground.contract import Change, History, Verdict, lab, mended
from playground.training.recorder import frames

LAB = lab("network/sandbox")
CIRCLES: dict[str, Any] = {"data": "circles", "samples": 200, "steps": 600}
WILD: dict[str, Any] = {**CIRCLES, "activation": "relu", "optimizer": "sgd", "learning_rate": 10.0}


def recorded(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def judged(**values: Any) -> tuple[Knobs, History, tuple[Verdict, ...]]:
    knobs = Knobs(**values).settled()
    history = recorded(knobs)
    return knobs, history, LAB.verdicts(knobs, history)


def test_a_good_run_is_not_blamed() -> None:
    _, history, verdicts = judged(**CIRCLES)
    assert history.last("test_accuracy") > 0.95 and verdicts == ()


def test_a_loss_that_is_not_finite_names_step_rate_and_limit() -> None:
    values = {"data": "plane", "hidden_sizes": (), "optimizer": "sgd", "momentum": 0.0, "learning_rate": 10.0}
    knobs, history, (verdict,) = judged(**values, steps=200)
    curvature = history.metrics["curvature"][0]
    assert f"at step {history.last('nan_step'):.0f}" in verdict.sentence
    assert f"above 2 / curvature = {2 / curvature:.2g}" in verdict.sentence
    assert recorded(mended(knobs, verdict.mend)).last("test_r2") > 0.8  # type: ignore[arg-type]


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_nesterov_s_limit_is_named_and_holds(factor: float) -> None:
    values = {"data": "plane", "hidden_sizes": (), "optimizer": "sgd", "momentum": 0.9, "nesterov": True}
    full = {**values, "batch_size": 0, "steps": 1500}
    curvature = float(judged(**full, learning_rate=0.01)[1].metrics["curvature"][0])
    knobs, history, verdicts = judged(**full, learning_rate=factor * 2 * 1.9 / (2.8 * curvature))
    assert ("nan_step" in history.metrics) == (factor > 1)
    if factor > 1:
        assert f"above 2 (1 + momentum) / ((1 + 2 momentum) curvature) = {2 * 1.9 / 2.8 / curvature:.2g}" in str(
            verdicts
        )
        assert recorded(mended(knobs, verdicts[0].mend)).last("test_r2") > 0.8  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
def test_an_explosion_is_named_and_its_cure_learns(seed: int) -> None:
    knobs, history, (verdict,) = judged(**WILD, seed=seed)
    assert "learning rate 10 is" in verdict.sentence and history.metrics["train_loss"].max() > 3 * 0.7
    assert recorded(mended(knobs, verdict.mend)).last("test_accuracy") > 0.9  # type: ignore[arg-type]


def test_dead_units_are_counted() -> None:
    _, history, verdicts = judged(**{**WILD, "learning_rate": 1.0})
    dead = round(history.last("dead_share") * 16)
    assert dead > 5 and verdicts[0].sentence.startswith(f"{dead} of 16 hidden units are dead")


@pytest.mark.parametrize("by_layer", ["", "relu-relu"])
def test_the_activations_in_force_are_judged_and_mended_in_every_layer(by_layer: str) -> None:
    values = {"activation": "tanh" if by_layer else "relu", "layer_activations": by_layer, "optimizer": "sgd"}
    knobs, history, (verdict, *_) = judged(**{**CIRCLES, **values, "learning_rate": 3.0, "steps": 300})
    assert history.last("dead_share") > 0.3 and "dead: the training points give them no gradient." in verdict.sentence
    cured = mended(knobs, verdict.mend)
    assert isinstance(cured, Knobs) and cured.activations == ("leaky_relu", "leaky_relu")
    assert recorded(cured).last("dead_share") == 0


def test_a_network_that_is_linear_layer_by_layer_gets_its_bends_back() -> None:
    knobs, history, (verdict,) = judged(**{**CIRCLES, "layer_activations": "identity"})
    cured = mended(knobs, verdict.mend)
    assert "linear" in verdict.sentence and isinstance(cured, Knobs) and cured.activations == ("tanh", "tanh")
    assert recorded(cured).last("train_loss") < history.last("train_loss") - 0.3


def test_saturation_names_the_activations_that_saturate() -> None:
    values: dict[str, Any] = {"data": "checkerboard", "samples": 200, "hidden_sizes": (4,), "learning_rate": 0.3}
    _, _, (verdict,) = judged(**values, activation="relu", layer_activations="tanh", steps=600)
    assert "where the slope of tanh is almost zero" in verdict.sentence


def test_saturation_is_measured() -> None:
    _, history, (verdict,) = judged(data="checkerboard", samples=200, hidden_sizes=(4,), learning_rate=0.3, steps=600)
    share = history.last("saturated_share")
    assert share > 0.3 and verdict.sentence.startswith(f"{share:.0%} of the hidden activations are saturated")


@pytest.mark.parametrize("activation", ["gelu", "silu", "mish", "relu", "tanh", "sigmoid"])
def test_weights_that_start_at_zero_are_named_first_and_alone_whatever_the_activation(activation: str) -> None:
    knobs, history, (verdict,) = judged(**{**CIRCLES, "activation": activation, "initialiser": "zeros"})
    assert history.last("dead_share") == (activation == "relu")  # the others have a slope at zero
    assert "All weights start at zero" in verdict.sentence and verdict.mend == {"initialiser": "default"}
    assert recorded(mended(knobs, verdict.mend)).last("train_loss") < history.last("train_loss") - 0.1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words", "cure"),
    [
        ({"initialiser": "zeros"}, "start at zero", "initialiser"),
        ({"hidden_sizes": ()}, "linear", "hidden_sizes"),
        ({"optimizer": "sgd", "momentum": 0.0, "learning_rate": 1e-4}, "too small", "learning_rate"),
    ],
)
def test_a_stall_has_its_reason_and_cure(values: dict[str, Any], words: str, cure: str) -> None:
    knobs, history, (verdict,) = judged(**{**CIRCLES, **values})
    assert words in verdict.sentence and cure in verdict.mend
    better = recorded(mended(knobs, verdict.mend))  # type: ignore[arg-type]
    assert better.last("train_loss") < history.last("train_loss") - 0.02


def test_the_overfitting_preset_overfits_by_the_gap_it_names() -> None:
    preset = next(p for p in LAB.presets if p.title == "Overfit")
    history = recorded(preset.knobs)  # type: ignore[arg-type]
    (verdict,) = LAB.verdicts(preset.knobs, history)
    gap = history.last("train_accuracy") - history.last("test_accuracy")
    assert gap > 0.1 and f"a gap of {gap:.2f}" in verdict.sentence


def test_the_breaking_preset_breaks_and_linear_stays_linear() -> None:
    named = {preset.title: preset.knobs for preset in LAB.presets}
    breaking = next(preset.knobs for preset in LAB.presets if preset.breaks)
    assert "learning_rate" in LAB.verdicts(breaking, recorded(breaking))[0].mend  # type: ignore[arg-type]
    assert recorded(named["Linear"]).last("test_accuracy") < 0.8  # type: ignore[arg-type]


def test_challenges_are_met_by_what_they_ask_for() -> None:
    few, _, linear = LAB.challenges
    knobs = Knobs(data="circles", hidden_sizes=(), features=("x1sq", "x2sq"), steps=600)
    history = recorded(knobs)
    assert linear.met(knobs, history) and not few.met(knobs, history)
    assert not linear.met(Knobs(data="circles"), history)


def test_the_graph_draws_an_edge_for_each_weight_between_drawn_units() -> None:
    for sizes in ((), (3,), (64, 2), (20,) * 8):
        knobs = Knobs(hidden_sizes=sizes)
        layers = graph.shown(knobs)
        assert len(graph.edges(knobs)) == sum(a * b for a, b in pairwise(layers))
        assert max(layers) <= 16 and all(0 < y < 1 for layer in graph.centres(knobs) for _, y in layer)


def test_a_first_visitor_s_steps_show_what_they_say() -> None:
    watch, take_away, give_room, broken = LAB.guide
    assert all(step.knobs == step.knobs.settled() and step.watch.endswith(".") for step in LAB.guide)
    assert recorded(watch.knobs).last("test_accuracy") > 0.95
    assert 0.55 < recorded(take_away.knobs).last("train_accuracy") < 0.75
    assert give_room.knobs == LAB.Knobs() and broken.knobs in [one.knobs for one in LAB.presets if one.breaks]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_a_lower_rate_calms_the_loss_mid_run(seed: int) -> None:
    (preset,) = [one for one in LAB.presets if one.title == "Brake mid-run"]
    run = recorded(mended(preset.knobs, {"seed": seed}))
    loss, steps = run.metrics["train_loss"], run.steps
    assert loss[(steps > 500) & (steps <= 1000)].std() > 3 * loss[steps > 1500].std()


def test_the_challenges_are_not_met_at_their_start_and_can_be() -> None:
    won = ({"hidden_sizes": (6, 6)}, {"learning_rate": 0.1}, {"features": ("x1sq", "x2sq")})
    for challenge, change in zip(LAB.challenges, won, strict=True):
        start = mended(LAB.Knobs(), challenge.start)
        for knobs, met in ((start, False), (mended(start, change), True)):
            assert challenge.met(knobs, recorded(knobs)) is met, challenge.sentence


@pytest.mark.parametrize(
    ("values", "said", "metric", "holds"),
    [
        ({"data": "gaussians", "stop": "loss", "stop_loss": 0.3}, "training loss is", "train_loss", lambda x: x <= 0.3),
        ({"data": "xor", "stop": "score", "stop_score": 0.9}, "accuracy is", "validation_accuracy", lambda x: x >= 0.9),
        ({"data": "plane", "stop": "score", "stop_score": 0.8}, "R² is", "validation_r2", lambda x: x >= 0.8),
        ({"data": "moons", "label_noise": 0.3, "stop": "plateau", "patience": 3, "learning_rate": 0.3}, "no new low",
         "validation_loss", lambda x: x > 0),
    ],
)  # fmt: skip
def test_an_early_stop_says_where_and_why(values: dict[str, Any], said: str, metric: str, holds: Any) -> None:
    knobs, history, (verdict, *_) = judged(**values)
    last = int(history.steps[-1])
    assert last < knobs.steps and verdict.sentence.startswith(f"Stopped at step {last:,} of 3,000, as asked")
    assert said in verdict.sentence and holds(history.last(metric))
    assert said == "no new low" or f"{history.last(metric):.3g}" in verdict.sentence


def test_a_run_that_goes_its_whole_way_did_not_stop() -> None:
    _, _, verdicts = judged(**CIRCLES, stop="loss", stop_loss=1e-6)
    assert not any("Stopped" in one.sentence for one in verdicts)


HAND: tuple[Change, ...] = tuple((100, f"w{layer}.1.1", 100.0) for layer in (1, 2, 3))
MID_RUN: dict[str, Any] = {
    "data": "circles", "activation": "relu", "optimizer": "sgd", "learning_rate": 0.003, "steps": 300,
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"changes": ((100, "learning_rate", 10.0),)}, "the learning rate went from 0.003 to 10 at step 100"),
        ({"changes": HAND}, "weight 1 to unit 1 of layer 1 was set to 100 at step 100, and 2 more changes were made"),
        ({"data": "plane", "hidden_sizes": (), "changes": ((100, "learning_rate", 10.0),)}, "from 0.003 to 10 at"),
        ({"learning_rate": 0.01, "changes": ((100, "learning_rate", 1.0),)}, "dead: the training points give them no "
         "gradient since the learning rate went from 0.01 to 1 at step 100"),
        ({"learning_rate": 0.01, "changes": ((9, "learning_rate", 0.02), *HAND)}, "weight 1 to unit 1 of layer 1"),
    ],
)  # fmt: skip
def test_what_was_changed_mid_run_is_blamed_and_taken_back(values: dict[str, Any], said: str) -> None:
    knobs, history, (verdict,) = judged(**{**MID_RUN, **values})
    assert said in verdict.sentence and verdict.mend.keys() == {"changes"}
    assert set(verdict.mend["changes"]) == {one for one in knobs.made if one[2] == 0.02}
    calm = recorded(mended(knobs, verdict.mend))  # type: ignore[arg-type]
    assert calm.metrics["train_loss"].max() < 1 and calm.last("dead_share") < 0.3 < history.metrics["train_loss"].max()


def test_a_rate_that_was_wrong_before_a_change_is_blamed_and_lowered_throughout() -> None:
    changes = ((2, "momentum", 0.95), (20, "learning_rate", 9.0), (280, "batch_size", 16))
    knobs, _, (verdict,) = judged(**{**MID_RUN, "learning_rate": 10.0, "changes": changes})
    assert "the learning rate 9 is too large" in verdict.sentence
    assert f"Try {verdict.mend['learning_rate']:g}." in verdict.sentence
    assert verdict.mend["changes"] == (changes[0], changes[2])
    assert recorded(mended(knobs, verdict.mend)).last("test_accuracy") > 0.9  # type: ignore[arg-type]


def test_a_rate_that_became_too_small_mid_run_is_held_at_a_good_one() -> None:
    changes = ((5, "learning_rate", 1e-5), (9, "momentum", 0.5))
    knobs, history, (verdict,) = judged(**{**MID_RUN, "activation": "tanh", "changes": changes})
    assert "The learning rate 1e-05 is too small" in verdict.sentence and verdict.mend["changes"] == changes[1:]
    assert recorded(mended(knobs, verdict.mend)).last("train_loss") < history.last("train_loss") - 0.02  # type: ignore[arg-type]


@pytest.mark.parametrize(("data", "title"), [("plane", "R²"), ("circles", "Accuracy")])
def test_the_score_is_called_what_it_is(data: Any, title: str) -> None:
    _, score = panels.curves(Knobs(data=data))
    assert title in str(score.figure.layout.title.text) and score.alt.startswith(title)
