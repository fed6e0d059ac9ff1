"""Curves: every activation against its published formula, its derivatives, its facts, and a visitor's own formula."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch._decomp import decomposition_table
from torch.utils._python_dispatch import TorchDispatchMode

from playground import link, wire
from playground.concepts.activations.curves import panels
from playground.concepts.activations.curves.code import code
from playground.concepts.activations.curves.experiment import experiment
from playground.concepts.activations.curves.facts import CALLS, RANGES, calls
from playground.concepts.activations.curves.functions import FUNCTIONS, derivatives, functions
from playground.concepts.activations.curves.knobs import Knobs
from playground.concepts.activations.curves.lab import CHALLENGES, PRESETS
from playground.concepts.activations.curves.measure import gain, moments
from playground.concepts.activations.curves.verdicts import verdicts
from playground.concepts.activations.words import LABELS, stroke
from playground.contract import History, mended
from playground.expression import parse
from playground.training.activations import ACTIVATIONS

Z = np.array([z for z in np.linspace(-10, 10, 401) if abs(z) > 1e-9 and abs(abs(z) - 3) > 1e-9])  # without the kinks
KNOBS = Knobs(leaky_slope=0.2, prelu_slope=-0.4, elu_alpha=1.7, softplus_beta=2.5, sine_frequency=3)
TORCH = sorted(set(FUNCTIONS) - {"own"})


def _sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0, -z))


PUBLISHED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(0, z),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.2 * z),
    "prelu": lambda z: np.where(z > 0, z, -0.4 * z),
    "elu": lambda z: np.where(z > 0, z, 1.7 * np.expm1(z)),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(z)),
    "gelu": lambda z: z * np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in z]),
    "silu": lambda z: z * _sigmoid(z),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "softplus": lambda z: np.logaddexp(0, 2.5 * z) / 2.5,
    "hard_swish": lambda z: z * np.clip(z + 3, 0, 6) / 6,
    "sine": lambda z: np.sin(3 * z),
    "identity": lambda z: z,
}


def found(name: str, z: np.ndarray, knobs: Knobs = KNOBS) -> tuple[np.ndarray, ...]:
    return tuple(one.numpy() for one in derivatives(lambda x: FUNCTIONS[name](x, knobs), torch.from_numpy(z)))


@pytest.mark.parametrize("name", TORCH)
def test_functions_equal_their_published_formula(name: str) -> None:
    assert np.abs(found(name, Z)[0] - PUBLISHED[name](Z)).max() < 1e-7


@pytest.mark.parametrize("name", TORCH)
def test_derivatives_equal_the_published_formula_s_differences(name: str) -> None:
    _, slope, bend = found(name, Z)
    f, h = PUBLISHED[name], 1e-4
    assert np.abs(slope - (f(Z + h) - f(Z - h)) / (2 * h)).max() < 1e-6
    assert np.abs(bend - (f(Z + h) - 2 * f(Z) + f(Z - h)) / h**2).max() < 1e-5


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) & set(FUNCTIONS)))
def test_values_and_gradients_equal_torch_s_modules(name: str) -> None:
    z = torch.linspace(-10, 10, 801, dtype=torch.float64)
    value, slope, _ = derivatives(lambda x: FUNCTIONS[name](x, Knobs(leaky_slope=0.01)), z)
    theirs = z.clone().requires_grad_()
    module = ACTIVATIONS[name]()(theirs)
    module.sum().backward()
    assert torch.equal(value, module) and theirs.grad is not None
    assert (slope - theirs.grad).abs().max() < 1e-12


def test_softmax_is_torch_s_and_its_slope_is_known() -> None:
    knobs = Knobs(view="softmax", logit_2=0.3, logit_3=-2, temperature=0.5)
    z = torch.linspace(-6, 6, 101, dtype=torch.float64)
    curves = {name: derivatives(function, z) for name, function in functions(knobs).items()}
    logits = torch.stack([z, torch.full_like(z, 0.3), torch.full_like(z, -2.0)], 1) / 0.5
    probabilities = torch.softmax(logits, 1)
    for k, name in enumerate(curves):
        p, p1 = probabilities[:, k], probabilities[:, 0]
        assert torch.allclose(curves[name][0], p)
        assert torch.allclose(curves[name][1], p1 * (float(k == 0) - p) / 0.5)


@pytest.mark.parametrize("name", TORCH)
def test_ranges_are_those_of_the_function(name: str) -> None:
    near, far = (PUBLISHED[name](np.linspace(-s, s, 400_001)) for s in (20.0, 40.0))
    for stated, at_near, at_far in zip(
        RANGES[name](KNOBS), (near.min(), near.max()), (far.min(), far.max()), strict=True
    ):
        if math.isinf(stated):
            assert at_far * np.sign(stated) > 1.9 * at_near * np.sign(stated) > 0
        else:
            assert at_far == pytest.approx(stated, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [("relu", math.sqrt(2)), ("identity", 1.0), ("leaky_relu", nn.init.calculate_gain("leaky_relu", 0.2)), ("selu", 1)],
)
def test_gain_is_torch_s_where_that_is_exact(name: str, theirs: float) -> None:
    assert gain(lambda z: FUNCTIONS[name](z, KNOBS)) == pytest.approx(theirs, abs=1e-5)


def test_mean_outputs_are_closed_forms() -> None:
    for name, mean in (("relu", (2 * math.pi) ** -0.5), ("sigmoid", 0.5), ("tanh", 0.0), ("sine", 0.0)):
        assert moments(lambda z, name=name: FUNCTIONS[name](z, KNOBS))[0] == pytest.approx(mean, abs=1e-6)


class Ops(TorchDispatchMode):
    """The primitive operations that torch takes its own functions apart into."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __torch_dispatch__(self, op: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if op in decomposition_table:
            with self:
                return decomposition_table[op](*args, **(kwargs or {}))
        self.names.append(op.overloadpacket.__name__)
        return op(*args, **(kwargs or {}))


