"""Where each setting's map lies in the picture: two rows of four."""

from __future__ import annotations

from playground.concepts.regularization.overfitting.methods import SETTINGS
from playground.stage.bindings import Box

DOMAIN = 1.5
SIDE = 2 * DOMAIN
COLUMNS = 4
GAP = 0.3
HEAD = 0.75  # room for the strength above a map

CENTRES = [((i % COLUMNS) * (SIDE + GAP), -(i // COLUMNS) * (SIDE + HEAD)) for i in range(SETTINGS)]
BOXES: list[Box] = [(x - DOMAIN, y - DOMAIN, x + DOMAIN, y + DOMAIN) for x, y in CENTRES]
EXTENT: Box = (BOXES[0][0] - 0.15, BOXES[-1][1] - 0.15, BOXES[-1][2] + 0.15, BOXES[0][3] + HEAD)
