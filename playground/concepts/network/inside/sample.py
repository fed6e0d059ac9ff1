"""The sample looked at: the training point nearest to where the visitor clicked, or that very place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.sandbox.features import featured
from playground.concepts.network.sandbox.measure import Rows
from playground.concepts.network.sandbox.points import Points


@dataclass(frozen=True)
class Sample:
    """`inputs` (1, F) are features, `target` as the loss wants it; `place` (2,) is where it lies on the picture."""

    inputs: Tensor
    target: Tensor
    place: NDArray[np.float32]


def sample(knobs: Knobs, points: Points, rows: Rows) -> Sample:
    """The sample of the knobs. Its target is that of the nearest training point."""
    train, targets = points.inputs["train"], points.targets["train"]
    clicked = np.array(knobs.point[: train.shape[1]], np.float32)
    nearest = int(((train - clicked) ** 2).sum(1).argmin())
    chosen = train[nearest] if knobs.snap else clicked
    device = rows.inputs.device
    inputs = featured(torch.from_numpy(chosen[None]), knobs.feature_names).to(device)
    up = chosen[1] if len(chosen) > 1 else float(targets[nearest])
    place = np.array([chosen[0], up], np.float32)
    return Sample(inputs, rows.targets["train"][nearest : nearest + 1], place)
