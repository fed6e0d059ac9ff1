"""The picture of a run as numbers: one channel, its middle square, small; and the piece that is enlarged.

The functions that scripts print use nothing but their arguments and `np`.
"""

from __future__ import annotations

import base64
import zlib

import numpy as np
from numpy.typing import NDArray

from playground.concepts.cnn.kernel.drawn import SHAPE
from playground.data import painted
from playground.data.bundled import bundled
from playground.data.own import pictures, store
from playground.data.published import DataError

FILES = {name: f"{name}.png" for name in ("camera", "brick", "grass", "gravel")} | {"cat": "chelsea.png"}
LONGEST = 128  # pixels a side of the picture
SIDE = 14  # of the piece that the window slides over


def loaded(name: str, *, upload: str, digit: int, drawing: str) -> NDArray[np.uint8]:
    """The pixels (H, W, C) as they were carried, uploaded or drawn. Raises DataError where an upload is missing."""
    if name == "upload":
        return _uploaded(upload)
    if name == "drawn":
        return painted.drawing(drawing, SHAPE)[..., None]
    if name == "digit":
        return _digit(digit)
    return pictures.pixels(bundled(FILES[name]).read_bytes())


def _uploaded(key: str) -> NDArray[np.uint8]:
    if not key:
        raise DataError("Choose a picture file first, or another picture.")
    return pictures.pixels(store.plain("image", key))


def _digit(digit: int) -> NDArray[np.uint8]:
    """The first test image of a digit."""
    with np.load(bundled("mnist_5k.npz"), allow_pickle=False) as arrays:
        first = int(np.flatnonzero(arrays["test_labels"] == digit)[0])
        found: NDArray[np.uint8] = arrays["test_images"][first, :, :, None]
    return found


def one_channel(pixels: np.ndarray, channel: str) -> np.ndarray:
    """One channel (H, W) of pixels (H, W, C) uint8, from 0 to 1; grey as television weighs colours (BT.601)."""
    shares = {"red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1)}.get(channel, (0.299, 0.587, 0.114))
    mixed: np.ndarray = pixels.repeat(3 // pixels.shape[2], 2) @ np.array(shares) / 255
    return mixed


def prepared(image: np.ndarray, most: int, least: int) -> np.ndarray:
    """The middle square (S, S) float32 of an image (H, W): means of whole blocks, so that S is at most `most`.

    One of fewer than `least` pixels is continued by its rim.
    """
    side = min(image.shape)
    top, left = ((length - side) // 2 for length in image.shape)
    block = -(-side // most)
    kept = side // block * block
    square = image[top : top + kept, left : left + kept]
    small = square.reshape(side // block, block, side // block, block).mean((1, 3))
    missing = max(least - len(small), 0)
    grown: np.ndarray = np.pad(small, (missing // 2, missing - missing // 2), mode="edge").astype(np.float32)
    return grown


def corner(side: int, place: tuple[float, float], piece: int) -> tuple[int, int]:
    """The row and column of the top left pixel of a piece that is centred at a place, as far as it fits."""
    middles = (1 - place[1]) * side, place[0] * side
    row, column = (min(max(round(middle - piece / 2), 0), side - piece) for middle in middles)
    return row, column


def in_levels(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """The image in 256 levels, so that a script can hold it exactly."""
    levels: NDArray[np.float32] = (np.rint(255 * image) / 255).astype(np.float32)
    return levels


def packed(image: NDArray[np.float32]) -> tuple[str, ...]:
    """The lines in which a script holds an image of 256 levels: its bytes, compressed, in base64."""
    text = base64.b64encode(zlib.compress(np.rint(255 * image).astype(np.uint8).tobytes(), 9)).decode()
    return tuple(text[at : at + 100] for at in range(0, len(text), 100))


def hexadecimal(drawing: str) -> tuple[str, ...]:
    """A drawing's rows, a digit from 0 to f for each pixel."""
    return tuple("".join(f"{level // 17:x}" for level in row) for row in painted.drawing(drawing, SHAPE).tolist())
