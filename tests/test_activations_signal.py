"""Signal: the published facts of deep signals and gradients, over seeds, against torch's own backward pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from playground import contract, wire
from playground.concepts.activations.signal.experiment import (
    BINS,
    Flow,
    Measured,
    experiment,
    flow,
    histogram,
    layers,
    powers,
    signals,
)
from playground.concepts.activations.signal.knobs import Knobs
from playground.concepts.activations.signal.lab import CHALLENGES, PRESETS
from playground.concepts.activations.signal.verdicts import CURES, verdicts
from playground.contract import History, mended
from playground.export.script import script
from playground.training.recorder import frames
from tests.scripts import ends

LAB = contract.lab("activations/signal")


def measured(seed: int = 0, **knobs: Any) -> Measured:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    chosen = Knobs(seed=seed, **knobs)
    return Measured(chosen, passed(chosen))


def passed(knobs: Knobs) -> Flow:
    return flow(knobs, signals(knobs, "cpu"), layers(knobs, "cpu"))


def recorded(**knobs: Any) -> History:
    return wire.recorded(frames(LAB, Knobs(**knobs), "cpu"))


def ratio(one: Measured) -> float:
    return float(one.gradient[0] / one.gradient[-1])


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("activation", "initialiser"), [("tanh", "xavier_tanh"), ("relu", "he")])
def test_the_right_start_keeps_the_signal_within_a_factor_of_3(activation: str, initialiser: str, seed: int) -> None:
    std = measured(seed, activation=activation, initialiser=initialiser, depth=30, width=256, samples=64).std[1:]
    assert std.max() / std.min() < 3


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_tiny_sigmoid_weights_leave_the_first_layer_no_gradient(seed: int) -> None:
    knobs = {
        "activation": "sigmoid",
        "initialiser": "normal",
        "weight_std": 0.01,
        "depth": 30,
        "width": 256,
        "samples": 64,
    }
    one = measured(seed, **knobs)
    assert 0 < ratio(one) < 1e-6 and 0 < one.gradient[0] < np.finfo(np.float32).tiny
    assert "below float32's smallest normal number" in next(p.watch for p in PRESETS if p.breaks)
    if seed == 0:
        verdict = verdicts(Knobs(**knobs), recorded(**knobs))[0]
        assert "vanishes" in verdict.sentence and "e−41 times the last's" in verdict.sentence
        assert "multiplies it by about 0.04" in verdict.sentence  # slope 1/4, times 0.01, times sqrt(256)


def test_gradients_are_those_of_a_plain_backward_pass() -> None:
    knobs = Knobs(activation="gelu", initialiser="xavier", depth=3, width=16, samples=32)
    torch.manual_seed(0)
    found = passed(knobs)
    torch.manual_seed(0)
    modules: list[nn.Module] = []
    for _ in range(3):
        layer = nn.Linear(16, 16)
        nn.init.xavier_normal_(layer.weight)
        nn.init.zeros_(layer.bias)
        modules += [layer.double(), nn.GELU()]
    towards = torch.randn(32, 16).double()
    outputs = nn.Sequential(*modules)(found.inputs)
    ((outputs * towards).sum() / 32).backward()
    assert torch.equal(outputs, found.activations[-1])
    for layer, gradient in zip(modules[::2], found.gradients, strict=True):
        assert torch.allclose(layer.bias.grad, gradient.sum(0))  # type: ignore[union-attr, arg-type]


def test_a_linear_network_s_gradient_is_a_product_of_its_weights() -> None:
    knobs = Knobs(activation="identity", initialiser="orthogonal", depth=5, width=16, samples=32)
    torch.manual_seed(0)
    found = passed(knobs)
    norms = [one.norm().item() for one in found.gradients]
    assert norms == pytest.approx(5 * norms[:1], rel=1e-5)  # turning keeps lengths
    assert [one.norm().item() for one in found.activations] == pytest.approx(5 * [found.inputs.norm().item()], rel=1e-5)


def test_he_s_factor_of_two_is_what_relu_loses() -> None:
    he, xavier = (measured(activation="relu", initialiser=name, depth=20).std for name in ("he", "xavier"))
    assert xavier[-1] / he[-1] == pytest.approx(2 ** (-20 / 2), rel=1e-5)


def test_selu_draws_signals_to_standard_deviation_1() -> None:
    for seed in (0, 1, 2):
        std = measured(seed, activation="selu", initialiser="xavier", input_std=3.0).std
        assert std[0] > 2.8 and 0.9 < std[-1] < 1.1


def test_every_cure_keeps_the_gradient() -> None:
    for name, cure in CURES.items():
        knobs = mended(Knobs(activation=name, initialiser="normal", samples=64), cure)  # type: ignore[call-overload]
        assert 1e-3 < ratio(measured(**knobs.model_dump(exclude={"seed"}))) < 1e3, name


def test_large_weights_explode_and_the_page_says_so() -> None:
    knobs = PRESETS[-1].knobs
    verdict = verdicts(knobs, recorded(**knobs.model_dump()))[0]
    assert "explodes" in verdict.sentence and verdict.mend == {"initialiser": "he"}
    overflow = {"activation": "relu", "initialiser": "normal", "weight_std": 2.0, "depth": 50, "samples": 32}
    assert "float32" in verdicts(Knobs(**overflow), recorded(**overflow))[1].sentence


def test_pytorch_s_default_forgets_its_inputs() -> None:
    gradient, forgotten = verdicts(Knobs(), recorded())
    assert "vanishes" in gradient.sentence and "tells inputs apart" in forgotten.sentence
    assert "e−8 times" in gradient.sentence and gradient.mend and not forgotten.mend  # one button for one mend


@pytest.mark.parametrize(
    ("index", "knobs"),
    [(0, {"activation": "tanh", "initialiser": "normal", "depth": 50, "weight_std": 0.07}),
     (1, {"activation": "sigmoid", "initialiser": "normal", "depth": 20, "weight_std": 0.7})],
)  # fmt: skip
def test_challenges_can_be_met_and_are_not_met_at_their_start(index: int, knobs: dict[str, Any]) -> None:
    challenge = CHALLENGES[index]
    assert challenge.met(Knobs(**knobs), recorded(**knobs))
    assert not challenge.met(Knobs(**challenge.start), recorded(**challenge.start))


def test_frames_go_forwards_and_back() -> None:
    history = recorded(depth=5, width=16, samples=32)
    assert history.metrics["layer"].tolist() == [1, 2, 3, 4, 5, 5, 4, 3, 2, 1]
    assert np.isnan(history.metrics["gradient"][:5]).all() and history.metrics["gradient_ratio"][5] == 1


def test_the_first_frame_needs_the_first_layer_alone() -> None:
    knobs = Knobs(depth=5, width=16, samples=32)
    torch.manual_seed(0)
    first = next(experiment(knobs, "cpu"))
    drawn = torch.get_rng_state()
    torch.manual_seed(0)
    nn.Linear(16, 16)
    assert torch.equal(drawn, torch.get_rng_state())
    whole = measured(**knobs.model_dump(exclude={"seed"})).forwards(0)
    assert wire.encode(first, 0) == wire.encode(whole, 0)


def test_frames_are_small_at_the_largest_setting() -> None:
    one = measured(depth=50, width=64, samples=32)
    assert max(len(wire.encode(one.forwards(k), k)) for k in (0, 25, 49)) < 5_000


def test_histograms_are_numpy_s_and_keep_what_lies_outside() -> None:
    values = torch.randn(1000, dtype=torch.float64)
    centres, shares = histogram(values, -1, 1, BINS)
    theirs, edges = np.histogram(values.clamp(-1, 0.999999).numpy(), BINS, (-1, 1))
    assert np.allclose(shares, theirs / 1000) and np.allclose(centres, (edges[1:] + edges[:-1]) / 2)
    assert histogram(torch.zeros(5, dtype=torch.float64), 0, 0, 3)[1].tolist() == [0, 1, 0]


def test_a_logarithmic_axis_has_room_for_its_values() -> None:
    low, high = powers(np.array([1e-40, 0.0, 1.0, np.inf]))
    assert -43 < low < -40 and 0 < high < 3
    assert powers(np.zeros(3)).tolist() == [-1, 1]


CASES: tuple[dict[str, Any], ...] = (
    {}, {"activation": "sine", "initialiser": "orthogonal", "depth": 6},
    {"activation": "sigmoid", "initialiser": "normal", "input_std": 2.0, "seed": 3, "depth": 6},
    {"activation": "relu", "initialiser": "he", "depth": 1, "width": 17},
    {"activation": "selu", "initialiser": "xavier_tanh", "depth": 9},
)  # fmt: skip


def test_scripts_give_the_run_s_numbers(tmp_path: Path) -> None:
    scripts = [script(LAB, Knobs(**case)) for case in CASES]
    for case, line in zip(CASES, ends(scripts, tmp_path), strict=True):
        last = {name: float(values[-1]) for name, values in recorded(**case).metrics.items()}
        assert line == pytest.approx(last, rel=1e-6)
