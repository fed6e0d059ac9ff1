"""The lab's figures: the way through the network, the sheet, covered places, saliency, a unit's field, learning, layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.concepts.cnn.inside.columns import UNITS_ACROSS, columns, layout, unit_at, unit_column
from playground.concepts.cnn.inside.knobs import ANSWER, SHEET, Knobs
from playground.concepts.cnn.inside.places import wanders
from playground.stage import Cells, Edit, Extend, Marks, Panel, Paths, Pick, Replace, Seek, Table, Tiles
from playground.stage.bindings import Binding, Box
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import AMBER, BLUE, GREEN, GREY, SPLITS, VERMILLION

UNIT: Box = (0.0, 0.0, 1.0, 1.0)
SECOND: Box = (1.1, 0.0, 2.1, 1.0)
CAPTION = 0.16  # height of the line under a square
WORDS = {"showarrow": False, "font": {"size": 12}}


def _hidden(color: str, width: float = 2, **more: Any) -> go.Scatter:
    """A line that gives painted ones their look, without an entry in the legend."""
    return line("", color, **more).update(x=[None], y=[None], line_width=width, showlegend=False, hoverinfo="skip")


def _box(box: Box, color: str, **more: Any) -> dict[str, Any]:
    """A frame around a box, as a shape."""
    x0, y0, x1, y1 = box
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": {"color": color, "width": 1, **more}}


def _squares(title: str, traces: Sequence[go.Scatter], captions: Sequence[tuple[float, str]], **more: Any) -> go.Figure:
    """A figure of one or two squares side by side, each with a line under it."""
    below = [{**WORDS, "x": x, "y": -CAPTION / 2, "text": text} for x, text in captions]
    notes = [*below, *more.pop("annotations", [])]
    left, right = more.pop("across", (-0.02, 2.12))
    axes = {
        "xaxis": at_rest({"range": [left, right]}),
        "yaxis": at_rest({"range": [-CAPTION, 1.02], "scaleanchor": "x"}),
    }
    return figure(title, traces, annotations=notes, **axes, **more)


def network(knobs: Knobs) -> Panel:
    """The picture, every layer's maps, and how sure the network is of each class."""
    shown, drawn = columns(knobs), layout(knobs)
    scale = "sequential" if knobs.activation == "relu" else "diverging"
    bindings: list[Binding] = [Tiles("input", [drawn.picture], "sequential", "upper")]
    for k, boxes in enumerate(drawn.tiles):
        bindings += [Tiles(f"maps.{k}", boxes, scale, "upper"), Pick(f"maps.{k}", "cover")]  # type: ignore[arg-type]
    bindings += [Tiles("bars", drawn.bars, "sequential", "upper"), Paths("tick_x", "tick_y", [1])]
    bindings += [Marks("label_x", "label_y", None, GREEN, size=9), Replace(0, "customdata", "probabilities")]
    numbers = go.Scatter(
        x=[box[2] + 0.08 for box in drawn.bars], y=[(box[1] + box[3]) / 2 for box in drawn.bars], mode="text",
        textposition="middle right", texttemplate="%{customdata:.0%}", textfont={"size": 12}, showlegend=False,
        hoverinfo="skip",
    )  # fmt: skip
    made = figure("From the picture to the answer", [numbers, _hidden(VERMILLION, 2)], annotations=_captions(knobs),
                  shapes=_frames(knobs))  # fmt: skip
    made.update_xaxes(**at_rest({"range": [-0.1, drawn.width]}))
    made.update_yaxes(**at_rest({"range": [-1.0, 8.75], "scaleanchor": "x"}))
    alt = (
        f"The picture, then {len(shown)} layers with a tile for each feature map, then a bar for the probability of "
        "each class."
    )
    return Panel("network", made, bindings, alt, size="main")


