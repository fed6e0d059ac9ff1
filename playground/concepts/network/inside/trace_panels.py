"""One sample in figures: the network with every number, the sample's loss, and tables of the sums."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.network.inside import drawn, looking
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.space_panels import layer_colour
from playground.stage import Choose, Extend, Layout, Lines, Panel, Replace, Table, Text, Tiles, Weigh
from playground.stage.bindings import Binding, Box, Cells
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import PURPLE, VERMILLION

INK = "#1f2430"  # on fields that are pale in either theme
TOP, LINE, SAID_LINES = 1.03, 0.08, 3  # where the written sum begins, and how high one of its lines is
SAID = {
    "product": "lines: w · a, what is handed on",
    "weight": "lines: the weights",
    "gradient": "lines: ∂L/∂w = δ · a",
}


def graph(knobs: Knobs) -> Panel:
    """Each unit's activation and, below it, its delta; the written sum of the unit that was picked."""
    forward, backward = drawn.fields(knobs)
    wide, _ = drawn.half(knobs)
    lines: list[Box] = [
        (-wide, TOP + LINE * (2 - k), drawn.WIDTH + wide, TOP + LINE * (3 - k)) for k in range(SAID_LINES)
    ]
    bindings: list[Binding] = [
        Lines("edges", drawn.edges(knobs), 3.5), Tiles("forward", forward), Tiles("backward", backward),
        Text("equation", lines, flow="words", size=14),
        Replace(0, "customdata", "forward_numbers"), Replace(1, "customdata", "backward_numbers"),
        _chooser(knobs, forward[knobs.sizes[0] :], backward),
    ]  # fmt: skip
    bindings += [Weigh("edges", "changes", *drawn.names(knobs))] if knobs.edges == "weight" else []
    traces = [_numbers(forward, knobs), _numbers(backward, knobs), *_frame(knobs, forward, backward)]
    made = figure(f"One sample: a above, δ below; {SAID[knobs.edges]}", traces, annotations=_names(knobs))
    made.update_xaxes(**at_rest({"range": [-wide - 0.16, drawn.WIDTH + wide + 0.04]}))
    made.update_yaxes(**at_rest({"range": [-0.09, TOP + SAID_LINES * LINE + 0.02]}))
    alt = "The network for one sample: each unit's activation and error, the edges between them, and one unit's sum."
    return Panel("graph", made, bindings, alt, size="main", fit=620)


def _numbers(boxes: list[Box], knobs: Knobs) -> go.Scatter:
    """Numbers that a binding writes into the fields."""
    x, y = ([(box[i] + box[i + 2]) / 2 for box in boxes] for i in (0, 1))
    size = 11 if len(knobs.sizes) < 7 else 9
    return go.Scatter(
        x=x, y=y, mode="text", texttemplate="%{customdata:.2~g}", textfont={"size": size, "color": INK},
        showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def _frame(knobs: Knobs, forward: list[Box], backward: list[Box]) -> list[go.Scatter]:
    """A frame round the unit that was picked, where it is drawn."""
    drawn_units = drawn.units(knobs)
    if knobs.picked not in drawn_units:
        return []
    at = drawn_units.index(knobs.picked)
    x0, _, x1, y1 = forward[drawn.shown(knobs)[0] + at]
    y0 = backward[at][1]
    return [go.Scatter(x=[x0, x1, x1, x0, x0], y=[y0, y0, y1, y1, y0], mode="lines", showlegend=False, hoverinfo="skip",
                       line={"color": VERMILLION, "width": 2.5})]  # fmt: skip


def _names(knobs: Knobs) -> list[dict[str, Any]]:
    """Features at the left, and under each layer what it is."""
    wide, _ = drawn.half(knobs)
    plain = {"showarrow": False, "font": {"size": 12}}
    layers = drawn.centres(knobs)
    names = [
        {**plain, "x": x - wide - 0.02, "y": y, "xanchor": "right", "text": looking.unit_name(knobs, 0, k)}
        for k, (x, y) in enumerate(layers[0])
    ]
    for i, layer in enumerate(layers):
        hidden = len(layer) < knobs.sizes[i]
        text = looking.layer_name(knobs, i) + (f"<br>{len(layer)} of {knobs.sizes[i]}" if hidden else "")
        names.append({**plain, "x": layer[0][0], "y": -0.045, "text": text, "font": {"size": 11}})
    return names


def _chooser(knobs: Knobs, forward: list[Box], backward: list[Box]) -> Choose:
    """A click on a unit writes out its sum."""
    places = drawn.units(knobs)
    boxes = [(a[0], b[1], a[2], a[3]) for a, b in zip(forward, backward, strict=True)]
    values = [f"{layer}.{unit + 1}" for layer, unit in places]
    return Choose("unit", values, [drawn.called(knobs, *place) for place in places], boxes)


def loss(knobs: Knobs) -> Panel:
    """The loss of the sample beside that of all training points."""
    made = figure("Its loss, and the mean of all", [line("this sample", VERMILLION), line("training mean", PURPLE)],
                  "step", "loss", hovermode="x unified", xaxis={"range": [0, knobs.steps]})  # fmt: skip
    bindings = [Extend(0, "step", "sample_loss"), Extend(1, "step", "train_loss")]
    return Panel("loss", made, bindings, "The sample's loss and the mean training loss against the step.", log=True)


def deltas(knobs: Knobs) -> Panel:
    """How long each layer's delta is: what is left of the error on its way back."""
    layers = range(1, len(knobs.sizes))
    traces = [line(looking.layer_name(knobs, layer), layer_colour(layer), width=1.6) for layer in layers]
    axis = {"type": "log", "exponentformat": "power", "minexponent": 4, "tickfont": {"size": 10}}
    made = figure("Error on its way back, by layer", traces, "step", "‖δ‖", hovermode="x unified", yaxis=axis,
                  xaxis={"range": [0, knobs.steps]}, showlegend=len(knobs.sizes) < 6)  # fmt: skip
    bindings: list[Binding] = [Layout("yaxis.range", "delta_range"), Layout("yaxis.dtick", "delta_tick")]
    bindings += [Extend(layer - 1, "step", f"delta.{layer - 1}") for layer in layers]
    return Panel("deltas", made, bindings, "The length of each layer's delta for the sample against the step.")


def unit_table(knobs: Knobs) -> Table:
    """The picked unit's sum, term by term."""
    layer, unit = knobs.picked
    sources = [drawn.called(knobs, layer - 1, k) for k in range(knobs.sizes[layer - 1])]
    rows = [[name, *["–"] * 4] for name in [*sources, "bias"]]
    cells = [Cells(i, f"in_{name}") for i, name in enumerate(("value", "weight", "product", "gradient"), 1)]
    name = drawn.called(knobs, layer, unit)
    title = f"What {name} adds up"
    return Table(
        "unit", title, ["From", "a", "w", "w · a", "∂L/∂w = δ · a"], rows, f"Terms of the sum of {name}.", cells
    )


def all_table(knobs: Knobs) -> Table:
    """Sum, activation and derivatives of every drawn unit."""
    rows = [[drawn.called(knobs, *place), *["–"] * 4] for place in drawn.units(knobs)]
    cells = [Cells(i, f"all_{name}") for i, name in enumerate(("z", "a", "wanted", "delta"), 1)]
    columns = ["Unit", "z = Σ w a + b", "a", "∂L/∂a", "δ = ∂L/∂z"]
    return Table(
        "all", "Every unit, forwards and backwards", columns, rows, "z, a and their derivatives by unit.", cells
    )
