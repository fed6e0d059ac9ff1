"""How well fake points stand for the real ones: modes covered, good samples, near and reached points, a distance.

Exported scripts print these functions as they are.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def mode_labels(fake: Tensor, modes: Tensor, spread: float) -> Tensor:
    """The mode (N,) within three standard deviations of which each fake point (N, 2) stands, the nearest; -1 for none.

    Modes (K, 2). Srivastava et al. 2017 (VEEGAN) call samples near a mode of high quality.
    """
    distances, nearest = torch.cdist(fake, modes).min(1)
    return torch.where(distances <= 3 * spread, nearest, -1)


def mode_shares(labels: Tensor, count: int) -> Tensor:
    """The share (count,) of all samples that each mode has, from the samples' labels (N,)."""
    return torch.bincount(labels[labels >= 0], minlength=count) / len(labels)


def covered(shares: Tensor) -> int:
    """How many modes have at least a fifth of what each would have if all samples were good and evenly spread.

    Stricter than the one sample that Srivastava et al. 2017 ask for: a bridge of stray samples covers nothing.
    """
    return int((shares >= 0.2 / len(shares)).sum())


def near_share(points: Tensor, others: Tensor, radius: float) -> float:
    """The share of points (N, 2) that have one of the others (K, 2) within the radius (N and K alike)."""
    return (torch.cdist(points, others).amin(1) <= radius).double().mean().item()


def own_radius(real: Tensor, others: Tensor) -> float:
    """The distance within which 95 % of real points find one of as many other real points."""
    return torch.quantile(torch.cdist(real, others).amin(1), 0.95).item()


def sliced_wasserstein(points: Tensor, others: Tensor) -> float:
    """The mean over 32 directions of the Wasserstein-1 distance of both sets (N, 2), projected on each.

    Rabin et al. 2011; in the plane directions may be spaced evenly instead of being drawn.
    """
    angles = torch.arange(32) * (np.pi / 32)
    directions = torch.stack([torch.cos(angles), torch.sin(angles)]).to(points)  # (2, 32)
    apart = (points @ directions).sort(0).values - (others @ directions).sort(0).values
    return apart.abs().mean().item()


def told_apart(real_logits: Tensor, fake_logits: Tensor) -> float:
    """How often a real point gets more than a fake one, ties counted half: 0.5 is chance, 1 never wrong (the AUC)."""
    ordered = fake_logits.flatten().sort().values
    ranks = [torch.searchsorted(ordered, real_logits.flatten(), right=right) for right in (False, True)]
    return (torch.stack(ranks).double().mean() / len(ordered)).item()
