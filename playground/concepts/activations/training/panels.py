"""The comparison's figures: a map for each activation, loss, accuracy and dead units, and a table of the moment."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.activations.training import grid
from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.words import LABELS, stroke
from playground.stage import Band, Cells, Extend, Marks, Panel, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import CLASSES, pale

BAND = 0.16  # opacity
ABOVE = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "xref": "container",
    "y": 1,
    "yanchor": "top",
    "yref": "container",
}


def maps(knobs: Knobs) -> Panel:
    """What the first network of each activation says about the plane, under the training points."""
    count = len(knobs.names)
    keys = [go.Scatter(x=[None], y=[None], mode="markers", name=f"class {k}", marker={"size": 8, "color": CLASSES[k]})
            for k in (0, 1)]  # fmt: skip
    bindings: list[Binding] = [Tiles("maps", grid.boxes(count))]
    bindings += [Marks(f"class_{k}_x", f"class_{k}_y", k, CLASSES[k], size=5) for k in (0, 1)]
    left, bottom, right, top = grid.extent(count)
    made = figure(
        "What each network says", keys, annotations=_names(knobs), legend=ABOVE,
        xaxis=at_rest({"range": [left, right]}), yaxis=at_rest({"range": [bottom, top], "scaleanchor": "x"}),
    )  # fmt: skip
    alt = f"Maps of the predicted class over the plane, one for each of {', '.join(LABELS[n] for n in knobs.names)}."
    return Panel("maps", made, bindings, alt, size="main")


def _names(knobs: Knobs) -> list[dict[str, Any]]:
    """The activation's name above its map, without its colour: here colours are the classes'."""
    plain = {"showarrow": False, "yanchor": "bottom", "font": {"size": 13}}
    return [
        {**plain, "x": x, "y": y + grid.DOMAIN, "text": LABELS[name]}
        for name, (x, y) in zip(knobs.names, grid.centres(len(knobs.names)), strict=True)
    ]


def loss(knobs: Knobs) -> Panel:
    """Training loss by activation."""
    calm = {"rangemode": "tozero", "autorangeoptions": {"include": [0.8]}}  # what guessing costs is in sight
    return _curves(knobs, "loss", "Training loss", "train_loss", "cross-entropy", calm, log=True)


def accuracy(knobs: Knobs) -> Panel:
    """Accuracy on the test points by activation."""
    return _curves(knobs, "accuracy", "Test accuracy", "test_accuracy", "share correct", {"range": [0.35, 1.03]})


def dead(knobs: Knobs) -> Panel:
    """Share of dead units by activation."""
    axis = {"range": [-0.03, 1.03], "tickformat": ".0%"}
    return _curves(knobs, "dead", "Dead units", "dead_share", "share of hidden units", axis, size="wide")


def _curves(knobs: Knobs, name: str, title: str, series: str, y: str, axis: dict[str, Any], **panel: Any) -> Panel:
    """A curve for each activation, the mean of its networks, and where these repeat a band that spans them."""
    traces = [_mean(activation, name in ("loss", "dead")) for activation in knobs.names]
    bindings: list[Binding] = [Extend(i, "step", f"{series}.{activation}") for i, activation in enumerate(knobs.names)]
    if knobs.repeats > 1:
        for i, activation in enumerate(knobs.names):
            fill = pale(stroke(activation)["color"], BAND)
            bindings.append(Band("step", f"{series}_low.{activation}", f"{series}_high.{activation}", i, fill))
    legend = {"traceorder": "normal", "entrywidth": 66}
    made = figure(title, traces, "step", y, legend=legend, xaxis={"range": [0, knobs.steps]}, yaxis=axis)
    spans = f", with a band that spans its {knobs.repeats} networks" if knobs.repeats > 1 else ""
    return Panel(name, made, bindings, f"{title} of each activation against the step{spans}.", **panel)


def _mean(activation: str, named: bool) -> go.Scatter:
    drawn = line(LABELS[activation], stroke(activation)["color"], dash=stroke(activation)["dash"])
    return drawn.update(showlegend=named)


def table(knobs: Knobs) -> Table:
    """The moment's numbers, the mean of each activation's networks."""
    columns = ["Activation", "Training loss", "Test accuracy", "Dead units", "Saturated", "Stopped at NaN"]
    rows = [[LABELS[name], *5 * ["–"]] for name in knobs.names]
    arrays = ("loss", "accuracy", "dead", "saturated")
    cells = [*(Cells(column, array) for column, array in enumerate(arrays, 1)), Cells(5, "frozen", 1)]
    title = f"Mean of {knobs.repeats} networks each" if knobs.repeats > 1 else "One network each"
    return Table("members", title, columns, rows, "Loss, accuracy and unusable units of each activation.", cells)