def _captions(knobs: Knobs) -> list[dict[str, Any]]:
    """What each column is: its item of the text and its size; the classes' names."""
    drawn, small = layout(knobs), {"showarrow": False, "font": {"size": 11}}
    heads = [((drawn.picture[0] + drawn.picture[2]) / 2, "picture", f"{knobs.side} × {knobs.side}")]
    for column, boxes in zip(columns(knobs), drawn.tiles, strict=True):
        middle = (boxes[0][0] + max(box[2] for box in boxes)) / 2
        heads.append((middle, column.token, column.caption))
    x0, _, x1, _ = drawn.bars[0]
    heads.append(((x0 + x1) / 2, "softmax", ""))
    above = [{**small, "x": x, "y": 8.4, "text": f"<b>{text}</b>"} for x, text, _ in heads]
    below = [{**small, "x": x, "y": -0.45, "text": text} for x, _, text in heads if text]
    if knobs.picture == "image":
        below.append({**small, "x": x1 + 0.95, "y": -0.45, "xanchor": "right", "text": "● its label",
                      "font": {"size": 11, "color": GREEN}})  # fmt: skip
    names = [
        {**WORDS, "x": box[0] - 0.08, "y": (box[1] + box[3]) / 2, "text": name, "xanchor": "right"}
        for name, box in zip(knobs.names, drawn.bars, strict=True)
    ]
    return [*above, *below, *names]


def _frames(knobs: Knobs) -> list[dict[str, Any]]:
    """A frame around the picture, and around the map of the unit looked at, where it is drawn."""
    drawn = layout(knobs)
    found = [_box(drawn.picture, GREY)]
    number, column = unit_column(knobs)
    channel = unit_at(knobs)[0]
    if column.is_map and channel < column.drawn:
        found.append(_box(drawn.tiles[number][channel], AMBER, width=2))
    return found


def sheet(knobs: Knobs) -> Panel:
    """What is drawn on: a test image or paper."""
    blank = knobs.picture == "sheet"
    hint = "Draw here.<br>It is read<br>when you let go." if blank else "Draw on it:<br>ink is added<br>to the image."
    notes = [{**WORDS, "x": 1.06, "y": 0.96, "xanchor": "left", "yanchor": "top", "align": "left", "text": hint}]
    made = figure("Your picture", [], annotations=notes, shapes=[_box(UNIT, GREY)])
    made.update_xaxes(**at_rest({"range": [-0.72, 1.72]}))
    made.update_yaxes(**at_rest({"range": [-0.03, 1.03], "scaleanchor": "x"}))
    bindings: list[Binding] = [Tiles("sheet", [UNIT], "sequential", "upper"), Edit("drawing", "draw", UNIT, SHEET)]
    return Panel("sheet", made, bindings, "The sheet: draw on it with mouse or finger.")


def explained(knobs: Knobs) -> str:
    """The class that the maps are about, in words."""
    return "the answer" if knobs.explained == ANSWER else knobs.names[int(knobs.explained)]


def cover(knobs: Knobs) -> Panel:
    """What a square that covers a place costs of the class's probability, beside the picture that it leaves."""
    count = wanders(knobs.side)
    title = f"Cover a place: what it costs {explained(knobs)}"
    captions = [(0.5, "<b>orange</b>: less sure, <b>blue</b>: surer"), (1.6, "what it then sees")]
    made = _squares(title, [_hidden(GREY, 1.5), _hidden("#333333", 2)], captions, shapes=[_box(SECOND, GREY)])
    bindings: list[Binding] = [
        Tiles("drops", [UNIT], "diverging", "upper"), Tiles("input", [SECOND], "sequential", "upper"),
        Paths("outline_x", "outline_y", [0]), Paths("square_x", "square_y", [1], halo=True),
        Seek(UNIT, (count, count), knobs.snapshots),
    ]  # fmt: skip
    alt = "Map of how much less probable the class is when each place is covered, with the outline of the ink."
    return Panel("cover", made, bindings, alt)


