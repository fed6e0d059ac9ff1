"""What enters the network: functions of the two coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

FEATURES: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1sq": lambda x1, x2: x1**2,
    "x2sq": lambda x1, x2: x2**2,
    "x1x2": lambda x1, x2: x1 * x2,
    "sinx1": lambda x1, x2: torch.sin(math.pi * x1),
    "sinx2": lambda x1, x2: torch.sin(math.pi * x2),
}


def featured(points: Tensor, names: Sequence[str]) -> Tensor:
    """The named features (N, F) of points (N, 2); points on a line (N, 1) are their own feature."""
    if points.shape[1] == 1:
        return points
    x1, x2 = points.T
    return torch.stack([FEATURES[name](x1, x2) for name in names], 1)
