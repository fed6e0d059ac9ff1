"""The two networks, small DCGANs (Radford, Metz and Chintala, 2016), and the losses that they play for.

Images are (N, 1, S, S) in [-1, 1], S = 4 b; latents (N, L); logits (N, 1), above 0 where an image is taken for real.
As DCGAN has it, a layer before a batch norm has no bias: what of it the norm takes away again Adam would drive by
rounding errors alone.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.concepts.gan.digits.knobs import Knobs


def generator(knobs: Knobs) -> nn.Sequential:
    """Latents to images: a linear layer to b x b pixels, then two transposed convolutions that each double the side."""
    channels, base, bias = knobs.generator_channels, knobs.side // 4, not knobs.batch_norm
    return nn.Sequential(
        nn.Linear(knobs.latent, 2 * channels * base**2, bias), nn.Unflatten(1, (2 * channels, base, base)),
        *_norm(knobs, 2 * channels), nn.ReLU(),
        nn.ConvTranspose2d(2 * channels, channels, 4, stride=2, padding=1, bias=bias), *_norm(knobs, channels),
        nn.ReLU(),
        nn.ConvTranspose2d(channels, 1, 4, stride=2, padding=1), nn.Tanh(),
    )  # fmt: skip


def discriminator(knobs: Knobs) -> nn.Sequential:
    """Images to logits: two convolutions that each halve the side, then a linear layer."""
    channels, base, bias = knobs.discriminator_channels, knobs.side // 4, not knobs.batch_norm
    return nn.Sequential(
        nn.Conv2d(1, channels, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(channels, 2 * channels, 4, stride=2, padding=1, bias=bias), *_norm(knobs, 2 * channels),
        nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(2 * channels * base**2, 1),
    )  # fmt: skip


def _norm(knobs: Knobs, channels: int) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if knobs.batch_norm else []


def discriminator_loss(knobs: Knobs, real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """What the discriminator minimises.

    Log loss (Goodfellow and others, 2014), with the real images' target at 1 - smoothing, or hinge (Lim and Ye, 2017).
    """
    if knobs.loss == "hinge":
        return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()
    targets = torch.full_like(real_logits, 1 - knobs.smoothing)
    return F.binary_cross_entropy_with_logits(real_logits, targets) + F.softplus(fake_logits).mean()


def generator_loss(knobs: Knobs, fake_logits: Tensor) -> Tensor:
    """What the generator minimises: -log D of its samples, or the negative logit."""
    return -fake_logits.mean() if knobs.loss == "hinge" else F.softplus(-fake_logits).mean()
