"""Where the pictures of the gallery stand: in each row a training image and what was made of it."""

from __future__ import annotations

ROW_CLASSES = (6, 7)
COLUMNS = 4
MOST_LINES = 5  # of captions, under which two rows fit
GAP = 0.06
LINE = 0.14  # a line of caption, in widths of a picture
HEAD = 0.18

Box = tuple[float, float, float, float]


def rows(lines: int) -> tuple[int, ...]:
    """The class of each row's training image; captions of many lines leave room for one."""
    return ROW_CLASSES if lines <= MOST_LINES else ROW_CLASSES[:1]


def row_height(lines: int) -> float:
    """The height of a row: the picture, its caption, some air."""
    return 1 + LINE * lines + 0.06


def boxes(lines: int) -> list[Box]:
    """x0, y0, x1, y1 of every picture, row by row, from the top; each is 1 wide and high."""
    tops = [-row * row_height(lines) for row in range(len(rows(lines)))]
    return [(x, top - 1, x + 1, top) for top in tops for x in (column * (1 + GAP) for column in range(COLUMNS))]


def augmented(lines: int) -> list[Box]:
    """The boxes of the augmented pictures."""
    return [box for i, box in enumerate(boxes(lines)) if i % COLUMNS]


def extent(lines: int) -> Box:
    """x0, y0, x1, y1 of the whole."""
    return -0.03, -len(rows(lines)) * row_height(lines), COLUMNS * (1 + GAP) - GAP + 0.03, HEAD
