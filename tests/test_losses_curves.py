"""The curves: every loss and slope is torch's own, or its paper's formula; likelihoods are SciPy's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy import stats
from torch import Tensor, nn

from playground import contract, link, wire
from playground.concepts.losses.curves.experiment import curves
from playground.concepts.losses.curves.knobs import Knobs
from playground.concepts.losses.curves.words import FORMULAS, LIKELIHOODS, NOISE
from playground.concepts.losses.functions import regression_losses
from playground.concepts.losses.names import COLORS, LABELS, LOSSES, REGRESSION
from playground.contract import History, mended
from playground.stage import Layout
from playground.training.recorder import frames

KNOBS = Knobs(target=0.5, class_count=4, delta=0.7, quantile=0.8, target_probability=0.7, smoothing=0.2, gamma=1.5)
LAB = contract.lab("losses/curves")


def softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of the right class, whose logit is z beside three zeros."""
    return np.exp(z) / (np.exp(z) + 3)


def logits(x: Tensor) -> Tensor:
    return torch.stack([x, *[torch.zeros_like(x)] * 3], 1)


def right(x: Tensor) -> Tensor:
    return torch.zeros(len(x), dtype=torch.long)


def soft(x: Tensor) -> Tensor:
    return torch.tensor([0.7, 0.1, 0.1, 0.1], dtype=torch.float64).repeat(len(x), 1)


TORCH: dict[str, Callable[[Tensor], Tensor]] = {
    "mse": lambda x: nn.MSELoss(reduction="none")(x, torch.full_like(x, 0.5)),
    "mae": lambda x: nn.L1Loss(reduction="none")(x, torch.full_like(x, 0.5)),
    "huber": lambda x: nn.HuberLoss(reduction="none", delta=0.7)(x, torch.full_like(x, 0.5)),
    "cross_entropy": lambda x: nn.CrossEntropyLoss(reduction="none")(logits(x), right(x)),
    "label_smoothed": lambda x: nn.CrossEntropyLoss(reduction="none", label_smoothing=0.2)(logits(x), right(x)),
    "kl": lambda x: nn.KLDivLoss(reduction="none")(logits(x).log_softmax(1), soft(x)).sum(1),
    "bce": lambda x: nn.BCEWithLogitsLoss(reduction="none")(x, torch.ones_like(x)),
}

PUBLISHED: dict[str, tuple[Callable[..., NDArray[np.float64]], Callable[..., NDArray[np.float64]]]] = {
    "mse": (lambda x: (x - 0.5) ** 2, lambda x: 2 * (x - 0.5)),
    "mae": (lambda x: np.abs(x - 0.5), lambda x: np.sign(x - 0.5)),
    "huber": (
        lambda x: np.where(np.abs(x - 0.5) <= 0.7, (x - 0.5) ** 2 / 2, 0.7 * (np.abs(x - 0.5) - 0.35)),
        lambda x: np.clip(x - 0.5, -0.7, 0.7),
    ),
    "log_cosh": (lambda x: np.log(np.cosh(x - 0.5)), lambda x: np.tanh(x - 0.5)),
    "quantile": (
        lambda x: np.where(x < 0.5, 0.8 * (0.5 - x), 0.2 * (x - 0.5)),
        lambda x: np.where(x < 0.5, -0.8, 0.2),
    ),
    "cross_entropy": (lambda x: -np.log(softmax(x)), lambda x: softmax(x) - 1),
    "kl": (
        lambda x: 0.7 * np.log(0.7 / softmax(x)) + 0.3 * np.log(0.3 / (1 - softmax(x))),
        lambda x: softmax(x) - 0.7,
    ),
    "bce": (lambda x: np.log(1 + np.exp(-x)), lambda x: 1 / (1 + np.exp(-x)) - 1),
    "label_smoothed": (
        lambda x: -0.85 * np.log(softmax(x)) - 0.15 * np.log((1 - softmax(x)) / 3),
        lambda x: softmax(x) - 0.85,
    ),
    "focal": (  # Lin et al. 2017, appendix B
        lambda x: -((1 - softmax(x)) ** 1.5) * np.log(softmax(x)),
        lambda x: (1 - softmax(x)) ** 1.5 * (1.5 * softmax(x) * np.log(softmax(x)) + softmax(x) - 1),
    ),
    "hinge": (lambda x: np.maximum(0, 1 - x), lambda x: np.where(x < 1, -1.0, 0.0)),
}


