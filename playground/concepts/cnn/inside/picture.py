"""The picture as the network gets it: a test image with ink on it, or a drawing, scaled and centred. NumPy alone.

Pictures are (H, W) float64 from 0, paper, to 1, ink; row 0 is at the top.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.concepts.cnn.inside.knobs import SHEET, Knobs
from playground.data.painted import drawing

Picture = NDArray[np.float64]

BOXES = {"mnist": 20, "fashion": 28, "digits": 8}  # pixels that the longer side of a centred drawing gets
INK = 0.35  # a pixel from here on counts as ink


def weights(count: int, size: int, start: float, length: float) -> np.ndarray:
    """What each of `count` pixels over start to start + length takes of each of `size` pixels, (count, size).

    A triangle as wide as two pixels, of the finer or the coarser grid, whichever is coarser; each row sums to 1.
    """
    scale = length / count
    centres = start + (np.arange(count) + 0.5) * scale
    far = np.abs(np.arange(size) + 0.5 - centres[:, None]) / max(scale, 1)
    near = np.clip(1 - far, 0, None)
    return np.asarray(near / near.sum(1, keepdims=True))


def centred(ink: np.ndarray, size: int, box: int) -> np.ndarray:
    """The drawing as MNIST's digits were made: its bounding box fitted into box x box pixels, its shape kept.

    Its centre of mass then lies in the middle of pixel size / 2, counted from 0, as nearly as whole pixels and the
    border allow: a digit of MNIST stays as it is.
    """
    found = np.zeros((size, size))
    rows, columns = np.nonzero(ink)
    if not len(rows):
        return found
    top, left = rows.min(), columns.min()
    height, width = rows.max() + 1 - top, columns.max() + 1 - left
    scale = box / max(height, width)
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    small = weights(high, ink.shape[0], top, height) @ ink @ weights(wide, ink.shape[1], left, width).T
    down = (small.sum(1) @ (np.arange(high) + 0.5)) / small.sum()
    right = (small.sum(0) @ (np.arange(wide) + 0.5)) / small.sum()
    top = min(max(round((size + 1) / 2 - down), 0), size - high)
    left = min(max(round((size + 1) / 2 - right), 0), size - wide)
    found[top : top + high, left : left + wide] = small
    return found


def whole(ink: np.ndarray, size: int) -> np.ndarray:
    """The sheet as it is, on size x size pixels."""
    high, wide = ink.shape
    return np.asarray(weights(size, high, 0, high) @ ink @ weights(size, wide, 0, wide).T)


def ink_of(knobs: Knobs) -> Picture:
    """The drawing, on its sheet."""
    found: Picture = drawing(knobs.drawing, SHEET) / 255
    return found


def under(knobs: Knobs, images: NDArray[np.uint8]) -> Picture:
    """What lies under the ink, as the network would get it: a test image, or paper. `images` are (N, 1, S, S)."""
    if knobs.picture == "sheet":
        return np.zeros((knobs.side, knobs.side))
    found: Picture = images[knobs.image % len(images), 0] / 255
    return found


def entering(knobs: Knobs, images: NDArray[np.uint8]) -> Picture:
    """The picture (S, S) that enters the network."""
    ink = ink_of(knobs)
    if knobs.picture == "sheet" and knobs.centre:
        return centred(ink, knobs.side, BOXES[knobs.data])
    found: Picture = np.maximum(under(knobs, images), whole(ink, knobs.side))
    return found


def outline(picture: Picture) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The border of the ink as x and y (P,) in the unit square, y upwards; NaN parts its pieces."""
    inked = np.pad(picture >= INK, 1)
    side = len(picture)
    across = _edges(inked[1:, :] != inked[:-1, :], side)
    down = _edges((inked[:, 1:] != inked[:, :-1]).T, side)
    pieces = [((a, b), (line, line)) for line, a, b in across] + [((line, line), (a, b)) for line, a, b in down]
    x, y = ([v for piece in pieces for v in (*piece[axis], np.nan)] or [np.nan] for axis in (0, 1))
    found = np.array([x, y], np.float32) / np.float32(side)
    return found[0], 1 - found[1]


def _edges(borders: NDArray[np.bool_], side: int) -> list[tuple[int, int, int]]:
    """Each run of borders along a line, as (line, start, end) in pixels."""
    found = []
    for line, row in enumerate(borders[:, 1 : side + 1]):
        turns = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
        found += [(line, int(a), int(b)) for a, b in zip(turns[::2], turns[1::2], strict=True)]
    return found


def extent(picture: Picture) -> tuple[int, float]:
    """The longer side of the ink's bounding box in pixels, and how far its centre of mass lies from the middle."""
    rows, columns = np.nonzero(picture >= INK)
    if not len(rows):
        return 0, 0.0
    total = picture.sum()
    along = np.arange(len(picture)) - len(picture) // 2
    away = float(np.hypot(picture.sum(1) @ along, picture.sum(0) @ along) / total)
    return int(max(np.ptp(rows), np.ptp(columns)) + 1), away
