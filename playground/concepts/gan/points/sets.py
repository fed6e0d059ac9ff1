"""Where real points come from: modes to stand about, or a curve to lie along. Exported scripts print these functions.

A function uses nothing but its arguments and `np`. All places lie about within [-2.2, 2.2].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playground.concepts.gan.points.knobs import Knobs
from playground.data.painted import LATTICE
from playground.data.published import DataError

REACH = 3.0  # the plane that is shown goes from -REACH to REACH
PAINT = 2.4  # painted points lie within it


def ring(modes: int) -> np.ndarray:
    """Places (modes, 2) evenly on a circle of radius 2."""
    angles = 2 * np.pi * np.arange(modes) / modes
    places: np.ndarray = 2 * np.stack([np.cos(angles), np.sin(angles)], 1)
    return places


def grid() -> np.ndarray:
    """Places (25, 2) on a five by five lattice of spacing 1, row by row from the lowest."""
    places: np.ndarray = np.stack([np.arange(25) % 5, np.arange(25) // 5], 1) - 2.0
    return places


def moons(count: int, generator: np.random.Generator) -> np.ndarray:
    """Places (count, 2) on two interleaved half circles."""
    lower = generator.integers(0, 2, count)
    angles = np.pi * (generator.uniform(0, 1, count) + lower)
    places: np.ndarray = np.stack([np.cos(angles), np.sin(angles)], 1) + lower[:, None] * [1, 0.5] - [0.5, 0.25]
    return 1.3 * places


def swiss_roll(count: int, generator: np.random.Generator) -> np.ndarray:
    """Places (count, 2) on a rolled-up line, as scikit-learn's `make_swiss_roll` seen from the side."""
    angles = 1.5 * np.pi * (1 + 2 * generator.uniform(0, 1, count))
    places: np.ndarray = angles[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1) / 6.5
    return places


def spiral(count: int, generator: np.random.Generator) -> np.ndarray:
    """Places (count, 2) on two arms wound round each other, evenly along their length."""
    radii = np.sqrt(generator.uniform(0.02, 1, count))
    angles = 2.5 * np.pi * radii + np.pi * generator.integers(0, 2, count)
    places: np.ndarray = 2.2 * radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    return places


def spread_out(places: np.ndarray, spread: float, generator: np.random.Generator) -> np.ndarray:
    """Points (N, 2) float32: each place moved by Gaussian noise."""
    return (places + spread * generator.normal(size=places.shape)).astype(np.float32)


CURVES: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
    "moons": moons, "swiss_roll": swiss_roll, "spiral": spiral,
}  # fmt: skip


def own(knobs: Knobs) -> NDArray[np.float64]:
    """The painted places (n, 2). Raises DataError where none is painted."""
    if not knobs.lattice:
        raise DataError("Nothing is painted yet: click on the picture to set the first real point.")
    return PAINT * (2 * (np.array(knobs.lattice) / (LATTICE - 1)) - 1)


def centres(knobs: Knobs) -> NDArray[np.float64]:
    """The places (n, 2) about which real points stand."""
    if knobs.data == "own":
        return own(knobs)
    return ring(knobs.modes) if knobs.data == "ring" else grid()


def real_points(knobs: Knobs, count: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Real points (count, 2) of a run's data."""
    if knobs.data in CURVES:
        places = CURVES[knobs.data](count, generator)
    else:
        about = centres(knobs)
        places = about[generator.integers(0, len(about), count)]
    return spread_out(places, knobs.spread, generator)
