"""The plane as a layer sees it: the projection on two axes, its window, the grid, the border, the straight cut.

N points, H units, S places along a side of a map, P points of each of M grid lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.looking import axes, seen_on, window
from playground.concepts.network.sandbox.measure import DOMAIN

Floats = NDArray[np.float64]
REACH, LINES, POINTS, LONG = 1.2, 7, 41, 97
ROOM, LOOSE, STRETCH = 1.25, 0.4, 4.0
TINY = 1e-9
NICE = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


def grid(inputs: int) -> Tensor:
    """Lines of equal x1, then of equal x2, (P, M, 2); for one input the line itself (P, 1, 1)."""
    if inputs == 1:
        return torch.linspace(-DOMAIN, DOMAIN, LONG)[:, None, None]
    at, along = torch.linspace(-REACH, REACH, LINES), torch.linspace(-REACH, REACH, POINTS)
    upright = torch.stack([at.expand(POINTS, LINES), along[:, None].expand(POINTS, LINES)], 2)
    return torch.cat([upright, upright.flip(2)], 1)


@dataclass(frozen=True)
class Projection:
    """Two axes (H, 2) through `origin` (H,); `base` (H,) is where a plane along them lies. `share`: of the variance."""

    origin: Floats
    base: Floats
    axes: Floats
    share: float

    def seen(self, activations: Floats) -> Floats:
        """The coordinates (N, 2) of activations (N, H)."""
        return (activations - self.origin) @ self.axes

    def lifted(self, coordinates: Floats) -> Floats:
        """The activations (N, H) at coordinates (N, 2) of the plane."""
        return self.base + coordinates @ self.axes.T


class Eye:
    """Looks at a layer's activations: along its units, across the straight cut, or on their principal plane.

    From call to call the axes turn as little as they can.
    """

    def __init__(self, knobs: Knobs) -> None:
        self.knobs = knobs
        self.before: Projection | None = None

    def __call__(self, activations: Floats, cut: Floats) -> Projection:
        """The projection of the training points' activations (N, H), `cut` (H,) the direction across the border.

        The one before where they are not finite.
        """
        mean, width = activations.mean(0), activations.shape[1]
        if not np.isfinite(activations).all():
            return self.before or Projection(np.zeros(width), np.zeros(width), self._units(width), np.nan)
        centred = activations - mean
        units = seen_on(self.knobs) == "units"
        along = self._units(width) if units else self._turned(centred, cut)
        total = float((centred**2).sum())
        share = float(((centred @ along) ** 2).sum()) / total if total > 0 else 1.0
        origin, base = (np.zeros(width), mean - along @ (along.T @ mean)) if units else (mean, mean)
        self.before = Projection(origin, base, along, share)
        return self.before

    def _units(self, width: int) -> Floats:
        found = np.zeros((width, 2))
        for column, unit in enumerate(axes(self.knobs)):
            found[unit, column] = 1.0
        return found

    def _turned(self, centred: Floats, cut: Floats) -> Floats:
        return self._across(centred, cut) if seen_on(self.knobs) == "cut" else self._principal(centred)

    def _across(self, centred: Floats, cut: Floats) -> Floats:
        """The direction across the border, and the principal axis of what lies beside it."""
        length = float(np.linalg.norm(cut))
        if not np.isfinite(length) or length < TINY:
            return self._principal(centred)
        first = cut / length
        beside = centred - np.outer(centred @ first, first)
        second = np.linalg.eigh(beside.T @ beside)[1][:, -1]
        second = second - (second @ first) * first
        second /= np.linalg.norm(second)
        kept = self.before.axes[:, 1] if self.before else second[np.abs(second).argmax()] * second
        return np.stack([first, second * (-1.0 if second @ kept < 0 else 1.0)], 1)

    def _principal(self, centred: Floats) -> Floats:
        """The two principal axes, turned in their plane to lie nearest to those before (Schoenemann 1966)."""
        _, vectors = np.linalg.eigh(centred.T @ centred)
        found = vectors[:, :-3:-1]
        if self.before is None:
            largest = found[np.abs(found).argmax(0), [0, 1]]
            return np.asarray(found * np.where(largest < 0, -1.0, 1.0))
        left, _, right = np.linalg.svd(found.T @ self.before.axes)
        return np.asarray(found @ (left @ right))


class Window:
    """A part of the plane, shown as -1 to 1: fixed, or moved only when the points leave it or fill too little.

    One direction is stretched as against the other, but not without end: what a layer makes flat stays flat.
    """

    def __init__(self, knobs: Knobs) -> None:
        self.fixed = window(knobs)
        centre, half = self.fixed or (0.0, 1e-6)
        self.centre, self.half = np.full(2, centre), np.full(2, half)

    def __call__(self, seen: Floats) -> None:
        """Brings the window to the points (N, 2)."""
        if self.fixed or not np.isfinite(seen).all():
            return
        low, high = seen.min(0), seen.max(0)
        need = np.maximum((high - low) / 2, 1e-6)
        need = np.maximum(need, need.max() / STRETCH)
        if np.abs(self.normal(seen)).max() <= 1 and (need >= LOOSE * self.half).all():
            return
        self.half = np.array([nice(ROOM * one) for one in need])
        self.centre = np.rint((low + high) / 2 / (self.half / 8)) * (self.half / 8)

    def normal(self, coordinates: Floats) -> Floats:
        """Coordinates as shares of the window's half sides."""
        return np.asarray((coordinates - self.centre) / self.half)

    def places(self, side: int) -> Floats:
        """The coordinates (side * side, 2) of the centres of the window's cells, rows from the lowest up."""
        at = (np.arange(side) + 0.5) / side * 2 - 1
        x, y = np.meshgrid(at, at)
        return np.asarray(np.stack([x.reshape(-1), y.reshape(-1)], 1) * self.half + self.centre)


