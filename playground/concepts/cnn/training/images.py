"""The images of a run as tensors, and what of them is measured while training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.cnn import sets

SAMPLED = 5000  # images whose pixels give mean and standard deviation
TRAIN_MEASURED, TEST_MEASURED = 300, 2000  # while training; at the end all test images
FIRST_MEASURED = 300  # test images of frame 0, which is to come at once


@dataclass(frozen=True)
class Split:
    """Images (N, C, H, W) uint8 and their labels (N,)."""

    images: Tensor
    labels: Tensor

    def some(self, most: int) -> Split:
        """At most so many of them, evenly spaced."""
        if len(self.labels) <= most:
            return self
        rows = torch.from_numpy(np.linspace(0, len(self.labels) - 1, most).round().astype(np.int64))
        rows = rows.to(self.labels.device)
        return Split(self.images[rows], self.labels[rows])


@dataclass(frozen=True)
class Images:
    """The training and the test images, and mean and standard deviation of the training pixels."""

    train: Split
    test: Split
    mean: float
    std: float

    def scaled(self, images: Tensor) -> Tensor:
        """Pixels from 0 to 255 as a network gets them: of mean 0 and standard deviation 1 over the training set."""
        return (images.float() - self.mean) / self.std


def images(data: str, seed: int, device: str) -> Images:
    """The images of a set, on the device. Raises DataError where a full set is not here."""
    found = sets.arrays(data, seed)
    sample = found.train_images[:: -(-len(found.train_images) // SAMPLED)]
    pairs = (found.train_images, found.train_labels), (found.test_images, found.test_labels)
    train, test = (Split(*(_tensor(part).to(device) for part in pair)) for pair in pairs)
    return Images(train, test, float(sample.mean()), float(sample.std()))


def _tensor(array: NDArray[Any]) -> Tensor:
    """The array as a tensor; one that looks into a file's bytes, which torch must not write to, as a copy."""
    return torch.from_numpy(array if array.flags.writeable else array.copy())
