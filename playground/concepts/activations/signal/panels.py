"""The signal's figures: activations layer by layer, their size, the gradient's size, and the layer shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from playground.concepts.activations.signal.knobs import DEEPEST, Knobs
from playground.concepts.activations.signal.spans import spans
from playground.concepts.activations.words import LABELS, stroke
from playground.stage import Extend, Layout, Marks, Panel, Replace, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import AMBER, BLUE, GREY, PURPLE, VERMILLION

POWERS = {"type": "log", "exponentformat": "power", "minexponent": 4, "tickfont": {"size": 10}}


def density(knobs: Knobs) -> Panel:
    """A histogram a layer, side by side: dark where many activations lie."""
    low, high = spans(knobs)
    title = f"Activations, layer by layer: {LABELS[knobs.activation]}"
    bare = {"showgrid": False, "zeroline": False}
    made = figure(title, [], "layer", "activation", xaxis=bare, yaxis={**bare, "range": [low, high]})
    tiles = Tiles("density", [(0.5, low, DEEPEST + 0.5, high)], "sequential")
    rule = Marks("line", "line", None, VERMILLION, symbol="rule", size=2)
    bindings: list[Binding] = [tiles, rule, Layout("xaxis.range", "layers")]
    alt = "Histograms of every layer's activations as columns; what lies beyond the axis is counted at its ends."
    return Panel("density", made, bindings, alt, size="main")


def size() -> Panel:
    """How large the activations are, and how much of that tells inputs apart."""
    traces = [line("all activations", BLUE), line("between inputs", PURPLE)]
    made = _over_layers("Size of the signal", traces, "standard deviation", POWERS)
    bindings: list[Binding] = [
        Extend(0, "layer", "std"),
        Extend(1, "layer", "spread"),
        Layout("xaxis.range", "inputs_on"),
        Layout("yaxis.range", "std_range"),
    ]
    alt = "Standard deviation of all activations, and of a unit between inputs, against the layer; logarithmic."
    return Panel("size", made, bindings, alt)


def gradient() -> Panel:
    """How large the gradient is on its way back."""
    made = _over_layers("Size of the gradient", [line("gradient", VERMILLION)], "mean |∂L / ∂z|", POWERS)
    bindings: list[Binding] = [
        Extend(0, "back_layer", "gradient"),
        Layout("xaxis.range", "layers"),
        Layout("yaxis.range", "gradient_range"),
        Layout("yaxis.dtick", "gradient_tick"),
    ]
    alt = "Mean size of the gradient of each layer, from the last back to the first; logarithmic."
    return Panel("gradient", made, bindings, alt)


def flat() -> Panel:
    """How many activations are saturated, and how many are exactly zero."""
    traces = [line("saturated", AMBER), line("exactly zero", GREY)]
    shares = {"range": [-0.02, 1.02], "tickformat": ".0%"}
    made = _over_layers("Activations that pass no gradient", traces, "share", shares)
    bindings: list[Binding] = [
        Extend(0, "unit_layer", "saturated_share"),
        Extend(1, "unit_layer", "zero_share"),
        Layout("xaxis.range", "layers"),
    ]
    return Panel("flat", made, bindings, "Share of saturated activations and of exact zeros against the layer.")


def bars(knobs: Knobs) -> Panel:
    """The histogram of the layer shown, over the values that it takes."""
    drawn = go.Bar(x=[], y=[], marker={"color": stroke(knobs.activation)["color"]}, showlegend=False)
    shares = {"tickformat": ".0%", "rangemode": "tozero"}
    made = figure("The layer shown", [drawn], "activation", "share", bargap=0, yaxis=shares)
    bindings = [Replace(0, "x", "bar_x"), Replace(0, "y", "bar_y")]
    return Panel("bars", made, bindings, "Histogram of the activations of the layer shown.")


def _over_layers(title: str, traces: list[go.Scatter], y: str, axis: Mapping[str, Any]) -> go.Figure:
    for trace in traces:
        trace.update(mode="lines+markers", marker={"size": 5})
    return figure(title, traces, "layer", y, yaxis=axis)
