"""Where the main picture shows what: the test image, the classes' bars, filters, feature maps. By the knobs alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from playground.concepts.cnn.layers import Row
from playground.concepts.cnn.training.knobs import Knobs

WIDTH, HEIGHT = 14.0, 10.0
LEFT = 3.4  # the width of the column with the image and the bars
FROM = 4.0  # where the pictures of the layers begin
HEAD = 0.62  # a heading's height
AIR = 0.8  # at most, between two sections
GAP = 0.07  # of a tile, between two tiles
IMAGE = 2.9
MOST = 16  # filters or maps of a layer
COLUMNS = range(4, 9)
NEARLY, SPARSE = 0.85, 0.6  # of the largest tiles, where the rows then end better; of a row, which then looks lost
FLAT = 0.4  # the height of a unit's activation, which is one number, beside a picture's
SPATIAL = ("conv", "residual")
ONE_SIDED = ("relu", "sigmoid")  # activations that are never negative

Box = tuple[float, float, float, float]
Scale = Literal["diverging", "sequential", "rgb"]


@dataclass(frozen=True)
class Section:
    """Some tiles under a heading: those of `array`, one a box."""

    array: str
    title: str
    title_at: tuple[float, float]
    boxes: Sequence[Box]
    scale: Scale


@dataclass(frozen=True)
class Group:
    """What a section is to show: `count` tiles, each `height` high where a tile is 1 wide."""

    array: str
    title: str
    count: int
    height: float
    scale: Scale


def image_scale(knobs: Knobs) -> Scale:
    """How an image's pixels become colours."""
    return "rgb" if knobs.shape[0] == 3 else "sequential"


def weighed(rows: Sequence[Row]) -> list[int]:
    """The rows with weights that look at a picture or at numbers, the classes' layer last."""
    return [place for place, row in enumerate(rows) if row.layer.kind in (*SPATIAL, "linear")]


def mapped(rows: Sequence[Row]) -> list[int]:
    """The rows whose activations are shown: the first and the last that give pictures, else the first hidden layers."""
    hidden = weighed(rows)[:-1]
    spatial = [place for place in hidden if rows[place].layer.kind in SPATIAL]
    return sorted({spatial[0], spatial[-1]}) if spatial else hidden[:2]


def number(rows: Sequence[Row], place: int) -> int:
    """The number of a row's layer as its text counts: flatten is not written, so it has none."""
    return sum(row.layer.kind != "flatten" for row in rows[: place + 1])


def groups(knobs: Knobs) -> list[Group]:
    """The filters of the first layer and the maps of one or two layers."""
    rows = knobs.rows
    return [_filters(knobs, weighed(rows)[0]), *(_maps(knobs, k, place) for k, place in enumerate(mapped(rows)))]


def _filters(knobs: Knobs, place: int) -> Group:
    layer = knobs.rows[place].layer
    count = min(MOST, layer.size)
    scale: Scale = "rgb" if knobs.shape[0] == 3 else "diverging"
    if layer.kind in SPATIAL:
        name = f"{_of(count, layer.size)} filters, {layer.kernel_size} × {layer.kernel_size}"
    else:
        name = f"the weights of {_of(count, layer.size)} {'classes' if place == len(knobs.rows) - 1 else 'units'}"
    return Group("filters", f"Layer {number(knobs.rows, place)}: {name}", count, 1.0, scale)


def _maps(knobs: Knobs, k: int, place: int) -> Group:
    row = knobs.rows[place]
    count = min(MOST, row.layer.size)
    scale: Scale = "sequential" if knobs.activation in ONE_SIDED else "diverging"
    if row.layer.kind not in SPATIAL:
        title = f"activations of {_of(count, row.layer.size)} units"
        return Group(f"maps_{k}", f"Layer {number(knobs.rows, place)}: {title}", count, FLAT, scale)
    title = f"{_of(count, row.layer.size)} feature maps, {row.shape[1]} × {row.shape[2]}"
    one_sided: Scale = (
        "sequential" if row.layer.kind == "residual" else scale
    )  # a block ends in ReLU, whatever the knob says
    return Group(f"maps_{k}", f"Layer {number(knobs.rows, place)}: {title}", count, 1.0, one_sided)


def _of(count: int, all_: int) -> str:
    return str(count) if count == all_ else f"{count} of {all_}"


def sections(knobs: Knobs) -> list[Section]:
    """The groups in their places, from the top."""
    found, top = [], HEIGHT
    wanted = groups(knobs)
    columns, tile = _grid(wanted)
    used = sum(HEAD + math.ceil(one.count / columns) * one.height * tile for one in wanted)
    air = min(AIR, (HEIGHT - used) / max(1, len(wanted) - 1))
    for one in wanted:
        below = top - HEAD
        boxes = [_box(k, columns, tile, below, one.height) for k in range(one.count)]
        found.append(Section(one.array, one.title, (FROM, top - HEAD / 2), boxes, one.scale))
        top = below - math.ceil(one.count / columns) * one.height * tile - air
    return found


def _grid(wanted: Sequence[Group]) -> tuple[int, float]:
    """How many columns make the tiles large without a lonely rest, and how large they are, the gap included."""
    room = HEIGHT - HEAD * len(wanted)

    def tile(columns: int) -> float:
        return min((WIDTH - FROM) / columns, room / sum(math.ceil(one.count / columns) * one.height for one in wanted))

    def lonely(columns: int) -> int:
        return sum(one.count > columns and 0 < one.count % columns <= SPARSE * columns for one in wanted)

    largest = max(map(tile, COLUMNS))
    large = [columns for columns in COLUMNS if tile(columns) > NEARLY * largest]
    best = min(large, key=lambda columns: (lonely(columns), -columns))
    return best, tile(best)


def _box(k: int, columns: int, tile: float, top: float, height: float) -> Box:
    row, column = divmod(k, columns)
    left, upper, size = FROM + column * tile, top - row * height * tile, tile * (1 - GAP)
    return left, upper - size * height, left + size, upper


def image_box() -> Box:
    """The test image's place."""
    left = (LEFT - IMAGE) / 2
    return left, HEIGHT - HEAD - IMAGE, left + IMAGE, HEIGHT - HEAD


def bar_heights(count: int) -> list[float]:
    """The middle of each class's bar, from the top."""
    top = HEIGHT - HEAD - IMAGE - 1.5
    return [top - k * top / count - top / count / 2 for k in range(count)]


def bars(knobs: Knobs) -> tuple[float, float]:
    """Where the classes' bars begin, right of the longest name, and where one of 100 % ends."""
    return 0.35 + 0.17 * max(map(len, knobs.classes)), LEFT
