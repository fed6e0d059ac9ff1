"""Hidden states in the plane: their two widest directions, turned so that they do not jump from frame to frame."""

from __future__ import annotations

import torch
from torch import Tensor

FILLED = 0.95  # the share of the points that lie within 1 of the middle


class Plane:
    """Projects hidden states; it remembers where the last ones lay."""

    def __init__(self) -> None:
        self.before: Tensor | None = None

    def __call__(self, cloud: Tensor, path: Tensor) -> tuple[Tensor, Tensor, float]:
        """Places (M, 2) and (T, 2) of hidden states (M, H) and (T, H), and the share of the variance that they show.

        The plane is that of the cloud's principal components; turned and mirrored so that the cloud lies as near as it
        can to where it lay before (orthogonal Procrustes: Schönemann, 1966).
        """
        middle = cloud.mean(0)
        _, sizes, directions = torch.linalg.svd(cloud - middle, full_matrices=False)
        basis = directions[:2].T  # (H, 2)
        places = (cloud - middle) @ basis
        turn = torch.eye(basis.shape[1]) if self.before is None else nearest_turn(places, self.before)
        scale = 1 / places.norm(dim=1).quantile(FILLED).clamp_min(1e-6)
        self.before = places @ turn * scale
        shown = float(sizes[:2].square().sum() / sizes.square().sum().clamp_min(1e-12))
        return self.before, (path - middle) @ basis @ turn * scale, shown


def nearest_turn(places: Tensor, before: Tensor) -> Tensor:
    """The rotation or reflection (2, 2) that brings places (M, 2) nearest to others."""
    left, _, right = torch.linalg.svd(places.T @ before)
    turn: Tensor = left @ right
    return turn
