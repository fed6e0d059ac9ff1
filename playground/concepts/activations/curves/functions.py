"""The functions themselves, by name: torch's own where it has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.concepts.activations.curves.code import VARIABLES
from playground.concepts.activations.curves.knobs import CLASSES, Knobs
from playground.expression import parse

Function = Callable[[Tensor], Tensor]

FUNCTIONS: Mapping[str, Callable[[Tensor, Knobs], Tensor]] = {
    "sigmoid": lambda z, knobs: torch.sigmoid(z),
    "tanh": lambda z, knobs: torch.tanh(z),
    "relu": lambda z, knobs: F.relu(z),
    "leaky_relu": lambda z, knobs: F.leaky_relu(z, knobs.leaky_slope),
    "prelu": lambda z, knobs: F.prelu(z, z.new_tensor([knobs.prelu_slope])),
    "elu": lambda z, knobs: F.elu(z, knobs.elu_alpha),
    "selu": lambda z, knobs: F.selu(z),
    "gelu": lambda z, knobs: F.gelu(z),
    "silu": lambda z, knobs: F.silu(z),
    "mish": lambda z, knobs: F.mish(z),
    "softplus": lambda z, knobs: F.softplus(z, knobs.softplus_beta),
    "hard_swish": lambda z, knobs: F.hardswish(z),
    "sine": lambda z, knobs: torch.sin(knobs.sine_frequency * z),
    "identity": lambda z, knobs: z,
    "own": lambda z, knobs: parse(knobs.formula, VARIABLES)(z=z),
}


def softmax(z: Tensor, knobs: Knobs) -> Tensor:
    """The probabilities (..., 3) of the logits z, logit_2, logit_3, divided by the temperature."""
    logits = torch.stack([z, torch.full_like(z, knobs.logit_2), torch.full_like(z, knobs.logit_3)], -1)
    return torch.softmax(logits / knobs.temperature, -1)


def functions(knobs: Knobs) -> dict[str, Function]:
    """The curves that the knobs show, each a function of z alone."""
    if knobs.view == "softmax":
        return {name: lambda z, k=k: softmax(z, knobs)[..., k] for k, name in enumerate(CLASSES)}  # type: ignore[misc]
    return {name: lambda z, name=name: FUNCTIONS[name](z, knobs) for name in knobs.names}  # type: ignore[misc]


def derivatives(function: Function, z: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """f, f' and f'' at each z (N,), by autograd."""
    z = z.clone().requires_grad_()
    value = function(z)
    slope = _slope(value, z)
    bend = _slope(slope, z)
    return value.detach(), slope.detach(), bend.detach()


def _slope(value: Tensor, z: Tensor) -> Tensor:
    """dvalue / dz elementwise; 0 where z plays no part."""
    if not value.requires_grad:
        return torch.zeros_like(z)
    (slope,) = torch.autograd.grad(value.sum(), z, create_graph=True, materialize_grads=True)
    return slope
