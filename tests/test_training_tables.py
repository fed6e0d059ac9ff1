"""Activations, initialisers, optimizers, losses and metrics, against torch, scikit-learn and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn import metrics as oracle
from torch import Tensor, nn

from playground.concepts.network.sandbox.knobs import Knobs
from playground.knobs import specs
from playground.models.dropout import Dropout
from playground.models.mlp import UNBENT, entering, mlp
from playground.training import losses, metrics
from playground.training.activations import ACTIVATIONS, FLAT_BELOW, SATURATED, quiet
from playground.training.initialisers import INITIALISERS, initialise
from playground.training.losses import MANY_CLASSES, REGRESSION, TWO_CLASSES, LossFn
from playground.training.optimizers import OPTIMIZERS

torch.set_num_threads(1)


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


LOGIT, LOGITS = drawn(40, 1), 2 * drawn(40, 3)
BINARY = (drawn(2, 40)[1] > 0).double()[:, None]
LABELS = torch.arange(40) % 3


def test_tables_hold_what_the_knobs_offer() -> None:
    found = specs(Knobs)
    assert set(found["activation"].choices) == set(ACTIVATIONS)
    assert set(found["initialiser"].choices) == {"default", *INITIALISERS}
    assert set(found["optimizer"].choices) == set(OPTIMIZERS)
    assert set(found["loss"].choices) == set(TWO_CLASSES) == set(MANY_CLASSES)
    assert set(found["regression_loss"].choices) == set(REGRESSION)


def test_mlp_is_linear_and_activation_in_turn() -> None:
    kinds = [type(layer) for layer in mlp((2, 5, 4, 3), nn.ReLU, dropout=0.1)]
    assert kinds == [nn.Linear, nn.ReLU, Dropout, nn.Linear, nn.ReLU, Dropout, nn.Linear]
    assert [type(layer) for layer in mlp((2, 3), nn.ReLU, dropout=0.1)] == [nn.Linear]


def slopes(name: str, z: Tensor) -> Tensor:
    leaf = z.clone().requires_grad_()
    found: Tensor = torch.autograd.grad(ACTIVATIONS[name]()(leaf).sum(), leaf)[0]
    return found


@pytest.mark.parametrize("name", [name for name in FLAT_BELOW if name != "relu"])
def test_a_flat_end_begins_where_the_slope_is_a_thousandth(name: str) -> None:
    z = torch.linspace(-20, FLAT_BELOW[name], 2001, dtype=torch.float64)
    assert quiet(name, z).all() and slopes(name, z).abs().max() <= 1.001e-3
    assert not quiet(name, z[-1:] + 1e-4).any() and slopes(name, z[-1:] + 0.01).abs() > 1e-3


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_at_a_flat_end_there_is_hardly_any_slope_and_at_zero_there_is_but_for_relu(name: str) -> None:
    z = torch.linspace(-40, 40, 8001, dtype=torch.float64)
    steepest = slopes(name, z).abs().max()
    assert not len(z[quiet(name, z)]) or slopes(name, z)[quiet(name, z)].abs().max() < 0.0975 * steepest
    zero = torch.tensor([0.0, -1e-5, 1e-5], dtype=torch.float64)
    assert quiet(name, zero).tolist() == [name == "relu", name == "relu", False]
    assert quiet(name, torch.tensor([-torch.inf, torch.nan])).tolist()[1] is False


def test_of_relu_and_the_bounded_ones_the_outputs_tell_the_same() -> None:
    z = 4 * drawn(50, 20)
    assert torch.equal(quiet("relu", z), torch.relu(z) == 0)
    for name in SATURATED:
        assert torch.equal(quiet(name, z), SATURATED[name](ACTIVATIONS[name]()(z)))


@pytest.mark.parametrize("residual", [False, True])
def test_what_enters_an_activation_is_found_in_a_residual_too(residual: bool) -> None:
    torch.manual_seed(0)
    model = mlp((3, 4, 4, 1), nn.ReLU, 0.5, "batch", residual).eval()
    seen: list[Tensor] = []
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    inputs, found = torch.randn(9, 3), []
    for layer in model:
        before, inputs = inputs, layer(inputs)
        if not isinstance(layer, UNBENT):
            found.append((len(seen), entering(layer, before)))
    assert [number for number, _ in found] == [1, 2]
    assert all(torch.equal(one, seen[number - 1]) for number, one in found)


@pytest.mark.parametrize("name", SATURATED)
def test_saturated_means_a_slope_under_a_tenth_of_the_steepest(name: str) -> None:
    z = torch.linspace(-6, 6, 4001)[:, None].requires_grad_()
    activations = ACTIVATIONS[name]()(z)
    (slope,) = torch.autograd.grad(activations.sum(), z)
    assert torch.equal(SATURATED[name](activations), slope < 0.0975 * slope.max())


def test_dead_and_saturated_units_are_counted() -> None:
    relu = torch.tensor([[-1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    assert metrics.dead("relu", relu).tolist() == [True, False, False]
    assert metrics.dead("sine", relu).tolist() == [False, False, False]
    assert metrics.dead("gelu", torch.tensor([[-9.0, 0.0, 1e-6], [-4.0, 0.0, -1e-6]])).tolist() == [True, False, False]
    sums = torch.tensor([[2.6, -2.1, 0.1], [-2.6, 0.2, 0.3]])
    assert metrics.dead("tanh", sums).tolist() == [True, False, False]
    assert metrics.saturated("tanh", sums).tolist() == [1.0, 0.5, 0.0]
    assert metrics.saturated("relu", relu).tolist() == [0.0, 0.0, 0.0]


def test_initialisers() -> None:
    torch.manual_seed(3)
    model, untouched = mlp((300, 200, 1), nn.ReLU), mlp((300, 200, 1), nn.ReLU)
    untouched.load_state_dict(model.state_dict())
    initialise(model, "default")
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), untouched.parameters(), strict=True))
    expected = {"xavier_uniform": 2 / 500, "xavier_normal": 2 / 500, "he_uniform": 2 / 300, "he_normal": 2 / 300}
    for name, variance in expected.items():
        initialise(model, name)
        assert model[0].weight.var().item() == pytest.approx(variance, rel=0.05)
        assert not model[0].bias.any()
    initialise(model, "orthogonal")
    torch.testing.assert_close(model[0].weight @ model[0].weight.T, torch.eye(200), atol=1e-5, rtol=0)
    initialise(model, "zeros")
    assert not any(parameter.any() for parameter in model.parameters())


def test_losses_of_two_classes() -> None:
    p, y = torch.sigmoid(LOGIT), BINARY
    right = torch.where(y > 0.5, p, 1 - p)
    flat = (y[:, 0].numpy(), p[:, 0].numpy())
    assert losses.binary_cross_entropy(LOGIT, y).item() == pytest.approx(oracle.log_loss(*flat))
    assert losses.binary_mse(LOGIT, y).item() == pytest.approx(oracle.brier_score_loss(*flat))
    assert losses.binary_hinge(LOGIT, y).item() == pytest.approx(oracle.hinge_loss(flat[0], LOGIT[:, 0].numpy()))
    torch.testing.assert_close(losses.binary_focal(LOGIT, y), (-((1 - right) ** 2) * right.log()).mean())


def test_losses_of_many_classes() -> None:
    p = torch.softmax(LOGITS, 1)
    right = p[torch.arange(40), LABELS]
    assert losses.cross_entropy(LOGITS, LABELS).item() == pytest.approx(oracle.log_loss(LABELS, p))
    torch.testing.assert_close(losses.focal(LOGITS, LABELS), (-((1 - right) ** 2) * right.log()).mean())
    torch.testing.assert_close(losses.hinge(LOGITS, LABELS), F.multi_margin_loss(LOGITS, LABELS))
    expected = oracle.mean_squared_error(np.eye(3)[LABELS], p)
    assert losses.mse_of_probabilities(LOGITS, LABELS).item() == pytest.approx(expected)


def test_the_cross_entropy_of_each_sample_is_torch_s_with_the_same_gradient() -> None:
    logits, labels, weights = drawn(7, 5).requires_grad_(), torch.arange(7) % 5, drawn(7)
    ours, theirs = (each(logits, labels, reduction="none") for each in (losses.cross_entropy, F.cross_entropy))
    gradients = [torch.autograd.grad((each * weights).sum(), logits)[0] for each in (ours, theirs)]
    assert torch.allclose(ours, theirs) and torch.allclose(*gradients)


def test_losses_of_targets() -> None:
    outputs, targets = 3 * LOGIT, BINARY
    error = outputs - targets
    torch.testing.assert_close(losses.log_cosh(outputs, targets), error.cosh().log().mean())
    assert losses.mse(outputs, targets).item() == pytest.approx(oracle.mean_squared_error(targets, outputs))
    assert losses.mae(outputs, targets).item() == pytest.approx(oracle.mean_absolute_error(targets, outputs))
    expected = torch.where(error.abs() < 1, error**2 / 2, error.abs() - 0.5).mean()
    torch.testing.assert_close(losses.huber(outputs, targets), expected)
    assert losses.log_cosh(torch.full((1, 1), 1e4), torch.zeros(1, 1)).item() == pytest.approx(1e4, rel=1e-3)


ALL_LOSSES = [
    *((loss, LOGIT, BINARY) for loss in (*TWO_CLASSES.values(), *REGRESSION.values())),
    *((loss, LOGITS, LABELS) for loss in MANY_CLASSES.values()),
]


@pytest.mark.parametrize(("loss", "outputs", "targets"), ALL_LOSSES)
def test_every_loss_can_be_unreduced_and_has_two_derivatives(loss: LossFn, outputs: Tensor, targets: Tensor) -> None:
    each = loss(outputs, targets, reduction="none")
    assert len(each) == len(outputs)
    torch.testing.assert_close(each.mean(), loss(outputs, targets))
    leaf = outputs.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda z: loss(z, targets), leaf)
    assert np.isfinite(metrics.curvature(loss(leaf, targets), [leaf]))


def test_scores() -> None:
    assert metrics.accuracy(LOGIT, BINARY) == pytest.approx(oracle.accuracy_score(BINARY, LOGIT > 0))
    assert metrics.accuracy(LOGITS, LABELS) == pytest.approx(oracle.accuracy_score(LABELS, LOGITS.argmax(1)))
    assert metrics.r2(LOGIT, BINARY) == pytest.approx(oracle.r2_score(BINARY, LOGIT))
    constant = torch.ones(5, 1)
    assert (metrics.r2(constant, constant), metrics.r2(constant + 1, constant)) == (1.0, 0.0)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_curvature_is_the_hessians_largest_eigenvalue(name: str) -> None:
    torch.manual_seed(0)
    model = mlp((2, 4, 1), ACTIVATIONS[name]).double()
    inputs = drawn(30, 2)
    names, parameters = zip(*model.named_parameters(), strict=True)

    def loss(*values: Tensor) -> Tensor:
        outputs = torch.func.functional_call(model, dict(zip(names, values, strict=True)), inputs)
        return F.mse_loss(outputs, inputs[:, :1] * 3)

    blocks = torch.autograd.functional.hessian(loss, parameters)
    rows = [torch.cat([b.reshape(a.numel(), -1) for b in row], 1) for a, row in zip(parameters, blocks, strict=True)]
    expected = torch.linalg.eigvalsh(torch.cat(rows)).max().item()
    assert metrics.curvature(loss(*parameters), parameters) == pytest.approx(expected, rel=1e-4)


def test_curvature_is_estimated_from_below_the_better_the_more_products_there_are() -> None:
    x, bends = torch.zeros(60, requires_grad=True, dtype=torch.float64), torch.linspace(-9, 10, 60).double()
    found = [metrics.curvature((bends * x**2).sum() / 2, [x], products) for products in (1, 3, 6, 12, 20, 60)]
    assert found == sorted(found) and found[0] < 8 and 9.9 < found[4] <= 10 + 1e-9
    assert found[5] == pytest.approx(10, abs=1e-9)


def test_curvature_of_a_bowl_and_of_a_plane() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    assert metrics.curvature(3 * x[0] ** 2 + x[1] ** 2, [x]) == pytest.approx(6, rel=1e-3)
    assert metrics.curvature(x.sum(), [x]) == 0
    assert math.isnan(metrics.curvature((x[0] * math.inf) ** 2, [x]))


def test_gradient_norms() -> None:
    a, b = torch.zeros(2, requires_grad=True), torch.zeros(1, requires_grad=True)
    (3 * a[0] + 4 * a[1]).backward()
    assert metrics.gradient_norms([a, b]).tolist() == [5.0, 0.0]
