"""A panel at one moment as a plain Plotly figure: what the player shows, for tests and stills."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.contract import Array, Frame, History, Ranged
from playground.stage.bindings import Band, Extend, Layout, Lines, Marks, Panel, Paths, Replace, Text, Tiles
from playground.stage.palette import BLUE, CLASSES, MIDDLE, VERMILLION
from playground.stage.pictures import data_uri, pictures, table


def figure_at(panel: Panel, history: History, i: int) -> go.Figure:
    """The panel's figure at frame i: every binding applied. Raises IndexError outside the history."""
    if not 0 <= i < len(history):
        raise IndexError(f"Frame {i} is outside a history of {len(history)} frames.")
    moment = Moment(history, i)
    made = go.Figure(panel.figure)
    for binding in panel.bindings:
        match binding:
            case Extend():
                made.data[binding.trace].update(x=moment.series(binding.x), y=moment.series(binding.y))
            case Replace():
                made.data[binding.trace].update({binding.attribute.replace(".", "_"): moment.values(binding.array)})
            case Layout():
                made = _relaid(made, binding.path, moment.values(binding.array))
            case Tiles():
                _tile(made, binding, moment.array(binding.array))
            case Lines():
                _draw_lines(made, binding, moment.values(binding.array))
            case Marks():
                _mark(made, binding, moment)
            case Band():
                _fill(made, binding, moment)
            case Paths():
                _draw_paths(made, binding, moment)
            case Text():
                _write(made, binding, moment)
    return made


class Moment:
    """What a history holds at frame i."""

    def __init__(self, history: History, i: int) -> None:
        self.frames: list[Frame] = [history.decode(j) for j in range(i + 1)]

    def array(self, name: str) -> Array:
        """The newest value of an array: it holds until a later frame replaces it. Raises KeyError."""
        for frame in reversed(self.frames):
            if name in frame.arrays:
                return frame.arrays[name]
        raise KeyError(f"No frame so far holds the array {name!r}.")

    def values(self, name: str) -> Any:
        """The array as numbers."""
        array = self.array(name)
        return array.values() if isinstance(array, Ranged) else array

    def series(self, name: str) -> Any:
        """All points of a series so far."""
        return np.concatenate([frame.series[name] for frame in self.frames if name in frame.series])

    def points(self, name: str) -> Any:
        """The series of that name so far, else the array."""
        return self.series(name) if any(name in frame.series for frame in self.frames) else self.values(name)


def _relaid(figure: go.Figure, path: str, values: Any) -> go.Figure:
    """The figure with the layout's `path` (`xaxis.range[1]`) set, as Plotly's relayout does it."""
    layout = figure.layout.to_plotly_json()
    *way, last = [int(key) if key.isdigit() else key for key in re.findall(r"\w+", path)]
    at: Any = layout
    for key, following in zip(way, [*way[1:], last], strict=True):
        at = at[key] if isinstance(key, int) else at.setdefault(key, [None, None] if isinstance(following, int) else {})
    at[last] = values.item() if values.size == 1 else values.tolist()
    return go.Figure(figure.data, layout)


def _tile(figure: go.Figure, binding: Tiles, array: Array) -> None:
    for picture, (x0, y0, x1, y1) in zip(pictures(array, binding.scale), binding.boxes, strict=False):
        shown = picture[::-1] if binding.origin == "lower" else picture
        figure.add_layout_image(
            source=data_uri(shown), xref="x", yref="y", x=x0, y=y1, sizex=x1 - x0, sizey=y1 - y0,
            sizing="stretch", layer="below",
        )  # fmt: skip


def _fill(figure: go.Figure, binding: Band, moment: Moment) -> None:
    x, low, high = (moment.series(name) for name in (binding.x, binding.low, binding.high))
    x, y = np.append(x, x[::-1]), np.append(low, high[::-1])
    figure.add_scatter(x=x, y=y, fill="toself", fillcolor=binding.color, line={"width": 0}, showlegend=False)