def test_calls_are_those_that_torch_s_own_decompositions_make() -> None:
    costly = {"exp", "expm1", "log", "log1p", "tanh", "sin", "erf"}
    for name in TORCH:
        with torch.no_grad(), Ops() as ops:
            FUNCTIONS[name](torch.linspace(-1, 1, 3), Knobs())
        assert sum(op in costly for op in ops.names) == CALLS[name], name


def test_an_own_formula_costs_what_its_words_cost() -> None:
    assert calls("own", Knobs(functions=("own",), formula="z * tanh(softplus(z)) + 2^z - min(z, 3)")) == 4


@pytest.mark.parametrize(
    "formula",
    ["z * tanh(softplus(z))", "-2^z + 2^-1 * z", "max(0, z) - min(z, 2 * pi)", "sin(2)", "abs(z) / (1 + abs(z))",
     "sigmoid(-z) * relu(z - 1)", "exp(-(z - 1)^2) + log(0)", "-(z)", "e^z / (1 + e^z)"],
)  # fmt: skip
def test_the_script_s_formula_is_the_visitor_s(formula: str) -> None:
    z = torch.linspace(-3, 3, 61, dtype=torch.float64)
    text = code(formula)
    theirs = eval(text, {"torch": torch, "nn": nn, "z": z, "float": float})  # noqa: S307
    assert torch.allclose(theirs, parse(formula, ("z",))(z=z), equal_nan=True)


def test_an_own_formula_has_autograd_s_derivatives() -> None:
    _, slope, bend = found("own", Z, Knobs(functions=("own",), formula="z^3 - sin(2 * z)"))
    assert np.allclose(slope, 3 * Z**2 - 2 * np.cos(2 * Z)) and np.allclose(bend, 6 * Z + 4 * np.sin(2 * Z))


def test_a_bad_formula_is_marked_at_its_position() -> None:
    for text, said in (
        ("z*si(z)", "At position 3: si is unknown"),
        ("z + ", "At position 5"),
        ("z z", "At position 3"),
    ):
        knobs, notes = link.from_query(Knobs, {"functions": "tanh-own", "formula": text})
        assert knobs.functions == ("tanh", "own") and knobs.formula == Knobs().formula
        assert len(notes) == 1 and notes[0].startswith(f"formula: {said}")
    with pytest.raises(ValueError, match=r"^formula: At position 1: .*[^.]$"):
        link.check(Knobs, "formula", "import os")


