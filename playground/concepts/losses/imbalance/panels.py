"""The imbalance's figures: plane with boundaries, recall and precision with bands, calibration, numbers."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from playground.concepts.losses.imbalance.knobs import Knobs
from playground.concepts.losses.imbalance.words import EDGE, LOSSES, SHOWN
from playground.concepts.losses.names import COLORS, LABELS
from playground.stage import Cells, Extend, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import CLASSES, GREY

DASHES = {"cross_entropy": "solid", "weighted": "dash", "focal": "dot"}


def ideal(knobs: Knobs) -> float:
    """Where along the first input the true probability of the rare class passes the threshold.

    Equal round Gaussians: its log-odds are separation * x + log(prior / (1 - prior)).
    """
    odds = math.log(knobs.threshold / (1 - knobs.threshold)) - math.log(knobs.prior / (1 - knobs.prior))
    return odds / knobs.separation


def plane(knobs: Knobs) -> Panel:
    """The points of one repeat and where each loss draws the line: the mean, and the band over the repeats."""
    common, rare = (_shown(count) for count in knobs.counts)
    traces = [_points(f"common{common}", CLASSES[0], 5), _points(f"rare{rare}", CLASSES[1], 7)]
    best = line("true boundary", GREY, dash="longdash")
    traces += [best.update(x=[ideal(knobs)] * 2, y=[-EDGE, EDGE])]
    bindings: list[Binding] = [Replace(k, axis, f"{axis}{k}") for k in (0, 1) for axis in "xy"]
    for i, loss in enumerate(LOSSES):
        traces += [_band(loss), line(LABELS[loss], COLORS[loss], dash=DASHES[loss])]
        traces[-1].line.width = 3
        bindings += [Replace(3 + 2 * i, "x", f"boundary_band_{loss}"), Replace(3 + 2 * i, "y", "around")]
        bindings += [Replace(4 + 2 * i, "x", f"boundary_{loss}"), Replace(4 + 2 * i, "y", "heights")]
    made = figure("Where each loss draws the line: rare to its right", traces, "x₁", "x₂")
    made.update_xaxes(range=[-EDGE, EDGE], zeroline=False)
    made.update_yaxes(range=[-EDGE, EDGE], zeroline=False)
    alt = "Common and rare points with the boundary of each loss and its band over the repeats."
    return Panel("plane", made, bindings, alt, size="main")


def _shown(count: int) -> str:
    return f" ({SHOWN} of {count})" if count > SHOWN else ""


def _points(name: str, color: str, size: int) -> go.Scatter:
    marker = {"size": size, "color": color, "opacity": 0.75, "line": {"width": 0.5, "color": "white"}}
    return go.Scatter(x=[], y=[], mode="markers", name=name, marker=marker, hoverinfo="skip")


def _band(loss: str) -> go.Scatter:
    fill = "rgba({}, {}, {}, 0.2)".format(*(int(COLORS[loss][k : k + 2], 16) for k in (1, 3, 5)))
    return go.Scatter(x=[], y=[], mode="lines", line={"width": 0}, fill="toself", fillcolor=fill, showlegend=False,
                      hoverinfo="skip")  # fmt: skip


def curves(knobs: Knobs, kind: str, title: str) -> Panel:
    """Recall or precision of each loss against the step: the mean, and the band from least to most."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for loss in LOSSES:
        high = _band(loss).update(fill="tonexty")
        traces += [_band(loss).update(fill="none"), high, line(LABELS[loss], COLORS[loss], dash=DASHES[loss])]
        traces[-1].showlegend = False
        names = (f"{kind}.{loss}.low", f"{kind}.{loss}.high", f"{kind}.{loss}")
        bindings += [Extend(len(traces) - 3 + k, "step", name) for k, name in enumerate(names)]
    made = figure(title, traces, "step", "share")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(range=[-0.03, 1.03])
    alt = f"{title}, for each loss, with a band over {knobs.seeds} repeats."
    return Panel(kind, made, bindings, alt)


def reliability(knobs: Knobs) -> Panel:
    """What is said against what is found, in ten bins; the diagonal is true."""
    traces = [line("true", GREY, dash="longdash").update(x=[0, 1], y=[0, 1], showlegend=False)]
    bindings: list[Binding] = []
    for loss in LOSSES:
        mean = line(LABELS[loss], COLORS[loss], dash=DASHES[loss]).update(mode="lines+markers", showlegend=False)
        at = len(traces)
        traces += [_band(loss), mean]
        bindings += [Replace(at, "x", f"said_around_{loss}"), Replace(at, "y", f"found_band_{loss}")]
        bindings += [Replace(at + 1, "x", f"said_{loss}"), Replace(at + 1, "y", f"found_{loss}")]
    made = figure("Calibration of the rare class", traces, "probability said", "share found")
    made.update_xaxes(range=[0, 1])
    made.update_yaxes(range=[-0.03, 1.03])
    return Panel("reliability", made, bindings, "Share of rare points found against the probability said.")


def table(knobs: Knobs) -> Table:
    """What each loss ends with, the mean over the repeats."""
    columns = ("Loss", "A rare point counts", "Recall", "Precision", "Calibration error",
               f"Mean probability (true: {knobs.prior:.3g})")  # fmt: skip
    weights = {"cross_entropy": "1", "weighted": f"{knobs.rare_weight:.3g}", "focal": f"(1 − p)^{knobs.gamma:g}"}
    rows = [[LABELS[loss], weights[loss], "–", "–", "–", "–"] for loss in LOSSES]
    arrays = ("recall", "precision", "calibration_error", "mean_probability")
    cells = [Cells(column, array) for column, array in enumerate(arrays, 2)]
    title = f"Mean of {knobs.seeds} repeats on 4,000 test points each"
    return Table("scores", title, columns, rows, "Recall, precision and calibration of each loss.", cells)
