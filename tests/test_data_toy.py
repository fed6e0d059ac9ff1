"""Toy sets against closed forms; their functions must run where only NumPy is known."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from playground.data import prepare, toy

CLASS_COUNTS = {
    "circles": 2, "xor": 2, "gaussians": 2, "spiral": 2, "moons": 2, "blobs": 4, "checkerboard": 2, "rings": 3,
}  # fmt: skip
REGRESSIONS = ("plane", "multi_gaussian", "sine")


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", toy.TOYS)
def test_a_set_is_finite_sane_and_reproducible(name):
    inputs, targets = toy.TOYS[name](400, 1.0, generator())
    again, _ = toy.TOYS[name](400, 1.0, generator())
    other, _ = toy.TOYS[name](400, 1.0, generator(1))
    assert inputs.dtype == np.float32 and inputs.shape == (400, 1 if name == "sine" else 2)
    assert targets.dtype == (np.float32 if name in REGRESSIONS else np.int64) and targets.shape == (400,)
    assert np.isfinite(inputs).all() and np.abs(inputs).max() < 2.2
    assert np.array_equal(inputs, again) and not np.array_equal(inputs, other)


@pytest.mark.parametrize("name", toy.TOYS)
def test_without_noise_a_set_fits_the_unit_square(name):
    inputs, _ = toy.TOYS[name](3000, 0.0, generator())
    assert 0.7 < np.abs(inputs).max() < 1.01


@pytest.mark.parametrize("name", CLASS_COUNTS)
def test_classes_are_balanced_and_learnable(name):
    """A nearest neighbour separates each clean set, so it has no contradictions."""
    inputs, labels = toy.TOYS[name](2001, 0.0, generator())
    counts = np.bincount(labels)
    assert len(counts) == CLASS_COUNTS[name] and np.ptp(counts) <= 1
    distances = ((inputs[:1000, None] - inputs[None, 1000:]) ** 2).sum(2)
    assert (labels[1000:][distances.argmin(1)] == labels[:1000]).mean() > 0.99


@pytest.mark.parametrize("class_count", [2, 5, 8])
def test_blobs_have_as_many_classes_as_asked(class_count):
    inputs, labels = toy.blobs(8000, 0.0, generator(), class_count=class_count)
    angles = 2 * np.pi * np.arange(class_count) / class_count
    centres = np.stack([inputs[labels == label].mean(0) for label in range(class_count)])
    assert np.allclose(centres, 0.75 * np.stack([np.cos(angles), np.sin(angles)], 1), atol=0.01)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("circles", lambda x: np.hypot(x[:, 0], x[:, 1]) > 0.6),
        ("xor", lambda x: x[:, 0] * x[:, 1] < 0),
        ("gaussians", lambda x: x.sum(1) > 0),
        ("checkerboard", lambda x: np.floor(2 * x + 2).sum(1) % 2),
        ("rings", lambda x: np.floor(3 * np.hypot(x[:, 0], x[:, 1]) - 1e-6)),
        ("spiral", lambda x: np.cos(np.arctan2(x[:, 0], x[:, 1]) - 3 * np.pi * np.hypot(x[:, 0], x[:, 1])) < 0),
    ],
)
def test_labels_follow_the_shape(name: str, rule: Callable[[np.ndarray], np.ndarray]):
    inputs, labels = toy.TOYS[name](1000, 0.0, generator())
    assert np.array_equal(rule(inputs), labels)


def test_moons_lie_on_half_circles():
    inputs, labels = toy.moons(1000, 0.0, generator())
    unscaled = 1.5 * inputs + [0.5, 0.25] - labels[:, None] * [1, 0.5]
    assert np.allclose(np.hypot(*unscaled.T), 1, atol=1e-6)
    assert (unscaled[labels == 0, 1] > -1e-6).all() and (unscaled[labels == 1, 1] < 1e-6).all()


@pytest.mark.parametrize("name", ["circles", "xor", "spiral", "moons", "checkerboard", "rings"])
def test_noise_is_a_quarter_of_its_knob(name):
    clean, _ = toy.TOYS[name](20000, 0.0, generator())
    noisy, _ = toy.TOYS[name](20000, 0.4, generator())
    assert np.allclose((noisy - clean).std(0), 0.1, rtol=0.03)


def test_regression_targets():
    inputs, targets = toy.plane(100, 0.0, generator())
    assert np.allclose(targets, (inputs[:, 0] + inputs[:, 1]) / 2, atol=1e-6)
    inputs, targets = toy.multi_gaussian(20000, 0.0, generator())
    for x1, x2, sign in [
        (-0.65, -0.4, 1),
        (0, 0.4, 1),
        (0.65, -0.4, 1),
        (-0.65, 0.4, -1),
        (0, -0.4, -1),
        (0.65, 0.4, -1),
    ]:
        nearest = np.hypot(inputs[:, 0] - x1, inputs[:, 1] - x2).argmin()
        assert np.isclose(targets[nearest], sign, atol=0.1)
    inputs, targets = toy.sine(100, 0.0, generator())
    assert np.allclose(targets, toy.sine_truth(inputs), atol=1e-6)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_noise_of_a_regression_is_on_its_targets(name):
    inputs, clean = toy.TOYS[name](20000, 0.0, generator())
    same, noisy = toy.TOYS[name](20000, 0.4, generator())
    assert np.array_equal(inputs, same) and np.isclose((noisy - clean).std(), 0.1, rtol=0.03)


def alone(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function that its source makes where only `np` is known, as in an exported script."""
    known = {"np": np}
    exec(inspect.getsource(function), known)  # noqa: S102
    return known[function.__name__]


@pytest.mark.parametrize("name", toy.TOYS)
def test_the_source_of_a_set_runs_with_numpy_alone(name):
    found, expected = alone(toy.TOYS[name])(50, 0.1, generator()), toy.TOYS[name](50, 0.1, generator())
    assert all(map(np.array_equal, found, expected))


def test_the_source_of_the_preparation_runs_with_numpy_alone():
    inputs, labels = toy.spiral(50, 0.1, generator())
    assert all(map(np.array_equal, alone(prepare.split)(50, 60, generator()), prepare.split(50, 60, generator())))
    assert np.array_equal(
        alone(prepare.relabel)(labels, 0.5, 2, generator()), prepare.relabel(labels, 0.5, 2, generator())
    )
    assert np.array_equal(alone(prepare.scale)(inputs, labels == 0), prepare.scale(inputs, labels == 0))
