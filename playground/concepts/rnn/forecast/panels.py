"""The lab's figures: the series with its forecasts, errors, what a forecast looks back at, and the hidden state."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.forecast.knobs import Knobs
from playground.concepts.rnn.forecast.words import COLORS, FORECASTERS, SHORT
from playground.stage import Band, Cells, Extend, Marks, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding, Layout
from playground.stage.figures import figure, line
from playground.stage.palette import GREY, SPLITS, pale

BEFORE, AFTER = 12, 36  # steps of the units' picture, before the split and after it
SHADE = "rgba(127, 127, 127, 0.1)"


def forecasts(knobs: Knobs) -> Panel:
    """The series about the split, what is forecast of it one step ahead, and what running free makes of it."""
    words = knobs.words
    hidden: Any = "legendonly"
    traces = [
        line("true", GREY),
        _key("network", COLORS["network"]),
        _key("free", COLORS["free"]),
        _key("AR free", COLORS["linear"], dash="dash", width=1.5),
        _key("AR", COLORS["linear"], width=1.5).update(visible=hidden),
        _key("persistence", COLORS["persistence"], dash="dot", width=1.5).update(visible=hidden),
    ]
    bindings: list[Binding] = [
        Replace(0, "x", "times"), Replace(0, "y", "levels"),
        Paths("at", "persistence_one", [5]), Paths("at", "linear_one", [4]), Paths("free_at", "linear_free", [3]),
        Paths("free_at", "free", [2], end="dot"), Paths("at", "one", [1]),
        Layout("xaxis.range", "view_x"), Layout("yaxis.range", "view_y"),
        Layout("shapes[0].x0", "split"), Layout("shapes[0].x1", "end"), Layout("annotations[0].x", "split"),
    ]  # fmt: skip
    title = f"{_title(knobs)}: one step ahead, and free"
    shade = {"type": "rect", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "fillcolor": SHADE,
             "line": {"width": 0}, "layer": "below"}  # fmt: skip
    note = {"x": 0, "y": 1, "yref": "paper", "text": "test part →", "showarrow": False, "xanchor": "left",
            "yanchor": "top", "font": {"size": 12}}  # fmt: skip
    made = figure(title, traces, words.across, _unit(knobs), shapes=[shade], annotations=[note],
                  hovermode="closest")  # fmt: skip
    alt = f"{_title(knobs)} about the split, with forecasts one step ahead and running free from the split on."
    return Panel("forecasts", made, bindings, alt, size="main")


def _key(name: str, color: str, **more: Any) -> go.Scatter:
    """The legend's entry of a painted line; a click on it hides the line."""
    return line(name, color, **more).update(x=[None], y=[None])


def _title(knobs: Knobs) -> str:
    return knobs.ticker if knobs.series == "stocks" else knobs.words.title


def _unit(knobs: Knobs) -> str:
    return (knobs.column or "value") if knobs.series == "own" else knobs.words.unit


def errors(knobs: Knobs) -> Panel:
    """The mean absolute error one step ahead over the steps, beside what the rivals make on the test part."""
    traces = [line("train", SPLITS["train"]), line("test", SPLITS["test"])]
    bindings: list[Binding] = [
        Extend(0, "step", "train_mae"), Extend(1, "step", "test_mae"),
        Band("step", "test_low", "test_high", 1, pale(SPLITS["test"], 0.3)),
    ]  # fmt: skip
    for name, dash in (("linear", "dash"), ("persistence", "dot")):
        bindings += [Replace(len(traces), "x", "span"), Replace(len(traces), "y", f"{name}_level")]
        traces.append(line(SHORT[name], COLORS[name], dash=dash, width=1.5))
    made = figure("Error one step ahead", traces, "step", f"MAE ({knobs.words.axis})",
                  xaxis={"range": [0, knobs.steps]}, yaxis={"rangemode": "tozero"})  # fmt: skip
    alt = f"Mean absolute error one step ahead over training, with a band that spans {knobs.repeats} networks."
    return Panel("errors", made, bindings, alt, log=True)


def ahead(knobs: Knobs) -> Panel:
    """The error against how many steps ahead, each forecast fed with those before it."""
    dashes = {"network": "solid", "linear": "dash", "persistence": "dot"}
    traces = [line(SHORT[name], COLORS[name], dash=dash, width=2 if dash == "solid" else 1.5)
              for name, dash in dashes.items()]  # fmt: skip
    bindings = [binding for k, name in enumerate(dashes)
                for binding in (Replace(k, "x", "ahead"), Replace(k, "y", f"ahead_{name}"))]  # fmt: skip
    made = figure("Error further ahead, on its own forecasts", traces, f"{knobs.words.step}s ahead",
                  f"MAE ({knobs.words.axis})", xaxis={"range": [0.5, knobs.horizon + 0.5]},
                  yaxis={"rangemode": "tozero"})  # fmt: skip
    alt = f"Mean absolute error from 1 to {knobs.horizon} steps ahead, of the network and its rivals."
    return Panel("ahead", made, list(bindings), alt, log=True)


