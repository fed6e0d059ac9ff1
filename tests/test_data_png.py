"""The PNG reader that scripts print reads what a picture library reads."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from playground.data.bundled import bundled
from playground.data.png import read_png


@pytest.mark.parametrize("name", ["camera.png", "chelsea.png"])
def test_carried_pictures_are_read_as_pillow_reads_them(name: str) -> None:
    assert np.array_equal(read_png(bundled(name).read_bytes()).squeeze(), np.asarray(Image.open(bundled(name))))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_each_number_of_channels_is_read(mode: str) -> None:
    shape = (7, 11, len(Image.new(mode, (1, 1)).getbands()))
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8).cumsum(1, dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels.squeeze()).save(out, "PNG")
    assert np.array_equal(read_png(out.getvalue()), pixels)
