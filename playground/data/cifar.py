"""CIFAR-10's binary version: records of one label and 3 x 32 x 32 bytes. Nothing is unpickled or unpacked to disk."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.data.published import DataError

FOLDER = "cifar-10-batches-bin"
TRAIN = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
TEST = "test_batch.bin"
RECORD = 1 + 3 * 32 * 32
MOST_BYTES = 10_000 * RECORD  # of one batch
MOST_MEMBERS = 32


def members(archive: Path) -> dict[str, bytes]:
    """The batches in a tar.gz by name: regular files of the expected names and of bounded size, nothing else."""
    wanted = {f"{FOLDER}/{name}": name for name in (*TRAIN, TEST)}
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for _, member in zip(range(MOST_MEMBERS), tar, strict=False):
                if member.name in wanted and member.isfile() and member.size <= MOST_BYTES:
                    found[wanted[member.name]] = _content(tar, member)
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        raise DataError(f"{archive} is not an archive that can be read.") from None
    return found


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = tar.extractfile(member)
    return stream.read(MOST_BYTES) if stream else b""


def decode(raw: bytes) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The images (N, 32, 32, 3) and labels (N,) of a batch. Raises DataError where it is not one."""
    if not raw or len(raw) % RECORD:
        raise DataError(f"A CIFAR-10 batch of {len(raw):,} bytes is not a whole number of pictures.")
    records = np.frombuffer(raw, np.uint8).reshape(-1, RECORD)
    if records[:, 0].max() > 9:
        raise DataError("A CIFAR-10 batch has a label above 9.")
    return records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1), records[:, 0]  # (N, H, W, C)


def arrays(files: Mapping[str, bytes]) -> dict[str, NDArray[np.uint8]]:
    """The images (N, 32, 32, 3) and labels (N,) of both splits, from the batches' bytes by name."""
    if missing := {*TRAIN, TEST} - set(files):
        raise DataError(f"CIFAR-10 lacks {', '.join(sorted(missing))}.")
    images, labels = zip(*(decode(files[name]) for name in TRAIN), strict=True)
    test_images, test_labels = decode(files[TEST])
    return {
        "train_images": np.concatenate(images), "train_labels": np.concatenate(labels),
        "test_images": np.ascontiguousarray(test_images), "test_labels": test_labels,
    }  # fmt: skip
