"""Dropout: masks are torch's, evaluation is their expectation where layers are linear, uncertainty grows outside."""

from __future__ import annotations

import itertools
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground import contract, wire
from playground.concepts.regularization.dropout import pictures, places
from playground.concepts.regularization.dropout.experiment import members
from playground.concepts.regularization.dropout.knobs import Knobs
from playground.concepts.regularization.dropout.lab import CHALLENGES, PRESETS, SMALL
from playground.concepts.regularization.dropout.measure import loss_of
from playground.concepts.regularization.dropout.points import TESTS, gap, points
from playground.concepts.regularization.dropout.thinned import Dropping, draw_masks, predict, whole
from playground.concepts.regularization.dropout.verdicts import verdicts
from playground.contract import History, Ranged, mended
from playground.export.script import script
from playground.training.population import Member
from playground.training.population_updates import member_losses, updates
from playground.training.recorder import frames
from playground.training.seeding import aside
from tests.scripts import ends

LAB = contract.lab("regularization/dropout")
BY_TITLE = {preset.title: preset.knobs for preset in PRESETS if isinstance(preset.knobs, Knobs)}
RATE = 0.3
Layers = list[tuple[Tensor, Tensor]]


@cache
def recorded(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


@cache
@torch.enable_grad()
def trained(knobs: Knobs) -> Dropping:
    """The population of a run after its last step, without the frames."""
    data = points(knobs)
    population = Dropping(members(knobs), knobs.sizes, inputs=knobs.where == "both")
    inputs, targets = torch.from_numpy(data.inputs["train"]), torch.from_numpy(data.targets["train"])[:, None]
    for _ in updates(population, loss_of(knobs), inputs, targets, batch_size=knobs.batch_size, steps=knobs.steps):
        pass
    return population


@torch.no_grad()
def spreads(knobs: Knobs, *where: Tensor) -> list[tuple[float, ...]]:
    """For each network with dropout, the standard deviation of its passes at each of the places, on average."""
    population, generator = trained(knobs), torch.Generator().manual_seed(9)
    masks = draw_masks(knobs.passes, knobs.sizes, knobs.rate, False, generator)
    found = []
    for i in range(knobs.repeats, 2 * knobs.repeats):
        layers = [(weight[i], bias[i]) for weight, bias in population.layers()]
        found.append(tuple(predict(layers, population.bends[0], x, masks).std(0).mean().item() for x in where))
    return found


def random_layers(*sizes: int) -> Layers:
    generator = torch.Generator().manual_seed(1)
    draws = [[torch.randn(rows, b, generator=generator) for rows in (a, 1)] for a, b in itertools.pairwise(sizes)]
    return [(weight.double(), bias.double()) for weight, bias in draws]


def every_mask(units: int) -> tuple[Tensor, Tensor]:
    """All masks (2^units, units) of a layer and the probability of each."""
    kept = torch.tensor(list(itertools.product([0.0, 1.0], repeat=units)), dtype=torch.float64)
    return kept / (1 - RATE), ((1 - RATE) ** kept * RATE ** (1 - kept)).prod(1)


def test_masks_in_training_are_those_of_torch_dropout() -> None:
    sizes = (2, 6, 4, 1)
    population = Dropping([Member(3, "relu", dropout=RATE), Member(3, "relu")], sizes, inputs=True)
    state = population.generators[0].get_state()
    population(torch.randn(2, 5, 2), training=True)
    with aside():
        torch.set_rng_state(state)
        theirs = [F.dropout(torch.ones(5, units), RATE) for units in sizes[:-1]]
    for ours, mask in zip(population.masks, theirs, strict=True):
        assert torch.equal(ours[0], mask) and torch.equal(ours[1], torch.ones_like(mask))


def test_a_training_pass_is_a_network_of_torch_dropout_layers() -> None:
    population = Dropping([Member(5, "tanh", dropout=RATE)], (2, 6, 4, 1), inputs=True)
    state, x = population.generators[0].get_state(), torch.randn(7, 2)
    network = nn.Sequential(nn.Dropout(RATE), *population.network(0)).train()
    with aside():
        torch.set_rng_state(state)
        expected = network(x)
    assert torch.allclose(population(x, training=True)[0], expected, atol=1e-6)
    assert torch.allclose(population(x)[0], network.eval()(x), atol=1e-6)


def test_masks_keep_a_share_of_one_minus_p_and_scale_it_up() -> None:
    inputs, first, second = draw_masks(4000, (2, 20, 10, 1), RATE, False, torch.Generator().manual_seed(0))
    assert torch.equal(inputs, torch.ones(1, 2))
    for mask in (first, second):
        assert mask.unique().tolist() == pytest.approx([0, 1 / (1 - RATE)])
        error = math.sqrt(RATE / (1 - RATE) / mask.numel())
        assert mask.mean().item() == pytest.approx(1, abs=4 * error)


def test_a_thinned_network_is_the_network_with_its_units_set_to_zero() -> None:
    layers, x = random_layers(2, 5, 4, 1), torch.randn(6, 2, dtype=torch.float64)
    masks = [mask.double() for mask in draw_masks(3, (2, 5, 4, 1), RATE, True, torch.Generator().manual_seed(2))]
    for t in range(3):
        hidden = x * masks[0][t]
        for (weight, bias), mask in zip(layers[:-1], masks[1:], strict=True):
            hidden = torch.relu(hidden @ weight + bias) * mask[t]
        expected = (hidden @ layers[-1][0] + layers[-1][1])[:, 0]
        assert torch.allclose(predict(layers, nn.ReLU(), x, masks)[t], expected, atol=1e-12)


def test_with_one_hidden_layer_evaluation_is_exactly_the_mean_over_all_masks() -> None:
    layers, x = random_layers(2, 6, 1), torch.randn(9, 2, dtype=torch.float64)
    masks, chances = every_mask(6)
    ones = torch.ones(1, 2, dtype=torch.float64)
    outputs = predict(layers, nn.ReLU(), x, [ones, masks])  # (64, 9)
    evaluated = predict(layers, nn.ReLU(), x, [ones, torch.ones(1, 6, dtype=torch.float64)])[0]
    assert torch.allclose(chances @ outputs, evaluated, atol=1e-12)
    assert (outputs - evaluated).abs().mean() > 0.1


@pytest.mark.parametrize(("bend", "exact"), [(nn.Identity(), True), (nn.ReLU(), False), (nn.Tanh(), False)])
def test_with_two_hidden_layers_it_is_only_where_they_are_linear(bend: nn.Module, exact: bool) -> None:
    layers, x = random_layers(2, 4, 4, 1), torch.randn(9, 2, dtype=torch.float64)
    masks, chances = every_mask(4)
    pairs = [part.flatten(0, 1) for part in (masks[:, None].expand(-1, 16, -1), masks[None].expand(16, -1, -1))]
    ones = torch.ones(1, 2, dtype=torch.float64)
    mean = torch.outer(chances, chances).flatten() @ predict(layers, bend, x, [ones, *pairs])
    evaluated = predict(layers, bend, x, [mask.double() for mask in whole((2, 4, 4, 1))])[0]
    off = (mean - evaluated).abs().max().item()
    assert off < 1e-12 if exact else off > 0.05


def test_a_run_measures_the_expectation_within_its_standard_error() -> None:
    history = recorded(Knobs(hidden_sizes=(32,), steps=100, repeats=1))
    off, error = (history.metrics[f"expectation_{name}"] for name in ("gap", "error"))
    assert np.all(off < 3 * error) and history.last("jitter") == pytest.approx(20 * error[-1], rel=1e-5)


def test_more_than_one_hidden_layer_misses_the_mean_by_many_standard_errors() -> None:
    history = recorded(Knobs(data="sine", steps=300, repeats=1))
    assert history.last("expectation_gap") > 5 * history.last("expectation_error")


@pytest.mark.parametrize("data", ["moons", "circles"])
def test_uncertainty_grows_away_from_the_data(data: Any) -> None:
    """At twice the points' radius the logits of the passes differ at least three times as much as at the points."""
    knobs = Knobs(data=data, repeats=5, steps=300)
    inputs = torch.from_numpy(points(knobs).inputs["train"])
    for near, far in spreads(knobs, inputs, pictures.ring(inputs)):
        assert near > 0.5 and far > 3 * near


def test_a_band_grows_beyond_the_points_and_hardly_in_a_hole() -> None:
    knobs = mended(BY_TITLE["A hole in the data"], {"repeats": 5})
    assert isinstance(knobs, Knobs)
    inputs = torch.from_numpy(points(knobs).inputs["train"])
    hole = torch.linspace(-pictures.HOLE, pictures.HOLE, 9)[:, None]
    found = spreads(knobs, inputs, pictures.ring(inputs), hole)
    for near, far, middle in found:
        assert far > 1.5 * near and middle < far
    assert np.mean([middle / near for near, _, middle in found]) < 1.5


@pytest.mark.parametrize("seed", [0, 10, 20])
@torch.no_grad()
def test_dropout_lowers_the_test_loss_and_narrows_the_gap(seed: int) -> None:
    """On 60 noisy points, the mean of five networks each."""
    knobs = Knobs(seed=seed, repeats=5)
    population = trained(knobs)
    data, losses = points(knobs), {}
    for split in ("train", "test"):
        outputs = population(torch.from_numpy(data.inputs[split]))
        targets = torch.from_numpy(data.targets[split])[None, :, None]
        losses[split] = member_losses(outputs, targets, loss_of(knobs)).reshape(2, -1).mean(1)
    gaps = losses["test"] - losses["train"]
    assert losses["test"][1] < 0.95 * losses["test"][0] and gaps[1] < 0.8 * gaps[0]
    assert losses["train"][1] > losses["train"][0]


def test_mutual_information_is_nothing_where_passes_agree_and_a_bit_where_they_are_sure_of_either_class() -> None:
    logits = torch.tensor([[40.0, 0.3, 90.0], [-40.0, 0.3, 90.0]])
    assert pictures.information(logits).tolist() == pytest.approx([math.log(2), 0, 0], abs=1e-6)


@torch.no_grad()
def test_far_out_mutual_information_is_small_where_the_logit_s_spread_is_large() -> None:
    knobs = Knobs(repeats=5, steps=300)
    population = trained(knobs)
    ring = pictures.ring(torch.from_numpy(points(knobs).inputs["train"]))
    masks = draw_masks(50, knobs.sizes, knobs.rate, False, torch.Generator().manual_seed(9))
    for i in range(5, 10):
        layers = [(weight[i], bias[i]) for weight, bias in population.layers()]
        logits = predict(layers, population.bends[0], ring, masks)
        known = pictures.information(logits)
        assert known.max() > 0.2 and known.min() < 0.02
        assert logits.std(0)[known < 0.02].mean() > 2


def test_the_strip_under_the_map_ends_at_its_largest_spread() -> None:
    history = recorded(SMALL)
    assert SMALL.is_classes
    arrays = history.decode(len(history) - 1).arrays
    assert np.asarray(arrays["scale_ends"]) == pytest.approx([0, history.last("darkest")])
    spread = arrays["spread_map"]
    assert isinstance(spread, Ranged) and (spread.low, spread.high) == (0, pytest.approx(history.last("darkest")))


def test_the_graph_shows_the_last_mask() -> None:
    layers = [torch.ones(2, 20), torch.ones(20, 1)]
    mask = torch.ones(20)
    mask[[0, 3]] = 0
    knobs = Knobs(hidden_sizes=(20,))
    arrays = pictures.graph_arrays(knobs, layers, [torch.ones(2), mask, torch.ones(1)])
    edges = np.asarray(arrays["edges"])
    first, last = edges[:24].reshape(2, 12), edges[24:]
    assert len(places.edges(knobs)) == len(edges)
    assert first.all(0).tolist() == last.astype(bool).tolist() == mask[:12].bool().tolist()
    assert len(np.asarray(arrays["dropped_x"])) == 2 and len(np.asarray(arrays["kept_y"])) == 13


def test_frames_count_the_kept_units_of_the_network_shown() -> None:
    history = recorded(SMALL)
    assert history.metrics["kept"][0] == 12 and set(history.metrics["kept"]) <= set(range(13))
    assert history.metrics["kept"][1:].mean() == pytest.approx(6, abs=4 * math.sqrt(12 * 0.25 / 30))
    expected = 1 - (1 - 0.5**8) * (1 - 0.5**4)
    assert history.metrics["cut_share"][1:].mean() == pytest.approx(expected, abs=4 * math.sqrt(expected / (30 * 6)))


def test_points_have_a_hole_and_are_tested_on_their_like() -> None:
    inputs, targets = gap(500, 0.0, np.random.default_rng(0))
    assert np.abs(inputs).min() >= 0.4 and np.abs(inputs).max() <= 1
    assert targets == pytest.approx(np.sin(2 * np.pi * inputs[:, 0]), abs=1e-6)
    data = points(Knobs(data="gap", samples=30))
    assert data.inputs["train"].shape == (30, 1) and data.targets["test"].shape == (TESTS,)


def test_verdicts_say_what_was_measured() -> None:
    knobs = BY_TITLE["Break it: p = 0.9 on 6 units"]
    history = recorded(knobs)
    cut, told, *_ = verdicts(knobs, history)
    expected = 1 - (1 - 0.9**6) ** 2
    assert np.mean(history.metrics["cut_share"][1:]) == pytest.approx(expected, abs=0.05)
    assert "lost a whole hidden layer" in cut.sentence and "keeps 0.6 units" in cut.sentence
    assert f"Test loss {history.last('test_loss.dropout'):.3g} with dropout" in told.sentence
    assert "costs more here than it saves" in told.sentence and not told.mend
    assert history.last("gap.dropout") < 0 and f"a gap of −{-history.last('gap.dropout'):.3g}" in told.sentence
    calm = mended(knobs, cut.mend)
    assert isinstance(calm, Knobs)
    assert recorded(calm).last("test_loss.dropout") < 0.7 * history.last("test_loss.dropout")


def test_verdicts_name_where_evaluation_is_exact() -> None:
    knobs = Knobs(hidden_sizes=(32,), steps=100, repeats=1)
    assert any("exactly the mean over masks" in one.sentence for one in verdicts(knobs, recorded(knobs)))
    deep = Knobs(data="sine", steps=300, repeats=1)
    assert any("more than chance" in one.sentence for one in verdicts(deep, recorded(deep)))


def test_challenges_can_be_met_and_are_not_met_by_the_default() -> None:
    plain = Knobs(passes=10)
    assert not any(challenge.met(plain, recorded(plain)) for challenge in CHALLENGES)
    fewer = Knobs(noise=1.0, samples=40, batch_size=40, seed=3, hidden_sizes=(64, 64), steps=300, passes=10)
    assert CHALLENGES[0].met(fewer, recorded(fewer))
    bent = Knobs(data="sine", steps=300, repeats=1)
    assert CHALLENGES[1].met(bent, recorded(bent))


def test_frames_are_small() -> None:
    for knobs in (Knobs(samples=400, steps=20), Knobs(data="gap", samples=400, steps=20)):
        encoded = [wire.encode(frame, i) for i, frame in enumerate(frames(LAB, knobs, "cpu"))]
        assert len(encoded[0]) < 22_000 and max(map(len, encoded[1:])) < 10_500


CASES: tuple[Knobs, ...] = (
    Knobs(data="gap", rate=0.1, steps=40, repeats=1), Knobs(steps=40, seed=4, hidden_sizes=(16,), activation="tanh"),
    Knobs(data="sine", steps=20, hidden_sizes=(8, 8, 8), where="both", repeats=2, samples=10, batch_size=4),
)  # fmt: skip


def test_scripts_give_the_run_s_numbers(tmp_path: Path) -> None:
    scripts = [script(LAB, knobs) for knobs in CASES]
    for knobs, line in zip(CASES, ends(scripts, tmp_path), strict=True):
        last = {name: recorded(knobs).last(name) for name in line}
        assert line == pytest.approx(last, rel=1e-4, abs=1e-4)
