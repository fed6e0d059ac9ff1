"""The outliers' figures: points and lines, shares of the gradient, distances from the true line, numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.losses.names import COLORS, LABELS
from playground.concepts.losses.outliers.knobs import Knobs
from playground.stage import Cells, Edit, Extend, Layout, Marks, Panel, Replace, Table
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import GREY, VERMILLION

BOX = (-4.0, -4.0, 4.0, 4.0)
POINTWISE = ("mse", "mae")  # the losses whose single points are shown, where they are chosen


def fits(knobs: Knobs) -> Panel:
    """The points and the line of each loss; the handle drags the outliers."""
    intercept, slope = knobs.truth
    truth = line("true line", GREY, dash="dash").update(x=[-4, 4], y=[intercept - 4 * slope, intercept + 4 * slope])
    lines = [line(LABELS[name], COLORS[name]).update(line_width=3) for name in knobs.losses]
    keys = [_key("good points", GREY, "circle"), _key("outliers", VERMILLION, "diamond")]
    axis = {"range": [-4, 4], "zeroline": False}
    made = figure(f"One {knobs.model} for each loss", [*keys, truth, *lines], "x", "y", xaxis=axis, yaxis=axis)
    bindings: list[Binding] = [
        Marks("x", "y", 0, GREY, size=8),
        Marks("wild_x", "wild_y", 1, VERMILLION, symbol="diamond", size=10),
    ]
    for i, name in enumerate(knobs.losses, 3):
        bindings += [Replace(i, "x", "axis"), Replace(i, "y", f"line_{name}")]
    drag = [Edit("outlier", "drag", BOX)] if knobs.outlier_count else []
    return Panel("fits", made, [*bindings, *drag], "Points, outliers and the fit of each loss.", size="main")


def _key(name: str, color: str, symbol: str) -> go.Scatter:
    """What stands for painted points in the legend."""
    marker = {"size": 9, "color": color, "symbol": symbol}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def steers(knobs: Knobs) -> Panel:
    """The outliers' share of each loss's gradient, beside their share of the points."""
    names = [LABELS[name] for name in knobs.losses]
    bars = go.Bar(x=[0] * len(names), y=names, orientation="h", showlegend=False, texttemplate="%{x:.0f} %",
                  textposition="outside", marker={"color": [COLORS[name] for name in knobs.losses]})  # fmt: skip
    even = line("their share of the points", GREY, dash="dash").update(y=names)
    title = "Who steers: the outliers' share of the gradient"
    made = figure(
        title, [bars, even], "share (%)", "", yaxis={"autorange": "reversed"}, margin={"l": 66},
    )  # fmt: skip
    bindings: list[Binding] = [Replace(0, "x", "wild_shares"), Replace(1, "x", "fair")]
    bindings += [Layout("xaxis.range", "wild_range")]
    alt = "Bars: how much of each loss's gradient the outliers hold."
    return Panel("steers", made, bindings, alt)


def errors(knobs: Knobs) -> Panel:
    """How far each fit is from the true line, step by step."""
    lines = [line(LABELS[name], COLORS[name]).update(showlegend=False) for name in knobs.losses]
    made = figure(
        "How far off the true line", lines, "step", "root mean square", hovermode="x unified",
        xaxis={"range": [0, knobs.steps]}, yaxis={"rangemode": "tozero", "autorangeoptions": {"clipmax": 3}},
    )  # fmt: skip
    bindings = [Extend(i, "step", f"error.{name}") for i, name in enumerate(knobs.losses)]
    return Panel("errors", made, bindings, "Distance of each fit from the true line against the step.", log=True)


def shares(knobs: Knobs) -> Panel:
    """What share of its loss's gradient each single point holds; more than two losses would hide each other."""
    axis = {"range": [-4, 4], "zeroline": False}
    named = [name for name in knobs.losses if name in POINTWISE] or knobs.losses[:2]
    keys = [_key(LABELS[name], COLORS[name], "circle") for name in named]
    made = figure("Each point's share of the gradient", keys, "x of the point", "share (%)", xaxis=axis)
    bindings: list[Binding] = [Marks("all_x", f"share_{name}", i, COLORS[name]) for i, name in enumerate(named)]
    bindings += [Layout("yaxis.range", "share_range")]
    whose = " and of ".join(LABELS[name] for name in named)
    return Panel("shares", made, bindings, f"Each point's share of the gradient of {whose} against its x.")


def table(knobs: Knobs) -> Table:
    """The parameters of each fit, and what its loss aims at."""
    constant = knobs.model == "constant"
    goals = {
        "mse": "the mean", "mae": "the median", "huber": "between mean and median",
        "log_cosh": "between mean and median", "quantile": f"the {100 * knobs.quantile:.3g} % quantile",
    }  # fmt: skip
    kinds = ("Constant", "Exactly") if constant else ("Intercept", "Slope")
    columns = ("Loss", "Aims at", *kinds, "Off the true line")
    rows = [[LABELS[name], goals[name], "–", "–", "–"] for name in knobs.losses]
    cells = [Cells(2, "intercepts"), Cells(3, "aims" if constant else "slopes"), Cells(4, "errors")]
    return Table("fits_table", "The fits", columns, rows, "Parameters of each fit and what its loss aims at.", cells)
