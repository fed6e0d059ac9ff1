"""The values that a sweep of the logits page runs through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

OFFSETS: NDArray[np.float32] = np.linspace(0, 1000, 101, dtype=np.float32)

RANGES = {"temperature": (0.1, 10.0), "logit": (-10.0, 10.0), "offset": (0.0, 1000.0)}


def values(sweep: str) -> NDArray[np.float32]:
    """The values of a sweep in order: 101, even, or for the temperature 81 in even ratios."""
    low, high = RANGES[sweep]
    if sweep == "temperature":
        return np.geomspace(low, high, 81, dtype=np.float32)
    return np.linspace(low, high, 101, dtype=np.float32)