def _mark(figure: go.Figure, binding: Marks, moment: Moment) -> None:
    if binding.symbol == "rule":
        for x in moment.values(binding.x):
            figure.add_vline(float(x), line={"color": binding.color, "width": binding.size})
        return
    symbol = {"ring": "circle-open", "cross": "x-thin-open"}.get(binding.symbol, binding.symbol)
    marker: dict[str, Any] = {"symbol": symbol, "size": binding.size, "color": binding.color}
    if binding.scale == "classes":
        marker |= {"color": [CLASSES[int(label)] for label in moment.values(str(binding.color))]}
    elif binding.scale == "diverging":
        scale = [(0, BLUE), (0.5, MIDDLE), (1, VERMILLION)]
        marker |= {"color": moment.values(str(binding.color)), "colorscale": scale, "cmin": -1, "cmax": 1}
    x, y = moment.values(binding.x), moment.values(binding.y)
    figure.add_scatter(x=x, y=y, mode="markers", marker=marker, showlegend=False)


def _draw_paths(figure: go.Figure, binding: Paths, moment: Moment) -> None:
    count = len(binding.keys)
    y = np.reshape(moment.points(binding.y), (-1, count))
    x = np.reshape(moment.points(binding.x), (len(y), -1))
    for k, key in enumerate(binding.keys):
        own = x[:, k % x.shape[1]]
        figure.add_scatter(x=own, y=y[:, k], mode="lines", line=figure.data[key].line, showlegend=False)
        if binding.end != "none":
            figure.data[-1].update(mode="lines+markers", marker=_end(binding.end, len(own)))


def _end(kind: str, count: int) -> dict[str, Any]:
    """Markers of which the last of `count` alone is seen."""
    symbol = {"symbol": "arrow", "angleref": "previous"} if kind == "arrow" else {"symbol": "circle"}
    return {**symbol, "size": [0] * (count - 1) + [10]}


def _write(figure: go.Figure, binding: Text, moment: Moment) -> None:
    boxes = moment.values(binding.boxes) if isinstance(binding.boxes, str) else np.array(binding.boxes)
    codes = moment.values(binding.array)
    lines = ["".join(chr(code) for code in line if code) for line in codes]
    x, y, said = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2, lines
    if binding.flow != "words":
        turned = [binding.flow == "cells" and is_leftward(line) for line in lines]
        places = [(i, k) for i, line in enumerate(codes) for k in range(len(line)) if line[k]]
        x = [_middle(boxes[i], k, codes.shape[1], turned[i]) for i, k in places]
        y, said = [y[i] for i, _ in places], [chr(codes[i, k]) for i, k in places]
    ground: dict[str, Any] = {}
    if binding.shade:
        shades = moment.array(binding.shade)
        values = shades.q if isinstance(shades, Ranged) else shades
        kept = values if binding.flow == "words" else values[codes > 0]
        colors = [f"rgb({r},{g},{b})" for r, g, b in table("sequential")[kept]]
        ground = {"mode": "markers+text", "marker": {"symbol": "square", "size": binding.size, "color": colors}}
    figure.add_scatter(x=x, y=y, text=said, showlegend=False, **{"mode": "text", **ground})


def _middle(box: Any, k: int, length: int, leftward: bool) -> float:
    """Where cell k of a line's `length` has its middle."""
    at = length - 1 - k if leftward else k
    return float(box[0] + (at + 0.5) * (box[2] - box[0]) / length)


def is_leftward(line: str) -> bool:
    """Whether a line's first letter belongs to a script that is written from right to left."""
    kinds = (unicodedata.bidirectional(character) for character in line)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def _draw_lines(figure: go.Figure, binding: Lines, values: Any) -> None:
    largest = float(np.abs(values).max(initial=1e-9))
    for value, (x0, y0, x1, y1) in zip(values, binding.segments, strict=True):
        if not value:
            continue
        style = {"width": 0.3 + binding.width * abs(float(value)) / largest, "color": VERMILLION if value > 0 else BLUE}
        figure.add_shape(type="line", x0=x0, y0=y0, x1=x1, y1=y1, layer="below", line=style)
