"""The curves' figures: f, f' and f'' over z with a probe on each curve, and a table of what is known of each."""

from __future__ import annotations

from typing import Any, Literal

import plotly.graph_objects as go

from playground.concepts.activations.curves.facts import FORMULAS, calls, span
from playground.concepts.activations.curves.knobs import CLASSES, Knobs
from playground.concepts.activations.words import LABELS, stroke
from playground.stage import Cells, Layout, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure
from playground.stage.palette import CLASSES as CLASS_COLORS
from playground.stage.palette import GREY

SIGNS = {"value": "f(z)", "slope": "f′(z)", "bend": "f″(z)"}
PROBABILITIES = {"value": "probability", "slope": "∂p / ∂z", "bend": "∂²p / ∂z²"}


def strokes(knobs: Knobs) -> dict[str, dict[str, str]]:
    """Colour and dash of each curve shown."""
    if knobs.view == "softmax":
        return {name: {"color": CLASS_COLORS[k]} for k, name in enumerate(CLASSES)}
    return {name: stroke(name) for name in knobs.names}


def label(name: str) -> str:
    """What a curve is called: Tanh, class 2."""
    return LABELS.get(name, name.replace("_", " "))


def value(knobs: Knobs) -> Panel:
    """The functions."""
    title = "Softmax of z and two fixed logits" if knobs.view == "softmax" else "The functions"
    return _panel(knobs, "value", title, "main")


def slope(knobs: Knobs) -> Panel:
    """Their first derivatives."""
    return _panel(knobs, "slope", "Slope: what a gradient is multiplied by")


def bend(knobs: Knobs) -> Panel:
    """Their second derivatives."""
    return _panel(knobs, "bend", "Bend: the slope's own slope")


def _panel(knobs: Knobs, order: str, title: str, size: Literal["main", "half"] = "half") -> Panel:
    """One derivative of every curve, a dot on each at the probe, and the line through them."""
    drawn, names = strokes(knobs), list(strokes(knobs))
    traces = [_curve(label(name), drawn[name], size == "main") for name in names]
    bindings: list[Binding] = [Replace(i, "x", "z") for i in range(len(names))]
    bindings += [Replace(i, "y", f"{order}.{name}") for i, name in enumerate(names)]
    bindings += [
        Layout("yaxis.range", f"{order}_range"),
        Marks("line", "line", None, GREY, symbol="rule", size=1),
        Marks("probe", f"probe_{order}", None, [one["color"] for one in drawn.values()], size=10),
    ]
    says = (PROBABILITIES if knobs.view == "softmax" else SIGNS)[order]
    edge = 1.03 * knobs.reach  # so that a dot is whole at both ends
    across = {"range": [-edge, edge], "zeroline": True}
    made = figure(title, traces, "z", says, xaxis=across, yaxis={"zeroline": True})
    return Panel(order, made, bindings, f"{says} of {', '.join(map(label, names))} over z, with a probe at z.", size)


def _curve(name: str, style: dict[str, str], wide: bool) -> go.Scatter:
    line: dict[str, Any] = {"width": 3 if wide else 2, "simplify": False, **style}
    return go.Scatter(x=[], y=[], mode="lines", name=name, line=line, showlegend=wide)


def table(knobs: Knobs) -> Table:
    """What is known and measured of each curve."""
    return _logits() if knobs.view == "softmax" else _functions(knobs)


def _functions(knobs: Knobs) -> Table:
    columns = ["Function", "Formula", "Range", "f(z)", "f′(z)", "f′(0)", "Mean output", "Gain", "exp/log calls"]
    rows = [[label(n), FORMULAS[n](knobs), span(n, knobs), *5 * ["–"], str(calls(n, knobs))] for n in knobs.names]
    arrays = ("probe_value", "probe_slope", "slope_at_zero", "mean_output", "gain")
    cells = [Cells(column, array) for column, array in enumerate(arrays, 3)]
    title = (
        "At the probe, and for inputs from N(0, 1): mean output (0 is zero-centred) and the gain that keeps their size"
    )
    return Table("functions", title, columns, rows, "Formula, range, slope, mean output, gain and cost.", cells)


def _logits() -> Table:
    columns = ["Class", "Logit", "exp(logit / T)", "Probability", "∂p / ∂z"]
    rows = [[label(name), *4 * ["–"]] for name in CLASSES]
    arrays = ("logits", "exponentials", "probe_value", "probe_slope")
    cells = [Cells(column, array) for column, array in enumerate(arrays, 1)]
    return Table("functions", "From logits to probabilities", columns, rows, "Logits and probabilities.", cells)