def lags(knobs: Knobs) -> Panel:
    """The gradient of a forecast by each input of its window, beside the linear model's coefficients."""
    marker = {"color": COLORS["linear"], "size": 8, "symbol": "diamond-open", "line": {"width": 2}}
    traces = [
        go.Bar(x=[], y=[], name="mean size", marker={"color": pale(COLORS["network"], 0.3)}),
        go.Bar(x=[], y=[], name="mean", width=0.4, marker={"color": COLORS["network"]}),
        go.Scatter(x=[], y=[], name="AR coefficient", mode="markers", marker=marker),
    ]
    arrays = ("lag_size", "lag_mean", "linear_lag")
    bindings = [binding for k, array in enumerate(arrays)
                for binding in (Replace(k, "x", "lag"), Replace(k, "y", array))]  # fmt: skip
    made = figure("What a forecast looks back at", traces, f"{knobs.words.step}s back", "gradient",
                  xaxis={"range": [0.4, knobs.window + 0.6]}, barmode="overlay")  # fmt: skip
    alt = "Gradient of the next forecast by each input of its window, mean and mean size, beside the linear model's."
    return Panel("lags", made, list(bindings), alt)


def scatter(knobs: Knobs) -> Panel:
    """Forecast against true value for every step of the test part."""
    keys = {"network": "circle", "linear": "diamond"}
    traces: list[Any] = [
        go.Scatter(x=[None], y=[None], mode="markers", name=name,
                   marker={"color": COLORS[kind], "size": 8, "symbol": keys[kind]})
        for kind, name in (("network", "network"), ("linear", "linear AR"))
    ]  # fmt: skip
    traces[1].update(visible="legendonly")
    bindings: list[Binding] = [
        Marks("seen_x", "linear_y", 1, COLORS["linear"], symbol="diamond", size=6),
        Marks("seen_x", "seen_y", 0, COLORS["network"], size=7),
        Replace(2, "x", "diagonal"), Replace(2, "y", "diagonal"),
        Layout("xaxis.range", "seen_range"), Layout("yaxis.range", "seen_range"),
    ]  # fmt: skip
    traces.append(line("exact", GREY, dash="dash", width=1.5))
    made = figure("Test part: forecast against truth", traces, f"true ({knobs.words.axis})",
                  f"forecast ({knobs.words.axis})")  # fmt: skip
    return Panel("scatter", made, bindings, "Forecasts one step ahead against true values of the test part.")


def states(knobs: Knobs) -> Panel:
    """The hidden state on the plane of its largest spread: reading the truth, and running free."""
    traces = [_key("reading the truth", COLORS["network"], width=1.5), _key("running free", COLORS["free"])]
    bindings: list[Binding] = [
        Paths("state_x", "state_y", [0], end="dot"), Paths("free_x", "free_y", [1], end="dot"),
    ]  # fmt: skip
    held = {"range": [-2.9, 2.9], "zeroline": False}
    made = figure("Path of the hidden state in the test part", traces, "first direction (its spread = 1)",
                  "second direction",
                  xaxis=held, yaxis=held)  # fmt: skip
    alt = "Hidden states of the test part on the plane of their largest spread, reading the truth and running free."
    return Panel("states", made, bindings, alt)


def units(knobs: Knobs) -> Panel:
    """The hidden units over the steps about the split, reading the truth and running free."""
    shown = min(24, knobs.hidden_size)
    left, right = -BEFORE - 0.5, AFTER - 0.5
    bindings: list[Binding] = [
        Tiles("units", [(left, 1.08, right, 2.08)], "diverging", "upper"),
        Tiles("free_units", [(left, 0, right, 1)], "diverging", "upper"),
    ]  # fmt: skip
    rule = {"type": "line", "x0": -0.5, "x1": -0.5, "y0": 0, "y1": 2.08, "line": {"width": 1.5, "dash": "dot"}}
    title = f"{shown} hidden units, each in its own spread" if shown > 1 else "The hidden unit in its own spread"
    made = figure(title, [], f"{knobs.words.step}s from the split", "", shapes=[rule])
    made.update_xaxes(range=[left, right], zeroline=False)
    made.update_yaxes(range=[-0.02, 2.1], showgrid=False, zeroline=False, tickvals=[0.5, 1.58],
                      ticktext=["free", "truth"])  # fmt: skip
    alt = "Activations of hidden units over the steps about the split: above reading the truth, below running free."
    return Panel("units", made, bindings, alt)


def table(knobs: Knobs) -> Table:
    """The errors of the network and its rivals."""
    columns = {
        "Training MAE": "column_train", "Test MAE": "column_test", "saved beside persistence, %": "column_skill",
        "MAE at the horizon": "column_horizon", "MAE free to the end": "column_free",
    }  # fmt: skip
    rows = [[name, *["–"] * len(columns)] for name in FORECASTERS.values()]
    cells = [Cells(column, array) for column, array in enumerate(columns.values(), 1)]
    title = f"Mean absolute errors, {knobs.words.unit}"
    return Table("scores", title, ["Forecaster", *columns], rows, "Errors of the network and of its rivals.", cells)
