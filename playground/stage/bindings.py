"""Panels and bindings: data that say how an array reaches a figure. Browser, exports and tests apply the same list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

Box = tuple[float, float, float, float]
PAGE_LINK = re.compile(r"[a-z_]+(\?[A-Za-z0-9=&%._~-]*)?")
"""What leads to a page of this app and nowhere else: its name and a query."""


def checked_links(links: Sequence[str]) -> None:
    """Raises ValueError where a link is anything but a page's name and a query."""
    for link in links:
        if not PAGE_LINK.fullmatch(link):
            raise ValueError(f"{link[:80]!r} does not lead to a page of this app.")


@dataclass(frozen=True)
class Extend:
    """Trace `trace` shows series `x` against series `y`, up to the moment shown."""

    trace: int
    x: str
    y: str


@dataclass(frozen=True)
class Replace:
    """Attribute `attribute` (dotted: `marker.color`) of trace `trace` is array `array`."""

    trace: int
    attribute: str
    array: str


@dataclass(frozen=True)
class Layout:
    """The layout's `path` (`xaxis.range`, `shapes[0].x0`, `title.text`) is array `array`; one number stands alone."""

    path: str
    array: str


@dataclass(frozen=True)
class Tiles:
    """Array `array` (n, h, w) or (h, w), uint8, as n small pictures, each in a box x0, y0, x1, y1 of data coordinates.

    `scale`: diverging or sequential over the range of a `Ranged` array; grey, from black to white on any page, for
    photos; classes, where a value holds 32 * class + confidence (0 to 31); rgb (n, h, w, 3). `origin`: lower puts row 0
    at y0 (maps), upper at y1 (images).
    """

    array: str
    boxes: Sequence[Box]
    scale: Literal["diverging", "sequential", "grey", "classes", "rgb"] = "diverging"
    origin: Literal["lower", "upper"] = "lower"


@dataclass(frozen=True)
class Lines:
    """Array `array` (n,) as n segments x0, y0, x1, y1: width by |value| beside the largest, colour by sign.

    A value of 0 draws nothing.
    """

    array: str
    segments: Sequence[Box]
    width: float = 4.0


@dataclass(frozen=True)
class Marks:
    """Points at arrays `x` and `y` (n,), painted under the chart: cheap where they are many or move.

    `color` is one colour, or one for each point, or under another `scale` an array (n,): of class numbers, or of values
    from -1 to 1. They are shown while trace number `key`, which stands for them in the legend, is; always where it is
    None. A rule is a vertical line at x through the whole picture, `size` its width.
    """

    x: str
    y: str
    key: int | None
    color: str | Sequence[str]
    scale: Literal["one", "classes", "diverging"] = "one"
    symbol: Literal["circle", "square", "diamond", "ring", "cross", "rule"] = "circle"
    size: float = 7


@dataclass(frozen=True)
class Band:
    """The area between series `low` and `high` over series `x`, up to the moment shown, painted under the chart.

    As two traces it would cost as much as two curves. It is shown while trace number `key` is. Axes that choose their
    own range do not see it.
    """

    x: str
    low: str
    high: str
    key: int
    color: str


@dataclass(frozen=True)
class Paths:
    """M polylines painted under the chart: cheap where they are long or many.

    `x` and `y` name series that grow by M values a point of time, all together the paths up to the moment, or arrays
    (points, M) of the moment; an `x` of one value a point is shared. Path k has the colour, width and dash of trace
    number `keys[k]`, which stands for it in the legend, and is shown while that is. NaN leaves a gap. `end` is
    painted at the last point; `halo` sets paths off from a picture behind.
    """

    x: str
    y: str
    keys: Sequence[int]
    end: Literal["none", "dot", "arrow"] = "none"
    halo: bool = False


@dataclass(frozen=True)
class Text:
    """Array `array` (n, length) int32 of Unicode code points as n lines of text in n boxes, painted under the chart.

    A 0 is no character. `boxes` are n boxes x0, y0, x1, y1 of data coordinates, or name an array (n, 4) of them.
    `flow`: cells gives each character a cell of the same width, from the right where a line begins with a script that
    is written so; columns the same, always from the left; words writes a line as a whole, in the middle of its box.
    `shade` names an array of 8-bit values, (n, length), of words (n,), which colour the ground sequentially; letters
    stay legible on it. `size` is the most pixels that a character is high.
    """

    array: str
    boxes: Sequence[Box] | str
    shade: str | None = None
    flow: Literal["cells", "columns", "words"] = "cells"
    size: float = 18


