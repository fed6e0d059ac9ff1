"""Image sets: the carried subset, or the full set from the first place that has it. Nothing is fetched here."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playground.data import cifar, idx
from playground.data.bundled import FILES, bundled
from playground.data.published import SETS, DataError, FullSet, Part

DEBIAN = Path("/usr/share/datasets")
BLOCK = 1 << 20
DECODERS = {"idx": idx.arrays, "cifar": cifar.arrays}


@dataclass(frozen=True)
class Images:
    """An image set: images (N, H, W) or (N, H, W, 3) uint8, labels (N,) int64.

    `title` says whether it is the full set or a subset, `folder` where it was found, and `note` why the
    full set that was asked for is not this one (else empty).
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]
    title: str
    folder: Path
    note: str = ""


def images(name: str, *, full: bool = False, sets: Mapping[str, FullSet] = SETS) -> Images:
    """The set mnist, fashion_mnist or cifar10: the carried subset, or with `full` the full set where it is found.

    Where it is not, the subset with a note. Raises DataError with a sentence where there is no subset, KeyError
    on another name.
    """
    one = sets[name]
    if not full:
        return _subset(one, "")
    troubles = []
    for folder in places(one):
        for files in present(one, folder):
            try:
                return _full(one, files, folder)
            except DataError as error:
                troubles.append(str(error))
    advice = f"The full {one.title} is not here: download it, or put its files into the folder PLAYGROUND_DATA_DIR."
    return _subset(one, " ".join([advice, *troubles]))


def here(name: str, sets: Mapping[str, FullSet] = SETS) -> bool:
    """Whether a full set's files lie in one of its places; their content is not looked at."""
    return any(True for folder in places(sets[name]) for _ in present(sets[name], folder))


def _full(one: FullSet, files: Mapping[Part, Path], folder: Path) -> Images:
    arrays = DECODERS[one.format](contents(files))
    return _images(arrays, f"{one.title} (full set, {{:,}} images)", folder, "")


def _subset(one: FullSet, note: str) -> Images:
    if not one.subset:
        raise DataError(note or f"No part of {one.title} comes with this package: ask for the full set.")
    with np.load(bundled(one.subset), allow_pickle=False) as arrays:
        return _images(arrays, f"{one.title} ({{:,}}-image subset)", FILES, note)


def _images(arrays: Mapping[str, NDArray[np.uint8]], title: str, folder: Path, note: str) -> Images:
    train_labels, test_labels = arrays["train_labels"], arrays["test_labels"]
    return Images(
        arrays["train_images"], train_labels.astype(np.int64), arrays["test_images"], test_labels.astype(np.int64),
        title.format(len(train_labels) + len(test_labels)), folder, note,
    )  # fmt: skip


def places(one: FullSet) -> Iterator[Path]:
    """The folders where a full set may lie: PLAYGROUND_DATA_DIR, Debian's, the cache."""
    own = os.environ.get("PLAYGROUND_DATA_DIR")
    for root in (*([Path(own)] if own else []), DEBIAN, cache_folder()):
        yield from (root / folder for folder in one.folders)


def cache_folder() -> Path:
    """Where downloads go: PLAYGROUND_CACHE_DIR or ~/.cache/deep-learning-playground."""
    own = os.environ.get("PLAYGROUND_CACHE_DIR")
    return Path(own) if own else Path.home() / ".cache" / "deep-learning-playground"


def present(one: FullSet, folder: Path) -> Iterator[dict[Part, Path]]:
    """The layouts of a set whose files all lie in a folder, with their paths; their content is not looked at."""
    for layout in one.layouts:
        paths = {part: path for part in layout for name in part.names if _readable(path := folder / name)}
        if len(paths) == len(layout):
            yield paths


def _readable(path: Path) -> bool:
    return os.access(path, os.R_OK) and path.is_file()


def blocks(path: Path, part: Part) -> Iterator[bytes]:
    """The unpacked bytes of a file, block by block.

    Raises DataError with a sentence, at the end at the latest, where they are not the published ones.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with gzip.open(path) if path.name == f"{part.name}.gz" else path.open("rb") as stream:
            while (block := stream.read(BLOCK)) and size <= part.size:
                size += len(block)
                digest.update(block)
                yield block
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{path} cannot be read.") from None
    if size != part.size or digest.hexdigest() != (part.sha256 or digest.hexdigest()):
        raise DataError(f"{path} is not the published {part.name}: its size or SHA-256 differs.")


def contents(files: Mapping[Part, Path]) -> dict[str, bytes]:
    """The checked bytes of files by name; an archive gives its members. Raises DataError."""
    found: dict[str, bytes] = {}
    for part, path in files.items():
        if part.name.endswith(".tar.gz"):
            check(path, part)
            found |= cifar.members(path)
        else:
            found[part.name] = b"".join(blocks(path, part))
    return found


def check(path: Path, part: Part) -> None:
    """Reads a file to its end. Raises DataError with a sentence where it is not the published one."""
    for _ in blocks(path, part):
        pass
