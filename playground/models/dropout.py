"""Dropout that is the same on every device."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Dropout(nn.Dropout):
    """torch's Dropout, whose masks come from the CPU's generator wherever it computes: under a seed the same ones."""

    def forward(self, x: Tensor) -> Tensor:
        """The activations (...) with some set to 0 and the others scaled up, in training."""
        if x.device.type == "cpu" or not self.training or not self.p:
            return super().forward(x)
        return x * mask(x, self.p).to(x.device)


def mask(like: Tensor, rate: float, generator: torch.Generator | None = None) -> Tensor:
    """What activations are multiplied by, on the CPU: 0 or 1 / (1 - rate); without a rate nothing is drawn."""
    kept = torch.ones(like.shape, dtype=like.dtype)
    return kept.bernoulli_(1 - rate, generator=generator) / (1 - rate) if rate else kept
