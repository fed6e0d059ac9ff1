"""Space in figures: the plane as a layer sees it, the plane itself, the layer's units, the straight cut by layer."""

from __future__ import annotations

from typing import Any, Literal

import plotly.graph_objects as go

from playground.concepts.network.inside import looking
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.sandbox import panels as sandbox
from playground.stage import Edit, Extend, Marks, Panel, Paths, Pick, Text, Tiles
from playground.stage.bindings import Binding, Box
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import CLASSES, GREY, VARIANTS

BULLSEYE = (12, 18)  # two rings: one is a misclassified point
WINDOW = (-1.0, -1.0, 1.0, 1.0)
LINES = 7  # of each kind in the grid
BAR, EDGE_AT = 0.5, 0.95  # of the window's half sides: the scale's bars, and where they meet
UPRIGHT, LYING, EDGE, ZERO = (
    "#5B6675",
    "#9AA3B0",
    "#14181F",
    "rgba(20,24,31,0.35)",
)  # on maps that are pale in any theme


def layer_colour(layer: int) -> str:
    """The colour of a layer, counted from 0, on every chart."""
    return VARIANTS[layer]


def space(knobs: Knobs) -> Panel:
    """The training points, the grid and the border as the layer sees them, on what the layers behind say."""
    scale: Literal["classes", "diverging"] = "classes" if knobs.is_classes else "diverging"
    lines = _grid_lines(knobs)
    bindings: list[Binding] = [Tiles("space", [WINDOW], _map_scale(knobs)), Paths("grid_x", "grid_y", lines)]
    bindings += _zero_lines(knobs)
    bindings += [Paths("space_border_x", "space_border_y", [2])] if knobs.is_classes else []
    bindings += [Marks("seen_x", "seen_y", None, "seen_target", scale, size=6)]
    bindings += [Marks("here_x", "here_y", 4, EDGE, symbol="ring", size=size) for size in BULLSEYE]
    bare: dict[str, Any] = {"margin": {"l": 30, "b": 30}} if looking.window(knobs) is None else {}
    made = figure(_title(knobs), _keys(knobs), *looking.axis_names(knobs), **bare)
    axis = {"range": [-1, 1], "constrain": "domain", "zeroline": False, "fixedrange": True, **_ticks(knobs)}
    made.update_xaxes(**axis)
    made.update_yaxes(**axis, scaleanchor="x")
    if looking.window(knobs) is None:
        start, end = EDGE_AT - BAR, EDGE_AT
        path = f"M {start} {-end} L {end} {-end} L {end} {-start}"
        made.add_shape(type="path", path=path, line={"color": EDGE, "width": 2})
    seer = looking.layer_name(knobs, looking.looked(knobs))
    alt = f"The training points and a grid of the plane as {seer} sees them, with the border."
    return Panel("space", made, bindings, alt, size="main")


def _title(knobs: Knobs) -> str:
    layer, width = looking.looked(knobs), looking.width(knobs)
    if layer == 0:
        return "What enters the network"
    return f"The plane as layer {layer} sees it ({width} unit{'s' if width > 1 else ''})"


def _map_scale(knobs: Knobs) -> Literal["classes", "diverging"]:
    return "classes" if sandbox.class_count(knobs) > 2 else "diverging"


def _grid_lines(knobs: Knobs) -> list[int]:
    """The trace that stands for each line of the grid."""
    return [0] if knobs.data == "sine" else [0] * LINES + [1] * LINES


def _keys(knobs: Knobs) -> list[go.Scatter]:
    """What the legend says: lines, border, sample, classes; hidden ones stand for what needs no name."""
    flat = knobs.data == "sine"
    traces = [
        line("the line" if flat else "equal x₁", UPRIGHT, width=1.1), line("equal x₂", LYING, width=1.1),
        line("border", EDGE, width=2), line("zero", ZERO, width=1), _ring("sample"),
    ]  # fmt: skip
    for trace in traces:
        trace.update(x=[None], y=[None])
    traces[1].showlegend = not flat
    traces[2].update(showlegend=False, legendgroup="border")  # near black is not seen beside a dark page's plot
    traces[3].showlegend = False
    if knobs.is_classes:
        traces.append(line("border", GREY, width=2.5).update(x=[None], y=[None], legendgroup="border"))
    squares = [{"size": 9, "symbol": "square", "color": color} for color in CLASSES]
    named = zip(sandbox.class_names(knobs), squares, strict=False) if knobs.is_classes else []
    return traces + [go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=one) for name, one in named]


def _ring(name: str) -> go.Scatter:
    ring = {"size": 12, "symbol": "circle-open", "color": "#7F7F7F", "line": {"width": 2}}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=ring)


