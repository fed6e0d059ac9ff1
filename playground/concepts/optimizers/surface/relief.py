"""A surface seen from the side: a shaded picture in parallel projection, and where points lie on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from playground.concepts.optimizers.surface.surfaces import Surface

Numbers = NDArray[np.float64]

TURN, TILT = np.deg2rad(-60.0), np.deg2rad(57.0)  # the camera: round the surface, and above its ground
TALL = 0.55  # the height of 1, in widths of the map
WINDOW = (-0.75, -0.75, 0.75, 0.75)  # of the picture, in widths of the map
ROWS, COLUMNS, FINER = 180, 180, 2  # painted FINER times as fine, then averaged, for smooth edges
LIGHT = np.array([0.45, -0.1, 0.85]) / np.linalg.norm([0.45, -0.1, 0.85])
LEVELS = 14


def project(x: ArrayLike, y: ArrayLike, height: ArrayLike, ground: Surface) -> tuple[Numbers, Numbers]:
    """Where points of the surface, at heights from 0 to 1, lie in the picture (u to the right, v up)."""
    (mx, my), width = ground.middle, ground.width
    a, b = (np.asarray(x, np.float64) - mx) / width, (np.asarray(y, np.float64) - my) / width
    right, away = a * np.cos(TURN) - b * np.sin(TURN), a * np.sin(TURN) + b * np.cos(TURN)
    return right, away * np.sin(TILT) + (np.asarray(height) - 0.5) * TALL * np.cos(TILT)


def picture(heights: Numbers, ground: Surface) -> Numbers:
    """The shaded surface (180, 180), 0 (nothing there) to 1; `heights` (n, n) are from 0 to 1, row 0 at the lowest y.

    Samples are painted from the farthest to the nearest, so that what is in front hides what is behind.
    """
    x0, y0, x1, y1 = ground.box
    x, y = np.meshgrid(np.linspace(x0, x1, len(heights)), np.linspace(y0, y1, len(heights)))
    u, v = project(x, y, heights, ground)
    left, bottom, right, top = WINDOW
    columns = ((u - left) / (right - left) * COLUMNS * FINER).astype(int)
    rows = ((v - bottom) / (top - bottom) * ROWS * FINER).astype(int)
    order = np.argsort(-(x * np.sin(TURN) + y * np.cos(TURN)), axis=None)
    made = np.zeros((ROWS * FINER, COLUMNS * FINER))
    made[rows.ravel()[order], columns.ravel()[order]] = _shades(heights).ravel()[order]
    return np.asarray(made.reshape(ROWS, FINER, COLUMNS, FINER).mean((1, 3)))


def _shades(heights: Numbers) -> Numbers:
    """From 0.12 to 1: the higher and the farther from the light, the darker; lines of equal height darker still."""
    up, across = np.gradient(heights)
    steep = TALL * len(heights)
    lit = (LIGHT[2] - steep * (across * LIGHT[0] + up * LIGHT[1])) / np.sqrt(steep**2 * (across**2 + up**2) + 1)
    levels = heights * LEVELS - 0.5
    cells_off = np.abs(levels - np.rint(levels)) / (LEVELS * np.hypot(up, across) + 1e-9)
    lines = 0.13 * (cells_off < 0.9)
    return np.asarray(np.clip(0.2 + 0.4 * heights + 0.45 * (LIGHT[2] - lit) + lines, 0.12, 1.0))
