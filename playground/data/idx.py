"""The idx files of MNIST and Fashion-MNIST: a magic number, big-endian sizes, then bytes."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from playground.data.published import DataError

FILES = {
    "train_images": "train-images-idx3-ubyte", "train_labels": "train-labels-idx1-ubyte",
    "test_images": "t10k-images-idx3-ubyte", "test_labels": "t10k-labels-idx1-ubyte",
}  # fmt: skip


def decode(raw: bytes) -> NDArray[np.uint8]:
    """The array of unsigned bytes that an idx file holds. Raises DataError where it is not one."""
    dimensions = raw[3] if len(raw) >= 4 and raw[:3] == b"\0\0\x08" else 0
    start = 4 + 4 * dimensions
    if not 1 <= dimensions <= 3 or len(raw) < start:
        raise DataError("This is not an idx file of bytes.")
    shape = struct.unpack_from(f">{dimensions}I", raw, 4)
    if len(raw) - start != math.prod(shape):
        raise DataError(f"This idx file holds {len(raw) - start:,} bytes where it declares {math.prod(shape):,}.")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def arrays(files: Mapping[str, bytes]) -> dict[str, NDArray[np.uint8]]:
    """The images (N, H, W) and labels (N,) of both splits, from the files' bytes by name."""
    found = {role: decode(files[name]) for role, name in FILES.items()}
    for split in ("train", "test"):
        images, labels = found[f"{split}_images"], found[f"{split}_labels"]
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise DataError(f"The {split} images {images.shape} and labels {labels.shape} do not match.")
    return found
