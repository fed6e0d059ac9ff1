"""The landscape's figures: the map with the path on it, the ways to the end, what the network says, its curves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from playground.concepts.network.landscape.knobs import SPLIT_WORDS, Knobs, batch_words
from playground.concepts.network.sandbox import panels as sandbox
from playground.concepts.network.sandbox.blame import limit, limit_words
from playground.stage import Extend, Layout, Marks, Panel, Paths, Replace, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, levels, line
from playground.stage.palette import AMBER, BLUE, GREEN, GREY, PURPLE, SKY, VERMILLION, pale

MAP = (-1.0, -1.0, 1.0, 1.0)
RAMP = (1.05, -1.0, 1.1, 0.88)
RIGHT = 1.36
CAPTION_Y = 0.93
WAYS = {"path": "path", "line": "straight line", "under": "on the plane"}
TICKS = [value * 10.0**power for power in range(-6, 4) for value in (1, 3)]
LOG = {"type": "log", "tickvals": TICKS, "ticktext": [f"{tick:g}".replace("e-0", "e−") for tick in TICKS]}
INK = "#333333"
SLICES = 10
LEVELS = 16
STEP = "update"  # the clock's word: the steps of the frames go on counting after the training
PLAIN = ("x₁", "x₂")  # axes that say nothing of their own
FIT = 360  # pixels: on a phone the words keep their size


def landscape(knobs: Knobs) -> Panel:
    """The loss over the plane, the darker the higher, and the path of training on it."""
    traces = [
        _key(line("path of training", VERMILLION, width=3)), _key(line("straight line", GREY, dash="dash", width=1.5)),
        _sign("start", "circle-open", AMBER), _sign("end", "diamond", GREY),
        _sign("lowest on the map", "x-thin", GREEN),
        _contours(knobs.resolution), _ramp_labels(), _caption(), _ramp_title(),
    ]  # fmt: skip
    made = figure(f"Loss of the {SPLIT_WORDS[knobs.surface]} around the network", traces, *_axes(knobs))
    made.update_xaxes(range=[-1, RIGHT], zeroline=False, showgrid=False)
    made.update_yaxes(range=[-1, 1], zeroline=False, showgrid=False)
    bindings: list[Binding] = [
        Tiles("landscape", [MAP], "sequential"), Tiles("ramp", [RAMP], "sequential"),
        Replace(5, "z", "contours"), Replace(6, "customdata", "ramp_losses"),
        Replace(6, "x", "ramp_x"), Replace(6, "y", "ramp_y"),
        Replace(7, "x", "caption_at"),
        Paths("straight_x", "straight_y", (1,)), Paths("path_x", "path_y", (0,), end="dot", halo=True),
        Marks("lowest_x", "lowest_y", 4, GREEN, symbol="cross", size=10),
        Marks("start_x", "start_y", 2, AMBER, symbol="ring", size=12),
        Marks("end_x", "end_y", 3, INK, symbol="diamond", size=10),
    ]  # fmt: skip
    for axis in "xy":
        bindings += [Layout(f"{axis}axis.tickvals", f"ticks_{axis}"), Layout(f"{axis}axis.ticktext", f"labels_{axis}")]
    alt = "Map of the loss on a plane of parameter space, with the path of training on it; a strip tells the losses."
    return Panel("landscape", made, bindings, alt, size="main", fit=FIT)


def _axes(knobs: Knobs) -> tuple[str, str]:
    if knobs.plane == "path":
        return "along the 1st principal direction", "along the 2nd principal direction"
    return "along a random direction (network's own = 1)", "along another (network's own = 1)"


def _key(trace: go.Scatter) -> go.Scatter:
    """Without a point Plotly would leave it out of the legend."""
    return trace.update(x=[None], y=[None])


def _sign(name: str, symbol: str, color: str) -> go.Scatter:
    marker = {"symbol": symbol, "size": 9, "color": color, "line": {"width": 2, "color": color}}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def _contours(side: int) -> go.Contour:
    return go.Contour(
        z=[[0]], x0=1 / side - 1, y0=1 / side - 1, dx=2 / side, dy=2 / side, showscale=False,
        contours=levels(LEVELS), line={"color": "rgba(96, 132, 160, 0.6)", "width": 0.8, "smoothing": 1},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _ramp_labels() -> go.Scatter:
    """What losses the colours mean, beside their strip."""
    return _words([], [], "%{customdata:.3~g}", size=11)


def _ramp_title() -> go.Scatter:
    """What the strip of colours tells, above it."""
    return _words([RAMP[0]], [0.95], "loss", size=12)


def _caption() -> go.Scatter:
    """What is seen while the network trains, above the path."""
    return _words([None], [CAPTION_Y], "Training: the path so far. The map needs its end.", size=12)


def _words(x: list[float | None], y: list[float], template: str, size: int = 13, **more: Any) -> go.Scatter:
    return go.Scatter(
        x=x, y=y, mode="text", texttemplate=template, textposition="middle right", textfont={"size": size},
        showlegend=False, hoverinfo="skip", cliponaxis=False, **more,
    )  # fmt: skip


def ways(knobs: Knobs) -> Panel:
    """The loss on the way from start to end: as training went, straight, and on the plane under the path."""
    traces = [
        line(WAYS["path"], VERMILLION, width=2.5), line(WAYS["line"], GREY, dash="dash"),
        line(WAYS["under"], BLUE, dash="dot"),
    ]  # fmt: skip
    made = figure(
        "From start to end", traces, "share of the way", "loss", hovermode="x unified", xaxis={"range": [0, 1]},
        yaxis=LOG if knobs.log_scale else {},
    )  # fmt: skip
    bindings: list[Binding] = [Extend(0, "way", f"{knobs.surface}_loss")]
    for trace, name in ((1, "line"), (2, "under")):
        bindings += [Replace(trace, "x", f"{name}_way"), Replace(trace, "y", f"{name}_loss")]
    alt = "Loss along the path of training, along the straight line from start to end, and on the plane."
    return Panel("ways", made, bindings, alt)


def valley(knobs: Knobs) -> Panel:
    """How the loss rises to all sides of the trained network."""
    compared = _rival(knobs)
    mean = line(f"mean, {batch_words(knobs.batch_size)}" if compared else "mean", PURPLE, width=2.5)
    traces = [mean, _key(line("10 random directions", pale(PURPLE, 0.4), width=1.2)), *compared]
    made = figure(
        "The valley around the end", traces, "distance (network's own length = 1)", "loss", hovermode="x unified",
        xaxis={"range": [-0.5, 0.5]}, yaxis=LOG if knobs.log_scale else {},
    )  # fmt: skip
    bindings: list[Binding] = [Replace(0, "x", "slice_x"), Replace(0, "y", "slice_mean")]
    bindings.append(Paths("slice_x", "slices", (1,) * SLICES))
    bindings += [Replace(2, "x", "slice_x"), Replace(2, "y", "rival_mean")] if compared else []
    alt = "The loss along ten straight lines through the trained network, in random directions, and their mean."
    return Panel("valley", made, bindings, alt)


def curvature(knobs: Knobs) -> Panel:
    """The largest curvature along the path; for SGD with the bound above which a valley throws it out."""
    traces = [line(batch_words(knobs.batch_size), PURPLE), *_rival(knobs)]
    for trace in traces:
        trace.update(mode="lines+markers", marker={"size": 6})
    if knobs.optimizer == "sgd" and knobs.schedule == "constant":
        name = limit_words(knobs, "rate")
        edge = go.Scatter(x=[0, knobs.steps], y=[limit(knobs, knobs.learning_rate)] * 2, mode="lines", name=name)
        traces.append(edge.update(line={"color": GREY, "dash": "dash", "width": 2}))
    made = figure(
        "Sharpness: the largest eigenvalue of the Hessian", traces, STEP, "curvature", hovermode="x unified",
        xaxis={"range": [0, knobs.steps]}, showlegend=len(traces) > 1,
    )  # fmt: skip
    alt = "The largest eigenvalue of the loss's Hessian against the update."
    bindings = [Extend(0, "curved_step", "curvature")]
    bindings += [Extend(1, "rival_step", "rival_curvature")] if knobs.beside != "none" else []
    return Panel("curvature", made, bindings, alt, log=True)


def _rival(knobs: Knobs) -> list[go.Scatter]:
    """The curve of the network that is trained beside, where one is."""
    return [] if knobs.beside == "none" else [line(batch_words(knobs.rival().batch_size), SKY, width=2.5)]


def curves(knobs: Knobs) -> list[Panel]:
    """The sandbox's loss and score, over the updates that the player counts here."""
    made = sandbox.curves(knobs)
    for panel in made:
        panel.figure.update_xaxes(title_text=STEP)
    return made


def said(knobs: Knobs) -> Panel:
    """What the network says at this point of its path."""
    made = sandbox.curve(knobs) if knobs.data == "sine" else sandbox.decision_map(knobs)
    made.figure.update_layout(showlegend=False)
    shown = knobs.data == "sine" or sandbox.axis_titles(knobs) != PLAIN  # else the map is larger without
    made.figure.update_xaxes(nticks=3, visible=shown)
    made.figure.update_yaxes(nticks=3, visible=shown)
    return replace(made, size="half")
