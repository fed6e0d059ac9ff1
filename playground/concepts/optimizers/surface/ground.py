"""What is known of a surface without racing on it: values, gradients, curvature, lowest points, its map.

A function here takes x and y, tensors of one shape, and gives their values, each from its own x and y alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.surfaces import CELLS, VARIABLES
from playground.expression import parse

Function = Callable[[Tensor, Tensor], Tensor]

STEEP = 98  # percentile of the heights at which the map's colours end
FLOOR = 1e-3  # share of the steep height below which the map tells no more
ROOT = 0.4
POLISHING = 8


def function(knobs: Knobs) -> Function:
    """The surface that a visitor chose."""
    formula = parse(knobs.function, VARIABLES)
    return lambda x, y: formula(x=x, y=y)


def slopes(f: Function, points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Values (M,), gradients (M, 2) and Hessians (M, 2, 2) at points (M, 2), by autograd."""
    points = points.detach().clone().requires_grad_()
    values = f(points[:, 0], points[:, 1])
    (gradients,) = torch.autograd.grad(values.sum(), points, create_graph=True)
    rows = [_derivative(gradients[:, k].sum(), points) for k in range(2)]
    return values.detach(), gradients.detach(), torch.stack(rows, 1)


def _derivative(total: Tensor, points: Tensor) -> Tensor:
    """dtotal / dpoints; 0 where the points play no part."""
    if not total.requires_grad:
        return torch.zeros_like(points)
    (found,) = torch.autograd.grad(total, points, retain_graph=True, materialize_grads=True)
    return found


def curvatures(hessians: Tensor) -> NDArray[np.float64]:
    """The smallest and the largest eigenvalue (2, M) of each Hessian (M, 2, 2); NaN where one is not finite."""
    a, b, d = hessians[:, 0, 0], hessians[:, 0, 1], hessians[:, 1, 1]
    reach = torch.hypot((a - d) / 2, b)
    found = torch.stack([(a + d) / 2 - reach, (a + d) / 2 + reach])
    return torch.where(found.isfinite(), found, torch.nan).numpy()


class Ground:
    """A surface in numbers: `lowest` (K, 2), `floor` (its value there), `heights` (81, 81) from 0 to 1."""

    def __init__(self, knobs: Knobs) -> None:
        self.f, self.box = function(knobs), knobs.ground.box
        grid, values = self.values(CELLS)
        known = torch.tensor(knobs.ground.lowest, dtype=torch.float64)
        self.lowest = self._polished(known if len(known) else self._least(grid, values))
        self.floor = float(self.f(self.lowest[:, 0], self.lowest[:, 1]).min())
        self.peak = _peak(values.numpy() - self.floor)
        self.heights = self.height(values.numpy())

    def holds(self, points: Tensor) -> Tensor:
        """Which points (N, 2) lie on the map: (N,)."""
        x0, y0, x1, y1 = self.box
        return (points >= torch.tensor([x0, y0])).all(1) & (points <= torch.tensor([x1, y1])).all(1)

    def height(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The logarithm of values above the floor, from 0 (lowest) to 1 (steep); what is not finite is steep."""
        logs = np.log10(self._share(values) + FLOOR)
        return np.asarray((logs - np.log10(FLOOR)) / (np.log10(1 + FLOOR) - np.log10(FLOOR)))

    def rise(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """A root of the same: gentler at the lowest points, where a logarithm would dig holes."""
        return np.asarray(self._share(values) ** ROOT)

    def _share(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values above the floor, as shares of the steep height."""
        above = np.where(np.isfinite(values), values - self.floor, self.peak)
        return np.clip(above / self.peak, 0, 1)

    def values(self, cells: int) -> tuple[Tensor, Tensor]:
        """A grid over the box (cells, cells, 2) and the surface's values on it."""
        x0, y0, x1, y1 = self.box
        rows, columns = (torch.linspace(a, b, cells, dtype=torch.float64) for a, b in ((y0, y1), (x0, x1)))
        grid = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)
        return grid, self.f(grid[..., 0], grid[..., 1])

    def _least(self, grid: Tensor, values: Tensor) -> Tensor:
        """The grid's lowest point (1, 2); the box's corner where nothing is finite."""
        return grid.view(-1, 2)[torch.where(values.isfinite(), values, torch.inf).argmin()][None]

    def _polished(self, points: Tensor) -> Tensor:
        """Points (K, 2) after Newton's steps, as long as they lead down and stay on the map."""
        for _ in range(POLISHING):
            values, gradients, hessians = slopes(self.f, points)
            moved = points - torch.einsum("kij,kj->ki", torch.linalg.pinv(torch.nan_to_num(hessians)), gradients)
            better = self.holds(moved) & (self.f(moved[:, 0], moved[:, 1]) < values)
            points = torch.where(better[:, None], moved, points)
        return points


def _peak(above: NDArray[np.float64]) -> float:
    """The height at which the map's colours end."""
    finite = above[np.isfinite(above)]
    return max(float(np.percentile(finite, STEEP)) if finite.size else 1.0, 1e-12)
