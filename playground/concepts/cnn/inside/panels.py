"""The lab's figures: the network, the sheet, covered places, saliency, a unit's field, learning, layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from playground.concepts.cnn.inside.columns import UNITS_ACROSS, columns, layout, middle, unit_at, unit_column
from playground.concepts.cnn.inside.knobs import ANSWER, SHEET, Knobs
from playground.concepts.cnn.inside.places import wanders
from playground.stage import Cells, Edit, Extend, Panel, Paths, Pick, Replace, Seek, Table, Tiles
from playground.stage.bindings import Binding, Box
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import AMBER, BLUE, GREEN, GREY, SPLITS, VERMILLION

UNIT: Box = (0.0, 0.0, 1.0, 1.0)
SECOND: Box = (1.1, 0.0, 2.1, 1.0)
NUMBER = 40  # pixels, for what is written behind a bar
CAPTION = 0.16  # height of the line under a square
WORDS = {"showarrow": False, "font": {"size": 12}}
SMALL_WORDS = {"showarrow": False, "font": {"size": 11}}
Scale = Literal["sequential", "diverging"]


def _hidden(color: str, width: float) -> go.Scatter:
    """A line that gives painted ones their look, without an entry in the legend."""
    return line("", color).update(x=[None], y=[None], line_width=width, showlegend=False, hoverinfo="skip")


def _frame(box: Box, color: str = GREY, width: float = 1) -> dict[str, Any]:
    """A frame around a box, as a shape."""
    x0, y0, x1, y1 = box
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": {"color": color, "width": width}}


def _squares(title: str, traces: Sequence[go.Scatter], captions: tuple[str, str], *frames: dict[str, Any]) -> go.Figure:
    """A figure of two framed squares side by side, each with a line under it, and of more frames."""
    below = [{**WORDS, "x": x, "y": -CAPTION / 2, "text": text} for x, text in zip((0.5, 1.6), captions, strict=True)]
    made = figure(title, traces, annotations=below, shapes=[_frame(UNIT), _frame(SECOND), *frames])
    made.update_xaxes(**at_rest({"range": [-0.02, 2.12]}))
    made.update_yaxes(**at_rest({"range": [-CAPTION, 1.02], "scaleanchor": "x"}))
    return made


def _scale(knobs: Knobs) -> Scale:
    """How maps are coloured: ReLU leaves nothing below zero."""
    return "sequential" if knobs.activation == "relu" else "diverging"


def explained(knobs: Knobs) -> str:
    """The class that the maps are about, in words."""
    return "the answer" if knobs.explained == ANSWER else knobs.names[int(knobs.explained)]


def network(knobs: Knobs) -> Panel:
    """The picture, every layer's maps, and how sure the network is of each class."""
    drawn = layout(knobs)
    bindings: list[Binding] = [Tiles("input", [drawn.picture], "sequential", "upper")]
    for k, boxes in enumerate(drawn.tiles):
        bindings += [Tiles(f"maps.{k}", boxes, _scale(knobs), "upper"), Pick(f"maps.{k}", "cover")]
    bindings += [Tiles("bars", drawn.bars, "sequential", "upper"), Paths("tick_x", "tick_y", [1])]
    bindings += [Replace(0, "customdata", "probabilities"), Replace(0, "y", "number_y")]
    bindings += [Paths("label_x", "label_y", [2])]
    numbers = go.Scatter(
        x=[drawn.width] * len(drawn.bars), y=[], mode="text", texttemplate="%{customdata:.0%}",
        textposition="middle right", textfont={"size": 12}, showlegend=False, hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    drawing = [numbers, _hidden(VERMILLION, 2), _hidden(GREEN, 2)]
    made = figure("From the picture to the answer", drawing, margin={"r": NUMBER})
    made.update_layout(annotations=_captions(knobs), shapes=_frames(knobs))
    made.update_xaxes(**at_rest({"range": [-0.1, drawn.width]}))
    made.update_yaxes(**at_rest({"range": [-0.8, 9.2], "scaleanchor": "x"}))
    alt = f"The picture, the feature maps of {len(drawn.tiles)} layers as tiles, and each class's probability as a bar."
    return Panel("network", made, bindings, alt, size="main")


def _captions(knobs: Knobs) -> list[dict[str, Any]]:
    """What each column is, above, and its size, below; the classes' names."""
    drawn, bars = layout(knobs), layout(knobs).bars
    heads = [((drawn.picture[0] + drawn.picture[2]) / 2, "picture", f"{knobs.side} × {knobs.side}")]
    for column, boxes in zip(columns(knobs), drawn.tiles, strict=True):
        heads.append(((boxes[0][0] + max(box[2] for box in boxes)) / 2, "<br>".join(column.brief), column.caption))
    heads.append(((bars[0][0] + bars[0][2]) / 2, "softmax", ""))
    above = [{**SMALL_WORDS, "x": x, "y": 8.1, "yanchor": "bottom", "text": f"<b>{text}</b>"} for x, text, _ in heads]
    below = [{**SMALL_WORDS, "x": x, "y": -0.45, "text": text} for x, _, text in heads if text]
    if knobs.picture == "image":
        green = {"font": {"size": 11, "color": GREEN}}
        below.append({**SMALL_WORDS, "x": drawn.width, "y": -0.45, "text": "▭ its label", **green})
    names = [
        {**WORDS, "x": box[0] - 0.08, "y": middle(box), "text": name, "xanchor": "right"}
        for name, box in zip(knobs.names, bars, strict=True)
    ]
    return [*above, *below, *names]


def _frames(knobs: Knobs) -> list[dict[str, Any]]:
    """A frame around the picture, and around the map of the unit looked at, where it is drawn."""
    drawn, (number, column), channel = layout(knobs), unit_column(knobs), unit_at(knobs)[0]
    if column.is_map and channel < column.drawn:
        return [_frame(drawn.picture), _frame(drawn.tiles[number][channel], AMBER, 2)]
    return [_frame(drawn.picture)]


def sheet(knobs: Knobs) -> Panel:
    """What is drawn on: a test image or paper."""
    hints = {"sheet": "Draw here.<br>It is read<br>when you<br>let go.", "image": "Draw on it:<br>ink is added."}
    words = {**WORDS, "x": 1.06, "y": 1, "xanchor": "left", "yanchor": "top", "align": "left"}
    words["text"] = hints[knobs.picture]
    made = figure("Your picture", [], annotations=[words], shapes=[_frame(UNIT)])
    made.update_xaxes(**at_rest({"range": [-0.03, 1.72]}))
    made.update_yaxes(**at_rest({"range": [-0.03, 1.03], "scaleanchor": "x"}))
    bindings: list[Binding] = [Tiles("sheet", [UNIT], "sequential", "upper"), Edit("drawing", "draw", UNIT, SHEET)]
    return Panel("sheet", made, bindings, "The sheet: draw on it with mouse or finger.")


def cover(knobs: Knobs) -> Panel:
    """What a square that covers a place costs of the class's probability, beside the picture that it leaves."""
    count = wanders(knobs.side)
    less, more = (f'<b style="color:{color}">{word}</b>' for color, word in ((VERMILLION, "less"), (BLUE, "more")))
    captions = (f"{less} or {more} sure", "what is left to see")
    title = f"Cover a place: what it costs {explained(knobs)}"
    bindings: list[Binding] = [
        Tiles("drops", [UNIT], "diverging", "upper"), Tiles("input", [SECOND], "sequential", "upper"),
        Paths("outline_x", "outline_y", [0]), Paths("square_x", "square_y", [1], halo=True),
        Seek(UNIT, (count, count), knobs.snapshots),
    ]  # fmt: skip
    made = _squares(title, [_hidden(GREY, 1.5), _hidden("#333333", 2)], captions)
    alt = "Map of how much less probable the class is when each place is covered, with the outline of the ink."
    return Panel("cover", made, bindings, alt)


def saliency(knobs: Knobs) -> Panel:
    """Which pixels move the class's logit: the gradient's size, and the gradient times the pixel."""
    title = f"Saliency: what moves the logit of {explained(knobs)}"
    bindings: list[Binding] = [
        Tiles("saliency", [UNIT], "sequential", "upper"), Tiles("attribution", [SECOND], "diverging", "upper"),
        Paths("outline_x", "outline_y", [0]),
    ]  # fmt: skip
    made = _squares(title, [_hidden(GREY, 1.5)], ("|gradient|", "gradient × pixel"))
    return Panel("saliency", made, bindings, "Two maps of the picture: the gradient's size, and gradient times pixel.")


def field(knobs: Knobs) -> Panel:
    """What one unit can see: its field on the picture, its place on its map; a click on the picture chooses it."""
    at, column = unit_column(knobs)
    size = min(column.field.size, knobs.side)
    kind = "map" if column.is_map else "unit"
    captions = ("what moves it: click a place", f"{kind} {unit_at(knobs)[0] + 1} of {column.shape[0]}")
    title = f"A unit of layer {at + 1} sees {size} × {size} of {knobs.side} × {knobs.side} pixels"
    bindings: list[Binding] = [
        Tiles("unit_gradient", [UNIT], "sequential", "upper"), Tiles("unit_map", [SECOND], _scale(knobs), "upper"),
        Paths("outline_x", "outline_y", [0]), Paths("field_x", "field_y", [1], halo=True),
        Edit("place", "point", UNIT),
    ]  # fmt: skip
    made = _squares(title, [_hidden(GREY, 1.5), _hidden(AMBER, 2.5)], captions, _frame(_cell(knobs), AMBER, 2))
    alt = f"The pixels that move a unit of layer {at + 1}, its receptive field, and its feature map."
    return Panel("field", made, bindings, alt)


def _cell(knobs: Knobs) -> Box:
    """The box of the unit on its map."""
    _, column = unit_column(knobs)
    channel, row, place = unit_at(knobs)
    height, width = column.shape[1:] if column.is_map else (-(-column.shape[0] // UNITS_ACROSS), UNITS_ACROSS)
    if not column.is_map:
        row, place = divmod(channel, UNITS_ACROSS)
    x = SECOND[0]
    return x + place / width, 1 - (row + 1) / height, x + (place + 1) / width, 1 - row / height


def learning(knobs: Knobs) -> Panel:
    """How the network learnt, and how sure it became of its answer for this picture."""
    names = {"train_accuracy": "training images", "test_accuracy": "test images", "confidence": "sure of this picture"}
    looks: tuple[dict[str, str], ...] = (
        {"color": SPLITS["train"]}, {"color": SPLITS["test"]}, {"color": BLUE, "dash": "dot"},
    )  # fmt: skip
    traces = [line(name, **look) for name, look in zip(names.values(), looks, strict=True)]
    made = figure("Learning", traces, "epoch", "share correct, sureness", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    made.update_yaxes(range=[0, 1.03])
    bindings = [Extend(k, "at", name) for k, name in enumerate(names)]
    alt = "Accuracy on training and test images over the epochs, and how sure the network was of its answer here."
    return Panel("learning", made, bindings, alt)


def table(knobs: Knobs) -> Table:
    """The layers: sizes, fields, and the channels that stay silent."""
    rows = []
    for number, column in enumerate(columns(knobs), 1):
        seen = min(column.field.size, knobs.side)
        apart = f"{column.field.jump}" if column.is_map else "–"
        shape = " × ".join(map(str, column.shape))
        rows.append([f"{number} ({column.token})", column.title, shape, f"{seen} × {seen}", apart, "–", "–"])
    heads = ["Layer", "What it is", "Shape", "A unit sees (px)", "Neighbours apart (px)", "Silent here", "Dead"]
    cells = [Cells(5, "silent", 1), Cells(6, "dead", 1)]
    alt = "The layers with shapes, receptive fields, and how many channels are silent on this picture or on all."
    return Table("layers", "Layers: what a unit sees, and channels that are zero everywhere", heads, rows, alt, cells)
