"""Where the network graph draws its units and edges: by the knobs alone."""

from __future__ import annotations

from itertools import pairwise

from playground.concepts.network.sandbox.knobs import Knobs
from playground.stage.bindings import Box

WIDTH, HEIGHT = 1.6, 1.0
MOST_UNITS, MOST_UNITS_DEEP, DEEP = 16, 8, 5


def shown(knobs: Knobs) -> tuple[int, ...]:
    """How many units of every layer are drawn: the first ones, at most 16 a layer, or 8 in a deep network."""
    most = MOST_UNITS if len(knobs.hidden_sizes) < DEEP else MOST_UNITS_DEEP
    features, *hidden, outputs = knobs.sizes
    return (features, *(min(width, most) for width in hidden), outputs)


def centres(knobs: Knobs) -> list[list[tuple[float, float]]]:
    """The centre (x, y) of every drawn unit, layer by layer, in 0..1.6 x 0..1."""
    layers = shown(knobs)
    step = WIDTH / (len(layers) - 1)
    return [[(i * step, HEIGHT * (1 - (j + 0.5) / count)) for j in range(count)] for i, count in enumerate(layers)]


def half_side(knobs: Knobs) -> float:
    """Half the side of a unit's picture, so that neither rows nor columns touch."""
    layers = shown(knobs)
    return min(0.07, 0.42 * HEIGHT / max(layers), 0.3 * WIDTH / (len(layers) - 1))


def boxes(points: list[tuple[float, float]], half: float) -> list[Box]:
    """A square box about each centre."""
    return [(x - half, y - half, x + half, y + half) for x, y in points]


def edges(knobs: Knobs) -> list[Box]:
    """A segment for each weight between drawn units, layer by layer, in the order (out, in)."""
    return [(*start, *end) for left, right in pairwise(centres(knobs)) for end in right for start in left]


def names(knobs: Knobs) -> tuple[list[str], list[str]]:
    """What a change calls each drawn weight, and the bias of the unit to which it leads, in the edges' order."""
    layers = list(enumerate(pairwise(shown(knobs)), 1))
    places = [
        (layer, j, i) for layer, (before, after) in layers for j in range(1, after + 1) for i in range(1, before + 1)
    ]
    return [f"w{layer}.{j}.{i}" for layer, j, i in places], [f"b{layer}.{j}" for layer, j, _ in places]
