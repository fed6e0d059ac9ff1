"""Losses by name, for one logit (two classes), K logits (K classes) and one output (regression).

Siblings share the signature of torch.nn.functional: (outputs, targets, reduction) -> the mean, or with
`none` the loss of each sample. Two classes: outputs (N, 1), targets (N, 1) of 0.0 and 1.0. K classes: outputs
(N, K), targets (N,) int64. Regression: both (N, 1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor


class LossFn(Protocol):
    """A loss of outputs against targets; reduction is mean or none."""

    def __call__(self, outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
        """A scalar, or with `none` one value a sample."""


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    return losses.mean() if reduction == "mean" else losses


def binary_cross_entropy(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """-log of the probability given to the right class, from one logit."""
    return F.binary_cross_entropy_with_logits(outputs, targets, reduction=reduction)


def binary_focal(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Cross-entropy times (1 - p of the right class)^2 (Lin et al. 2017, gamma 2)."""
    losses = F.binary_cross_entropy_with_logits(outputs, targets, reduction="none")
    return _reduced((1 - torch.exp(-losses)) ** 2 * losses, reduction)


def binary_hinge(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """max(0, 1 - sz), s = 1 for class 1 and -1 for class 0."""
    return _reduced(torch.relu(1 - (2 * targets - 1) * outputs), reduction)


def binary_mse(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Squared distance of the probability of class 1 from the target."""
    return F.mse_loss(torch.sigmoid(outputs), targets, reduction=reduction)


def cross_entropy(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """-log of the probability given to the right class, from K logits."""
    if reduction == "none":  # a softmax over few classes is four times as fast where they are not the last axis
        return F.cross_entropy(outputs.T[None], targets[None], reduction="none")[0]
    return F.cross_entropy(outputs, targets, reduction=reduction)


def focal(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Cross-entropy times (1 - p of the right class)^2 (Lin et al. 2017, gamma 2)."""
    losses = F.cross_entropy(outputs, targets, reduction="none")
    return _reduced((1 - torch.exp(-losses)) ** 2 * losses, reduction)


def hinge(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Sum over the wrong classes of max(0, 1 - z_right + z_wrong), divided by K (Weston and Watkins 1999).

    torch's own multi-margin loss is the same, but has no second derivative.
    """
    right = outputs.gather(1, targets[:, None])
    return _reduced((torch.relu(1 - right + outputs).sum(1) - 1) / outputs.shape[1], reduction)


def mse_of_probabilities(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Squared distance of the probabilities from the one-hot target, averaged over the classes."""
    right = F.one_hot(targets, outputs.shape[1])
    return _reduced(((torch.softmax(outputs, 1) - right) ** 2).mean(1), reduction)


def mse(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """The squared error."""
    return F.mse_loss(outputs, targets, reduction=reduction)


def mae(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """The absolute error."""
    return F.l1_loss(outputs, targets, reduction=reduction)


def huber(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """Half the squared error up to 1, linear beyond (Huber 1964)."""
    return F.huber_loss(outputs, targets, reduction=reduction)


def log_cosh(outputs: Tensor, targets: Tensor, *, reduction: str = "mean") -> Tensor:
    """log cosh of the error, in a form that does not overflow."""
    error = outputs - targets
    return _reduced(error + F.softplus(-2 * error) - math.log(2), reduction)


TWO_CLASSES: Mapping[str, LossFn] = {
    "cross_entropy": binary_cross_entropy,
    "focal": binary_focal,
    "hinge": binary_hinge,
    "mse": binary_mse,
}
MANY_CLASSES: Mapping[str, LossFn] = {
    "cross_entropy": cross_entropy,
    "focal": focal,
    "hinge": hinge,
    "mse": mse_of_probabilities,
}
REGRESSION: Mapping[str, LossFn] = {"mse": mse, "mae": mae, "huber": huber, "log_cosh": log_cosh}