def test_parameters_are_in_force_with_their_function_alone() -> None:
    assert Knobs().in_force("leaky_slope") and not Knobs().in_force("elu_alpha")
    assert Knobs(functions=("tanh", "elu")).in_force("elu_alpha")
    assert not Knobs(view="softmax").in_force("leaky_slope") and Knobs(view="softmax").in_force("temperature")


def recorded(knobs: Knobs) -> History:
    return wire.recorded(experiment(knobs, "cpu"))


def test_the_probe_sweeps_z_through_zero_in_small_frames() -> None:
    frames = list(experiment(Knobs(functions=tuple(LABELS)), "cpu"))
    sizes = [len(wire.encode(frame, i)) for i, frame in enumerate(frames)]
    assert [frames[i].metrics["z"] for i in (0, 60, 120)] == [-5, 0, 5]
    assert sizes[0] < 60_000 and max(sizes[1:]) < 3_000
    assert frames[60].metrics["value.sigmoid"] == 0.5 and frames[60].metrics["slope.tanh"] == 1


def test_verdicts_name_what_is_measured() -> None:
    knobs = Knobs(functions=("sigmoid", "relu"))
    shrinking, flat = verdicts(knobs, recorded(knobs))
    assert "Sigmoid is never steeper than 0.25" in shrinking.sentence and "1e−6" in shrinking.sentence
    assert "ReLU is flat" in flat.sentence and "50%" in flat.sentence
    assert verdicts(Knobs(functions=("leaky_relu",)), recorded(Knobs(functions=("leaky_relu",)))) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"functions": ("relu",)},
        {"functions": ("leaky_relu",), "leaky_slope": 0.0},
        {"functions": ("sigmoid", "tanh")},
    ],
)
def test_a_mend_takes_away_what_its_sentence_names(changes: dict[str, object]) -> None:
    knobs = Knobs(**changes)  # type: ignore[arg-type]
    found = verdicts(knobs, recorded(knobs))
    assert found
    for verdict in found:
        cured = mended(knobs, verdict.mend)
        assert isinstance(cured, Knobs) and cured != knobs
        assert verdict.sentence not in [one.sentence for one in verdicts(cured, recorded(cured))]


def test_a_formula_that_is_no_number_breaks_with_its_share() -> None:
    knobs = Knobs(functions=("relu", "own"), formula="log(z)")
    verdict = verdicts(knobs, recorded(knobs))[0]
    assert "no finite value on 50%" in verdict.sentence and verdict.mend["formula"] == Knobs().formula


@pytest.mark.parametrize(("formula", "met"), [("tanh(z)", False), ("1.5925 * tanh(z)", True), ("z", False)])
def test_the_challenge_can_be_met(formula: str, met: bool) -> None:
    knobs = Knobs(functions=("own",), formula=formula)
    assert CHALLENGES[0].met(knobs, recorded(knobs)) is met


def test_no_two_functions_look_alike() -> None:
    assert len({tuple(stroke(name).values()) for name in LABELS}) == len(LABELS)


def test_a_gelu_by_hand_stays_as_near_as_its_preset_says() -> None:
    z = torch.linspace(-10, 10, 2001, dtype=torch.float64)
    gap = (FUNCTIONS["own"](z, Knobs()) - FUNCTIONS["gelu"](z, Knobs())).abs().max()
    (preset,) = (one for one in PRESETS if one.title == "GELU by hand")
    assert 0.02 < gap < 0.021 and "within 0.021 of GELU" in preset.watch


def test_of_the_functions_that_lie_on_relu_right_of_zero_each_shows_between_the_next_one_s_dashes() -> None:
    z = torch.linspace(0, 5, 51, dtype=torch.float64)
    alike = [name for name in TORCH if torch.equal(FUNCTIONS[name](z, Knobs()), z) and name != "identity"]
    assert len({stroke(name)["dash"] for name in alike}) == len(alike) == 4
    assert stroke("relu")["dash"] == "solid"


def test_the_probe_s_dots_are_whole_at_both_ends() -> None:
    for panel in panels.value(Knobs()), panels.slope(Knobs()), panels.bend(Knobs()):
        assert panel.figure.layout.xaxis.range == (-5.15, 5.15)


def _unused(z: Tensor) -> Tensor:
    return torch.ones_like(z)


def test_a_constant_has_slope_zero() -> None:
    assert not derivatives(_unused, torch.linspace(-1, 1, 3))[1].any()