def _zero_lines(knobs: Knobs) -> list[Binding]:
    """Where units are zero, and the scales of both directions: of a window that moves."""
    if looking.window(knobs) is not None:
        return []
    bars: list[Box] = [(0.55, -0.93, 0.75, -0.84), (0.73, -0.745, 0.93, -0.655)]
    return [Paths("zero_x", "zero_y", [3]), Text("scale", bars, "scale_ground", flow="words", size=12)]


def _ticks(knobs: Knobs) -> dict[str, Any]:
    """Ticks where the window stands still, none where a bar is the scale."""
    if (found := looking.window(knobs)) is None:
        return {"showticklabels": False, "ticks": ""}
    centre, half = found
    values = (0.0, 0.5, 1.0) if centre else (-1.0, -0.5, 0.0, 0.5, 1.0)
    return {"tickvals": [(value - centre) / half for value in values], "ticktext": [f"{value:g}" for value in values]}


def plane(knobs: Knobs) -> Panel:
    """The plane itself, with the same grid and border; a click chooses the sample."""
    made = sandbox.curve(knobs) if knobs.data == "sine" else sandbox.decision_map(knobs)
    start = len(made.figure.data)
    shown = made.figure.add_traces([line("grid", LYING, width=0.7), line("border", EDGE, width=2), _ring("sample")])
    shown.update_traces(x=[None], y=[None], selector=lambda trace: trace.name in ("grid", "border"))
    shown.data[start].update(x=[None], y=[None], showlegend=False)
    shown.data[start + 1].update(x=[None], y=[None], showlegend=False)
    shown.update_layout(title={"text": "The plane: click a point to follow it"}, showlegend=False)
    bindings: list[Binding] = [one for one in made.bindings if not isinstance(one, Edit)]
    if knobs.data != "sine":
        at = 1 + sum(isinstance(one, Tiles) for one in bindings[1:])
        lines: list[Binding] = [Paths("plane_x", "plane_y", [start] * 2 * LINES)] if knobs.view == "space" else []
        lines += [Paths("plane_border_x", "plane_border_y", [start + 1])] if knobs.is_classes and lines else []
        bindings[at:at] = lines
    bindings += [Marks("sample_x", "sample_y", start + 2, EDGE, symbol="ring", size=size) for size in BULLSEYE]
    edited = Edit("point", "point", sandbox.PLANE, handle=False)
    if knobs.data == "painted":
        edited = Edit("painted", "points", sandbox.PLANE, paints=False)
        shown.update_layout(title={"text": "The plane: paint points"})
    alt = f"{made.alt} A ring marks the sample."
    return Panel("plane", shown, [*bindings, edited], alt)


def units(knobs: Knobs) -> Panel:
    """Each unit of the layer over the plane, small; pointing shows it large."""
    layer = looking.looked(knobs)
    count = min(looking.width(knobs), looking.MOST_SHOWN)
    columns = count if count <= 4 else 4 if count <= 12 else 6
    boxes = [_cell(k, columns) for k in range(count)]
    names = [
        {"x": (box[0] + box[2]) / 2, "y": box[1] - 0.02, "yanchor": "top", "showarrow": False, "font": {"size": 11},
         "text": looking.unit_name(knobs, layer, k)} for k, box in enumerate(boxes)
    ]  # fmt: skip
    of = "" if count == looking.width(knobs) else f", {count} of {looking.width(knobs)}"
    what = "Features" if layer == 0 else f"Units of layer {layer}"
    made = figure(f"{what}{of}: point or click to enlarge", [], annotations=names)
    made.update_xaxes(**at_rest({"range": [-0.1, columns * 1.15 - 0.05]}))
    made.update_yaxes(**at_rest({"range": [boxes[-1][1] - 0.32, 0.08], "scaleanchor": "x"}))
    bindings: list[Binding] = [Tiles("units", boxes)]
    bindings += [Pick("units", "plane")] if knobs.data != "sine" else []
    return Panel(
        "units", made, bindings, f"A small map of the plane for each unit of {looking.layer_name(knobs, layer)}."
    )


def _cell(k: int, columns: int) -> Box:
    left, top = (k % columns) * 1.15, -(k // columns) * 1.35
    return (left, top - 1, left + 1, top)


def cuts(knobs: Knobs) -> Panel:
    """How well a straight cut through each layer tells the training points apart, over the steps."""
    layers = range(len(knobs.sizes) - 1)
    traces = [line(looking.layer_name(knobs, layer), layer_colour(layer)) for layer in layers]
    name = "share correct" if knobs.is_classes else "R² on the training points"
    axes = {"xaxis": {"range": [0, knobs.steps]}, "yaxis": {"range": [0.4 if knobs.is_classes else 0, 1.03]}}
    made = figure("Told apart by a straight cut, layer by layer", traces, "step", name, hovermode="x unified", **axes)
    bindings = [Extend(layer, "step", f"cut.{layer}") for layer in layers]
    alt = "How well a straight cut (least squares) through each layer's activations tells the training points apart."
    return Panel("cuts", made, bindings, alt)
