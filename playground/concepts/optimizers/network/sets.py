"""The pictures of a race as tensors, by split."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.pictures import halved, split_digits, split_fashion
from playground.data.full import images
from playground.data.tables import digits

Split = tuple[Tensor, Tensor]


def splits(knobs: Knobs, device: str) -> dict[str, Split]:
    """Inputs (N, D) float32 from 0 to 1 and labels (N,) int64 of train, validation and test."""
    generator = np.random.default_rng(knobs.seed)
    if knobs.data == "digits":
        pictures, labels = digits()
        found = split_digits(pictures.reshape(-1, 64) / 16, labels, generator)
    else:
        one = images("fashion_mnist")
        train, test = (halved(one.train_images), one.train_labels), (halved(one.test_images), one.test_labels)
        found = split_fashion(train, test, generator)
    return {split: _tensors(*part, device) for split, part in found.items()}


def _tensors(inputs: NDArray[np.float64], labels: NDArray[np.int64], device: str) -> Split:
    return torch.from_numpy(inputs.astype(np.float32)).to(device), torch.from_numpy(labels).to(device)
