"""A visitor's picture: any of the usual formats, however odd, as a small RGB picture or one sentence."""

from __future__ import annotations

import io
import warnings

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from playground.data.published import DataError

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
LARGEST = 16 * 1024 * 1024  # bytes of a file
MOST_PIXELS = 25_000_000
SIDE = 320  # pixels of the longer side that are kept
DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def normalised(raw: bytes) -> bytes:
    """The picture as PNG, RGB, upright, at most 320 pixels wide or high; of an animation the first picture.

    Transparent parts become white. Raises DataError with one sentence.
    """
    if len(raw) > LARGEST:
        raise DataError(f"The picture has {len(raw) / 1e6:,.0f} MB; at most {LARGEST // 10**6} are taken.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which do not matter here
            return _png(_opened(raw))
    except DataError:
        raise
    except Exception:  # a decoder may raise anything on a broken file
        raise DataError("This file cannot be read as a picture: it is broken or of another format.") from None


def _opened(raw: bytes) -> Image.Image:
    """The first picture of a file, upright, not yet larger than it may be."""
    image: Image.Image = Image.open(io.BytesIO(raw), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise DataError(f"The picture has {width:,} × {height:,} pixels; at most 25 million are taken.")
    image.draft("RGB", (2 * SIDE, 2 * SIDE))
    image.load()
    return ImageOps.exif_transpose(image)


def _png(image: Image.Image) -> bytes:
    small = _rgb(image)
    small.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in DEEP:
        return _shallow(image)
    if "A" in image.getbands() or "transparency" in image.info:
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return image.convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """A picture of 16 or more bits, or of floats, in 8 bits: its own range where it is not one of bytes."""
    values = np.nan_to_num(np.asarray(image, np.float64))
    top = 65535 if image.mode.startswith("I;16") else max(float(values.max()), 1.0)
    scaled = values if image.mode in ("I", "F") and top <= 255 else values * (255 / top)
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8)).convert("RGB")


def pixels(plain: bytes) -> NDArray[np.uint8]:
    """The pixels (H, W, 3) uint8 of a normalised picture."""
    with Image.open(io.BytesIO(plain), formats=("PNG",)) as image:
        return np.asarray(image.convert("RGB"))
