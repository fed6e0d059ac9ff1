"""The losses by name, as torch has them or as their papers define them; each gives one value a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.training.losses import log_cosh

Loss = Callable[[Tensor, Tensor], Tensor]


def pinball(outputs: Tensor, targets: Tensor, quantile: float) -> Tensor:
    """`quantile` times the error where the output is too low, 1 - quantile times it where too high.

    Koenker and Bassett, 1978; its least mean lies at that quantile of the targets.
    """
    error = targets - outputs
    return torch.maximum(quantile * error, (quantile - 1) * error)


def focal(logits: Tensor, targets: Tensor, gamma: float) -> Tensor:
    """Cross-entropy (N,) times (1 - p of the right class)^gamma, from logits (N, K) (Lin et al. 2017)."""
    losses = F.cross_entropy(logits, targets, reduction="none")
    return (1 - torch.exp(-losses)) ** gamma * losses


def kl_divergence(logits: Tensor, targets: Tensor) -> Tensor:
    """KL(targets || softmax(logits)) (N,) of logits and target probabilities (N, K), in nats."""
    return F.kl_div(F.log_softmax(logits, 1), targets, reduction="none").sum(1)


def regression_losses(delta: float, quantile: float) -> Mapping[str, Loss]:
    """Losses of outputs against targets of the same shape."""
    return {
        "mse": partial(F.mse_loss, reduction="none"),
        "mae": partial(F.l1_loss, reduction="none"),
        "huber": partial(F.huber_loss, reduction="none", delta=delta),
        "log_cosh": partial(log_cosh, reduction="none"),
        "quantile": partial(pinball, quantile=quantile),
    }


def shares(right: float, class_count: int) -> Tensor:
    """A target distribution (K,) that gives class 0 the probability `right` and the others the rest evenly."""
    others = torch.full((class_count - 1,), (1 - right) / (class_count - 1), dtype=torch.float64)
    return torch.cat([torch.tensor([right], dtype=torch.float64), others])
