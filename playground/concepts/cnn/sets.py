"""The image sets of the CNN page: shapes, class names, and the images themselves as arrays. No torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from playground.data import full, tables
from playground.data.bundled import bundled
from playground.data.published import DataError

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
TEXTURES = ("brick", "grass", "gravel")
THINGS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

CLASSES = {
    "digits": DIGITS, "mnist": DIGITS, "mnist_full": DIGITS, "fashion": CLOTHES, "fashion_full": CLOTHES,
    "textures": TEXTURES, "cifar10": THINGS,
}  # fmt: skip
SHAPES = {
    "digits": (1, 8, 8), "mnist": (1, 28, 28), "mnist_full": (1, 28, 28), "fashion": (1, 28, 28),
    "fashion_full": (1, 28, 28), "textures": (1, 32, 32), "cifar10": (3, 32, 32),
}  # fmt: skip
TITLES = {
    "digits": "digits, 8 × 8", "mnist": "MNIST (subset)", "mnist_full": "MNIST (full)",
    "fashion": "Fashion-MNIST (subset)", "fashion_full": "Fashion-MNIST (full)", "textures": "textures",
    "cifar10": "CIFAR-10 (full)",
}  # fmt: skip
FULL = {
    "mnist_full": ("mnist", "mnist"),
    "fashion_full": ("fashion_mnist", "fashion"),
    "cifar10": ("cifar10", "fashion"),
}
"""For `knob(full=...)`: the set that a choice needs, and the choice in use where that set is not here."""

NAMES = {"mnist": "mnist", "fashion": "fashion_mnist", **{choice: name for choice, (name, _) in FULL.items()}}
DIGITS_TESTED = 360
PATCHES = {"train": 600, "test": 200}  # of each texture
BORDER = 384  # of the columns: training patches end left of it, test patches begin there


@dataclass(frozen=True)
class Arrays:
    """Images (N, C, H, W) uint8 from 0 to 255 and labels (N,) int64, by split."""

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]


def arrays(data: str, seed: int) -> Arrays:
    """The images of a set: digits and textures are split under the seed, the others as published.

    Raises DataError with a sentence where a full set is not here.
    """
    if data == "digits":
        return _digits(seed)
    if data == "textures":
        return _textures(seed)
    found = _published(data)
    images = (_channels_first(one) for one in (found.train_images, found.test_images))
    train, test = images
    return Arrays(train, found.train_labels, test, found.test_labels)


@cache
def _published(data: str) -> full.Images:
    found = full.images(NAMES[data], full=data in FULL)
    if found.note:  # else a subset would stand for the full set
        raise DataError(found.note)
    return found


def _channels_first(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(N, H, W) or (N, H, W, 3) as (N, C, H, W)."""
    return images[:, None] if images.ndim == 3 else np.ascontiguousarray(images.transpose(0, 3, 1, 2))


def _digits(seed: int) -> Arrays:
    pictures, labels = tables.digits()
    images = np.rint(pictures * (255 / 16)).astype(np.uint8).reshape(-1, 1, *pictures.shape[1:])
    order = np.random.default_rng(seed).permutation(len(labels))
    train, test = order[DIGITS_TESTED:], order[:DIGITS_TESTED]
    return Arrays(images[train], labels[train], images[test], labels[test])


def patches(
    photo: np.ndarray, count: int, first: int, last: int, size: int, generator: np.random.Generator
) -> np.ndarray:
    """(count, size, size): that many square patches of a photo (H, W), anywhere in its columns first to last - 1."""
    rows = generator.integers(0, photo.shape[0] - size + 1, count)
    columns = generator.integers(first, last - size + 1, count)
    return np.stack([photo[r : r + size, c : c + size] for r, c in zip(rows, columns, strict=True)])


def _textures(seed: int) -> Arrays:
    """Patches of three photos; training and test patches come from parts that do not overlap."""
    generator = np.random.default_rng(seed)
    size = SHAPES["textures"][1]
    photos = [_texture(name) for name in TEXTURES]
    spans = {"train": (0, BORDER), "test": (BORDER, photos[0].shape[1])}
    images = {
        split: np.concatenate([patches(photo, PATCHES[split], *spans[split], size, generator) for photo in photos])
        for split in PATCHES
    }
    labels = {split: np.repeat(np.arange(len(TEXTURES)), count) for split, count in PATCHES.items()}
    return Arrays(images["train"][:, None], labels["train"], images["test"][:, None], labels["test"])


@cache
def _texture(name: str) -> NDArray[np.uint8]:
    with Image.open(bundled(f"{name}.png")) as photo:
        return np.asarray(photo.convert("L"))