def recorded(**knobs: object) -> tuple[Knobs, History]:
    made = mended(Knobs(), knobs)
    assert isinstance(made, Knobs)
    return made, wire.recorded(frames(LAB, made, "cpu"))


def test_every_loss_has_its_words() -> None:
    assert set(PUBLISHED) == set(LOSSES) == set(FORMULAS) == set(NOISE) == set(LABELS) - {"weighted"}
    assert LOSSES[:3] == ("mse", "cross_entropy", "kl") == Knobs().losses
    assert len({COLORS[name] for name in LOSSES}) == len(LOSSES)


@pytest.mark.parametrize("name", TORCH)
def test_value_and_gradient_are_torch_s_own(name: str) -> None:
    outputs, losses, gradients = curves(KNOBS)
    x = torch.from_numpy(outputs).requires_grad_()
    own = TORCH[name](x)
    own.sum().backward()
    assert x.grad is not None
    assert losses[name] == pytest.approx(own.detach().numpy(), abs=1e-6)
    assert gradients[name] == pytest.approx(x.grad.numpy(), abs=1e-6)


@pytest.mark.parametrize("name", PUBLISHED)
def test_value_and_gradient_follow_the_published_formula(name: str) -> None:
    outputs, losses, gradients = curves(KNOBS)
    value, slope = PUBLISHED[name]
    smooth = ~np.isclose(outputs, 0.5 if name in ("mae", "quantile") else 1 if name == "hinge" else 99)
    assert losses[name] == pytest.approx(value(outputs), abs=1e-6)
    assert gradients[name][smooth] == pytest.approx(slope(outputs)[smooth], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "noise", "span"),
    [
        ("mse", stats.norm(scale=np.sqrt(0.5)), (-3, 3)),
        ("mae", stats.laplace(), (-3, 3)),
        ("log_cosh", stats.hypsecant(), (-3, 3)),
        ("quantile", stats.laplace_asymmetric(kappa=2, scale=2.5), (-3, 3)),
        ("huber", stats.norm(), (-0.7, 0.7)),
        ("huber", stats.laplace(scale=1 / 0.7), (0.7, 3)),
    ],
)
def test_a_regression_loss_is_the_negative_logarithm_of_its_noise(
    name: str, noise: stats.rv_continuous, span: tuple[float, float]
) -> None:
    targets = torch.linspace(*span, 61, dtype=torch.float64)
    losses = regression_losses(delta=0.7, quantile=0.8)[name](torch.zeros_like(targets), targets)
    constant = losses.numpy() + noise.logpdf(targets.numpy())
    assert name in LIKELIHOODS
    assert constant == pytest.approx(np.full(61, constant[0]), abs=1e-6)


def test_cross_entropy_is_the_likelihood_of_the_right_class() -> None:
    _, history = recorded(losses=("cross_entropy", "kl"))
    frame = history.decode(0)
    outputs = frame.arrays["outputs"]
    assert isinstance(outputs, np.ndarray)
    assert frame.arrays["cross_entropy_likelihood"] == pytest.approx(np.exp(outputs) / (np.exp(outputs) + 2), abs=1e-6)
    assert "kl_likelihood" not in frame.arrays


