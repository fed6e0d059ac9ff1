"""The real images of a run: those that are trained on, and those that are held out to measure by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor

from playground.concepts.gan.digits.knobs import TRAINED, Knobs
from playground.data import full, tables

SETS = {"mnist": "mnist", "fashion": "fashion_mnist"}
TESTED = 360


@dataclass(frozen=True)
class Images:
    """`train` (N, 1, S, S) in [-1, 1] with `train_labels` (N,), and as much of the test images."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor

    def to(self, device: str) -> Images:
        """The images on a device."""
        return Images(*(one.to(device) for one in (self.train, self.train_labels, self.test, self.test_labels)))


def images(knobs: Knobs) -> Images:
    """The images of a run, in an order drawn under the seed; digits, which come in one part, are split by it."""
    pictures, labels = _loaded(knobs.data)
    generator, trained = np.random.default_rng(knobs.seed), TRAINED[knobs.data]
    if knobs.data == "digits":
        order = generator.permutation(len(labels))
    else:
        order = np.concatenate([generator.permutation(trained), trained + generator.permutation(len(labels) - trained)])
    train, test = order[:trained], order[trained : trained + TESTED]
    return Images(*_tensors(pictures, labels, train), *_tensors(pictures, labels, test))


def _tensors(pictures: np.ndarray, labels: np.ndarray, rows: np.ndarray) -> tuple[Tensor, Tensor]:
    """Pictures (n, 1, S, S) and labels (n,).

    Torch adds the channel: under NumPy's strides of it convolutions would sum in another order.
    """
    return torch.from_numpy(pictures[rows])[:, None], torch.from_numpy(labels[rows])


@cache
def _loaded(data: str) -> tuple[np.ndarray, np.ndarray]:
    """All images (N, S, S) in [-1, 1] and labels (N,), those for training first where a set says which they are."""
    if data == "digits":
        grey, labels = tables.digits()
        return (grey / 8 - 1).astype(np.float32), labels
    found = full.images(SETS[data])
    pictures = np.concatenate([found.train_images, found.test_images]).astype(np.float32) / 127.5 - 1
    return pictures, np.concatenate([found.train_labels, found.test_labels])
