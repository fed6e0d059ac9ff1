"""The comparison's figures: both networks on test images that are moved, turned or noisy."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.cnn.training import strips
from playground.concepts.cnn.training.knobs import Knobs
from playground.concepts.cnn.training.layout import image_scale
from playground.concepts.cnn.training.panels import WORD
from playground.stage import Cells, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure
from playground.stage.palette import BLUE, VERMILLION

ARMS = {"network": ("the network", BLUE), "mlp": ("MLP", VERMILLION)}
ABOVE = {
    "orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top", "yref": "container",
}  # fmt: skip


def robustness(knobs: Knobs) -> Panel:
    """A strip a change: the test image under it, and over each image how many test images both networks get right."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for kind in strips.KINDS:
        bindings.append(Tiles(f"{kind}_images", strips.boxes(kind), image_scale(knobs), "upper"))
        for arm, (name, color) in ARMS.items():
            values = f"{kind}_{arm}"
            bindings += [Replace(len(traces), "y", f"{values}_y"), Replace(len(traces), "customdata", values)]
            traces.append(_curve(name, color, kind))
    left, bottom, right, top = strips.extent()
    made = figure(
        "Right under changes that training never showed", traces, annotations=_words(knobs), shapes=_rulers(),
        legend=ABOVE, xaxis=at_rest({"range": [left, right]}),
        yaxis=at_rest({"range": [bottom, top], "scaleanchor": "x"}),
    )  # fmt: skip
    alt = "Accuracy of the network and of an MLP on test images that are moved, turned or noisy, more and more."
    return Panel("robustness", made, bindings, alt, size="main")


def _curve(name: str, color: str, kind: str) -> go.Scatter:
    first = kind == next(iter(strips.KINDS))
    return go.Scatter(
        x=strips.middles(), y=[], mode="lines+markers", name=name, legendgroup=name, showlegend=first,
        line={"color": color, "width": 2}, marker={"color": color, "size": 6},
        hovertemplate=f"{name}, {strips.KINDS[kind]}: %{{customdata:.0%}}<extra></extra>",
    )  # fmt: skip


def _rulers() -> list[dict[str, Any]]:
    """Faint lines at 0, half and all of the images."""
    x = strips.middles()
    style = {"color": "rgba(127,127,127,0.35)", "width": 1}
    return [
        {"type": "line", "x0": x[0] - 0.5, "x1": x[-1] + 0.5, "y0": y, "y1": y, "line": style, "layer": "below"}
        for kind in strips.KINDS
        for y in (strips.top(kind) - strips.CURVE * part for part in (0, 0.5, 1))
    ]


def _words(knobs: Knobs) -> list[dict[str, Any]]:
    """What each strip does, how strongly, and the curves' scale."""
    small = {**WORD, "font": {"size": 11}}
    found = []
    for kind, said in strips.KINDS.items():
        top, boxes = strips.top(kind), strips.boxes(kind)
        found.append({**WORD, "text": said, "x": strips.middles()[0] - 0.5, "y": top + 0.42, "xanchor": "left"})
        found += [{**small, "text": f"{share:.0%}", "x": strips.LEFT - 0.15, "y": top - strips.CURVE * (1 - share),
                   "xanchor": "right"} for share in (0, 0.5, 1)]  # fmt: skip
        marked = strips.strengths(knobs)[kind][::2], strips.middles()[::2], boxes[::2]  # a phone has room for these
        found += [{**small, "text": strips.UNITS[kind].format(at), "x": x, "y": box[1] - strips.WORDS / 2}
                  for at, x, box in zip(*marked, strict=True)]  # fmt: skip
    return found


def table(knobs: Knobs) -> Table:
    """Both networks in numbers."""
    said = [
        f"{strips.KINDS[kind].capitalize()} ({strips.UNITS[kind].format(values[strips.MIDDLE])})"
        for kind, values in strips.strengths(knobs).items()
    ]
    rows = [[name, "–", "–"] for name in ("Test accuracy", "Training accuracy", *said)]
    columns = ["Measured", "The network", f"MLP of {knobs.rival_units} units"]
    rival = sum(row.parameters for row in knobs.rival_rows)
    title = f"The network's {knobs.parameters:,} parameters against {rival:,} of an MLP"
    cells = [Cells(1, "scores_network"), Cells(2, "scores_mlp")]
    return Table("scores", title, columns, rows, "Accuracy of the network and of the MLP.", cells)
