"""Text as arrays: what `stage.Text` paints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def characters(lines: Sequence[str], length: int) -> NDArray[np.int32]:
    """The code points (lines, length) of texts, cut at the length; 0 is no character."""
    found = np.zeros((len(lines), length), np.int32)
    for row, line in zip(found, lines, strict=True):
        codes = [ord(character) for character in line[:length]]
        row[: len(codes)] = codes
    return found
