"""Where maps are measured: the places of a square lattice."""

from __future__ import annotations

import torch
from torch import Tensor


def square(size: int, reach: float) -> Tensor:
    """Points (size * size, 2) from -reach to reach, rows from the lowest x2 up."""
    axis = torch.linspace(-reach, reach, size)
    x2, x1 = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack([x1.reshape(-1), x2.reshape(-1)], 1)
