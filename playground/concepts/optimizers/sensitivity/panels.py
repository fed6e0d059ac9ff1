"""The sweep's figures: loss against learning rate, loss over steps at the best rate, the race, and the numbers."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from playground.concepts.optimizers.colours import LABELS, stroke
from playground.concepts.optimizers.sensitivity import rows
from playground.concepts.optimizers.sensitivity.knobs import DEFAULT_RATES, Knobs
from playground.stage import Cells, Extend, Layout, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import GREY, pale

SIGNS = {"best": "diamond", "torch's default": "circle-open", "stable": "square", "diverged": "x-thin-open"}
BAND = 0.16  # opacity
WAITING = "starts when every rate has been tried"


def sweep(knobs: Knobs) -> Panel:
    """A curve for each optimizer over all its rates; under it a row that says which rates are stable or diverged."""
    count = len(knobs.names)
    traces = [*map(_curve, knobs.names), line("start", GREY, dash="dot"), *map(_sign, SIGNS)]
    bindings: list[Binding] = [Replace(count, "x", "edges"), Replace(count, "y", "start")]
    for i, name in enumerate(knobs.names):
        bindings += [Replace(i, "x", "rates"), Replace(i, "y", f"loss.{name}"), *_marks(i, name)]
    made = figure(
        "Loss by learning rate",
        traces,
        "learning rate",
        "validation loss",
        margin={"l": 84},
        legend={"entrywidth": 64},
    )
    made.update_xaxes(type="log", dtick=1, tickformat="~g", zeroline=False)
    made.update_yaxes(type="log", range=_decades(rows.bottom(count), rows.TOP), zeroline=False, **_ticks(knobs))
    alt = (
        "Validation loss against the learning rate, a curve for each optimizer with its best rate and torch's default; "
        "below, a row for each with the rates that are stable and those that diverged."
    )
    return Panel("sweep", made, [*bindings, Layout("xaxis.range", "rate_range")], alt, size="main")


def _curve(name: str) -> go.Scatter:
    return line(LABELS[name], stroke(name)["color"], dash=stroke(name)["dash"])


def _sign(name: str) -> go.Scatter:
    """A line of the legend that names a sign."""
    marker = {"symbol": SIGNS[name], "color": GREY, "size": 8, "line": {"width": 1.5, "color": GREY}}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")


def _marks(key: int, name: str) -> list[Binding]:
    color = stroke(name)["color"]
    return [
        Marks(f"stable_x.{name}", f"row.{name}", key, color, symbol="square", size=8),
        Marks(f"diverged_x.{name}", f"row.{name}", key, color, symbol="cross", size=6),
        Marks(f"default_x.{name}", f"default_y.{name}", key, color, symbol="ring", size=12),
        Marks(f"best_x.{name}", f"best_y.{name}", key, color, symbol="diamond", size=12),
    ]


def _ticks(knobs: Knobs) -> dict[str, Any]:
    """Losses above, the optimizers' names at their rows."""
    heights = [rows.height(i) for i in range(len(knobs.names))]
    texts = [*(f"{tick:g}" for tick in rows.TICKS), *(LABELS[name] for name in knobs.names)]
    return {"tickvals": [*rows.TICKS, *heights], "ticktext": texts, "tickfont": {"size": 11}}


def _decades(low: float, high: float) -> list[float]:
    return [math.log10(low), math.log10(high)]


def _over_steps(made: go.Figure) -> go.Figure:
    """The axes of a panel over steps, with the losses of the main one."""
    made.update_yaxes(type="log", range=_decades(rows.FLOOR, rows.TOP), tickvals=rows.TICKS, ticktext=rows.TICKS)
    return made.update_layout(showlegend=False)


def paths(knobs: Knobs) -> Panel:
    """How the loss went at the rate that is each optimizer's best so far."""
    bindings: list[Binding] = [Layout("xaxis.range", "step_range")]
    for i, name in enumerate(knobs.names):
        bindings += [Replace(i, "x", "path_x"), Replace(i, "y", f"path.{name}")]
    made = figure("At its best rate so far", [*map(_curve, knobs.names)], "step", "validation loss")
    return Panel("paths", _over_steps(made), bindings, "Validation loss over steps at each optimizer's best rate.")


def race(knobs: Knobs) -> Panel:
    """Each optimizer at its best rate on fresh seeds: the mean, and a band that spans the seeds."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = [Layout("xaxis.range", "step_range"), Layout("annotations[0].opacity", "waiting")]
    for i, name in enumerate(knobs.names):
        traces += [_band(name), _curve(name)]
        bindings += [Replace(2 * i, "x", "band_x"), Replace(2 * i, "y", f"band.{name}")]
        bindings.append(Extend(2 * i + 1, "race_step", f"test_loss.{name}"))
    said = {"text": WAITING, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "showarrow": False}
    made = figure("Fair race: fresh seeds, test digits", traces, "step of the race", "test loss", annotations=[said])
    alt = f"Test loss over the steps of the race, a band over {knobs.repeats} seeds for each optimizer."
    return Panel("race", _over_steps(made), bindings, alt)


def _band(name: str) -> go.Scatter:
    fill = pale(stroke(name)["color"], BAND)
    return go.Scatter(x=[], y=[], mode="lines", line={"width": 0}, fill="toself", fillcolor=fill, hoverinfo="skip")


def table(knobs: Knobs) -> Table:
    """Each optimizer's numbers of the moment."""
    columns = ["Optimizer (torch's rate)", "Best rate", "Stable from", "to", "Decades", "Diverged", "Loss at the best",
               "Loss at torch's default"]  # fmt: skip
    arrays = ["best_rate", "low_rate", "high_rate", "decades", "diverged", "best_loss", "default_loss"]
    if knobs.race:
        columns += ["Race: test loss", "lowest", "highest"]
        arrays += ["test_loss", "test_low", "test_high"]
    given = [f"{LABELS[name]} ({DEFAULT_RATES[name]:g})" for name in knobs.names]
    cells = [Cells(column, array, 1 if array == "diverged" else 3) for column, array in enumerate(arrays, 1)]
    title = f"Budget: {knobs.rates} rates × {knobs.steps:,} steps each, on seed {knobs.seed}"
    alt = "Best rate, stable range and losses of each optimizer; torch's default rate in brackets."
    return Table("numbers", title, columns, [[name, *["–"] * len(arrays)] for name in given], alt, cells)
