"""The logits' figures: bars for each class, the loss along the sweep, naive against stable, numbers."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from playground.concepts.losses.logits.knobs import Knobs
from playground.concepts.losses.logits.sweeps import RANGES
from playground.stage import Cells, Layout, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import BLUE, GREEN, GREY, VERMILLION

SWEPT = {"temperature": "temperature", "logit": "logit of class 1", "offset": "constant added to every logit"}


def class_names(knobs: Knobs) -> list[str]:
    """What the classes are called; the right one is said."""
    return [f"class {k}" + (" (right)" if k == knobs.label else "") for k in range(1, knobs.class_count + 1)]


def bars(knobs: Knobs) -> Panel:
    """For each class what softmax says, what is right, and the gradient on its logit: the difference over T."""
    names = class_names(knobs)
    kinds = (("probability p", BLUE, "probabilities"), ("target y", GREY, "target"),
             ("gradient dL/dz", VERMILLION, "gradients"))  # fmt: skip
    traces = [go.Bar(x=names, y=[0] * len(names), name=name, marker={"color": color}) for name, color, _ in kinds]
    made = figure(
        "What softmax says, what is right, and the gradient (p − y) / T", traces, "", "probability; dL/dz",
        barmode="group", bargap=0.25,
    )  # fmt: skip
    bindings: list[Binding] = [Layout("yaxis.range", "bar_range")]
    bindings += [Replace(i, "y", array) for i, (_, _, array) in enumerate(kinds)]
    alt = "Bars for each class: softmax probability, target, and the gradient on the logit."
    return Panel("bars", made, bindings, alt, size="main")


def along(knobs: Knobs) -> Panel:
    """The loss at every value of the sweep, and where it stands."""
    low, high = RANGES[knobs.sweep]
    curve = line("loss", BLUE).update(showlegend=False)
    logarithmic = knobs.sweep == "temperature"
    low, high = (math.log10(low), math.log10(high)) if logarithmic else (low, high)
    edge = 0.03 * (high - low)  # so that the dot is whole at both ends
    powers = {"type": "log", "tickvals": [0.1, 0.3, 1, 3, 10], "ticktext": ["0.1", "0.3", "1", "3", "10"]}
    made = figure(
        "Loss along the sweep", [curve, _dot(VERMILLION)], SWEPT[knobs.sweep], "loss (nats)",
        xaxis={"range": [low - edge, high + edge], **(powers if logarithmic else {})}, yaxis={"rangemode": "tozero"},
    )  # fmt: skip
    bindings = [Replace(0, "x", "sweep"), Replace(0, "y", "sweep_loss")]
    bindings += [Replace(1, "x", "probe_x"), Replace(1, "y", "probe_y")]
    return Panel("along", made, bindings, f"The loss against the {SWEPT[knobs.sweep]}.")


def overflow(knobs: Knobs) -> Panel:
    """The same loss computed in two ways, with a constant from 0 to 1,000 added to every logit."""
    stable = line("stable", GREEN)
    naive = line("naive", VERMILLION).update(line_width=5)
    lost = _dot(VERMILLION).update(name="overflow", showlegend=True, marker_symbol="x")
    made = figure(
        "Naive and stable, up to 1,000", [naive, stable, _dot(GREEN), lost], SWEPT["offset"], "loss (nats)",
        xaxis={"range": [-30, 1030]},
    )  # fmt: skip
    bindings: list[Binding] = [Layout("yaxis.range", "loss_range")]
    bindings += [Replace(i, axis, array) for i, name in enumerate(("naive", "stable"))
                for axis, array in (("x", "offsets"), ("y", name))]  # fmt: skip
    bindings += [Replace(2, "x", "offset_x"), Replace(2, "y", "offset_y")]
    bindings += [Replace(3, "x", "lost_x"), Replace(3, "y", "lost_y")]
    alt = "The loss against a constant added to every logit: the naive curve ends where float32 overflows."
    return Panel("overflow", made, bindings, alt)


def _dot(color: str) -> go.Scatter:
    return go.Scatter(x=[], y=[], mode="markers", marker={"size": 11, "color": color}, showlegend=False)


def table(knobs: Knobs) -> Table:
    """Every step from logit to gradient for each class."""
    columns = ("Class", "Logit z", "z / T", "Naive exp(z / T)", "p", "Target y", "p − y", "dL/dz by autograd")
    arrays = ("logits", "scaled", "exponentials", "probabilities", "target", "differences", "gradients")
    rows = [[name, *["–"] * len(arrays)] for name in class_names(knobs)]
    cells = [Cells(column, array) for column, array in enumerate(arrays, 1)]
    return Table("steps", "Step by step", columns, rows, "From logit to gradient for each class.", cells)
