"""Tiny full sets with hashes of their own, in the formats of the real ones."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
from pathlib import Path

import numpy as np

from playground.data import cifar
from playground.data.published import FullSet, Part

RNG = np.random.default_rng(0)
IMAGES = {"train": RNG.integers(0, 256, (6, 4, 5), np.uint8), "test": RNG.integers(0, 256, (3, 4, 5), np.uint8)}
LABELS = {"train": np.array([3, 1, 4, 1, 5, 9], np.uint8), "test": np.array([2, 6, 5], np.uint8)}
PICTURES = RNG.integers(0, 256, (12, 32, 32, 3), np.uint8)  # two a batch


def idx(array: np.ndarray) -> bytes:
    """The idx file of an array, as the format's own page describes it."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


IDX_FILES = {
    "train-images-idx3-ubyte": idx(IMAGES["train"]), "train-labels-idx1-ubyte": idx(LABELS["train"]),
    "t10k-images-idx3-ubyte": idx(IMAGES["test"]), "t10k-labels-idx1-ubyte": idx(LABELS["test"]),
}  # fmt: skip


def batches() -> dict[str, bytes]:
    """Six CIFAR-10 batches of two pictures; picture i has label i % 10, its planes lie red, green, blue."""
    records = [bytes([i % 10]) + picture.transpose(2, 0, 1).tobytes() for i, picture in enumerate(PICTURES)]
    return {name: records[2 * i] + records[2 * i + 1] for i, name in enumerate((*cifar.TRAIN, cifar.TEST))}


def tar(files: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    """A tar.gz of files by their whole names."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content) * (kind == tarfile.REGTYPE), kind, "/etc/passwd"
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


ARCHIVE = tar({f"{cifar.FOLDER}/{name}": raw for name, raw in {"readme.html": b"hello", **batches()}.items()})


def part(name: str, raw: bytes) -> Part:
    return Part(name, len(raw), max(len(gzip.compress(raw)), 200), hashlib.sha256(raw).hexdigest())


def tiny(base: str = "", subset: str = "mnist_5k.npz") -> FullSet:
    """A set like MNIST, of nine images."""
    layout = tuple(part(name, raw) for name, raw in IDX_FILES.items())
    return FullSet("Tiny", "idx", base, ("tiny", "Tiny/raw", "."), (layout,), subset)


def tiny_cifar(base: str = "") -> FullSet:
    """A set like CIFAR-10, of twelve pictures and with no subset."""
    bins = tuple(Part(name, len(raw)) for name, raw in batches().items())
    return FullSet("TinyCifar", "cifar", base, ("cifar", "."), ((part("cifar-10-binary.tar.gz", ARCHIVE),), bins))


def lay(folder: Path, files: dict[str, bytes], packed: bool = False) -> Path:
    """Writes files into a folder, with gzip's ending where `packed`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(raw) if packed else raw)
    return folder
