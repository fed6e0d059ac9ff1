"""The pictures that the networks learn to tell apart, split by a seed. Exported scripts print these functions."""

from __future__ import annotations

import numpy as np


def split_digits(
    inputs: np.ndarray, labels: np.ndarray, generator: np.random.Generator
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs (N, D) and labels (N,) by split: 360 to test, 300 to choose rates by, the rest to train on."""
    order = generator.permutation(len(inputs))
    rows = {"test": order[:360], "validation": order[360:660], "train": order[660:]}
    return {split: (inputs[chosen], labels[chosen]) for split, chosen in rows.items()}


def split_fashion(
    train: tuple[np.ndarray, np.ndarray], test: tuple[np.ndarray, np.ndarray], generator: np.random.Generator
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs (N, D) and labels (N,) by split: 300 training pictures to choose rates by, the rest to train on."""
    order = generator.permutation(len(train[1]))
    rows = {"validation": order[:300], "train": order[300:]}
    return {"test": test, **{split: (train[0][chosen], train[1][chosen]) for split, chosen in rows.items()}}


def halved(images: np.ndarray) -> np.ndarray:
    """Grey pictures (N, 2h, 2w) of 0 to 255 as rows (N, h * w) of 0 to 1: each pixel the mean of four."""
    count, height, width = images.shape
    blocks = images.reshape(count, height // 2, 2, width // 2, 2) / 255
    rows: np.ndarray = blocks.mean((2, 4)).reshape(count, -1)
    return rows
