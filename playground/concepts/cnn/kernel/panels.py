"""The lab's figures: the window at work, the whole picture, where the gradient goes, the gallery, the poolings."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.cnn.kernel import gallery, geometry
from playground.concepts.cnn.kernel.drawn import SHAPE
from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.picture import SIDE
from playground.concepts.cnn.kernel.words import brief, operation, owned, rival_names, times, weights_title
from playground.stage import Cells, Edit, Panel, Paths, Pick, Replace, Seek, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure
from playground.stage.palette import AMBER, GREY

INK = "#111111"  # on pale pictures, in either theme
FONTS = {2: 15, 3: 14, 4: 12, 5: 10}  # pixels, by the side of a window; larger windows show no numbers
LINE = 8  # characters under a small picture on a phone
FIT, SMALL_FIT = 500, 360  # pixels of width that the words are made for
BESIDE = 1.1  # where the second of two pictures starts, each 1 wide and high
SIGNS = {"weights": "×", "products": "="}

Parts = tuple[list[go.Scatter], list[Binding]]


def window(knobs: Knobs) -> Panel:
    """The window on the input, patch, weights, products and their sum, and the output being filled."""
    lines, below = _pictures(knobs)
    texts, written = _numbers(knobs, len(lines))
    made = figure(f"One window at a time: {operation(knobs)}", [*lines, *texts], annotations=_headings(knobs))
    made.update_xaxes(**at_rest({"range": [0, geometry.WIDTH]}))
    made.update_yaxes(**at_rest({"range": [0, geometry.HEIGHT], "scaleanchor": "x"}))
    if knobs.rim:
        left, bottom, right, top = geometry.inner_box(knobs)
        made.add_shape(
            type="rect", x0=left, y0=bottom, x1=right, y1=top, line={"color": GREY, "width": 1, "dash": "dot"}
        )
    alt = "A window on the input, its pixels times the weights, their sum, and the output pixel that it becomes."
    return Panel("window", made, [*below, *written], alt, size="main", fit=FIT)


def _pictures(knobs: Knobs) -> Parts:
    """The tiles, and the lines that follow the window."""
    side = max(knobs.places, 1)
    look: Any = "diverging" if knobs.signed else "grey"
    signs: Any = "diverging" if knobs.convolves else "grey"
    names = ("window", "cell", "zoom", "lead")
    strokes: list[dict[str, Any]] = [{"width": 3}, {"width": 3}, {"width": 1}, {"width": 1.5, "dash": "dot"}]
    traces = [_stroke(name, style) for name, style in zip(names, strokes, strict=True)]
    bindings: list[Binding] = [
        Tiles("input", [geometry.input_box(knobs)], "grey", "upper"),
        Tiles("output", [geometry.output_box(knobs)], look, "upper"),
        Tiles("patch", [geometry.grid_box("patch")], "grey", "upper"),
        Tiles("weights", [geometry.grid_box("weights")], signs, "upper"),
        Tiles("products", [geometry.grid_box("products")], signs, "upper"),
        Seek(geometry.output_box(knobs), (side, side)),
        *([Edit("own", "numbers", geometry.grid_box("weights"), knobs.weights.shape)] if owned(knobs) else []),
        Paths("zoom_x", "zoom_y", (2, 2)),
        Paths("lead_x", "lead_y", (3,), end="arrow"),
        Paths("window_x", "window_y", (0,), halo=True),
        Paths("cell_x", "cell_y", (1,), halo=True),
    ]
    return traces, bindings


def _stroke(name: str, style: dict[str, Any]) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="lines", name=name, line={"color": AMBER, **style}, showlegend=False)


def _numbers(knobs: Knobs, first: int) -> Parts:
    """What is written on the grids, and the sums beside them; `first` is the number of the first trace."""
    font = FONTS.get(knobs.side)
    traces, bindings = [], list[Binding]()
    for name in geometry.GRIDS:
        if name == "weights" and knobs.convolves:
            traces.append(_kernel(knobs, font))
            continue
        at = first + len(traces)
        bindings += [Replace(at, key, f"{name}_{array}") for key, array in
                     (("x", "x"), ("y", "y"), ("customdata", "numbers"))]  # fmt: skip
        form = ".2~f" if name == "weights" else ".2f"
        traces.append(_text("%{customdata:" + form + "}", font, hovertemplate="%{customdata:.4f}"))
    at = first + len(traces)
    return [*traces, _sums(knobs)], [*bindings, Replace(at, "customdata", "sums")]


def _text(template: str, font: int | None, **more: Any) -> go.Scatter:
    """Numbers in dark ink; where there is no room for them they are told on hover alone."""
    written = {"texttemplate": template, "textfont": {"size": font, "color": INK}} if font else {}
    return go.Scatter(
        x=[], y=[], mode="text+markers" if font else "markers", marker={"size": 14, "opacity": 0}, showlegend=False,
        hoverlabel={"namelength": 0}, **written, **more,
    )  # fmt: skip


def _kernel(knobs: Knobs, font: int | None) -> go.Scatter:
    """The kernel's numbers, which do not change."""
    weights = knobs.weights
    x, y = geometry.centres(geometry.grid_box("weights"), *weights.shape)
    said = [brief(float(weight)) for weight in weights.ravel()]
    made = _text("%{text}", font, hovertemplate="%{text}", text=said)
    return made.update(x=x.tolist(), y=y.tolist())


