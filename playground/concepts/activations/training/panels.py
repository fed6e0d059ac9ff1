"""The comparison's figures: a map for each activation, loss, accuracy and dead units, and a table of the moment."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.activations.training import grid
from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.words import LABELS, stroke
from playground.stage import Cells, Extend, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import CLASSES

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
    points = [
        go.Scatter(
            x=[], y=[], mode="markers", name=f"class {k}", hoverinfo="skip",
            marker={"size": 4, "color": CLASSES[k], "line": {"width": 0.5, "color": "white"}},
        )
        for k in (0, 1)
    ]  # fmt: skip
    bindings: list[Binding] = [Tiles("maps", grid.boxes(count))]
    bindings += [Replace(k, axis, f"class_{k}_{axis}") for k in (0, 1) for axis in "xy"]
    left, bottom, right, top = grid.extent(count)
    made = figure("What each network says", points, annotations=_names(knobs), legend=ABOVE)
    made.update_xaxes(**at_rest({"range": [left, right]}))
    made.update_yaxes(**at_rest({"range": [bottom, top], "scaleanchor": "x"}))
    alt = f"Maps of the predicted class over the plane, one for each of {', '.join(LABELS[n] for n in knobs.names)}."
    return Panel("maps", made, bindings, alt, size="main")


def _names(knobs: Knobs) -> list[dict[str, Any]]:
    """The activation's name above its map."""
    plain = {"showarrow": False, "yanchor": "bottom", "font": {"size": 13}}
    return [
        {**plain, "x": x, "y": y + grid.DOMAIN, "text": f"{_key(name)} {LABELS[name]}"}
        for name, (x, y) in zip(knobs.names, grid.centres(len(knobs.names)), strict=True)
    ]


def _key(name: str) -> str:
    """A dash in the colour of the activation's curves."""
    return f'<span style="color:{stroke(name)["color"]}">{"━" if stroke(name)["dash"] == "solid" else "┅"}</span>'


def loss(knobs: Knobs) -> Panel:
    """Training loss by activation."""
    return _curves(knobs, "loss", "Training loss", "train_loss", "cross-entropy", log=True)


def accuracy(knobs: Knobs) -> Panel:
    """Accuracy on the test points by activation."""
    made = _curves(knobs, "accuracy", "Test accuracy", "test_accuracy", "share correct")
    made.figure.update_yaxes(range=[0.35, 1.03])
    return made


def dead(knobs: Knobs) -> Panel:
    """Share of dead units by activation."""
    made = _curves(knobs, "dead", "Dead units", "dead_share", "share of hidden units", size="wide")
    made.figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    return made


def _curves(knobs: Knobs, name: str, title: str, series: str, y: str, **panel: Any) -> Panel:
    """A curve for each activation, the mean of its networks, and where these repeat a band that spans them."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for activation in knobs.names:
        edges = ("_low", "_high") if knobs.repeats > 1 else ()
        for edge in (*edges, ""):
            bindings.append(Extend(len(traces), "step", f"{series}{edge}.{activation}"))
            traces.append(_edge(activation, edge == "_high") if edge else _mean(activation, name == "dead"))
    made = figure(title, traces, "step", y, legend={"traceorder": "normal", "entrywidth": 66})
    made.update_xaxes(range=[0, knobs.steps])
    spans = f", with a band that spans its {knobs.repeats} networks" if knobs.repeats > 1 else ""
    return Panel(name, made, bindings, f"{title} of each activation against the step{spans}.", **panel)


def _mean(activation: str, named: bool) -> go.Scatter:
    drawn = line(LABELS[activation], stroke(activation)["color"], dash=stroke(activation)["dash"])
    return drawn.update(showlegend=named)


def _edge(activation: str, filled: bool) -> go.Scatter:
    """An edge of a band; the upper one fills down to the lower one."""
    color = stroke(activation)["color"]
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    fill = {"fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},{BAND})"} if filled else {}
    return go.Scatter(
        x=[], y=[], mode="lines", line={"width": 0, "color": color}, showlegend=False, hoverinfo="skip", **fill
    )


def table(knobs: Knobs) -> Table:
    """The moment's numbers, the mean of each activation's networks."""
    columns = ["Activation", "Training loss", "Test accuracy", "Dead units", "Saturated", "Stopped at NaN"]
    rows = [[LABELS[name], *5 * ["–"]] for name in knobs.names]
    arrays = ("loss", "accuracy", "dead", "saturated")
    cells = [*(Cells(column, array) for column, array in enumerate(arrays, 1)), Cells(5, "frozen", 1)]
    title = f"Mean of {knobs.repeats} networks each" if knobs.repeats > 1 else "One network each"
    return Table("members", title, columns, rows, "Loss, accuracy and unusable units of each activation.", cells)
