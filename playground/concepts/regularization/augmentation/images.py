"""The images of a run: of each repeat its own training images, and test images that all share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.data import full, prepare, tables

SETS = {"mnist": "mnist", "fashion": "fashion_mnist"}
DIGITS_TO_TRAIN = 1297
TESTED = 400


@dataclass(frozen=True)
class Images:
    """`train` (N, S, S) in [0, 1] with `train_labels` (N,), `test` and `test_labels`, `rows` (R, n) of each repeat."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor
    rows: Tensor


def images(knobs: Knobs) -> Images:
    """The images of a run: repeat r draws its training images under seed + r, the test images are drawn under seed."""
    train, train_labels, test, test_labels = _loaded(knobs.data)
    seeds = range(knobs.seed, knobs.seed + knobs.seeds)
    orders = [np.random.default_rng(seed).permutation(len(train)) for seed in seeds]
    rows = np.stack([order[: knobs.train_images] for order in orders])
    tested = np.random.default_rng([knobs.seed, 1]).permutation(len(test))[:TESTED]
    arrays = train, train_labels, test[tested], test_labels[tested], rows
    return Images(*map(torch.from_numpy, arrays))


@cache
def _loaded(data: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images and labels, test images and labels."""
    if data == "digits":
        pictures, labels = tables.digits()
        pictures, cut = (pictures / 16).astype(np.float32), DIGITS_TO_TRAIN
        return pictures[:cut], labels[:cut], pictures[cut:], labels[cut:]
    found = full.images(SETS[data])
    train, test = (prepare.halved(part) / 255 for part in (found.train_images, found.test_images))
    return train, found.train_labels, test, found.test_labels
