"""Where the graph of one sample draws its units and edges: by the knobs alone."""

from __future__ import annotations

from itertools import pairwise

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.looking import layer_name, unit_name
from playground.stage.bindings import Box

MOST = 8
WIDTH, HEIGHT = 1.7, 1.0
Place = tuple[float, float]


def shown(knobs: Knobs) -> tuple[int, ...]:
    """How many units of each layer are drawn: the first eight."""
    return tuple(min(size, MOST) for size in knobs.sizes)


def half(knobs: Knobs) -> tuple[float, float]:
    """Half the width and half the height of a unit's field, in which two numbers stand."""
    return min(0.085, 0.36 * WIDTH / (len(knobs.sizes) - 1)), min(0.062, 0.44 * HEIGHT / max(shown(knobs)))


def centres(knobs: Knobs) -> list[list[Place]]:
    """The centre of every drawn unit, layer by layer."""
    layers = shown(knobs)
    step = WIDTH / (len(layers) - 1)
    return [[(i * step, HEIGHT * (1 - (j + 0.5) / count)) for j in range(count)] for i, count in enumerate(layers)]


def fields(knobs: Knobs) -> tuple[list[Box], list[Box]]:
    """The fields of the forward numbers of all units, and of the backward ones of all but the input's, below them."""
    wide, high = half(knobs)
    layers = centres(knobs)
    forward = [(x - wide, y - (high if i == 0 else 0.0), x + wide, y + high) for i, layer in enumerate(layers)
               for x, y in layer]  # fmt: skip
    backward = [(x - wide, y - high, x + wide, y) for layer in layers[1:] for x, y in layer]
    return forward, backward


def edges(knobs: Knobs) -> list[Box]:
    """A segment for each drawn weight, layer by layer, (out, in), from the right of a field to the left of the next."""
    wide, _ = half(knobs)
    pairs = pairwise(centres(knobs))
    return [(a[0] + wide, a[1], b[0] - wide, b[1]) for left, right in pairs for b in right for a in left]


def names(knobs: Knobs) -> tuple[list[str], list[str]]:
    """What a change calls each drawn weight, and the bias of the unit to which it leads, in the edges' order."""
    layers = enumerate(pairwise(shown(knobs)), 1)
    places = [(n, j, i) for n, (before, after) in layers for j in range(1, after + 1) for i in range(1, before + 1)]
    return [f"w{n}.{j}.{i}" for n, j, i in places], [f"b{n}.{j}" for n, j, _ in places]


def units(knobs: Knobs) -> list[tuple[int, int]]:
    """(layer from 1, unit from 0) of every drawn unit behind the input."""
    return [(layer, unit) for layer, count in enumerate(shown(knobs)[1:], 1) for unit in range(count)]


def called(knobs: Knobs, layer: int, unit: int) -> str:
    """What a unit is called in full."""
    if layer == len(knobs.sizes) - 1:
        return "output" if knobs.output_count == 1 else f"output {unit + 1}"
    return unit_name(knobs, 0, unit) if layer == 0 else f"{layer_name(knobs, layer)}, unit {unit + 1}"
