"""The fit of linear weights to many re-samplings at once. Exported scripts print it as it is."""

from __future__ import annotations

import torch
from torch import Tensor

Factors = tuple[Tensor, Tensor, Tensor]


def solve(factors: Factors, targets: Tensor, ridge: float) -> Tensor:
    """Weights (R, D) of least |y - F w|^2 / N + ridge |w|^2, for targets (R, N) and the SVD of features F (R, N, D).

    Without a ridge, the least-squares weights of least norm; singular values that rounding alone makes count as 0.
    """
    left, singular, right = factors
    samples = left.shape[1]
    least = singular[:, :1] * max(samples, right.shape[2]) * torch.finfo(singular.dtype).eps
    inverse = torch.where(singular > least, singular / (singular**2 + samples * ridge), 0)
    along = torch.einsum("rn,rnk->rk", targets, left) * inverse  # (R, K)
    return torch.einsum("rk,rkd->rd", along, right)
