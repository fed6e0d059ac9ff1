"""The lab's figures: the gallery with its drawn values, accuracy, robustness, labels lost, numbers."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.regularization.augmentation import gallery
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.words import ARMS, CLASSES, COLORS, POINTS, TITLES, UNITS
from playground.stage import Cells, Extend, Layout, Marks, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import AMBER, GREEN, GREY, VERMILLION, pale

CAPTIONS = {
    "rotate": "turned %{customdata:.0f}°",
    "shift": "→ %{customdata[0]:.1f} ↓ %{customdata[1]:.1f} px",
    "scale": "scaled × %{customdata:.2f}",
    "crop": "cropped to %{customdata:.0%}",
    "mirror": "flipped left-right",
    "upend": "flipped upside down",
    "noise": "noise %{customdata:.2f}",
    "erase": "erased %{customdata:.0%}",
    "mixup": "mixed, %{customdata[0]:.0%} other",
    "cutmix": "pasted %{customdata[0]:.0%}",
}
ABOVE = {
    "orientation": "h",
    "x": 0,
    "xanchor": "left",
    "xref": "container",
    "y": 1,
    "yanchor": "top",
    "yref": "container",
}
PARTNER = {
    "mixup": "%{customdata[0]:.0%} of a %{customdata[1]:.0f}",
    "cutmix": "pasted %{customdata[0]:.0%} of a %{customdata[1]:.0f}",
}


def pictures(knobs: Knobs) -> Panel:
    """Two training images, each with three versions as a batch gets them, and the values drawn for each."""
    named = knobs.data != "fashion"
    lines = len(knobs.names) + 1
    traces = [
        _mark("judge (a second network) reads the label", GREEN),
        _mark("judge is sure of another", VERMILLION),
    ]
    bindings: list[Binding] = [
        Tiles("pictures", gallery.boxes(lines), "sequential", "upper"),
        Marks("kept_x", "kept_y", 0, GREEN, size=11),
        Marks("lost_x", "lost_y", 1, VERMILLION, size=11, symbol="square"),
    ]
    captions = {name: PARTNER.get(name, CAPTIONS[name]) if named else CAPTIONS[name] for name in knobs.names}
    captions |= {"read": "read as %{customdata:.0f}"} if named else {}
    middles = [(x0 + x1) / 2 for x0, _, x1, _ in gallery.augmented(lines)]
    for name, template in captions.items():
        bindings += [Replace(len(traces), "customdata", f"caption_{name}"), Replace(len(traces), "y", f"height_{name}")]
        traces.append(go.Scatter(x=middles, y=[], mode="text", texttemplate=template, textfont={"size": 11},
                                 showlegend=False, hoverinfo="skip"))  # fmt: skip
    left, bottom, right, top = gallery.extent(lines)
    made = figure("What a batch gets, drawn anew each time", traces, annotations=_labels(knobs, lines), legend=ABOVE)
    made.update_xaxes(**at_rest({"range": [left, right]}))
    made.update_yaxes(**at_rest({"range": [bottom, top], "scaleanchor": "x"}))
    alt = "Two training images, each with three augmented versions and the values drawn for them."
    return Panel("pictures", made, bindings, alt, size="main")


def _mark(name: str, color: str) -> go.Scatter:
    symbol = "circle" if color == GREEN else "square"
    return go.Scatter(
        x=[None], y=[None], mode="markers", name=name, marker={"color": color, "size": 10, "symbol": symbol}
    )


def _labels(knobs: Knobs, lines: int) -> list[dict[str, Any]]:
    """The label under each training image, and what the columns hold."""
    plain = {"showarrow": False, "font": {"size": 12}}
    boxes = gallery.boxes(lines)[:: gallery.COLUMNS]
    found = [
        {**plain, "x": x0 + 0.5, "y": y0 - gallery.LINE * 0.6, "text": f"label: {CLASSES[knobs.data][label]}"}
        for (x0, y0, _, _), label in zip(boxes, gallery.rows(lines), strict=True)
    ]
    heads = {"training image": 0.5, "augmented": 0.5 * (gallery.COLUMNS + 1)}
    return [*found, *({**plain, "x": x, "y": gallery.HEAD / 2, "text": text} for text, x in heads.items())]


def accuracy(knobs: Knobs) -> Panel:
    """Test accuracy of both sides over the steps, with bands, beside training accuracy and the reference."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for arm in ARMS:
        names = (f"low.{arm}", f"high.{arm}", f"test_accuracy.{arm}")
        bindings += [Extend(len(traces) + k, "step", name) for k, name in enumerate(names)]
        traces += [_band(arm, "none"), _band(arm, "tonexty"), line(ARMS[arm], COLORS[arm])]
    bindings.append(Extend(len(traces), "step", "judge_accuracy"))
    traces.append(line("judge", GREY, dash="dash"))
    for arm in ARMS:
        bindings.append(Extend(len(traces), "step", f"train_accuracy.{arm}"))
        drawn = line("training", COLORS[arm], dash="dot")
        traces.append(drawn.update(line_width=1, showlegend=arm == "plain"))
    made = figure("Test accuracy", traces, "step", "share correct", legend={"traceorder": "normal", "entrywidth": 64})
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(range=[0.2, 1.02])
    alt = f"Test accuracy with and without augmentation over the steps, with a band that spans {knobs.seeds} repeats."
    return Panel("accuracy", made, bindings, alt)