def test_the_probe_reads_what_the_curves_say() -> None:
    knobs, history = recorded(losses=("hinge", "mse", "focal"))
    assert knobs.losses == ("mse", "focal", "hinge")
    for i in (0, 60, 120):
        frame, first = history.decode(i), history.decode(0)
        assert frame.metrics["output"] == pytest.approx(-3 + i / 20)
        for array, kind in (("losses", "loss"), ("gradients", "gradient")):
            assert frame.arrays[array] == pytest.approx([first.arrays[f"{name}_{kind}"][i] for name in knobs.losses])


def test_frames_are_small() -> None:
    encoded = [wire.encode(f, i) for i, f in enumerate(frames(LAB, Knobs(losses=LOSSES), "cpu"))]
    assert len(encoded[0]) < 22_000 and max(map(len, encoded[1:])) < 2_000


def test_kl_and_smoothed_cross_entropy_of_one_target_differ_by_its_entropy() -> None:
    _, losses, gradients = curves(Knobs(class_count=4, smoothing=0.2, target_probability=0.85))
    entropy = -(0.85 * np.log(0.85) + 0.15 * np.log(0.05))
    assert losses["label_smoothed"] - losses["kl"] == pytest.approx(np.full(121, entropy), abs=1e-9)
    assert gradients["label_smoothed"] == pytest.approx(gradients["kl"], abs=1e-9)


def test_the_axes_hold_every_value_of_the_losses_chosen() -> None:
    for names in (("mse", "cross_entropy", "kl"), ("hinge", "focal"), ("mae",)):
        knobs, history = recorded(losses=names, target=2.0)
        arrays = history.decode(0).arrays
        panels = {part.name: part for part in LAB.stage(knobs)}
        for kind in ("loss", "gradient"):
            assert Layout("yaxis.range", f"{kind}_range") in panels[kind].bindings
            low, high = arrays[f"{kind}_range"]
            values = np.stack([arrays[f"{name}_{kind}"] for name in names])
            assert low < values.min() < values.max() < high


def test_the_regression_losses_are_all_least_at_the_target_and_the_quantile_s_sides_differ_in_price() -> None:
    outputs, losses, _ = curves(Knobs(losses=REGRESSION, target=0.5))
    for name in REGRESSION:
        assert outputs[np.argmin(losses[name])] == pytest.approx(0.5)
        low, high = (float(np.interp(0.5 + side, outputs, losses[name])) for side in (-1, 1))
        assert (abs(low - high) < 1e-9) is (name != "quantile")


def test_a_loss_without_a_likelihood_is_said_to_have_none() -> None:
    for names, words in ((("mse", "kl"), "output (KL divergence: not −log of a likelihood)"), (("mse",), "output")):
        (likelihood,) = (part for part in LAB.stage(Knobs(losses=names)) if part.name == "likelihood")
        assert likelihood.figure.layout.xaxis.title.text == words


def test_verdicts_name_what_was_measured() -> None:
    knobs, history = recorded()
    sentences = [verdict.sentence for verdict in LAB.verdicts(knobs, history)]
    assert "At an output of −3 MSE pulls with 8" in sentences[0]
    assert "least at an output of 2.1" in sentences[1]  # log(2 * 0.8 / 0.2) = 2.08
    knobs, history = recorded(losses=("hinge",))
    (silent,) = LAB.verdicts(knobs, history)
    assert "output of 1:" in silent.sentence and mended(knobs, silent.mend) != knobs


def test_challenges_are_met_by_the_right_knobs_alone() -> None:
    same, finite = LAB.challenges
    assert same.met(*recorded(losses=("mae", "quantile"), quantile=0.5))
    assert not same.met(*recorded(losses=("mae", "quantile"), quantile=0.6))
    assert finite.met(*recorded(losses=("label_smoothed",), smoothing=0.35))
    assert not finite.met(*recorded(losses=("label_smoothed",), smoothing=0.1))


def test_a_link_names_losses_once_and_in_their_order() -> None:
    found = link.parse("losses?losses=hinge-mse-mse")
    assert found.knobs == Knobs(losses=("mse", "hinge")) and not found.notes
    assert "losses=none" in link.parse("losses?losses=none").notes[0]
