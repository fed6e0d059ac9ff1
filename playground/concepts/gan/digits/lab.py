"""A small DCGAN: the same latents become digits, a plane and a walk through the latent space, and how a game fails."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.gan.digits import panels
from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.verdicts import READABLE, verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Digits"
DEVICE = "any"
SMALL = Knobs(epochs=2, batch_size=128, generator_channels=4, discriminator_channels=4, latent=4)

PRESETS = (
    Preset("Digits", "Noise turns into digits within ten epochs; which digit a latent stands for may still change.",
           Knobs()),
    Preset("MNIST", "Strokes first, then figures: look how a walk bends one digit into another.",
           Knobs(data="mnist", epochs=12)),
    Preset("Clothes", "All ten kinds turn up early, yet the judge stays less sure of them than of real ones.",
           Knobs(data="fashion", epochs=8)),
    Preset("Two numbers", "The plane is the whole space: drag the handle across it and count the digits that it holds.",
           Knobs(latent=2)),
    Preset("Hinge loss", "Another loss, much the same samples: here the loss is not what decides.",
           Knobs(loss="hinge")),
    Preset("Small D", "A small discriminator: both scores lie near 0.5 as if all were well; but look at the classes.",
           Knobs(discriminator_channels=4)),
    Preset("Break it: fast generator", "Without batch norm and at five times the rate all samples become the same.",
           Knobs(generator_rate=0.01, batch_norm=False), breaks=True),
    Preset("Break it: D too strong", "The discriminator is sure of every image, and the samples improve but slowly.",
           Knobs(generator_rate=1e-4, discriminator_rate=0.005, discriminator_steps=4), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("classes", "Classes of ten", "count"),
    Readout("confidence", "Judge's confidence", "percent"),
    Readout("diversity", "Diversity, real = 1"),
    Readout("neighbour_ratio", "To the nearest, real = 1"),
    Readout("epoch", "Epoch", "count"),
)

MATHS = (
    (
        "The discriminator D tells real images x from samples G(z); D is the sigmoid of its logit. Log loss, now:",
        r"L_D = - \frac{1}{N} \sum_n \log D(x_n) - \frac{1}{N} \sum_n \log \left(1 - D(G(z_n))\right), \quad "
        r"L_D = \cell{discriminator_loss}",
    ),
    (
        "The generator wants its samples to be taken for real: the non-saturating loss, whose gradient stays large "
        "where the discriminator is sure.",
        r"L_G = - \frac{1}{N} \sum_n \log D(G(z_n)), \quad L_G = \cell{generator_loss}",
    ),
    (
        "If all were guesswork, D would be one half everywhere. Now it gives, on average:",
        r"D = \frac{p_{\text{real}}}{p_{\text{real}} + p_{\text{samples}}}, \quad \overline{D(x)} = "
        r"\cell{real_score}, \quad \overline{D(G(z))} = \cell{fake_score}",
    ),
    (
        "Hinge loss instead, with the logit d: nothing is gained by being surer than a margin of 1.",
        r"L_D = \overline{\max(0, 1 - d(x))} + \overline{\max(0, 1 + d(G(z)))}, \quad L_G = - \overline{d(G(z))}",
    ),
    (
        "The walk keeps to an arc, since latents lie near a sphere: a straight line would leave it.",
        r"z(t) = \frac{\sin((1 - t) \Omega)}{\sin \Omega} z_1 + \frac{\sin(t \Omega)}{\sin \Omega} z_2, \quad "
        r"\cos \Omega = \frac{z_1 \cdot z_2}{\lVert z_1 \rVert \lVert z_2 \rVert}",
    ),
    (
        "Distance to the nearest training image, of samples beside test images: below 1 it would be copying.",
        r"\frac{\overline{\min_n \lVert G(z) - x_n \rVert}}{\overline{\min_n \lVert x_{\text{test}} - x_n \rVert}} = "
        r"\cell{neighbour_ratio}",
    ),
)

SOURCES = (
    replace(SETS["digits"], when=("data", ("digits",))),
    replace(SETS["mnist_subset"], when=("data", ("mnist",))),
    replace(SETS["fashion_mnist_subset"], when=("data", ("fashion",))),
    Source("The judge is a small convolutional network that learns, in the run, from the training images. It speaks "
           "once it reads nine tenths of the test images, of clothes three quarters. A class counts as covered from "
           "one sample in fifty on."),
    Source("GANs and both log losses: Goodfellow and others, Generative adversarial nets, 2014.",
           url="https://arxiv.org/abs/1406.2661"),
    Source("DCGAN: Radford, Metz and Chintala, Unsupervised representation learning with deep convolutional generative "
           "adversarial networks, 2016.", url="https://arxiv.org/abs/1511.06434"),
    Source("Hinge loss: Lim and Ye, Geometric GAN, 2017.", url="https://arxiv.org/abs/1705.02894",
           when=("loss", ("hinge",))),
    Source("One-sided label smoothing: Salimans and others, Improved techniques for training GANs, 2016.",
           url="https://arxiv.org/abs/1606.03498", when=("loss", ("non_saturating",))),
    Source("Walks on the sphere: White, Sampling generative networks, 2016.", url="https://arxiv.org/abs/1609.04468"),
)  # fmt: skip


def _quick(knobs: Knobs, history: History) -> bool:
    """Whether ten epochs of 8 x 8 digits are enough for all classes and a judge that is nearly sure."""
    read = history.last("classes") == 10 and history.last("confidence") >= 0.9
    return knobs.data == "digits" and knobs.epochs <= 10 and read


def _narrow(knobs: Knobs, history: History) -> bool:
    """Whether two latent numbers are enough for all classes."""
    read = history.last("classes") == 10 and history.last("confidence") >= READABLE
    return knobs.latent == 2 and read


CHALLENGES = (
    Challenge("Cover all ten classes with two latent numbers, the judge 80 % sure on average.", _narrow, {"latent": 2}),
    Challenge("In at most 10 epochs of 8 × 8 digits: all ten classes, the judge 90 % sure on average.", _quick,
              {"epochs": 10}),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The samples; the plane and the scores; the walk and the nearest images; what is read; losses and distances."""
    return (
        panels.samples(knobs), panels.plane(knobs), panels.scores(knobs), panels.walk(knobs), panels.pairs(knobs),
        panels.classes(knobs), panels.quality(knobs), panels.losses(knobs), panels.distances(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "DEVICE", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
