"""How the histograms are laid out: a row a layer, a block a kind, the time from left to right. By the knobs alone."""

from __future__ import annotations

from playground.concepts.network.inside.knobs import Knobs
from playground.stage.bindings import Box

BINS, COLUMNS, TOGETHER = 32, 100, 10
PARTS = COLUMNS // TOGETHER
KNEE, FAR = 0.1, 30.0  # the signed axis is even up to the one and ends at the other
POWERS = (-9, 1)  # of ten: the axis of the gradients
KINDS = ("activations", "weights", "gradients")
BLOCK, GAP, ROW = 1.0, 0.2, 0.88
BOUNDED = {"tanh": (-1.0, 1.0), "sine": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}


def span(knobs: Knobs, layer: int) -> tuple[float, float] | None:
    """Between which values the activations of a layer, from 0, must lie; None where they need not."""
    if layer >= len(knobs.hidden_sizes) or knobs.skips[layer]:
        return None
    return BOUNDED.get(knobs.activations[layer])


def ends(knobs: Knobs, kind: int, layer: int) -> tuple[str, str]:
    """What the low and the high end of a row's axis are called."""
    if kind == 2:
        return "10⁻⁹", "10"
    found = span(knobs, layer) if kind == 0 else None
    low, high = found or (-FAR, FAR)
    return f"{low:g}".replace("-", "−"), f"{high:g}"


def box(knobs: Knobs, kind: int, layer: int) -> Box:
    """The place of a row: layer 0 on top."""
    left, top = kind * (BLOCK + GAP), float(len(knobs.sizes) - 1 - layer)
    return left, top - ROW, left + BLOCK, top


def boxes(knobs: Knobs) -> list[Box]:
    """The places of all rows, kind by kind."""
    return [box(knobs, kind, layer) for kind in range(len(KINDS)) for layer in range(len(knobs.sizes) - 1)]


def part_boxes(knobs: Knobs, part: int) -> list[Box]:
    """The places of one part of every row; each reaches under the next, lest a seam shine through."""
    width = BLOCK / PARTS
    over = 0.0 if part == PARTS - 1 else width / 20
    return [(x0 + part * width, y0, x0 + (part + 1) * width + over, y1) for x0, y0, _, y1 in boxes(knobs)]
