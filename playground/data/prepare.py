"""What is done to a set before training: label noise, the split, the scale.

Like the toy sets, each function uses nothing but its arguments and `np`: exported scripts print its source.
"""

from __future__ import annotations

import numpy as np


def relabel(labels: np.ndarray, share: float, class_count: int, generator: np.random.Generator) -> np.ndarray:
    """The labels (N,) with a share of them redrawn evenly from all classes, the right one among them."""
    chosen = generator.permutation(len(labels))[: round(share * len(labels))]
    redrawn = labels.copy()
    redrawn[chosen] = generator.integers(0, class_count, len(chosen))
    return redrawn


def split(
    samples: int, train_share: float, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The row numbers of train, validation and test, in random order; `train_share` is in percent.

    The rest is halved into validation and test; each part has a row at least, so `samples` must be 3 or more.
    """
    order = generator.permutation(samples)
    train_count = min(max(round(samples * train_share / 100), 1), samples - 2)
    test_count = (samples - train_count) // 2
    return order[:train_count], order[train_count : samples - test_count], order[samples - test_count :]


def scale(inputs: np.ndarray, train: np.ndarray) -> np.ndarray:
    """The inputs (N, D) as float32, moved so that the rows `train` span [-1, 1] in each column.

    A column that is constant on those rows becomes -1 there; other rows may lie outside.
    """
    low, high = inputs[train].min(0), inputs[train].max(0)
    span = np.where(high > low, high - low, 1)
    scaled: np.ndarray = 2 * (inputs - low) / span - 1
    return scaled.astype(np.float32)


def halved(images: np.ndarray) -> np.ndarray:
    """Images (N, H, W) of half the height and width, in float32: each pixel is the mean of four."""
    quarters = [images[:, row::2, column::2] for row in (0, 1) for column in (0, 1)]
    small: np.ndarray = np.stack(quarters).mean(0, dtype=np.float32)
    return small
