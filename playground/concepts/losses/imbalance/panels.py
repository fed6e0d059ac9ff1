"""The imbalance's figures: plane with boundaries, recall and precision with bands, calibration, numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.losses.imbalance.knobs import Knobs
from playground.concepts.losses.imbalance.words import EDGE, LOSSES, SHOWN
from playground.concepts.losses.names import COLORS, LABELS, raised
from playground.stage import Band, Cells, Extend, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import CLASSES, GREY, pale

BAND = 0.2  # opacity
DASHES = {"cross_entropy": "solid", "weighted": "dash", "focal": "dot"}


def plane() -> Panel:
    """The points of one repeat and where each loss draws the line: the mean, and the band over the repeats."""
    traces = [_key("common", 0), _key("rare", 1)]
    traces += [line("true boundary", GREY, dash="longdash").update(y=[-EDGE, EDGE])]
    bindings: list[Binding] = [Marks(f"x{k}", f"y{k}", k, CLASSES[k], size=5 + 2 * k) for k in (0, 1)]
    bindings += [Replace(2, "x", "truth")]
    for i, loss in enumerate(LOSSES):
        traces += [_band(loss), line(LABELS[loss], COLORS[loss], dash=DASHES[loss])]
        traces[-1].line.width = 3
        bindings += [Replace(3 + 2 * i, "x", f"boundary_band_{loss}"), Replace(3 + 2 * i, "y", "around")]
        bindings += [Replace(4 + 2 * i, "x", f"boundary_{loss}"), Replace(4 + 2 * i, "y", "heights")]
    axis = {"range": [-EDGE, EDGE], "zeroline": False}
    title = "Where each loss draws the line: rare to its right"
    made = figure(title, traces, "x₁", "x₂", xaxis=axis, yaxis=axis)
    alt = "Common and rare points with the boundary of each loss and its band over the repeats."
    return Panel("plane", made, bindings, alt, size="main")


def _key(name: str, k: int) -> go.Scatter:
    """What stands for a class in the legend."""
    marker = {"size": 8, "color": CLASSES[k]}
    return go.Scatter(x=[None], y=[None], mode="markers", name=f"{name} (up to {SHOWN} drawn)", marker=marker)


def _band(loss: str) -> go.Scatter:
    return go.Scatter(x=[], y=[], mode="lines", line={"width": 0}, fill="toself", fillcolor=pale(COLORS[loss], BAND),
                      showlegend=False, hoverinfo="skip")  # fmt: skip


def curves(knobs: Knobs, kind: str, title: str) -> Panel:
    """Recall or precision of each loss against the step: the mean, and the band from least to most."""
    traces = [line(LABELS[loss], COLORS[loss], dash=DASHES[loss]).update(showlegend=False) for loss in LOSSES]
    bindings: list[Binding] = [Extend(i, "step", f"{kind}.{loss}") for i, loss in enumerate(LOSSES)]
    bindings += [Band("step", f"{kind}.{loss}.low", f"{kind}.{loss}.high", i, pale(COLORS[loss], BAND))
                 for i, loss in enumerate(LOSSES)]  # fmt: skip
    made = figure(title, traces, "step", "share", xaxis={"range": [0, knobs.steps]}, yaxis={"range": [-0.03, 1.03]})
    alt = f"{title}, for each loss, with a band over {knobs.seeds} repeats."
    return Panel(kind, made, bindings, alt)


def reliability() -> Panel:
    """What is said against what is found, in ten bins; the diagonal is true."""
    traces = [line("true", GREY, dash="longdash").update(x=[0, 1], y=[0, 1], showlegend=False)]
    bindings: list[Binding] = []
    for loss in LOSSES:
        at = len(traces)
        traces += [_band(loss), line(LABELS[loss], COLORS[loss], dash=DASHES[loss]).update(showlegend=False)]
        bindings += [Replace(at, "x", f"said_around_{loss}"), Replace(at, "y", f"found_band_{loss}")]
        bindings += [Replace(at + 1, "x", f"said_{loss}"), Replace(at + 1, "y", f"found_{loss}")]
        bindings += [Marks(f"said_{loss}", f"found_{loss}", at + 1, COLORS[loss], size=6)]
    title = "Calibration of the rare class"
    made = figure(title, traces, "probability said", "share found", xaxis={"range": [0, 1]},
                  yaxis={"range": [-0.03, 1.03]})  # fmt: skip
    return Panel("reliability", made, bindings, "Share of rare points found against the probability said.")


def table(knobs: Knobs) -> Table:
    """What each loss ends with, the mean over the repeats."""
    columns = ("Loss", "A rare point counts", "Recall", "Precision", "Calibration error",
               f"Mean probability (true: {knobs.prior:.3g})")  # fmt: skip
    weights = {"cross_entropy": "1", "weighted": f"{knobs.rare_weight:.3g}", "focal": f"(1 − p){raised(knobs.gamma)}"}
    rows = [[LABELS[loss], weights[loss], "–", "–", "–", "–"] for loss in LOSSES]
    arrays = ("recall", "precision", "calibration_error", "mean_probability")
    cells = [Cells(column, array) for column, array in enumerate(arrays, 2)]
    title = f"Mean of {knobs.seeds} repeats on 4,000 test points each"
    return Table("scores", title, columns, rows, "Recall, precision and calibration of each loss.", cells)
