"""The loss landscape on a plane: PCA against scikit-learn, losses against the networks themselves."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from playground.models.mlp import mlp
from playground.training.landscape import CHUNK, Plane, lattice, losses, outputs, pca_plane, random_plane, surface
from playground.training.losses import cross_entropy
from playground.training.population import Member, Population

SIZES = (3, 5, 4)


def cloud(count: int = 12, wide: int = 40) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, wide)) * np.linspace(3, 0.1, wide)


def networks(count: int) -> Population:
    return Population([Member(seed, "relu") for seed in range(count)], SIZES, dtype=torch.float64)


def points() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(20, 3, generator=generator, dtype=torch.float64)
    return inputs, (inputs.sum(1) > 0).long()


def test_the_principal_plane_is_scikit_learn_s() -> None:
    rows = cloud()
    plane, shares = pca_plane(rows)
    oracle = PCA(2, svd_solver="full").fit(rows)
    assert shares == pytest.approx(oracle.explained_variance_ratio_, abs=1e-12)
    assert plane.origin == pytest.approx(oracle.mean_)
    assert np.abs(np.sum(plane.directions * oracle.components_, 1)) == pytest.approx(1)
    assert np.abs(plane.coordinates(rows)) == pytest.approx(np.abs(oracle.transform(rows)))


def test_the_principal_directions_are_numpy_s_singular_vectors() -> None:
    rows = cloud()
    plane, shares = pca_plane(rows)
    _, s, vectors = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    assert np.abs(np.sum(plane.directions * vectors[:2], 1)) == pytest.approx(1)
    assert shares.sum() == pytest.approx((s[:2] ** 2).sum() / (s**2).sum())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_networks_on_a_line_or_a_point_have_a_plane_too(count: int) -> None:
    rows = np.outer(np.arange(count), np.ones(7)) + 2
    plane, shares = pca_plane(rows)
    assert np.isfinite(plane.directions).all() and np.isfinite(shares).all()
    assert plane.rows(plane.coordinates(rows)) == pytest.approx(rows)


def test_coordinates_lead_to_the_point_and_back_also_where_directions_are_oblique() -> None:
    plane = Plane(np.arange(4.0), np.array([[1.0, 1, 0, 0], [0, 2, 1, 0]]))
    there = np.array([[0.5, -2], [3, 1]])
    assert plane.coordinates(plane.rows(there)) == pytest.approx(there)


def test_random_directions_are_as_long_as_the_network_filter_by_filter() -> None:
    model = mlp(SIZES, nn.ReLU, norm="layer").double()
    plane = random_plane(model, np.random.default_rng(0))
    assert plane.origin == pytest.approx(nn.utils.parameters_to_vector(model.parameters()).detach().numpy())
    for direction in plane.directions:
        nn.utils.vector_to_parameters(torch.from_numpy(direction), (copied := deepcopy(model)).parameters())
        for own, other in zip(model.parameters(), copied.parameters(), strict=True):
            expected = own.norm(dim=1) if own.dim() == 2 else torch.zeros(len(own)).double()
            found = other.norm(dim=1) if own.dim() == 2 else other
            assert torch.allclose(found, expected)
    assert abs(np.corrcoef(plane.directions)[0, 1]) < 0.5


def test_a_filter_is_the_weights_into_a_unit() -> None:
    model = nn.Sequential(nn.Linear(2, 2))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    first, second = random_plane(model, np.random.default_rng(1)).directions
    for direction in (first, second):
        assert np.linalg.norm(direction[:2]) == pytest.approx(5) and direction[2:].tolist() == [0, 0, 0, 0]
    drawn = np.random.default_rng(1).normal(size=(2, 2, 2))[0, 0]
    assert first[:2] == pytest.approx(5 * drawn / np.linalg.norm(drawn))


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("residual", [False, True])
def test_outputs_of_rows_are_those_of_the_networks(norm: str, residual: bool) -> None:
    torch.manual_seed(0)
    inputs, _ = points()
    made = [mlp((3, 5, 5, 2), [nn.Tanh, nn.ReLU], 0.5, norm, residual).double() for _ in range(3)]
    for model in made:
        model(3 * inputs + 1)  # moves the running statistics
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(0.1 * torch.randn_like(parameter))
    rows = torch.stack([nn.utils.parameters_to_vector(model.parameters()).detach() for model in made])
    found = outputs(made[0], rows, inputs)
    buffers = dict(made[0].named_buffers())
    for i, model in enumerate(made):
        model.load_state_dict(buffers, strict=False)
        assert torch.allclose(found[i], model.eval()(inputs), atol=1e-12)


def test_a_lattice_is_the_centres_of_its_cells_row_by_row() -> None:
    found = lattice(np.array([0.0, 10]), np.array([4.0, 18]), 2)
    assert found.tolist() == [[1, 12], [3, 12], [1, 16], [3, 16]]


def test_losses_of_rows_are_those_of_the_networks() -> None:
    population, (inputs, targets) = networks(3), points()
    found = losses(population.values, SIZES, nn.ReLU(), inputs, targets, cross_entropy)
    alone = [cross_entropy(population.network(i)(inputs), targets).item() for i in range(3)]
    assert found.tolist() == pytest.approx(alone)


def test_the_surface_at_a_network_is_its_loss_and_chunks_do_not_show() -> None:
    population, (inputs, targets) = networks(3), points()
    rows = population.values.numpy()
    plane, _ = pca_plane(rows)  # three points lie in one plane

    def loss(some: torch.Tensor) -> torch.Tensor:
        return losses(some, SIZES, nn.ReLU(), inputs, targets, cross_entropy)

    many = np.tile(plane.coordinates(rows), (CHUNK, 1))
    found = surface(plane, many, loss).reshape(CHUNK, 3)
    assert found == pytest.approx(np.tile(loss(population.values).numpy(), (CHUNK, 1)))


def test_the_surface_falls_along_the_gradient_as_autograd_says() -> None:
    population, (inputs, targets) = networks(1), points()
    loss = cross_entropy(population(inputs)[0], targets)
    loss.backward()
    gradient, row = population.gradients[0].numpy(), population.values.detach()[0].numpy()
    plane = Plane(row, np.stack([gradient / np.linalg.norm(gradient), np.eye(len(row))[0]]))
    ends = surface(
        plane, np.array([[1e-5, 0], [-1e-5, 0]]), lambda r: losses(r, SIZES, nn.ReLU(), inputs, targets, cross_entropy)
    )
    assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(np.linalg.norm(gradient), rel=1e-5)
