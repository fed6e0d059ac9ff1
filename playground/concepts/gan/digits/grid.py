"""Where pictures stand: the samples and the real ones, the plane, the walk, the pairs; and how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from playground.concepts.gan.digits.knobs import REACH, Knobs

Box = tuple[float, float, float, float]

GAP = 0.1  # between pictures, which are 1 wide
HEAD = 0.62  # the room of a line of words above one of two rows
SHARE = 0.062  # such room in the main picture, as a share of its width
PLANE = 8  # pictures along each side of the plane; an even number, since its middle is a latent of zeros
RIM = 0.06  # around a picture of the plane, of half its cell
LARGE = 2.6  # the side of the large picture beside the plane, whose side is 2 REACH


def columns(knobs: Knobs) -> int:
    """Samples in a row of the grid, and real images under it."""
    return 10 if knobs.data == "digits" else 6


def samples(knobs: Knobs) -> int:
    """Samples in the grid."""
    return columns(knobs) * (6 if knobs.data == "digits" else 3)


def walk(knobs: Knobs) -> int:
    """Pictures of a walk, its two ends among them."""
    return 10 if knobs.data == "digits" else 6


def pairs(knobs: Knobs) -> int:
    """Samples that are shown with their nearest training image."""
    return 8 if knobs.data == "digits" else 6


def row(count: int, top: float = 0.0) -> list[Box]:
    """Boxes side by side, their upper edges at a height."""
    return [(x, top - 1, x + 1, top) for x in (k * (1 + GAP) for k in range(count))]


def rows(count: int, width: int, top: float = 0.0) -> list[Box]:
    """Boxes in rows of a width, from the upper left on."""
    return [box for line in range(-(-count // width)) for box in row(width, top - line * (1 + GAP))][:count]


def head(knobs: Knobs) -> float:
    """The room of a line of words above the real images."""
    return SHARE * columns(knobs) * (1 + GAP)


def sample_boxes(knobs: Knobs) -> list[Box]:
    """The boxes of the samples."""
    return rows(samples(knobs), columns(knobs))


def real_boxes(knobs: Knobs) -> list[Box]:
    """The boxes of the real images, in a row under the samples."""
    return row(columns(knobs), sample_boxes(knobs)[-1][1] - head(knobs))


def two_rows(count: int) -> list[Box]:
    """The boxes of two rows of pictures, with room for words above the lower one."""
    return row(count) + row(count, -1 - HEAD)


def plane_boxes() -> list[Box]:
    """The boxes of the plane's pictures, in its own coordinates, row by row from the upper left corner."""
    cell, rim = 2 * REACH / PLANE, RIM * REACH / PLANE
    lefts = [k * cell - REACH for k in range(PLANE)]
    return [(x + rim, -y - cell + rim, x + cell - rim, -y - rim) for y in lefts for x in lefts]


def large_box() -> Box:
    """The box of the picture that is shown large at the plane's right."""
    left = REACH + 0.35
    return left, -LARGE / 2, left + LARGE, LARGE / 2


def extent(boxes: Sequence[Box]) -> Box:
    """x0, y0, x1, y1 of what surrounds all boxes."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)
