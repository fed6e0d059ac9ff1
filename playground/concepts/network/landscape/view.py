"""What part of parameter space the picture shows, and where networks lie in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from playground.concepts.network.landscape.knobs import Knobs
from playground.training import landscape
from playground.training.landscape import Plane, pca_plane

Floats = NDArray[np.float64]
LEAST = 0.02  # of the longer side of the path: what the shorter one is taken for, lest it have no length


@dataclass(frozen=True)
class View:
    """A rectangle of a plane, from corner `low` (2,) to `high` (2,) in the plane's coordinates.

    The trained network is the plane's origin. In the picture the rectangle reaches from -1 to 1 both ways.
    """

    plane: Plane
    low: Floats
    high: Floats

    def placed(self, rows: NDArray[Any]) -> Floats:
        """Where networks (N, P), or their nearest points on the plane, lie in the picture (N, 2)."""
        return self.pictured(np.asarray(self.plane.coordinates(rows), np.float64))

    def pictured(self, coordinates: Floats) -> Floats:
        """The plane's coordinates (N, 2) as the picture's."""
        return np.asarray(2 * (coordinates - self.low) / (self.high - self.low) - 1)

    def lattice(self, side: int) -> Floats:
        """The middles (side * side, 2) of the picture's cells, in the plane's coordinates, the lowest row first."""
        return np.asarray(landscape.lattice(self.low, self.high, side))


def path_plane(rows: Floats) -> Plane:
    """The plane through the last of the networks (N, P) along the principal directions of all.

    A principal direction has no sign of its own: the path goes to the right and up.
    """
    found, _ = pca_plane(rows if len(rows) > 1 else np.repeat(rows, 2, 0))
    start = (rows[0] - rows[-1]) @ found.directions.T
    return Plane(rows[-1], found.directions * np.where(start > 0, -1.0, 1.0)[:, None])


def explained(rows: Floats, plane: Plane) -> tuple[float, float]:
    """The share of the variance of networks (N, P) that lies along the plane's first direction, and in the plane.

    1 where they do not differ: a point lies in every plane.
    """
    centred = rows - rows.mean(0)
    total = float((centred**2).sum())
    kept = []
    for count in (1, 2):
        basis, scales, _ = np.linalg.svd(plane.directions[:count].T, full_matrices=False)
        inside = centred @ basis[:, scales > 0]
        kept.append(float((inside**2).sum()) / total if total > 0 else 1.0)
    return kept[0], kept[1]


def around_path(rows: Floats, margin: float, side: int) -> View:
    """The path's own plane, with room around it. One of the side * side cells has its middle at the last network."""
    plane = path_plane(rows)
    flat = plane.coordinates(rows)
    low, high = flat.min(0), flat.max(0)
    longest = max(float((high - low).max()), 1e-6)
    room = margin * (high - low) + np.maximum(LEAST * longest - (high - low), 0)
    low, high = low - room - LEAST * longest, high + room + LEAST * longest
    cell = (high - low) / side
    offset = -low / cell - 0.5
    shift = (offset - np.rint(offset)) * cell
    return View(plane, low + shift, high + shift)


def around_end(plane: Plane, reach: float) -> View:
    """A plane's part that reaches as far from the trained network in all four ways."""
    return View(plane, np.full(2, -reach), np.full(2, reach))


def view_of(knobs: Knobs, model: nn.Module, rows: Floats) -> View:
    """The view that the knobs ask for, of the trained network and its path (N, P)."""
    if knobs.plane == "path":
        return around_path(rows, knobs.margin, knobs.resolution)
    return around_end(landscape.random_plane(model, np.random.default_rng([knobs.seed, 1])), knobs.reach)


def round_values(low: float, high: float) -> Floats:
    """Round numbers between two, at least three where these differ."""
    rough = (high - low) / 6
    scale = 10 ** np.floor(np.log10(rough))
    step = scale * next(one for one in (1, 2, 5, 10) if one * scale >= rough)
    values = np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step
    return np.array([float(f"{value:.12g}") for value in values])
