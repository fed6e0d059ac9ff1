"""Where each activation's map lies in the picture: by the number of maps alone."""

from __future__ import annotations

from playground.stage.bindings import Box

DOMAIN = 1.3
SIDE = 2 * DOMAIN
GAP = 0.25
HEAD = 0.55  # room for the name above a map


def columns(count: int) -> int:
    """How many maps lie side by side: up to three in one row, else two rows."""
    return count if count <= 3 else (count + 1) // 2


def centres(count: int) -> list[tuple[float, float]]:
    """The centre (x, y) of each map, row by row from the top left."""
    across = columns(count)
    return [((i % across) * (SIDE + GAP), -(i // across) * (SIDE + HEAD)) for i in range(count)]


def boxes(count: int) -> list[Box]:
    """The square of each map."""
    return [(x - DOMAIN, y - DOMAIN, x + DOMAIN, y + DOMAIN) for x, y in centres(count)]


def extent(count: int) -> Box:
    """What the axes show: all maps with the names above them."""
    found = boxes(count)
    left, top = found[0][0], found[0][3]
    return (left - 0.1, found[-1][1] - 0.1, max(box[2] for box in found) + 0.1, top + HEAD)
