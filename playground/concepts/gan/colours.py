"""The page's colours: each side of the game keeps its own in every lab."""

from __future__ import annotations

from playground.stage.palette import BLUE, GREEN, MIDDLE, PURPLE, VERMILLION

REAL, FAKE = VERMILLION, BLUE  # as the map of the points: vermillion where the discriminator says real
DISCRIMINATOR, GENERATOR = GREEN, PURPLE
STRONGEST = 0.62  # share of its colour that a diverging map shows at either end, as the player paints it


def on_map(color: str) -> str:
    """What the end `#rrggbb` of a diverging map looks like on either page: that colour mixed with the map's middle."""
    ends = [[int(one[i : i + 2], 16) for i in (1, 3, 5)] for one in (color, MIDDLE)]
    return "#" + "".join(f"{round(STRONGEST * a + (1 - STRONGEST) * b):02X}" for a, b in zip(*ends, strict=True))
