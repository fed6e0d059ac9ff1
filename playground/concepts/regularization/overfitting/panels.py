"""The sweep's figures: a map for each strength, accuracy against strength, loss, weights, and a table of the moment."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.regularization.overfitting import grid
from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.methods import SETTINGS
from playground.stage import Cells, Extend, Marks, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import CLASSES, GREY, SPLITS, VARIANTS, pale

BAND = 0.18  # opacity
CHOSEN = SPLITS["validation"]
SHOWN = (0, 1, 2, 4)  # settings whose sparsity is drawn
DECADES = range(-5, 2)
ABOVE = {"orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top",
         "yref": "container"}  # fmt: skip


def maps(knobs: Knobs) -> Panel:
    """What the first repeat's network says about the plane at each strength, under its training points."""
    outline = line("best on validation", CHOSEN).update(line_width=4, hoverinfo="skip")
    bindings: list[Binding] = [Tiles("maps", grid.BOXES), Marks("x", "y", 1, "label", "classes", size=5)]
    bindings += [Replace(0, axis, f"frame_{axis}") for axis in "xy"]
    left, bottom, right, top = grid.EXTENT
    made = figure(
        "What the network says at each strength", [outline, *_keys()], annotations=_names(knobs), legend=ABOVE
    )
    made.update_xaxes(**at_rest({"range": [left, right]}))
    made.update_yaxes(**at_rest({"range": [bottom, top], "scaleanchor": "x"}))
    alt = f"Maps of the predicted class, one for each of eight settings of {knobs.swept.title}; the best is framed."
    return Panel("maps", made, bindings, alt, size="main")


def _keys() -> list[go.Scatter]:
    """The classes' colours in the legend."""
    return [
        go.Scatter(x=[None], y=[None], mode="markers", name=f"class {k}", marker={"size": 8, "color": CLASSES[k]})
        for k in (0, 1)
    ]


def _names(knobs: Knobs) -> list[dict[str, Any]]:
    """The strength above each map."""
    plain = {"showarrow": False, "yanchor": "bottom", "font": {"size": 13}}
    return [
        {**plain, "x": x, "y": y + grid.DOMAIN, "text": name}
        for name, (x, y) in zip(knobs.swept.shown, grid.CENTRES, strict=True)
    ]


def _strengths(made: go.Figure, knobs: Knobs) -> go.Figure:
    """The figure with the settings along its x axis."""
    made.update_xaxes(
        range=[-0.5, SETTINGS - 0.5], tickvals=list(range(SETTINGS)), ticktext=list(knobs.swept.shown),
        title_text=knobs.swept.axis, zeroline=False, tickangle=0,
    )  # fmt: skip
    return made


def accuracy(knobs: Knobs) -> Panel:
    """Training and test accuracy against the strength: the mean, and the band over the repeats."""
    best = line("best", CHOSEN, dash="dot").update(mode="lines+markers", marker_size=[0, 11])
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for split in ("train", "test"):
        at = len(traces)
        traces += [_band(SPLITS[split]), line(split, SPLITS[split]).update(mode="lines+markers", line_width=3)]
        bindings += [Replace(at, "x", "around"), Replace(at, "y", f"{split}_band")]
        bindings += [Replace(at + 1, "x", "at"), Replace(at + 1, "y", split)]
    bindings += [Replace(len(traces), axis, f"best_{axis}") for axis in "xy"]
    made = _strengths(figure("Accuracy against strength", [*traces, best], "", "share correct"), knobs)
    made.update_xaxes(ticktext=[name if k % 2 == 0 else "" for k, name in enumerate(knobs.swept.shown)])
    made.update_yaxes(range=[0.4, 1.03])
    alt = f"Accuracy on training and test points against the strength, with bands over {knobs.repeats} repeats."
    return Panel("accuracy", made, bindings, alt)


def _band(color: str) -> go.Scatter:
    return go.Scatter(
        x=[], y=[], mode="lines", line={"width": 0}, fill="toself", fillcolor=pale(color, BAND),
        showlegend=False, hoverinfo="skip",
    )  # fmt: skip


