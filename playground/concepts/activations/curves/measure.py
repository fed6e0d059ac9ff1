"""What is measured of a function beside its curve: its mean output, and the gain that its layers need."""

from __future__ import annotations

import torch

from playground.concepts.activations.curves.functions import Function

WIDEST = 8.0
NODES = 8001


def moments(function: Function) -> tuple[float, float]:
    """The mean output and the mean squared output for z from N(0, 1), by the trapezoid rule."""
    z = torch.linspace(-WIDEST, WIDEST, NODES, dtype=torch.float64)
    weights = torch.exp(-(z**2) / 2) * (z[1] - z[0]) / (2 * torch.pi) ** 0.5
    value = function(z)
    return (weights * value).sum().item(), (weights * value**2).sum().item()


def gain(function: Function) -> float:
    """What weights of variance 1 / inputs must be multiplied by to keep a signal of mean square 1.

    1 / sqrt(E f(z)²) for z from N(0, 1): exactly sqrt(2) for ReLU (He et al., 2015).
    """
    square = moments(function)[1]
    return float(square**-0.5) if square > 0 else float("nan")
