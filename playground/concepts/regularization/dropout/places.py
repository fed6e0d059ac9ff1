"""Where the graph draws its units, and where the plane's two maps lie: by the knobs alone."""

from __future__ import annotations

from itertools import pairwise

from playground.concepts.regularization.dropout.knobs import Knobs

Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 1.6, 1.0
MOST_UNITS = 12
DOMAIN = 2.8  # half a map's side: twice the radius of the points lies inside
REACH = 2.2  # of the line
SHIFT = 1.06 * DOMAIN  # of a map's centre from the middle
MAPS: tuple[Box, Box] = (
    (-SHIFT - DOMAIN, -DOMAIN, -SHIFT + DOMAIN, DOMAIN),
    (SHIFT - DOMAIN, -DOMAIN, SHIFT + DOMAIN, DOMAIN),
)
SCALES: tuple[Box, Box] = (
    (-SHIFT - DOMAIN, -1.2 * DOMAIN, -SHIFT + DOMAIN, -1.12 * DOMAIN),
    (SHIFT - DOMAIN, -1.2 * DOMAIN, SHIFT + DOMAIN, -1.12 * DOMAIN),
)
NUMBERS = -1.24 * DOMAIN  # the upper edge of the numbers under the scales


def shown(knobs: Knobs) -> tuple[int, ...]:
    """How many units of every layer are drawn: the first ones, at most 12."""
    return tuple(min(units, MOST_UNITS) for units in knobs.sizes)


def centres(knobs: Knobs) -> list[list[tuple[float, float]]]:
    """The centre (x, y) of every drawn unit, layer by layer, in 0..1.6 x 0..1."""
    layers = shown(knobs)
    step = WIDTH / (len(layers) - 1)
    return [[(i * step, HEIGHT * (1 - (j + 0.5) / count)) for j in range(count)] for i, count in enumerate(layers)]


def edges(knobs: Knobs) -> list[Box]:
    """A segment for each weight between drawn units, layer by layer, in the order (in, out)."""
    return [(*start, *end) for left, right in pairwise(centres(knobs)) for start in left for end in right]
