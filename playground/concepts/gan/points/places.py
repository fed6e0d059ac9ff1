"""Where the pictures stand: the plane, the maps side by side, and the diagram of a turn."""

from __future__ import annotations

import math

from playground.concepts.gan.points.sets import REACH

Box = tuple[float, float, float, float]

PLANE: Box = (-REACH, -REACH, REACH, REACH)
GAP, HEAD = 0.4, 0.9  # between two maps, and above each for its title

LATENTS, GENERATOR, FAKES, DISCRIMINATOR, VERDICT = 0.0, 2.3, 4.75, 7.2, 9.9  # across the diagram
HIGH, LOW, UNDER = 2.4, 0.9, -0.1  # the players' row, that of the real points, and what each player wants
WISH = 7.5  # the middle of what the discriminator wants, a longer line than its box
HALF = (1.4, 0.5)  # half a player's box

AFTER = 3.6  # the middle of the warped latents; that of the latents lies as far to the left
SCALE = 1.3  # of a latent, as the latent plane is drawn


def shifts(count: int) -> list[tuple[float, float]]:
    """The middle of each of so many planes, two in a row, the first at the top left."""
    rows = math.ceil(count / 2)
    across, down = 2 * REACH + GAP, 2 * REACH + HEAD
    return [(across * (i % 2 - 0.5), down * ((rows - 1) / 2 - i // 2)) for i in range(count)]


def boxes(count: int) -> list[Box]:
    """The box of each plane."""
    return [(x - REACH, y - REACH, x + REACH, y + REACH) for x, y in shifts(count)]


def players() -> list[Box]:
    """The boxes of the generator and of the discriminator in the diagram."""
    wide, high = HALF
    return [(x - wide, HIGH - high, x + wide, HIGH + high) for x in (GENERATOR, DISCRIMINATOR)]
