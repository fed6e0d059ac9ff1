"""Where the pictures of the three cells stand, side by side, in panels that have no axes of their own."""

from __future__ import annotations

from playground.concepts.rnn.words import LABELS
from playground.stage.bindings import Box

PITCH = 2.3  # from one plane of paths to the next; a path reaches 1 from the middle of its own
GAP = 0.1  # between maps that are 1 wide
DODGE = 0.012  # share of the longest lag by which the cells' dots stand apart
SHIFTS = {kind: k - 1 for k, kind in enumerate(LABELS)}  # the cells' order: left, middle, right


def middles() -> list[float]:
    """The x of each plane's middle."""
    return [PITCH * k for k in range(len(LABELS))]


def maps() -> dict[str, Box]:
    """The box of each cell's map."""
    return {kind: ((1 + GAP) * k, 0.0, (1 + GAP) * k + 1, 1.0) for k, kind in enumerate(LABELS)}
