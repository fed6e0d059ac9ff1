"""The knobs of the augmentation lab: which images, how many, what is done to them and how strongly."""

from __future__ import annotations

from typing import Literal

from playground.concepts.regularization.augmentation.words import AUGMENTATIONS
from playground.contract import Knobs as Base
from playground.contract import knob

Augmentation = Literal[
    "rotate", "shift", "scale", "crop", "mirror", "upend", "noise", "erase", "mixup", "cutmix"
]  # fmt: skip


class Knobs(Base):
    data: Literal["mnist", "fashion", "digits"] = knob(
        "mnist", title="Images",
        labels={"mnist": "MNIST (subset)", "fashion": "Fashion-MNIST (subset)", "digits": "digits, 8 × 8"},
        help="The subsets hold 5,000 and 6,000 images; each is shrunk to 14 × 14 pixels, the mean of four.",
    )  # fmt: skip
    train_images: int = knob(
        200, title="Training images", ge=50, le=1000, help="Each repeat draws its own; with and without share them."
    )
    augmentations: tuple[Augmentation, ...] = knob(
        ("rotate", "shift", "scale"), title="Augmentations", labels=AUGMENTATIONS, min_length=1, max_length=10,
        help="All of them are drawn anew for every image of every batch. How strong each is: under More.",
    )  # fmt: skip
    degrees: float = knob(
        20.0, title="Rotate by up to", ge=0, le=180, unit="°", when=("augmentations", ("rotate",)),
        help="Drawn evenly, to either side.",
    )  # fmt: skip
    test: Literal["rotation", "shift", "scale", "noise"] = knob(
        "rotation", title="Test under", help="What is done to the test images, more and more, in the robustness curve."
    )
    pixels: float = knob(
        1.0, title="Shift by up to", ge=0, le=4, unit="px", group="more", when=("augmentations", ("shift",))
    )
    zoom: float = knob(
        0.1, title="Scale by up to", ge=0, le=0.5, group="more", when=("augmentations", ("scale",)),
        help="0.1 draws factors from 0.9 to 1.1.",
    )  # fmt: skip
    crop: float = knob(
        0.2, title="Crop away up to", ge=0, le=0.6, group="more", when=("augmentations", ("crop",)),
        help="The share of the side that may go; the window that stays is enlarged to the whole image.",
    )  # fmt: skip
    noise: float = knob(
        0.2, title="Noise of up to", ge=0, le=1, group="more", when=("augmentations", ("noise",)),
        help="A standard deviation; black is 0, white is 1.",
    )  # fmt: skip
    erase: float = knob(
        0.15, title="Erase up to", ge=0, le=0.6, group="more", when=("augmentations", ("erase",)),
        help="The share of the image that a box of zeros covers.",
    )  # fmt: skip
    mixup: float = knob(
        0.4, title="Mixup: alpha", ge=0.05, le=4, group="more", when=("augmentations", ("mixup",)),
        help="The share of the own image is drawn from Beta(alpha, alpha): small is nearly all or nothing.",
    )  # fmt: skip
    cutmix: float = knob(
        1.0, title="Cutmix: alpha", ge=0.05, le=4, group="more", when=("augmentations", ("cutmix",)),
        help="The area pasted from another image is drawn from Beta(alpha, alpha).",
    )  # fmt: skip
    steps: int = knob(400, title="Steps", ge=20, le=1000, group="more")
    learning_rate: float = knob(0.01, title="Learning rate", ge=0.001, le=0.03, log=True, group="more")
    seeds: int = knob(
        4, title="Repeats", ge=2, le=6, group="more",
        help="Networks on each side; each pair has its own images and the same initial weights.",
    )  # fmt: skip

    @property
    def size(self) -> int:
        """Pixels along the side of an image."""
        return 8 if self.data == "digits" else 14

    @property
    def names(self) -> tuple[str, ...]:
        """The augmentations in their fixed order, each once."""
        return tuple(name for name in AUGMENTATIONS if name in self.augmentations)

    @property
    def trained(self) -> tuple[float, float]:
        """What training draws of that which the test images undergo, from least to most."""
        ranges = {
            "rotation": ("rotate", -self.degrees, self.degrees), "shift": ("shift", -self.pixels, self.pixels),
            "scale": ("scale", 1 - self.zoom, 1 + self.zoom), "noise": ("noise", 0.0, self.noise),
        }  # fmt: skip
        name, low, high = ranges[self.test]
        still = 1.0 if self.test == "scale" else 0.0
        return (low, high) if name in self.names else (still, still)