def _band(arm: str, fill: str) -> go.Scatter:
    color = pale(COLORS[arm], 0.2)
    return go.Scatter(x=[], y=[], mode="lines", line={"width": 0}, fill=fill, fillcolor=color, showlegend=False,
                      hoverinfo="skip")  # fmt: skip


def robustness(knobs: Knobs) -> Panel:
    """Accuracy on test images that are changed more and more; shaded is what training draws."""
    shade = go.Scatter(x=[], y=[0, 1, 1, 0], mode="lines", line={"width": 0}, fill="toself", name="drawn in training",
                       fillcolor="rgba(127, 127, 127, 0.22)", hoverinfo="skip")  # fmt: skip
    traces, bindings = [shade], [Replace(0, "x", "trained")]
    for arm in ARMS:
        bindings += [Replace(len(traces), "x", "around"), Replace(len(traces), "y", f"curve_band_{arm}")]
        traces.append(_band(arm, "toself"))
    for arm in ARMS:
        bindings += [Replace(len(traces), "x", "at"), Replace(len(traces), "y", f"curve_{arm}")]
        traces.append(line(ARMS[arm], COLORS[arm]).update(showlegend=False))
    at = POINTS[knobs.test]
    made = figure(f"Test images {TITLES[knobs.test]}", traces, UNITS[knobs.test], "share correct")
    made.update_xaxes(range=[at[0], at[-1]])
    made.update_yaxes(range=[0, 1.02])
    alt = f"Accuracy on test images {TITLES[knobs.test]}, with and without augmentation; shaded is what training draws."
    return Panel("robustness", made, list(bindings), alt)


def lost(knobs: Knobs) -> Panel:
    """By class, how often the judge takes an augmented image for another class."""
    names = CLASSES[knobs.data]
    at, plain = list(range(10)), {"showlegend": False, "hoverinfo": "skip"}
    traces = [go.Bar(x=at, y=[], marker={"color": AMBER}, **plain)]
    bindings: list[Binding] = [Replace(0, "y", "lost"), Layout("yaxis.range", "lost_range")]
    if knobs.data != "fashion":
        above = {"mode": "text", "textposition": "top center", "texttemplate": "as %{customdata:.0f}"}
        traces.append(go.Scatter(x=at, y=[], cliponaxis=False, **above, **plain))
        bindings += [Replace(1, "y", "lost"), Replace(1, "customdata", "read_as")]
    slanted = {"margin": {"b": 64}} if knobs.data == "fashion" else {}
    made = figure(
        "Labels lost, and what most are read as", traces, "" if slanted else "label", "share misread", **slanted
    )
    made.update_xaxes(tickmode="array", tickvals=at, ticktext=list(names), range=[-0.6, 9.6])
    made.update_yaxes(range=[0, 0.105], tickformat=".0%")
    alt = "By class, the share of augmented test images that a network trained on all images takes for another class."
    return Panel("lost", made, bindings, alt, size="wide")


def table(knobs: Knobs) -> Table:
    """The moment's numbers, means over the repeats."""
    kinds = {"Training loss": "train_loss", "Test loss": "test_loss", "Training accuracy": "train_accuracy",
             "Test accuracy": "test_accuracy", "lowest": "low", "highest": "high"}  # fmt: skip
    rows = [[name, *["–"] * len(kinds)] for name in ARMS.values()]
    cells = [Cells(column, f"column_{kind}") for column, kind in enumerate(kinds.values(), 1)]
    title = f"Mean of {knobs.seeds} repeats, on images as they are"
    return Table("scores", title, ["Augmentation", *kinds], rows, "Loss and accuracy with and without.", cells)
