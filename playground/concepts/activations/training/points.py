"""The points that every network of the comparison learns from and is tested on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.concepts.activations.training.knobs import Knobs
from playground.data import prepare, toy

TRAIN_SHARE = 60


@dataclass(frozen=True)
class Points:
    """`inputs` (N, 2) and `targets` (N, 1) of 0.0 and 1.0, by split: train and test."""

    inputs: Mapping[str, Tensor]
    targets: Mapping[str, Tensor]


def points(knobs: Knobs) -> Points:
    """The points of a run: 60 % to train on, the rest to test; the same for every network."""
    generator = np.random.default_rng(knobs.seed)
    inputs, labels = (torch.from_numpy(one) for one in toy.TOYS[knobs.data](knobs.samples, knobs.noise, generator))
    train, *others = prepare.split(len(inputs), TRAIN_SHARE, generator)
    rows = {"train": train, "test": np.concatenate(others)}
    targets = {split: labels[chosen].float()[:, None] for split, chosen in rows.items()}
    return Points({split: inputs[chosen] for split, chosen in rows.items()}, targets)
