"""Paths of states on their two principal axes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Plane:
    """Projects states on their two principal axes, turned so that they stay near those of the moment before."""

    def __init__(self) -> None:
        self.before: Floats | None = None

    def __call__(self, states: Floats) -> Floats:
        """The points (..., 2) of states (..., H), the farthest 1 from the middle; of one shape from call to call."""
        flat = states.reshape(-1, states.shape[-1])
        flat = flat - flat.mean(0)
        _, _, axes = np.linalg.svd(flat, full_matrices=False)
        found = flat @ axes[:2].T
        if self.before is not None:
            left, _, right = np.linalg.svd(found.T @ self.before)
            found = found @ (left @ right)  # the rotation or reflection that brings it nearest
        self.before = found / max(float(np.abs(found).max()), 1e-12)
        return self.before.reshape(*states.shape[:-1], 2)