@dataclass(frozen=True)
class Cells:
    """Column `column` of a table shows array `array` (rows,), in as many digits."""

    column: int
    array: str
    digits: int = 3


@dataclass(frozen=True)
class Edit:
    """A gesture on this panel that sets knob `knob`: it starts a new run.

    point: a click sets (x, y). drag: the handle at the knob's point is dragged. points: each click adds a point of
    the class chosen among `labels`, on a 128 x 128 lattice over `box`; where there is one alone, nothing is to choose.
    draw: a grey picture of `shape` (rows, columns) over `box`. numbers: each number of a grid of `shape` over `box` is
    dragged up or down; the knob is a text, rows parted by `;`. `handle`: a dot at the point; a lab that shows the point
    itself needs none. `ink`: the colour that draws, "" for that of the page's text. Without `paints` what is edited is
    painted only until the run that it starts is on stage, which shows it.
    """

    knob: str
    gesture: Literal["point", "drag", "points", "draw", "numbers"]
    box: Box
    shape: tuple[int, int] = (28, 28)
    handle: bool = True
    ink: str = ""
    paints: bool = True
    labels: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Pick:
    """Hover or click on picture i of this panel's `Tiles(array)` shows it large in panel `panel`; no run, no Python.

    A panel may have one for each of its arrays.
    """

    array: str
    panel: str


@dataclass(frozen=True)
class Weigh:
    """A click on segment i of this panel's `Lines(array)` lets a visitor type its value, a change of knob `knob`.

    `names[i]` is what the change calls it; `beside[i]`, where given, names a second number to be typed (a bias).
    """

    array: str
    knob: str
    names: Sequence[str]
    beside: Sequence[str] = ()


@dataclass(frozen=True)
class Seek:
    """Hover on cell k of a grid of `shape` (rows, columns) over `box` shows frame `first` + k; a click rests there.

    Cells count row by row from the top. For labs whose frames are places: of a window, in a text, on an axis.
    """

    box: Box
    shape: tuple[int, int]
    first: int = 0


@dataclass(frozen=True)
class Open:
    """A click on point k of arrays `x` and one of `y` (n,), or in box k, opens page `links[k]`: name and query.

    `titles[k]` says beside the panel's title what is pointed at. Where there is no server to ask, nothing opens; the
    keyboard has the links of a table.
    """

    links: Sequence[str]
    titles: Sequence[str]
    x: str = ""
    y: Sequence[str] = ()
    boxes: Sequence[Box] = ()

    def __post_init__(self) -> None:
        checked_links(self.links)


@dataclass(frozen=True)
class Choose:
    """A click in box k of this panel sets knob `knob` to text `values[k]`: it starts a new run.

    `titles[k]` says beside the panel's title what is pointed at. The keyboard has the knob's own control.
    """

    knob: str
    values: Sequence[str]
    titles: Sequence[str]
    boxes: Sequence[Box]


Binding = (
    Extend | Replace | Layout | Tiles | Lines | Marks | Band | Paths | Text | Choose | Edit | Open | Pick | Seek | Weigh
)


@dataclass(frozen=True)
class Panel:
    """One figure and what moves in it. `size`: main is the dominant picture, wide takes a row, half is the rest.

    `log` offers a logarithmic y axis; `alt` says in words what the figure shows. `fit` is the width in pixels that the
    words in a picture are made for: on a narrower screen they shrink with it; 0 never.
    """

    name: str
    figure: go.Figure
    bindings: Sequence[Binding]
    alt: str
    size: Literal["main", "half", "wide"] = "half"
    log: bool = False
    fit: int = 0


@dataclass(frozen=True)
class Table:
    """Rows of text under the panels; a column may follow an array; the first cell of row k may lead to `links[k]`."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    alt: str
    bindings: Sequence[Cells] = ()
    links: Sequence[str] = ()

    def __post_init__(self) -> None:
        checked_links(self.links)


Part = Panel | Table
