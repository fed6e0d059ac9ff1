"""The race's figures: test accuracy, the losses, the paths on the landscape, and a table of the moment."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.optimizers.colours import LABELS, stroke
from playground.concepts.optimizers.network.knobs import SIDE, Knobs
from playground.stage import Band, Cells, Extend, Layout, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, levels, line
from playground.stage.palette import GREY, pale

BAND = 0.18  # opacity
LEVELS = 14
PICTURE = (-1.0, -1.0, 1.0, 1.0)


def accuracy(knobs: Knobs) -> Panel:
    """Test accuracy by optimizer, and the target as a line."""
    found = _curves(knobs, "test_accuracy", "Test accuracy: mean and range over the seeds", "share correct")
    made = found.figure.add_trace(line("target", GREY, dash="dot", width=1.5))
    made.update_layout(showlegend=True)
    at = len(knobs.names)
    aim = [Replace(at, "x", "target_x"), Replace(at, "y", "target_y")]
    return Panel(found.name, _of_shares(made), [*found.bindings, *aim], found.alt, size="main")


def train_accuracy(knobs: Knobs) -> Panel:
    """Training accuracy by optimizer."""
    found = _curves(knobs, "train_accuracy", "Training accuracy", "share correct")
    _of_shares(found.figure)
    return found


def _of_shares(made: go.Figure) -> go.Figure:
    return made.update_yaxes(range=[0, 1.02], tickformat=".0%")


def loss(knobs: Knobs, split: str, title: str) -> Panel:
    """Cross-entropy on a split by optimizer."""
    return _curves(knobs, f"{split}_loss", title, "cross-entropy", log=True)


def _curves(knobs: Knobs, series: str, title: str, y: str, **panel: Any) -> Panel:
    """A curve for each optimizer, the mean of its networks, in a band that spans them."""
    bindings: list[Binding] = [Layout("xaxis.range", "steps")]
    for i, optimizer in enumerate(knobs.names):
        bindings.append(Extend(i, "step", f"{series}.{optimizer}"))
        fill = pale(stroke(optimizer)["color"], BAND)
        bindings.append(Band("step", f"{series}_low.{optimizer}", f"{series}_high.{optimizer}", i, fill))
    traces = [line(LABELS[optimizer], **stroke(optimizer)) for optimizer in knobs.names]
    made = figure(title, traces, "step", y, hovermode="x unified", showlegend=False)
    alt = f"{title} of each optimizer against the step, with a band that spans its networks."
    return Panel(series, made, bindings, alt, **panel)


def landscape(knobs: Knobs) -> Panel:
    """The loss on the plane that comes nearest to all paths, the paths on it, and where each is."""
    contours = go.Contour(
        z=[], x0=1 / SIDE - 1, y0=1 / SIDE - 1, dx=2 / SIDE, dy=2 / SIDE, showscale=False,
        contours=levels(LEVELS),
        line={"color": "rgba(127,127,127,0.55)", "width": 0.7}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    traces = [line(LABELS[name], **stroke(name)).update(x=[None], y=[None]) for name in knobs.names]
    keys = list(range(1, 1 + len(traces)))
    bindings: list[Binding] = [Tiles("landscape", [PICTURE], "sequential"), Replace(0, "z", "landscape")]
    bindings += [Paths("path_x", "path_y", keys, end="dot", halo=True)]
    made = figure(
        "Paths of the first seed over the training loss", [contours, *traces],
        "1st principal direction", "2nd principal direction", margin={"l": 24, "b": 24}, showlegend=False,
    )  # fmt: skip
    for axis in (made.layout.xaxis, made.layout.yaxis):
        axis.update(range=[-1, 1], showticklabels=False, ticks="", zeroline=False)
    alt = "The path of one network of each optimizer over a map of the training loss; strong colour: a high loss."
    return Panel("landscape", made, bindings, alt)


def table(knobs: Knobs) -> Table:
    """The moment's numbers, the mean of each optimizer's networks."""
    columns = (
        "Optimizer", "Learning rate", "Training loss", "Test loss", "Training accuracy", "Test accuracy",
        "Reached target", "Steps to target", "ms a step", "ms to target", "Stopped",
    )  # fmt: skip
    arrays = (
        "learning_rate", "train_loss", "test_loss", "train_accuracy", "test_accuracy", "arrived", "arrival_step",
        "step_ms", "arrival_ms", "frozen",
    )  # fmt: skip
    digits = {"learning_rate": 1, "arrived": 1, "frozen": 1}
    cells = [Cells(column, array, digits.get(array, 3)) for column, array in enumerate(arrays, 1)]
    rows = [[LABELS[name], *len(arrays) * ["–"]] for name in knobs.names]
    title = "Means over the seeds; milliseconds: processor time of one network, measured on this machine"
    return Table("members", title, columns, rows, "Scores, steps and time to the target of each optimizer.", cells)
