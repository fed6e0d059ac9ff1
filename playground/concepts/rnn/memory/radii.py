"""The spectral radii that are swept, and the axes of what is drawn of them."""

from __future__ import annotations

LOWEST, HIGHEST, COUNT = 0.5, 1.5, 101
RADII = tuple(round(LOWEST + (HIGHEST - LOWEST) * k / (COUNT - 1), 4) for k in range(COUNT))
DECADES = 6.0  # powers of ten up and down from 1 that the maps' colours span
MAP_ROWS = 41  # at most
PITCH = 1.15  # from one map to the next; a map is as wide as the radii span