def saliency(knobs: Knobs) -> Panel:
    """Which pixels move the class's logit: the gradient's size, and the gradient times the pixel."""
    captions = [(0.5, "|gradient|"), (1.6, "gradient × pixel")]
    title = f"Saliency: what moves the logit of {explained(knobs)}"
    made = _squares(title, [_hidden(GREY, 1.5)], captions, shapes=[_box(UNIT, GREY), _box(SECOND, GREY)])
    bindings: list[Binding] = [
        Tiles("saliency", [UNIT], "sequential", "upper"), Tiles("attribution", [SECOND], "diverging", "upper"),
        Paths("outline_x", "outline_y", [0]),
    ]  # fmt: skip
    return Panel("saliency", made, bindings, "Two maps of the picture: the gradient's size, and gradient times pixel.")


def field(knobs: Knobs) -> Panel:
    """What one unit can see: its field on the picture, its place on its map; a click on the picture chooses it."""
    _, column = unit_column(knobs)
    channel, row, place = unit_at(knobs)
    size = min(column.field.size, knobs.side)
    title = f"One unit of {column.token} sees {size} × {size} of {knobs.side} × {knobs.side} pixels"
    kind = f"map {channel + 1} of {column.shape[0]}" if column.is_map else f"unit {channel + 1} of {column.shape[0]}"
    captions = [(0.5, "what moves it: click a place"), (1.6, kind)]
    shapes = [_box(UNIT, GREY), _box(SECOND, GREY), _box(_cell(knobs), AMBER, width=2)]
    made = _squares(title, [_hidden(GREY, 1.5), _hidden(AMBER, 2.5)], captions, shapes=shapes)
    scale: Any = "sequential" if knobs.activation == "relu" else "diverging"
    bindings: list[Binding] = [
        Tiles("unit_gradient", [UNIT], "sequential", "upper"), Tiles("unit_map", [SECOND], scale, "upper"),
        Paths("outline_x", "outline_y", [0]), Paths("field_x", "field_y", [1], halo=True),
        Edit("place", "point", UNIT),
    ]  # fmt: skip
    alt = f"The pixels that move a unit of {column.token}, its receptive field, and its feature map."
    return Panel("field", made, bindings, alt)


def _cell(knobs: Knobs) -> Box:
    """The box of the unit on its map."""
    _, column = unit_column(knobs)
    channel, row, place = unit_at(knobs)
    height, width = column.shape[1:] if column.is_map else (-(-column.shape[0] // UNITS_ACROSS), UNITS_ACROSS)
    if not column.is_map:
        row, place = divmod(channel, UNITS_ACROSS)
    return 1.1 + place / width, 1 - (row + 1) / height, 1.1 + (place + 1) / width, 1 - row / height


def learning(knobs: Knobs) -> Panel:
    """How the network learnt, and how sure it became of its answer for this picture."""
    traces = [line("training images", SPLITS["train"]), line("test images", SPLITS["test"]),
              line("sure of this picture", BLUE, dash="dot")]  # fmt: skip
    made = figure("Learning", traces, "epoch", "share right, sureness", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    made.update_yaxes(range=[0, 1.03])
    names = ("train_accuracy", "test_accuracy", "confidence")
    bindings = [Extend(k, "at", name) for k, name in enumerate(names)]
    alt = "Accuracy on training and test images over the epochs, and how sure the network was of its answer here."
    return Panel("learning", made, bindings, alt)


def table(knobs: Knobs) -> Table:
    """The layers: sizes, fields, and the channels that stay silent."""
    rows = []
    for column in columns(knobs):
        size = " × ".join(map(str, column.shape))
        seen, apart = min(column.field.size, knobs.side), column.field.jump if column.is_map else 0
        rows.append([column.token, column.title, size, f"{seen} × {seen}", f"{apart}" if apart else "–", "–", "–"])
    heads = ["Layer", "", "Shape", "A unit sees", "Apart, px", "Silent here", "Dead"]
    cells = [Cells(5, "silent"), Cells(6, "dead")]
    alt = "The layers with shapes, receptive fields, and how many channels are silent on this picture or on all."
    return Table("layers", "Layers: what a unit sees, and channels that are zero everywhere", heads, rows, alt, cells)