def _sums(knobs: Knobs) -> go.Scatter:
    """The sum of the products, the bias, and what becomes of them; poolings have less to say."""
    name = {"max": "largest", "adaptive_max": "largest", "average": "mean", "adaptive_average": "mean",
            "l2": "root of it"}.get(knobs.operation, "output")  # fmt: skip
    adds, sums = knobs.convolves, knobs.convolves or knobs.operation == "l2"
    lines = ["sum %{customdata:.3~g}" if sums else "", "bias %{customdata:.2f}" if adds else "", name]
    x, top = geometry.SUMS
    return go.Scatter(
        x=[x] * 4, y=[top, top - 1.9, top - 4.2, top - 6.2], mode="text",
        texttemplate=[*lines, "<b>%{customdata:.3~g}</b>"], textposition="middle right",
        textfont={"size": 14}, showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _headings(knobs: Knobs) -> list[dict[str, Any]]:
    """What each picture is, and the signs between the grids."""
    added = f" + padding {knobs.rim}" if knobs.rim else ""
    above = geometry.TOP + geometry.PICTURE + 0.9
    left = 0.5 + geometry.PICTURE / 2
    said = f"output {times(knobs.places)}: point at a pixel" if knobs.places > 0 else "no output"
    words = [
        (left, above, f"input {times(SIDE)}{added}"),
        (geometry.OUTPUT_LEFT + geometry.PICTURE / 2, above, said),
    ]
    titles = {"patch": "patch", "weights": weights_title(knobs), "products": "products"}
    words += [(start + geometry.GRID / 2, 0.8, titles[name]) for name, start in geometry.GRIDS.items()]
    found = [_note(x, y, text, 13) for x, y, text in words]
    gap = geometry.GRIDS["weights"] - geometry.GRIDS["patch"] - geometry.GRID
    middle = geometry.FLOOR + geometry.GRID / 2
    return found + [_note(geometry.GRIDS[name] - gap / 2, middle, sign, 22) for name, sign in SIGNS.items()]


def _note(x: float, y: float, text: str, size: int) -> dict[str, Any]:
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": size}}


def _two(title: str, traces: list[go.Scatter], **layout: Any) -> go.Figure:
    """A figure for two square pictures side by side with captions above."""
    made = figure(title, traces, **layout)
    made.update_xaxes(**at_rest({"range": [-0.02, BESIDE + 1.02]}))
    made.update_yaxes(**at_rest({"range": [-0.02, 1.16], "scaleanchor": "x"}))
    return made


def whole(knobs: Knobs) -> Panel:
    """The whole picture and what becomes of it; a click moves the piece."""
    look: Any = "diverging" if knobs.signed else "grey"
    bindings: list[Binding] = [
        Tiles("response", [(BESIDE, 0, BESIDE + 1, 1)], look, "upper"),
        Tiles("picture", [(0, 0, 1, 1)], "grey", "upper"),
        Paths("piece_x", "piece_y", (0,), halo=True),
        Replace(1, "customdata", "picture_side"),
        Replace(2, "customdata", "response_side"),
    ]
    if knobs.picture == "drawn":
        bindings.append(Edit("drawing", "draw", (0, 0, 1, 1), SHAPE, ink="#ffffff"))
    else:
        bindings.append(Edit("place", "point", (0, 0, 1, 1), handle=False))
    act = "draw on it" if knobs.picture == "drawn" else "click moves the piece"
    size = "%{customdata} × %{customdata}"
    traces = [
        _stroke("piece", {"width": 2}), _caption(0.5, f"input, {size}"), _caption(BESIDE + 0.5, f"output, {size}"),
    ]  # fmt: skip
    alt = "The whole picture with the piece that is enlarged, and beside it the operation's output on all of it."
    return Panel("whole", _two(f"The whole picture: {act}", traces), bindings, alt)


def _caption(x: float, template: str) -> go.Scatter:
    return go.Scatter(x=[x], y=[1.08], mode="text", texttemplate=template, textfont={"size": 11}, showlegend=False,
                      hoverinfo="skip")  # fmt: skip


def gradient(knobs: Knobs) -> Panel:
    """The input's gradient of the output pixel shown, and the sizes of all so far, added up."""
    bindings: list[Binding] = [
        Tiles("gradient", [(0, 0, 1, 1)], "diverging", "upper"),
        Tiles("reach", [(BESIDE, 0, BESIDE + 1, 1)], "sequential", "upper"),
    ]
    notes = [_note(0.5, 1.08, "of this output pixel", 11), _note(BESIDE + 0.5, 1.08, "sizes so far, added up", 11)]
    made = _two("Where the gradient goes", [go.Scatter(x=[None], y=[None], showlegend=False)], annotations=notes)
    alt = "Which input pixels get a gradient from the output pixel shown, and from all output pixels so far."
    return Panel("gradient", made, bindings, alt)


def small(knobs: Knobs) -> Panel:
    """Every kernel, or every pooling, on the same picture."""
    shown = gallery.names(knobs)
    boxes = gallery.boxes(len(shown))
    words = [_caption_of(knobs, name) for name in shown]
    notes = [
        {**_note((x0 + x1) / 2, y0, text, 11), "yanchor": "top"}
        for (x0, y0, x1, _), text in zip(boxes, words, strict=True)
    ]
    title = "Every kernel on this picture" if knobs.convolves else "Every pooling on this picture"
    made = figure(title, [go.Scatter(x=[None], y=[None], showlegend=False)], annotations=notes)
    made.update_xaxes(**at_rest({"range": [-0.03, max(box[2] for box in boxes) + 0.03]}))
    made.update_yaxes(**at_rest({"range": [-1 - gallery.caption(knobs), 0.03], "scaleanchor": "x"}))
    bindings: list[Binding] = [Tiles("gallery", boxes, "grey", "upper"), Pick("gallery", "whole")]
    alt = f"{title}, small: pointing at one shows it large beside the whole picture."
    return Panel("gallery", made, bindings, alt, size="wide", fit=SMALL_FIT)


def _caption_of(knobs: Knobs, name: str) -> str:
    if knobs.convolves:
        return gallery.KERNELS[name]
    full = rival_names(knobs)[name]
    if name == "strided":
        return full.replace(", ", ",<br>")
    short = full.partition(",")[0]
    return short.replace(" ", "<br>", 1) if len(short) > LINE else short


def table(knobs: Knobs) -> Table:
    """Ways to make the picture smaller: size, pixels covered, change under a shift."""
    columns = ["Way", "Output (px a side)", "Input with a gradient (%)", "Changed by a shift of 1 px (%)"]
    rows = [[name, "–", "–", "–"] for name in rival_names(knobs).values()]
    cells = [Cells(1, "sides", 1), Cells(2, "covered", 3), Cells(3, "shift", 3)]
    title = "Ways to make the whole picture smaller; a change is measured beside the output's own spread"
    alt = "For each pooling: the output's size, the share of pixels with a gradient, and how much a shift changes it."
    return Table("poolings", title, columns, rows, alt, cells)
