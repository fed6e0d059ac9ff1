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

SATURATED: Mapping[str, Callable[[Tensor], Tensor]] = {
    "tanh": lambda activations: activations.abs() >= 0.95,
    "sigmoid": lambda activations: (activations - 0.5).abs() >= 0.475,
}
"""For the bounded activations, which outputs lie where the slope is under a tenth of its steepest."""

FLAT_BELOW: Mapping[str, float] = {
    "relu": 0.0,
    "elu": -6.907755,
    "selu": -7.471989,
    "gelu": -3.810371,
    "silu": -8.985062,
    "mish": -8.985214,
    "softplus": -6.906755,
}
"""The weighted sum z from which on down the slope is at most 0.001 in size."""

FLAT_BEYOND: Mapping[str, float] = {"tanh": 1.831781, "sigmoid": 3.663562}
"""The |z| from which on the slope is under a tenth of its steepest, as in SATURATED."""


def quiet(name: str, sums: Tensor) -> Tensor:
    """Where the weighted sums lie at a flat end of the activation, so that hardly any gradient passes (bool).

    Told by the sum, since GELU, SiLU and Mish are zero at zero too, where their slope is a half or more. Leaky ReLU,
    sine and identity have no flat end.
    """
    if name in FLAT_BEYOND:
        return sums.abs() >= FLAT_BEYOND[name]
    return sums <= FLAT_BELOW[name] if name in FLAT_BELOW else torch.zeros_like(sums, dtype=torch.bool)
