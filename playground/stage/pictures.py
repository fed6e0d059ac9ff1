"""Arrays of 8-bit values as colours: close to the player's maps."""

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

STRONGEST = 0.75  # share of the full colour in a map, so that points of the same class stay visible


def rgb(color: str) -> NDArray[np.float64]:
    """(3,) of 0..255 from `#rrggbb`."""
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)], np.float64)


@cache
def table(scale: str) -> NDArray[np.uint8]:
    """(256, 3): the colour of each value under `diverging`, `sequential` or `classes`."""
    values = np.arange(256)
    if scale == "classes":
        strength = STRONGEST * (0.15 + 0.85 * (values % 32) / 31)
        ends = np.array([rgb(color) for color in CLASSES])[values // 32]  # (256, 3)
    else:
        strength = STRONGEST * (np.abs(values - 127.5) / 127.5 if scale == "diverging" else values / 255)
        below = (values < 128) & (scale == "diverging")
        ends = np.where(below[:, None], rgb(BLUE), rgb(VERMILLION if scale == "diverging" else BLUE))
    mixed = rgb(MIDDLE) + strength[:, None] * (ends - rgb(MIDDLE))
    return np.rint(mixed).astype(np.uint8)


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
