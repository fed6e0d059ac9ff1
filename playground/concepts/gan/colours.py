"""The page's colours: each side of the game keeps its own in every lab."""

from __future__ import annotations

from playground.stage.palette import BLUE, GREEN, PURPLE, VERMILLION

REAL, FAKE = VERMILLION, BLUE  # as the map of the points: vermillion where the discriminator says real
DISCRIMINATOR, GENERATOR = GREEN, PURPLE
