"""The path of each optimizer's first network on the plane that comes nearest to all paths, and the loss there.

The plane is that of the two principal components of all points of the paths so far. It is fitted anew, and the loss on
it computed, whenever a path leaves the picture, and at the last step: then it is the plane of the whole race.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.optimizers.network.knobs import SIDE, Knobs
from playground.contract import Ranged, ranged
from playground.training.landscape import Plane, lattice, losses, pca_plane, surface
from playground.training.losses import cross_entropy

MARGIN = 0.3  # of the paths' extent, on each side

Shown = dict[str, NDArray[Any] | Ranged]


class Paths:
    """The paths so far, (T, O, P), and the picture that shows them: a plane and its corners."""

    def __init__(self, knobs: Knobs, inputs: Tensor, labels: Tensor) -> None:
        self.knobs, self.inputs, self.labels = knobs, inputs, labels
        self.points: list[NDArray[np.float32]] = []
        self.drawn = np.empty((0, len(knobs.names), 2))
        self.plane: Plane | None = None
        self.explained = 1.0  # a point lies in every plane
        self.low, self.high = np.zeros(2), np.zeros(2)

    def add(self, rows: Tensor, *, last: bool) -> Shown:
        """The arrays of a frame whose first networks are the rows (O, P); `last` where no further one comes."""
        self.points.append(rows.detach().cpu().numpy().copy())
        if len(self.points) < 2:
            return {}
        if self.plane and not last:
            self.drawn = np.concatenate([self.drawn, self._placed(self.plane, self.points[-1])[None]])
        fits = self.plane is None or last or np.abs(self.drawn[-1]).max() > 1
        landscape = self._landscape(self._fitted()) if fits else {}
        x, y = np.moveaxis(self.drawn, -1, 0).astype(np.float32)  # (T, O) each
        return {"path_x": x, "path_y": y, **landscape}

    def _placed(self, plane: Plane, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Where networks (N, P) lie in the picture (N, 2): from -1 to 1 from edge to edge."""
        return np.asarray(2 * (plane.coordinates(rows) - self.low) / (self.high - self.low) - 1)

    def _fitted(self) -> Plane:
        """The plane of all paths so far, on which they go to the right and up, lest the picture flip."""
        rows = np.concatenate(self.points)
        found, shares = pca_plane(rows)
        ends = (found.coordinates(self.points[-1]) - found.coordinates(self.points[0])).mean(0)
        signs = np.where(ends < 0, -1, 1).astype(rows.dtype)
        self.plane = Plane(found.origin, found.directions * signs[:, None])
        self.explained = float(shares.sum())
        flat = self.plane.coordinates(rows)
        low, high = flat.min(0), flat.max(0)
        room = np.maximum(MARGIN * (high - low), 1e-6)
        self.low, self.high = low - room, high + room
        self.drawn = self._placed(self.plane, rows).reshape(len(self.points), -1, 2)
        return self.plane

    def _landscape(self, plane: Plane) -> Shown:
        """The logarithm of the loss over the picture, from 0 at its lowest to 1, row 0 at the bottom."""
        found = surface(plane, lattice(self.low, self.high, SIDE), self._losses)
        heights = np.log10(np.maximum(found, 1e-6)).reshape(SIDE, SIDE)
        most = float(heights[np.isfinite(heights)].max(initial=-6))
        heights = np.nan_to_num(heights, nan=most, posinf=most)
        least = float(heights.min())
        return {"landscape": ranged((heights - least) / max(most - least, 1e-6), 0, 1)}

    def _losses(self, rows: Tensor) -> Tensor:
        rows = rows.to(self.inputs.device)
        return losses(rows, self.knobs.sizes, nn.ReLU(), self.inputs, self.labels, cross_entropy).cpu()
