"""Label noise, split and scale."""

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler

from playground.data.prepare import relabel, scale, split


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_relabel_redraws_the_share_evenly(share):
    """Of the labels redrawn among K classes, 1 - 1/K become wrong."""
    labels = np.arange(40000) % 4
    redrawn = relabel(labels, share, 4, generator())
    assert np.isclose((redrawn != labels).mean(), share * 0.75, atol=0.01)
    assert np.allclose(np.bincount(redrawn) / 40000, 0.25, atol=0.01)
    assert np.array_equal(labels, np.arange(40000) % 4)


@pytest.mark.parametrize(
    ("samples", "share", "counts"),
    [(400, 60, (240, 80, 80)), (20, 90, (18, 1, 1)), (20, 10, (2, 9, 9)), (3, 90, (1, 1, 1)), (21, 50, (10, 6, 5))],
)
def test_split_takes_every_row_once(samples, share, counts):
    parts = split(samples, share, generator())
    assert tuple(map(len, parts)) == counts
    assert sorted(np.concatenate(parts)) == list(range(samples))


def test_split_is_random_but_reproducible():
    assert np.array_equal(split(100, 60, generator())[0], split(100, 60, generator())[0])
    assert not np.array_equal(np.sort(split(100, 60, generator())[0]), np.arange(60))


def test_scale_is_fitted_on_the_training_rows():
    inputs = generator().normal(5, 3, (50, 4))
    train = np.arange(30)
    oracle = MinMaxScaler((-1, 1)).fit(inputs[train]).transform(inputs)
    assert np.allclose(scale(inputs, train), oracle, atol=1e-6)


def test_scale_survives_a_constant_column():
    assert np.array_equal(scale(np.full((5, 2), 7.0), np.arange(3)), np.full((5, 2), -1, np.float32))
