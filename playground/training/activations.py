"""Activations by name, and where each is flat."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn


class Sine(nn.Module):
    """sin(z) (Sitzmann et al. 2020, without the frequency factor)."""

    def forward(self, z: Tensor) -> Tensor:
        """sin(z), of the shape of z."""
        return torch.sin(z)


ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "tanh": nn.Tanh,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "leaky_relu": nn.LeakyReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
    "sine": Sine,
    "identity": nn.Identity,
}

SELU_FLOOR = -1.7580993
NEAR = 1e-3

SATURATED: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": lambda activations: activations.abs() >= 0.95,
    "sigmoid": lambda activations: (activations - 0.5).abs() >= 0.475,
}
"""For the bounded activations, which outputs lie where the slope is under a tenth of its steepest."""

QUIET: Mapping[str, Callable[[Tensor], Tensor]] = {
    **SATURATED,
    "relu": lambda activations: activations == 0,
    "elu": lambda activations: activations <= NEAR - 1,
    "selu": lambda activations: activations <= SELU_FLOOR + NEAR,
    "gelu": lambda activations: activations.abs() <= NEAR,
    "silu": lambda activations: activations.abs() <= NEAR,
    "mish": lambda activations: activations.abs() <= NEAR,
    "softplus": lambda activations: activations <= NEAR,
}
"""Which outputs lie at a flat end, where hardly any gradient passes. Leaky ReLU, sine and identity have none."""
