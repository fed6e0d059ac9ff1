"""What is watched beside the loss: scores, gradients, units, curvature."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from playground.training.activations import SATURATED, quiet

NEGLIGIBLE = 1e-6


def predictions(outputs: Tensor) -> Tensor:
    """The classes (N,) that one logit (N, 1) or K logits (N, K) speak for."""
    return (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(1)


def accuracy(outputs: Tensor, labels: Tensor) -> float:
    """The share of the labels (N,) or (N, 1) that the logits (N, K) or (N, 1) get right."""
    return (predictions(outputs) == labels.reshape(-1)).float().mean().item()


def r2(outputs: Tensor, targets: Tensor) -> float:
    """1 - squared error / variance of the targets; where these are constant, 1 without error, else 0."""
    error = ((outputs - targets) ** 2).sum().item()
    spread = ((targets - targets.mean()) ** 2).sum().item()
    return 1 - error / spread if spread else float(error == 0)


def dead(name: str, sums: Tensor) -> Tensor:
    """Which units (U,) are at a flat end of the activation for each of the samples: none gives a gradient.

    `sums` (N, U) are what enters the activation. ReLU: none is above zero. Tanh and sigmoid: where the slope is under a
    tenth of its steepest. ELU, SELU, softplus, GELU, SiLU and Mish: so far left that the slope is under 0.001. Leaky
    ReLU, sine and identity: never.
    """
    return quiet(name, sums).all(0)


def saturated(name: str, sums: Tensor) -> Tensor:
    """The share (U,) of the samples that saturate a tanh or sigmoid unit; 0 for unbounded activations.

    `sums` (N, U) are what enters the activation: what leaves a unit may have a residual block's input added.
    """
    if name not in SATURATED:
        return torch.zeros(sums.shape[1])
    return quiet(name, sums).float().mean(0)


def gradient_norms(parameters: Sequence[Tensor]) -> Tensor:
    """The Euclidean norm (P,) of each parameter's gradient, 0 where it has none."""
    return torch.stack(
        [torch.zeros(()) if p.grad is None else torch.linalg.vector_norm(p.grad).cpu() for p in parameters]
    )


def curvature(loss: Tensor, parameters: Sequence[Tensor], iterations: int = 20) -> float:
    """The largest eigenvalue of the loss's Hessian, from that many Hessian-vector products; NaN where it is not finite.

    Plain gradient descent diverges at a learning rate above 2 / curvature. Each product spans one more dimension of a
    Krylov space, and the largest curvature within that space is taken (Lanczos 1950): an estimate from below, exact
    once nothing new is spanned. Plain power iteration confuses eigenvalues of similar size and opposite sign. The start
    vector comes from a generator of its own.
    """
    gradient = _flat(torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True))
    vector = torch.randn(gradient.shape, generator=torch.Generator().manual_seed(0)).to(gradient)
    basis, products = torch.empty(0, len(vector)).to(gradient), torch.empty(0, len(vector)).to(gradient)
    for _ in range(min(iterations, len(vector))):
        basis = torch.cat([basis, vector[None] / vector.norm()])  # (k, P)
        product = _hessian_times(gradient, parameters, basis[-1])
        if not product.isfinite().all():
            return math.nan
        products = torch.cat([products, product[None]])  # (k, P)
        vector = product - (basis @ product) @ basis
        vector = vector - (basis @ vector) @ basis
        if vector.norm() <= NEGLIGIBLE * product.norm():
            break
    return float(torch.linalg.eigvalsh(basis @ products.T).max())


def _hessian_times(gradient: Tensor, parameters: Sequence[Tensor], vector: Tensor) -> Tensor:
    slope = gradient @ vector
    if not slope.requires_grad:
        return torch.zeros_like(vector)
    return _flat(torch.autograd.grad(slope, parameters, retain_graph=True, materialize_grads=True)).detach()


def _flat(tensors: Sequence[Tensor]) -> Tensor:
    return torch.cat([tensor.reshape(-1) for tensor in tensors])
