"""The points of every repeat. Exported scripts print this function as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.data import toy

VALIDATION, TEST = 200, 400
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Points:
    """`inputs` (R, N, 2) and `targets` (R, N, 1) of 0.0 and 1.0 of the R repeats, by split."""

    inputs: Mapping[str, Tensor]
    targets: Mapping[str, Tensor]


def points(knobs: Knobs) -> Points:
    """The points of a run: each repeat draws its own, the training points first."""
    count = knobs.samples + VALIDATION + TEST
    seeds = range(knobs.seed, knobs.seed + knobs.repeats)
    drawn = [toy.TOYS[knobs.data](count, knobs.noise, np.random.default_rng(seed)) for seed in seeds]
    inputs, labels = (torch.from_numpy(np.stack(arrays)) for arrays in zip(*drawn, strict=True))
    sizes = [knobs.samples, VALIDATION, TEST]
    parts = zip(SPLITS, torch.split(inputs, sizes, dim=1), torch.split(labels.float(), sizes, dim=1), strict=True)
    found = {split: (x.contiguous(), y[..., None].contiguous()) for split, x, y in parts}
    return Points({split: x for split, (x, _) in found.items()}, {split: y for split, (_, y) in found.items()})