def nice(value: float) -> float:
    """The smallest of 1, 1.5, 2, 3, 5, 7 x 10^k that is not below a value."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(stop * power for stop in NICE if stop * power >= value * (1 - 1e-12)))


def margins(outputs: Tensor) -> list[Floats]:
    """For each class how far its logit (S * S,) lies above the best other one; for one logit that alone."""
    logits = outputs.double().numpy()
    if logits.shape[1] == 1:
        return [logits[:, 0]]
    others = [np.delete(logits, k, axis=1).max(1) for k in range(logits.shape[1])]
    return [logits[:, k] - other for k, other in enumerate(others)]


def border(fields: list[Floats], at: Floats) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The lines on which fields (S, S) over `at` (S,) are zero, as x and y (3n, 1): two ends of a segment, then NaN."""
    found = [_segments(field, at) for field in fields]
    ends = np.concatenate([np.full((1, 2, 2), np.nan), *found])
    gaps = np.full((len(ends), 1, 2), np.nan)
    rows = np.concatenate([ends, gaps], 1).reshape(-1, 2).astype(np.float32)
    return np.ascontiguousarray(rows[:, :1]), np.ascontiguousarray(rows[:, 1:])


def _segments(field: Floats, at: Floats) -> Floats:
    """Marching squares: (n, 2, 2) ends of the segments in the cells of the lattice."""
    x, y = np.meshgrid(at, at)
    spots = np.stack([x, y], 2)
    corners = [(slice(0, -1), slice(0, -1)), (slice(0, -1), slice(1, None)),
               (slice(1, None), slice(1, None)), (slice(1, None), slice(0, -1))]  # fmt: skip
    crossed, places = [], []
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        a, b = field[start].reshape(-1), field[end].reshape(-1)
        crossed.append((a > 0) != (b > 0))
        share = np.divide(a, a - b, out=np.zeros_like(a), where=crossed[-1])[:, None]
        places.append((1 - share) * spots[start].reshape(-1, 2) + share * spots[end].reshape(-1, 2))
    edges, points = np.stack(crossed, 1), np.stack(places, 1)  # (cells, 4), (cells, 4, 2)
    return np.asarray(
        points[edges].reshape(-1, 2, 2)
    )  # each cell has none, two or four of them, and four pair up as they come


def fitted(activations: Floats, targets: Floats) -> Floats:
    """The direction (H,) of least squares from activations (N, H) to targets (N,)."""
    centred = activations - activations.mean(0)
    gram = centred.T @ centred
    ridge = 1e-9 * max(float(np.trace(gram)), 1e-12) * np.eye(len(gram))
    return np.asarray(np.linalg.solve(gram + ridge, centred.T @ (targets - targets.mean())))


def straight_cut(activations: np.ndarray, targets: np.ndarray, classes: int) -> float:
    """How well straight cuts through activations (N, H) tell the targets (N,) apart, fitted by least squares.

    For each two classes the share of their points on the right side of a cut, and of these the mean; for numbers
    (classes 0) R2. Linear probes (Alain and Bengio, 2016), judged on the points that they are fitted to.
    """
    if not np.isfinite(activations).all():
        return float("nan")
    inputs = np.concatenate([activations, np.ones((len(activations), 1))], 1)
    ridge = 1e-9 * max(np.square(inputs).sum(), 1e-12) * np.eye(inputs.shape[1])

    def fit(rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        found: np.ndarray = rows @ np.linalg.solve(rows.T @ rows + ridge, rows.T @ wanted)
        return found

    if not classes:
        spread = ((targets - targets.mean()) ** 2).sum()
        return float(1 - ((fit(inputs, targets) - targets) ** 2).sum() / spread) if spread else 1.0
    shares = []
    for one in range(classes):
        for other in range(one):
            rows = (targets == one) | (targets == other)
            sides = np.where(targets[rows] == one, 1.0, -1.0)
            shares += [((fit(inputs[rows], sides) > 0) == (sides > 0)).mean()] if rows.any() else []
    return float(np.mean(shares)) if shares else 1.0
