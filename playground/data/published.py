"""The full image sets as they were published: their files, hashes, addresses, and the folders that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


class DataError(Exception):
    """A data set that cannot be had; its text is one sentence for a visitor."""


@dataclass(frozen=True)
class Part:
    """One published file: the `size` and `sha256` of its bytes, unpacked; the bytes `packed` of its download.

    Repackagers compress anew, so a packed copy `name.gz` is known by what it unpacks to. `sha256` is empty
    where none was published.
    """

    name: str
    size: int
    packed: int = 0
    sha256: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What the file may be called, the downloaded one first."""
        return (self.name,) if self.name.endswith(".gz") else (f"{self.name}.gz", self.name)


@dataclass(frozen=True)
class FullSet:
    """A full image set.

    `layouts` are the groups of files that each hold all of it, the downloaded one first; `folders` are tried under
    each root, the cache's first; `base` is the address that the files' names follow; `subset` is the carried file.
    """

    title: str
    format: Literal["idx", "cifar"]
    base: str
    folders: tuple[str, ...]
    layouts: tuple[tuple[Part, ...], ...]
    subset: str = ""


MNIST = FullSet(
    "MNIST", "idx", "https://ossci-datasets.s3.amazonaws.com/mnist/", ("mnist", "MNIST/raw", "."),
    layouts=((
        Part("train-images-idx3-ubyte", 47_040_016, 9_912_422,
             "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"),
        Part("train-labels-idx1-ubyte", 60_008, 28_881,
             "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"),
        Part("t10k-images-idx3-ubyte", 7_840_016, 1_648_877,
             "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"),
        Part("t10k-labels-idx1-ubyte", 10_008, 4_542,
             "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
    ),),
    subset="mnist_5k.npz",
)  # fmt: skip

FASHION_MNIST = FullSet(
    "Fashion-MNIST", "idx", "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ("fashion-mnist", "FashionMNIST/raw", "."),
    layouts=((
        Part("train-images-idx3-ubyte", 47_040_016, 26_421_880,
             "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
        Part("train-labels-idx1-ubyte", 60_008, 29_515,
             "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
        Part("t10k-images-idx3-ubyte", 7_840_016, 4_422_102,
             "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
        Part("t10k-labels-idx1-ubyte", 10_008, 5_148,
             "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
    ),),
    subset="fashion_mnist_6k.npz",
)  # fmt: skip

CIFAR10 = FullSet(
    "CIFAR-10", "cifar", "https://www.cs.toronto.edu/~kriz/", ("cifar10", "cifar-10-batches-bin", "."),
    layouts=(
        (Part("cifar-10-binary.tar.gz", 170_052_171, 170_052_171,
              "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),),
        (*(Part(f"data_batch_{i}.bin", 30_730_000) for i in range(1, 6)), Part("test_batch.bin", 30_730_000)),
    ),
)  # fmt: skip

SETS = {"mnist": MNIST, "fashion_mnist": FASHION_MNIST, "cifar10": CIFAR10}
