"""Logarithmic axes that widen by whole decades, and only when a curve leaves them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST, MOST, LABELS = -12.0, 12.0, 4


class Decades:
    """The powers of ten that a chart's curves have reached so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reached: tuple[float, float] | None = None

    def __call__(self, values: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
        """`<name>_range` (2,) and `<name>_tick` (1,), decades between two labels, where others than before; else none.

        What is zero or no number is not on the axis.
        """
        logs = np.log10(values[np.isfinite(values) & (values > 0)])
        low, high = (np.floor(logs.min()), np.ceil(logs.max())) if len(logs) else self.reached or (-3.0, 0.0)
        if self.reached:
            low, high = min(low, self.reached[0]), max(high, self.reached[1])
        low = float(max(low, LEAST))
        found = (low, float(min(max(high, low + 2), MOST)))
        if found == self.reached:
            return {}
        self.reached = found
        tick = np.ceil((found[1] - found[0]) / LABELS)
        return {f"{self.name}_range": np.array(found, np.float32), f"{self.name}_tick": np.array([tick], np.float32)}
