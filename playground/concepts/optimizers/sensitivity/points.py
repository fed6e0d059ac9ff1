"""The digits that every network learns from, is chosen by and is tested on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.data import prepare, tables

TRAIN_SHARE = 60
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Points:
    """`inputs` (N, 64) from 0 to 1 and `labels` (N,), by split: train, validation and test."""

    inputs: Mapping[str, Tensor]
    labels: Mapping[str, Tensor]


def points(seed: int, dtype: torch.dtype = torch.float32) -> Points:
    """The digits of a run: 60 % to train on, 20 % to choose rates by, 20 % to test."""
    pictures, labels = tables.digits()
    rows = prepare.split(len(labels), TRAIN_SHARE, np.random.default_rng(seed))
    by_split = dict(zip(SPLITS, map(torch.from_numpy, rows), strict=True))
    inputs = torch.from_numpy(pictures).flatten(1).to(dtype) / 16
    targets = torch.from_numpy(labels)
    return Points(*({split: all_rows[chosen] for split, chosen in by_split.items()} for all_rows in (inputs, targets)))
