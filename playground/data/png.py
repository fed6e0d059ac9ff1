"""PNG files without a picture library: exported scripts, which may import numpy alone, print this function."""

from __future__ import annotations

import zlib

import numpy as np


def read_png(raw: bytes) -> np.ndarray:
    """The pixels (H, W, C) uint8 of a PNG with 8 bits a channel, not interlaced and without a palette.

    Each row is stored as differences from what is left of it and above it (PNG specification, third edition,
    section 9).
    """
    width, height = (int.from_bytes(raw[at : at + 4]) for at in (16, 20))
    channels, at, packed = {0: 1, 2: 3, 4: 2, 6: 4}[raw[25]], 8, b""
    while at < len(raw):
        length, kind = int.from_bytes(raw[at : at + 4]), raw[at + 4 : at + 8]
        packed += raw[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + width * channels)
    above, pixels = [0] * width * channels, []
    for filtering, *row in rows.tolist():
        for i in range(len(row)):
            left, corner = (row[i - channels], above[i - channels]) if i >= channels else (0, 0)
            guess = left + above[i] - corner
            near = {abs(guess - one): one for one in (corner, above[i], left)}
            row[i] = row[i] + (0, left, above[i], (left + above[i]) // 2, near[min(near)])[filtering] & 255
        above = row
        pixels.append(row)
    return np.array(pixels, np.uint8).reshape(height, width, channels)
