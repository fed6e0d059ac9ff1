"""Small convolutional networks, trained as one model: M members, N images of S x S pixels.

Two convolutions of stride 2 and a linear layer. The members' convolutions are one grouped convolution: on one core, for
8 members and 24 images of 14 x 14, a forward and a backward take 0.4 of what one member after the other takes.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.training.seeding import aside

CLASSES = 10
CHANNELS = (8, 16)


def alone(size: int, channels: tuple[int, int] = CHANNELS) -> nn.Sequential:
    """One network for images (N, 1, S, S)."""
    first, second = channels
    left = ((size + 1) // 2 + 1) // 2  # what two strides leave of the side
    return nn.Sequential(
        nn.Conv2d(1, first, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(first, second, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(second * left * left, CLASSES),
    )  # fmt: skip


class Networks:
    """M networks, each built under its own seed; `parameters` have the member as first axis."""

    def __init__(self, seeds: Sequence[int], size: int) -> None:
        self.count = len(seeds)
        rows = zip(*(_built(seed, size) for seed in seeds), strict=True)
        self.parameters = [torch.stack(row).requires_grad_() for row in rows]

    def __call__(self, images: Tensor) -> Tensor:
        """The logits (M, N, K) for images (M, N, S, S), or (N, S, S) that all members share."""
        w1, b1, w2, b2, w3, b3 = self.parameters
        x = images.expand(self.count, *images.shape[-3:]).transpose(0, 1)  # (N, M, S, S)
        for w, b in ((w1, b1), (w2, b2)):
            x = F.conv2d(x, w.flatten(0, 1), b.flatten(), stride=2, padding=1, groups=self.count).relu()
        features = x.reshape(len(x), self.count, -1).transpose(0, 1)  # (M, N, D)
        return torch.baddbmm(b3[:, None], features, w3.transpose(1, 2))


def _built(seed: int, size: int) -> list[Tensor]:
    with aside():
        torch.manual_seed(seed)
        return [parameter.detach() for parameter in alone(size).parameters()]


def member_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy (M,) of logits (M, N, K) to targets (M, N, K), which are shares of the classes."""
    losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(0, 1), reduction="none")
    return losses.view(len(logits), -1).mean(1)