def losses(knobs: Knobs) -> Panel:
    """The losses without regularization, and at the strength that is best now."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for name, dash in (("plain", "dot"), ("best", "solid")):
        for split in ("train", "test"):
            bindings += [Replace(len(traces), "x", "steps"), Replace(len(traces), "y", f"{split}_loss_{name}")]
            traces.append(line(split, SPLITS[split], dash=dash).update(showlegend=name == "best"))
    made = figure("Loss at the best strength, dotted: without", traces, "step", "cross-entropy")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(rangemode="tozero")
    alt = "Training and test loss against the step, without regularization and at the best strength so far."
    return Panel("losses", made, bindings, alt, log=True)


def sparsity(knobs: Knobs) -> Panel:
    """How many weights are all but zero, step by step."""
    names = knobs.swept.shown
    traces = [line(f"λ {names[s]}", VARIANTS[i]) for i, s in enumerate(SHOWN)]
    made = figure("Weights that are all but zero (|w| < 0.001)", traces, "step", "share of the weights")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")
    bindings = [Extend(i, "step", f"sparsity_{s}") for i, s in enumerate(SHOWN)]
    return Panel("sparsity", made, bindings, "Share of weights under 0.001 against the step, for four strengths.")


def stopping(knobs: Knobs) -> Panel:
    """The validation loss of the network that never stops, and where each patience ran out."""
    names = list(knobs.swept.shown)
    stop = go.Scatter(
        x=[], y=[], name="patience ran out", mode="markers+text",
        marker={"size": 9, "color": VARIANTS[1], "symbol": "x"},
        text=names, textposition=["top center", "bottom center"] * 4, textfont={"size": 11}, cliponaxis=False,
    )  # fmt: skip
    kept = go.Scatter(x=[], y=[], name="weights kept", mode="markers",
                      marker={"size": 13, "color": CHOSEN, "symbol": "star"})  # fmt: skip
    traces = [line("train", SPLITS["train"]), line("validation", CHOSEN), stop, kept]
    made = figure("One network, and when it would stop", traces, "step", "cross-entropy")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(rangemode="tozero")
    bindings: list[Binding] = [Extend(0, "step", "train"), Extend(1, "step", "validation")]
    bindings += [Replace(2 + i, axis, f"{name}_{axis}") for i, name in enumerate(("stop", "kept")) for axis in "xy"]
    alt = "Losses of the network that never stops, with the stop and the best step of each patience."
    return Panel("stopping", made, bindings, alt)


def weights(knobs: Knobs) -> Panel:
    """A histogram of the weights' sizes for each strength, side by side."""
    zero = line("0.001", GREY, dash="dash").update(x=[-0.5, SETTINGS - 0.5], y=[-3, -3], showlegend=False)
    made = _strengths(figure("Sizes of the weights; strong colour: many", [zero], "", "|w|"), knobs)
    made.update_xaxes(showgrid=False)
    ticks = ["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1", "10"]
    made.update_yaxes(range=[-5, 1], tickvals=list(DECADES), ticktext=ticks, showgrid=False, zeroline=False)
    boxes = [(s - 0.46, -5.0, s + 0.46, 1.0) for s in range(SETTINGS)]
    alt = "Histograms of the weights' sizes, a column for each strength; smaller ones count at the bottom."
    return Panel("weights", made, [Tiles("density", boxes, "sequential")], alt, size="wide")


def table(knobs: Knobs) -> Table:
    """The moment's numbers of each setting."""
    columns = [knobs.swept.axis[0].upper() + knobs.swept.axis[1:], "Training loss", "Test loss", "Training accuracy",
               "Validation accuracy", "Test accuracy", "Gap", "|w| < 0.001"]  # fmt: skip
    names = ("train_loss", "test_loss", "train_accuracy", "validation_accuracy", "test_accuracy", "gap", "sparsity")
    cells = [Cells(i, f"{name}_column") for i, name in enumerate(names, 1)]
    rows = [[name, *7 * ["–"]] for name in knobs.swept.shown]
    title = f"Mean of {knobs.repeats} repeats" if knobs.repeats > 1 else "One repeat"
    return Table("settings", title, columns, rows, "Losses, accuracies and sparsity of each setting.", cells)
