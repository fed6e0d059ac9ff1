"""The surfaces: each a formula in x and y, read by `expression`, with the box that is shown and where a race starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

VARIABLES = ("x", "y")

Point = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """One function of x and y.

    `box` is x0, y0, x1, y1 of what is shown; `lowest` holds its lowest points, to a few digits.
    """

    label: str
    formula: str
    box: tuple[float, float, float, float]
    start: Point
    lowest: tuple[Point, ...]

    @property
    def middle(self) -> Point:
        """The box's middle."""
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2

    @property
    def width(self) -> float:
        """The box's width, which is its height too."""
        return self.box[2] - self.box[0]


SURFACES: Mapping[str, Surface] = {
    "bowl": Surface("Bowl", "(x^2 + {condition} * y^2) / 2", (-2, -2, 2, 2), (-1.7, 1.2), ((0, 0),)),
    "rosenbrock": Surface(
        "Rosenbrock's valley", "(1 - x)^2 + 100 * (y - x^2)^2", (-2, -1, 2, 3), (-1.2, 2.0), ((1, 1),)
    ),
    "beale": Surface(
        "Beale", "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2", (-4.5, -4.5, 4.5, 4.5),
        (1.0, 2.0), ((3, 0.5),),
    ),
    "himmelblau": Surface(
        "Himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2", (-5, -5, 5, 5), (-0.5, -1.0),
        ((3, 2), (-2.8051, 3.1313), (-3.7793, -3.2832), (3.5844, -1.8481)),
    ),
    "rastrigin": Surface(
        "Rastrigin", "20 + x^2 + y^2 - 10 * cos(2*pi*x) - 10 * cos(2*pi*y)", (-5.12, -5.12, 5.12, 5.12),
        (-3.7, 3.3), ((0, 0),),
    ),
    "saddle": Surface(
        "Saddle", "x^2 - y^2 + y^4 / 4", (-2, -2, 2, 2), (-1.6, 0.001), ((0, 1.41421), (0, -1.41421)),
    ),
    "plateau": Surface(
        "Plateau", "1 - exp(-(x^2 + y^2) / 2)", (-5, -5, 5, 5), (-2.8, 2.4), ((0, 0),)
    ),
    "cliff": Surface(
        "Cliff", "0.3 * x + y^2 / 4 + 4 * softplus(-10 * (x + 1))", (-3, -3, 3, 3), (2.0, 1.6), ((-0.5141, 0),)
    ),
    "own": Surface("Own formula", "", (-4, -4, 4, 4), (-3.0, 3.0), ()),
}  # fmt: skip

RATES: Final = "rates"
"""The choice that shows every learning rate and momentum on the bowl instead of a race."""

MAP_SHADES = (-0.1, 4.2)
"""Between which values the colours run: a surface's heights, from 0 to 1, take the paler part."""

CELLS, CONTOUR_CELLS = 81, 57
"""Of the map, and of the grid on which its contours are found, each way."""

PAIRS = ("own", "best", "plain")
"""The three pairs of rate and momentum whose curves stand beside the map."""

REACHES = tuple(4 * (i + 0.5) / 80 for i in range(80))
MOMENTA = tuple((j + 0.5) / 50 for j in range(50))
"""The map's grid: learning rates in units of 1 / the largest curvature, and momenta."""
