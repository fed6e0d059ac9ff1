"""Which layers are drawn, how much of each, and where on the picture: by the knobs alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from playground.concepts.cnn.inside.fields import Field, fields
from playground.concepts.cnn.inside.knobs import Knobs, traced
from playground.concepts.cnn.layers import Row, Shape, bends
from playground.concepts.cnn.sets import SHAPES
from playground.stage.bindings import Box

MOST_COLUMNS, MOST_UNITS = 7, 128
MOST_MAPS, MOST_LARGE_MAPS, LARGE = 16, 8, 400  # maps of more than so many pixels are large
MOST_BYTES = 12_000  # of all maps of a frame
HIGH = 8  # maps above one another
UNITS_ACROSS = 4
GAP, INPUT, TIGHT = 0.42, 2.1, 0.06
BARS, EDGE = 1.5, 0.1  # widths: of a bar, of what lies behind it

POOLS = ("max_pool", "average_pool")
HIDDEN = ("conv", "residual", *POOLS, "global_pool", "linear")


@dataclass(frozen=True)
class Column:
    """A layer that is shown: what stands for it in the text, its shape, its field, how many of its channels are drawn.

    `title` says it in words, `brief` in one or two; `module` is the place in the network's `nn.Sequential` of what
    gives its output, with the activation, `weighed` of what the activation is given.
    """

    token: str
    kind: str
    title: str
    brief: tuple[str, ...]
    shape: Shape
    field: Field
    drawn: int
    module: int
    weighed: int

    @property
    def is_map(self) -> bool:
        """Whether its channels are pictures, not single numbers."""
        return len(self.shape) == 3 and self.shape[1] > 1

    @property
    def pixels(self) -> int:
        """The pixels of one map."""
        return math.prod(self.shape[1:])

    @property
    def caption(self) -> str:
        """How many channels it has, and their size."""
        many = f"{self.shape[0]}" if self.drawn == self.shape[0] else f"{self.drawn} of {self.shape[0]}"
        return f"{many} × {self.shape[1]}²" if self.is_map else f"{many} units"


def columns(knobs: Knobs) -> tuple[Column, ...]:
    """The layers that are shown, from the picture on. Raises LayersError where the network cannot be built."""
    return _columns(knobs.text, knobs.data)


@lru_cache(64)
def _columns(text: str, data: str) -> tuple[Column, ...]:
    found = _all(text, traced(text, data), SHAPES[data][1])
    if len(found) > MOST_COLUMNS:
        found = [column for column in found if column.kind not in POOLS] or found
    if len(found) > MOST_COLUMNS:
        even = (round(i * (len(found) - 1) / (MOST_COLUMNS - 1)) for i in range(MOST_COLUMNS))
        found = [found[i] for i in even]
    return tuple(_within(found))


def _all(text: str, rows: tuple[Row, ...], side: int) -> list[Column]:
    """Every hidden layer but flatten, dropout and the norms, which belong to the layer before them."""
    tokens = iter([item for item in text.split("-") if item])
    seen, module = fields(rows, side), -1
    found: list[Column] = []
    for place, row in enumerate(rows[:-1]):
        kind = row.layer.kind
        token = "" if kind == "flatten" else next(tokens)
        module += 1
        joined = kind == "norm" and bool(found) and rows[place - 1].layer.kind in ("conv", "linear")
        if joined:
            found[-1] = replace(found[-1], token=f"{found[-1].token}-n", weighed=module, module=module)
        elif kind in HIDDEN:
            shape = row.shape if len(row.shape) == 3 and row.shape[1] > 1 else row.shape[:1]
            named = (token, kind, row.layer.title, row.layer.brief)
            found.append(Column(*named, shape, seen[place], _most(shape), module, module))
        if bends(rows, place):
            module += 1
            found[-1] = replace(found[-1], module=module)
    return found


def _most(shape: Shape) -> int:
    """How many channels or units of a layer are drawn at most."""
    if len(shape) == 1:
        return min(shape[0], MOST_UNITS)
    return min(shape[0], MOST_LARGE_MAPS if shape[1] * shape[2] > LARGE else MOST_MAPS)


def _within(found: Sequence[Column]) -> list[Column]:
    """The columns, of the heaviest ever fewer maps, until a frame holds them all."""
    kept = list(found)
    while sum(column.drawn * column.pixels for column in kept) > MOST_BYTES:
        heaviest = max(range(len(kept)), key=lambda i: kept[i].drawn * kept[i].pixels)
        kept[heaviest] = replace(kept[heaviest], drawn=max(1, kept[heaviest].drawn // 2))
    return kept


def unit_column(knobs: Knobs) -> tuple[int, Column]:
    """The column of the unit looked at, with its number."""
    found = columns(knobs)
    number = min(knobs.layer, len(found)) - 1
    return number, found[number]


def unit_at(knobs: Knobs) -> tuple[int, int, int]:
    """Channel, row and column of the unit looked at; row and column are 0 where a channel is one number."""
    _, column = unit_column(knobs)
    channel = min(knobs.channel, column.shape[0]) - 1
    if not column.is_map:
        return channel, 0, 0
    height, width = column.shape[1:]
    x, y = knobs.place
    return channel, min(int((1 - y) * height), height - 1), min(int(x * width), width - 1)


def unit_field(knobs: Knobs) -> tuple[int, int, int, int]:
    """The pixels that the unit can depend on: first and behind the last row, first and behind the last column."""
    _, column = unit_column(knobs)
    _, row, place = unit_at(knobs)
    return (*column.field.span(row, knobs.side), *column.field.span(place, knobs.side))


@dataclass(frozen=True)
class Layout:
    """Boxes of the way through the network: the picture, the tiles of each column, the bars of the classes."""

    picture: Box
    tiles: tuple[tuple[Box, ...], ...]
    bars: tuple[Box, ...]
    width: float


def layout(knobs: Knobs) -> Layout:
    """Where all is drawn: from left to right, each column in the middle of a height of 8."""
    picture = (0.0, (HIGH - INPUT) / 2, INPUT, (HIGH + INPUT) / 2)
    x, tiles = INPUT + GAP, []
    for column in columns(knobs):
        boxes = _maps(x, column.drawn) if column.is_map else _units(x, column.drawn)
        tiles.append(boxes)
        x = max(box[2] for box in boxes) + GAP
    x += 0.12 * max(map(len, knobs.names)) + 0.1  # the names stand at the left of their bars
    count = len(knobs.names)
    step = HIGH / count
    bars = tuple((x, HIGH - (k + 0.84) * step, x + BARS, HIGH - (k + 0.16) * step) for k in range(count))
    return Layout(picture, tuple(tiles), bars, x + BARS + EDGE)


def middle(box: Box) -> float:
    """How high the middle of a box lies."""
    return (box[1] + box[3]) / 2


def _maps(x: float, count: int) -> tuple[Box, ...]:
    """A square for each map, filled column by column."""
    across = math.ceil(count / HIGH)
    high = math.ceil(count / across)
    top = (HIGH + high) / 2
    side = 1 - TIGHT
    corners = ((x + i // high, top - i % high - 1 + TIGHT / 2) for i in range(count))
    return tuple((left, low, left + side, low + side) for left, low in corners)


def _units(x: float, count: int) -> tuple[Box, ...]:
    """One box in which each unit is a pixel."""
    size = 1 / UNITS_ACROSS
    high = size * math.ceil(count / UNITS_ACROSS)
    return ((x, (HIGH - high) / 2, x + size * min(count, UNITS_ACROSS), (HIGH + high) / 2),)
