"""Places in the latent space: fixed samples, a plane through it, and the way between two samples."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from playground.concepts.gan.digits.knobs import REACH, Knobs


def fixed(knobs: Knobs, count: int) -> Tensor:
    """Latents (count, L) that stay the same all along the run, from a stream of their own."""
    return torch.randn(count, knobs.latent, generator=torch.Generator().manual_seed(knobs.seed))


def plane(knobs: Knobs) -> Tensor:
    """Two orthogonal directions (2, L), as long as makes a standard normal point of the plane a typical latent.

    Of two latent numbers they are the axes.
    """
    if knobs.latent == 2:
        return torch.eye(2)
    drawn = torch.randn(knobs.latent, 2, generator=torch.Generator().manual_seed(knobs.seed + 1))
    directions: Tensor = torch.linalg.qr(drawn)[0]  # (L, 2)
    return directions.T * math.sqrt(knobs.latent / 2)


def lattice(side: int) -> Tensor:
    """Points (side * side, 2) of the plane, row by row from its upper left corner: each the middle of its cell."""
    steps = (torch.arange(side) + 0.5) * (2 * REACH / side) - REACH
    y, x = torch.meshgrid(-steps, steps, indexing="ij")
    return torch.stack([x, y], -1).reshape(-1, 2)


def straight(start: Tensor, end: Tensor, shares: Tensor) -> Tensor:
    """The points (n, L) at shares (n,) of the straight line between two latents (L,)."""
    return torch.lerp(start, end, shares[:, None])


def slerp(start: Tensor, end: Tensor, shares: Tensor) -> Tensor:
    """The points (n, L) at shares (n,) of the arc between two latents (L,): spherical interpolation (White, 2016).

    Where the two are parallel, those of the straight line.
    """
    angle = torch.acos((start @ end / (start.norm() * end.norm())).clamp(-1, 1))
    if torch.sin(angle) < 1e-4:
        return straight(start, end, shares)
    shares = shares[:, None]
    return (torch.sin((1 - shares) * angle) * start + torch.sin(shares * angle) * end) / torch.sin(angle)
