"""Training: what the page measures of each activation, and its claims, over seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, log_loss
from torch import nn

from playground import contract, wire
from playground.concepts.activations.training import grid
from playground.concepts.activations.training.experiment import members
from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.training.lab import CHALLENGES, PRESETS
from playground.concepts.activations.training.measure import MAP, Measure
from playground.concepts.activations.training.points import points
from playground.concepts.activations.training.verdicts import verdicts
from playground.concepts.activations.words import LABELS, stroke
from playground.contract import History, mended
from playground.export.script import script
from playground.stage.palette import CLASSES, GREY
from playground.training.losses import binary_cross_entropy
from playground.training.population import Population
from playground.training.population_updates import updates
from playground.training.recorder import frames
from tests.scripts import ends

LAB = contract.lab("activations/training")
TINY = Knobs(data="circles", samples=60, activations=("tanh", "relu"), hidden_sizes=(4, 3), repeats=3, steps=60)


def trained(knobs: Knobs) -> tuple[Population, Measure]:
    """The population at its end, without the frames on the way."""
    torch.set_num_threads(1)
    data = points(knobs)
    population = Population(members(knobs), knobs.sizes, initialiser=knobs.initialiser)
    inputs, targets = data.inputs["train"], data.targets["train"]
    running = updates(population, binary_cross_entropy, inputs, targets, batch_size=knobs.batch_size, steps=knobs.steps)
    list(running)
    return population, Measure(knobs, population, data)


def ended(knobs: Knobs) -> dict[str, float]:
    _, measure = trained(knobs)
    return dict(measure(knobs.steps).metrics)


def recorded(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


def test_scores_are_scikit_learn_s_of_each_network_alone() -> None:
    population, measure = trained(TINY)
    frame, data = measure(60), points(TINY)
    for i, name in enumerate(TINY.names):
        losses, scores = [], []
        for member in range(3 * i, 3 * i + 3):
            logits = population.network(member)(data.inputs["test"]).detach().double().numpy()[:, 0]
            labels = data.targets["test"][:, 0].numpy()
            losses.append(log_loss(labels, 1 / (1 + np.exp(-logits)), labels=[0, 1]))
            scores.append(accuracy_score(labels, logits > 0))
        assert frame.metrics[f"test_loss.{name}"] == pytest.approx(np.mean(losses), abs=1e-5)
        assert frame.metrics[f"test_accuracy.{name}"] == pytest.approx(np.mean(scores))
        assert frame.series[f"test_accuracy_low.{name}"][0] == pytest.approx(min(scores))
        assert frame.series[f"test_accuracy_high.{name}"][0] == pytest.approx(max(scores))


def test_dead_relu_units_are_those_that_are_zero_on_every_training_point() -> None:
    population, measure = trained(mended(TINY, {"learning_rate": 3.0}))  # type: ignore[arg-type]
    dead = []
    for member in range(3, 6):
        model, x = population.network(member), points(TINY).inputs["train"]
        for layer in model:
            x = layer(x)
            dead += (x == 0).all(0).tolist() if isinstance(layer, nn.ReLU) else []
    assert 0 < sum(dead) < len(dead) == 21
    assert measure(60).metrics["dead_share.relu"] == pytest.approx(sum(dead) / 21)


def test_maps_are_the_first_network_s_probabilities() -> None:
    population, measure = trained(TINY)
    maps = measure(60).arrays["maps"].values()  # type: ignore[union-attr]
    x1, x2 = -grid.DOMAIN, grid.DOMAIN  # the first column of the last row: top left
    for i in range(2):
        probability = torch.sigmoid(population.network(3 * i)(torch.tensor([[x1, x2]]))).item()
        assert maps[i, MAP - 1, 0] == pytest.approx(probability, abs=1 / 255)


def test_all_start_from_the_same_weights_and_see_the_same_batches() -> None:
    population = Population(members(TINY), TINY.sizes)
    assert torch.equal(population.values[:3], population.values[3:])
    draws = [torch.randperm(9, generator=generator).tolist() for generator in population.generators]
    assert draws[:3] == draws[3:] and draws[0] != draws[1]


@pytest.mark.parametrize("count", range(1, 9))
def test_maps_do_not_touch(count: int) -> None:
    boxes = grid.boxes(count)
    left, bottom, right, top = grid.extent(count)
    assert len(boxes) == count
    for i, (x0, y0, x1, y1) in enumerate(boxes):
        assert left < x0 and bottom < y0 and x1 < right and y1 + grid.HEAD <= top
        assert all(x1 < a or c < x0 or y1 < b or d < y0 for a, b, c, d in boxes[:i])


def test_frames_are_small() -> None:
    knobs = Knobs(
        activations=("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "sine"), repeats=5, steps=50
    )
    population = Population(members(knobs), knobs.sizes)
    measure = Measure(knobs, population, points(knobs))
    assert len(wire.encode(measure(1), 1)) < 16_000 and len(wire.encode(measure(0), 0)) < 26_000


@pytest.mark.parametrize("seed", [0, 3, 6])
def test_most_relu_units_die_at_rate_1_and_none_of_leaky_relu(seed: int) -> None:
    knobs = mended(PRESETS[-1].knobs, {"seed": seed})
    end = ended(knobs)  # type: ignore[arg-type]
    assert PRESETS[-1].breaks and end["dead_share.relu"] > 0.5 and end["dead_share.leaky_relu"] == 0
    assert end["test_accuracy.relu"] < 0.7 < end["test_accuracy.leaky_relu"]


def test_the_verdict_on_dead_units_has_a_cure_that_works() -> None:
    knobs = PRESETS[-1].knobs
    verdict = verdicts(knobs, recorded(knobs))[0]  # type: ignore[arg-type]
    assert "of the hidden units with ReLU are dead" in verdict.sentence and "Leaky ReLU: 0%" in verdict.sentence
    assert verdict.step <= 50
    cured = ended(mended(knobs, verdict.mend))  # type: ignore[arg-type]
    assert min(value for name, value in cured.items() if name.startswith("test_accuracy")) > 0.9


@pytest.mark.parametrize("seed", [0, 3])
def test_plain_sgd_leaves_sigmoid_at_chance_where_the_others_solve_the_circles(seed: int) -> None:
    end = ended(mended(PRESETS[0].knobs, {"seed": seed}))  # type: ignore[arg-type]
    assert end["test_accuracy.sigmoid"] < 0.6
    assert min(end[f"test_accuracy.{name}"] for name in ("tanh", "relu", "leaky_relu", "gelu")) > 0.97


@pytest.mark.parametrize("seed", [0, pytest.param(3, marks=pytest.mark.slow), pytest.param(6, marks=pytest.mark.slow)])
def test_the_default_run_shows_its_point(seed: int) -> None:
    end = ended(Knobs(seed=seed))
    assert max(end["test_accuracy.sigmoid"], end["test_accuracy.identity"]) < 0.7
    assert min(end["test_accuracy.leaky_relu"], end["test_accuracy.gelu"]) > 0.9
    assert end["dead_share.relu"] > 0.1 > end["dead_share.leaky_relu"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3, 6])
def test_six_layers_stall_sigmoid_but_not_gelu(seed: int) -> None:
    end = ended(mended(PRESETS[2].knobs, {"seed": seed}))  # type: ignore[arg-type]
    assert end["test_accuracy.sigmoid"] < 0.7 and end["test_accuracy.gelu"] > 0.95 and end["dead_share.relu"] > 0.2


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3, 6])
def test_smooth_bends_lose_no_units_and_beat_relu(seed: int) -> None:
    knobs = PRESETS[1].knobs
    end = ended(mended(knobs, {"seed": seed}))  # type: ignore[arg-type]
    smooth = ("elu", "gelu", "silu", "mish")
    assert max(end[f"dead_share.{name}"] for name in smooth) == 0 < end["dead_share.relu"]
    assert min(end[f"test_accuracy.{name}"] for name in smooth) >= end["test_accuracy.relu"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("index", "knobs"),
    [(0, {"activations": ("sigmoid",), "hidden_sizes": (32,), "learning_rate": 0.1, "steps": 5000}),
     (1, {"activations": ("relu",), "hidden_sizes": (16, 16), "learning_rate": 0.003, "initialiser": "he_normal"})],
)  # fmt: skip
def test_challenges_can_be_met_and_are_not_met_at_their_start(index: int, knobs: dict[str, Any]) -> None:
    challenge = CHALLENGES[index]
    assert challenge.met(Knobs(**knobs), recorded(Knobs(**knobs)))
    start = mended(Knobs(), challenge.start)
    assert not challenge.met(start, recorded(start))  # type: ignore[arg-type]


def test_a_network_whose_loss_is_no_number_is_said() -> None:
    knobs = Knobs(
        data="circles", activations=("identity",), optimizer="sgd", learning_rate=10.0, steps=50, hidden_sizes=(8,) * 6
    )
    history = recorded(knobs)
    assert history.last("frozen.identity") > 0
    assert "loss was no number" in verdicts(knobs, history)[0].sentence


CASES: tuple[dict[str, Any], ...] = (
    {"steps": 300},
    {"data": "moons", "activations": ("sine", "elu"), "repeats": 1, "optimizer": "sgd", "steps": 90, "seed": 4},
    {"data": "xor", "activations": ("selu", "identity"), "initialiser": "he_normal", "batch_size": 0, "steps": 90},
    {"data": "checkerboard", "activations": ("mish",), "hidden_sizes": (5,), "initialiser": "orthogonal", "steps": 60},
)  # fmt: skip


def test_scripts_end_where_the_runs_end(tmp_path: Path) -> None:
    scripts = [script(LAB, Knobs(**case)) for case in CASES]
    for case, line in zip(CASES, ends(scripts, tmp_path), strict=True):
        end = ended(Knobs(**case))
        assert len(line) == 4 * len(Knobs(**case).names)
        assert line == pytest.approx({name: end[name] for name in line}, abs=1e-5)


def test_over_the_maps_the_two_colours_are_the_classes_alone() -> None:
    maps = LAB.stage(Knobs())[0].figure
    assert [note.text for note in maps.layout.annotations] == [LABELS[name] for name in Knobs().names]
    assert [trace.marker.color for trace in maps.data] == list(CLASSES[:2])


def test_the_networks_without_a_bend_are_grey_and_the_loss_says_who_is_who() -> None:
    assert stroke("identity")["color"] == GREY != stroke("relu")["color"]
    (loss,) = (part for part in LAB.stage(Knobs()) if part.name == "loss")
    assert [trace.name for trace in loss.figure.data if trace.showlegend] == [LABELS[name] for name in Knobs().names]
