"""Image augmentation on few images: what it draws, what it gains, and whether labels survive it."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.regularization.augmentation import panels
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Augmentation"
SMALL = Knobs(data="digits", train_images=50, steps=20, seeds=2, pixels=0.5)

PRESETS = (
    Preset("200 digits", "With augmentation the curve ends above that without; both saw the same 200 images.", Knobs()),
    Preset("Moved test images", "Two pixels aside: the plain network has a fifth right, with shifted batches half.",
           Knobs(test="shift")),
    Preset("Clothes, mirrored", "Every label survives, yet nothing is gained: the test clothes are not mirrored.",
           Knobs(data="fashion", augmentations=("mirror",))),
    Preset("Noise", "Noise in training hardly changes the accuracy on clean images, and much under noise.",
           Knobs(augmentations=("noise",), noise=0.4, test="noise")),
    Preset("Mixup", "Two images and two labels in one: look at what is drawn. Whether it gains a point or loses one "
           "is chance.",
           Knobs(augmentations=("mixup",))),
    Preset("Break it: turn by 180°", "A six that stands on its head is a nine, and its label still says six.",
           Knobs(degrees=180.0), breaks=True),
    Preset("Break it: upside down", "Half of the digits are flipped; look at the bars to see which labels survive.",
           Knobs(augmentations=("mirror", "upend")), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("test_accuracy.plain", "Test, without", "percent"),
    Readout("test_accuracy.augmented", "Test, with", "percent"),
    Readout("gain", "Gained", "percent"),
    Readout("misread", "Misread once augmented", "percent"),
)

MATHS = (
    (
        "Augmentation: the loss is a mean over draws t of a change, under which the label is to stay true.",
        r"L = \frac{1}{N} \sum_n \mathbb{E}_t \left[ - \log p_{y_n}(t(x_n)) \right]",
    ),
    (
        "Turning by an angle: each place of the new image shows this place of the old one.",
        r"\begin{pmatrix} x' \\ y' \end{pmatrix} = \begin{pmatrix} \cos \alpha & -\sin \alpha \\ \sin \alpha & "
        r"\cos \alpha \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix}",
    ),
    (
        "Mixup: two images and their targets, mixed by the same share. The first picture of the gallery has",
        r"\tilde{x} = \lambda x_i + (1 - \lambda) x_j, \quad \tilde{y} = \lambda y_i + (1 - \lambda) y_j, \quad "
        r"\lambda \sim \text{Beta}(\alpha, \alpha), \quad \lambda = \cell{mixed_share}",
    ),
    (
        "What it gained on test images, the mean over the repeats.",
        r"\cell{test_accuracy.augmented} - \cell{test_accuracy.plain} = \cell{gain}",
    ),
)

SOURCES = (
    replace(SETS["mnist_subset"], when=("data", ("mnist",))),
    replace(SETS["fashion_mnist_subset"], when=("data", ("fashion",))),
    replace(SETS["digits"], when=("data", ("digits",))),
    Source("The judge (dashed) is a wider network that learns, in the run, from all training images, slightly "
           "turned, moved and scaled. It speaks once it reads 70 % of the test images, of which 400 are drawn."),
    Source("Mixup: Zhang, Cisse, Dauphin and Lopez-Paz, mixup: beyond empirical risk minimization, 2018.",
           url="https://arxiv.org/abs/1710.09412", when=("augmentations", ("mixup",))),
    Source("CutMix: Yun and others, CutMix: regularization strategy to train strong classifiers, 2019.",
           url="https://arxiv.org/abs/1905.04899"),
    Source("Cutout: DeVries and Taylor, Improved regularization of convolutional neural networks, 2017.",
           url="https://arxiv.org/abs/1708.04552"),
    Source("Random erasing: Zhong and others, Random erasing data augmentation, 2020.",
           url="https://arxiv.org/abs/1708.04896"),
)  # fmt: skip


def _few(knobs: Knobs, history: History) -> bool:
    """Whether 200 digits of MNIST or fewer are enough for 88 %."""
    few = knobs.data == "mnist" and knobs.train_images <= 200
    return few and history.last("test_accuracy.augmented") >= 0.88


def _noise(knobs: Knobs, history: History) -> bool:
    """Whether the mean accuracy under noise rises by 14 points while that on clean images does not fall."""
    plain, changed = (history.last(f"robust_accuracy.{arm}") for arm in ("plain", "augmented"))
    return knobs.test == "noise" and changed - plain >= 0.14 and history.last("gain") >= 0


CHALLENGES = (
    Challenge("Reach 88 % on the test digits with at most 200 training images.", _few, {"data": "mnist"}),
    Challenge(
        "Raise the mean of the curve under noise by 14 points, and lose nothing on test images as they are.",
        _noise, {"test": "noise"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The gallery; accuracy over the steps; robustness; labels lost; the numbers."""
    return (
        panels.pictures(knobs), panels.accuracy(knobs), panels.robustness(knobs), panels.lost(knobs),
        panels.table(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
