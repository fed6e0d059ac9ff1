"""Arrays of 8-bit values as colours: the same maps as the player's."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.contract import Array, Ranged
from playground.stage.palette import BLUE, CLASSES, MIDDLE, VERMILLION

LIGHTER = 0.62  # share of the full colour in a map, so that points of the same class stay visible


def rgb(color: str) -> NDArray[np.float64]:
    """(3,) of 0..255 from `#rrggbb`."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float64)


def mix(start: NDArray[np.float64], end: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3): the colours a share (N,) of the way from one to the other, each (3,) or (N, 3)."""
    return np.floor(start + share[:, None] * (end - start) + 0.5)


@cache
def table(scale: str) -> NDArray[np.uint8]:
    """(256, 3): the colour of each value under `diverging`, `sequential`, `grey` or `classes`, as the player has it."""
    q = np.arange(256)
    middle, below, above = map(rgb, (MIDDLE, BLUE, VERMILLION))
    if scale == "grey":
        found = np.stack([q, q, q], 1).astype(np.float64)
    elif scale == "classes":
        found = mix(middle, np.array([rgb(color) for color in CLASSES])[q // 32], LIGHTER * (q % 32) / 31)
    elif scale == "diverging":
        found = mix(middle, np.where((q < 128)[:, None], below, above), LIGHTER * np.abs(q / 127.5 - 1))
    else:
        dark = mix(below, np.zeros(3), np.array([0.7]))
        found = np.where((q < 153)[:, None], mix(middle, below, q / 153), mix(below, dark, (q / 255 - 0.6) / 0.4))
    return found.astype(np.uint8)


def pictures(array: Array, scale: str) -> list[NDArray[np.uint8]]:
    """The tiles of an array as (h, w, 3) pictures, row 0 first."""
    data: NDArray[Any] = array.q if isinstance(array, Ranged) else array
    tiles = data if data.ndim == (4 if scale == "rgb" else 3) else data[None]
    return [tile if scale == "rgb" else table(scale)[tile] for tile in tiles]


def data_uri(picture: NDArray[np.uint8]) -> str:
    """A picture as a PNG in a data URI."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
