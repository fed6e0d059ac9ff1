"""The lab's figures: what the network sees and says, its curves, what it gets wrong, its layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.concepts.cnn.training import gallery, layout
from playground.concepts.cnn.training.knobs import Knobs
from playground.concepts.cnn.training.layout import number
from playground.stage import Cells, Extend, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import BLUE, GREY, SPLITS, VERMILLION

BAR = 7  # pixels
PLAIN = {"showlegend": False, "hoverinfo": "skip"}
WORD = {"showarrow": False, "font": {"size": 12}}


def insides(knobs: Knobs) -> Panel:
    """One test image on its way through the network: filters, feature maps, and what the network says."""
    sections = layout.sections(knobs)
    tiles = [Tiles(one.array, one.boxes, one.scale, "upper") for one in sections]
    traces = [_bar("the right class", BLUE), _bar("another class", VERMILLION), _label(knobs)]
    count = len(knobs.classes)
    bindings: list[Binding] = [
        Tiles("image", [layout.image_box()], layout.image_scale(knobs), "upper"), *tiles,
        Paths("right_x", "bar_y", [0] * count), Paths("wrong_x", "bar_y", [1] * count), Replace(2, "y", "label_y"),
    ]  # fmt: skip
    words = [_left("Test image", layout.HEIGHT - layout.HEAD / 2), *_classes(knobs)]
    words += [{**WORD, "text": one.title, "x": one.title_at[0], "y": one.title_at[1], "xanchor": "left"}
              for one in sections]  # fmt: skip
    made = figure(
        "What the network sees and says", traces, annotations=words, showlegend=False,
        xaxis=at_rest({"range": [-0.1, layout.WIDTH + 0.05]}),
        yaxis=at_rest({"range": [-0.1, layout.HEIGHT], "scaleanchor": "x"}),
    )  # fmt: skip
    alt = "One test image, the first layer's filters, feature maps of the image, and the probability of each class."
    return Panel("insides", made, bindings, alt, size="main")


def _bar(name: str, color: str) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="lines", name=name, line={"color": color, "width": BAR}, **PLAIN)


def _label(knobs: Knobs) -> go.Scatter:
    """The label's word under the image: of all words one has a height."""
    x0, _, x1, _ = layout.image_box()
    words = [f"label: {name}" for name in knobs.classes]
    return go.Scatter(x=[(x0 + x1) / 2] * len(words), y=[], mode="text", text=words, textfont={"size": 12}, **PLAIN)


def _left(text: str, height: float) -> dict[str, Any]:
    return {**WORD, "text": text, "x": layout.LEFT / 2, "y": height}


def _classes(knobs: Knobs) -> list[dict[str, Any]]:
    """The classes' names beside their bars, and what the bars mean."""
    heights = layout.bar_heights(len(knobs.classes))
    small = {**WORD, "font": {"size": 11}, "xanchor": "right", "x": layout.bars(knobs)[0] - 0.15}
    names = [{**small, "text": name, "y": y} for name, y in zip(knobs.classes, heights, strict=True)]
    head = heights[0] + (heights[0] - heights[1]) / 2 + 0.3
    return [_left("Probability, to 100 %", head), *names]


def loss(knobs: Knobs) -> Panel:
    """Loss of the batches, and on training and test images."""
    names, traces = ["train_loss", "test_loss"], [line(name, SPLITS[name]) for name in ("train", "test")]
    if knobs.compares:
        names, traces = ["test_loss", "test_loss_mlp"], [line("network, test", BLUE), line("MLP, test", VERMILLION)]
    traces.append(line("batches", GREY).update(line_width=1))
    bindings: list[Binding] = [*_scored(0, names), Extend(2, "step", "batch_loss")]
    made = figure("Loss", traces, "step", "cross-entropy", xaxis={"range": [0, knobs.steps]}, hovermode="x unified")
    alt = "Cross-entropy of the batches and on whole sets of images against the step."
    return Panel("loss", made, bindings, alt, log=True)


def accuracy(knobs: Knobs) -> Panel:
    """Accuracy on training and test images; beside an MLP that of both networks."""
    names, traces = ["train_accuracy", "test_accuracy"], [line(name, SPLITS[name]) for name in ("train", "test")]
    if knobs.compares:
        colors = {"": BLUE, "_mlp": VERMILLION}
        names = [f"{split}_accuracy{end}" for end in colors for split in ("test", "train")]
        traces = [made for end, color in colors.items() for made in (
            line(f"{'MLP' if end else 'network'}, test", color),
            line("training", color, dash="dot").update(line_width=1, showlegend=not end),
        )]  # fmt: skip
    made = figure("Accuracy", traces, "step", "share correct", xaxis={"range": [0, knobs.steps]},
                  yaxis={"range": [0, 1.03]}, hovermode="x unified")  # fmt: skip
    alt = "Share of the training and test images that are classified rightly, against the step."
    return Panel("accuracy", made, _scored(0, names), alt)


def _scored(first: int, names: Sequence[str]) -> list[Binding]:
    return [Extend(first + k, "at", name) for k, name in enumerate(names)]


def confusion(knobs: Knobs) -> Panel:
    """A row a class: as what its test images are taken; the bluer, the larger the row's share."""
    names, count = list(knobs.classes), len(knobs.classes)
    at = list(range(count))
    cells = {"x": at * count, "y": [], "mode": "text", "texttemplate": "%{customdata:.0f}", **PLAIN}
    numbers = go.Scatter(**cells, textfont={"size": 10})
    boxes = [(-0.5, -0.5, count - 0.5, count - 0.5)]
    bindings: list[Binding] = [
        Tiles("confusion", boxes, "sequential", "upper"),
        Replace(0, "customdata", "counts"), Replace(0, "y", "number_y"),
    ]  # fmt: skip
    ticks = {"tickmode": "array", "tickvals": at, "ticktext": names, "zeroline": False, "fixedrange": True}
    long = max(map(len, names)) > 2
    axes = ("", "") if long else ("predicted class", "true class")
    made = figure(
        "Confusion: true class (row), predicted (column)", [numbers], *axes,
        xaxis={**ticks, "range": [-0.5, count - 0.5], "tickangle": -30 if long else 0},
        yaxis={**ticks, "range": [count - 0.5, -0.5]},
        margin={"l": 66 if long else 42, "b": 46 if long else 40},
    )  # fmt: skip
    alt = "Confusion matrix: a row a class, a column what its test images are taken for, the bluer the more."
    return Panel("confusion", made, bindings, alt)


def mistakes(knobs: Knobs) -> Panel:
    """The misclassified test images with the highest loss."""
    number = gallery.count(knobs.shape[0])
    names, pace = knobs.classes, gallery.pace(knobs.classes)
    boxes = gallery.boxes(number, pace)
    x = [(x0 + x1) / 2 for x0, _, x1, _ in boxes]
    each = [at for at in x for _ in names]
    words = {"mode": "text", "textfont": {"size": 11}, **PLAIN}
    traces = [
        go.Scatter(x=each, y=[], text=[f"is {name}" for name in names] * number, **words),
        go.Scatter(x=each, y=[], text=[f"said {name}" for name in names] * number, **words),
        go.Scatter(x=x, y=[], texttemplate="%{customdata:.0%} sure", **words),
        go.Scatter(x=[x[gallery.COLUMNS // 2]], y=[], text=["None of the test images is misread."], **words),
    ]
    left, bottom, right, top = gallery.extent(number, pace)
    bindings: list[Binding] = [
        Tiles("worst", boxes, layout.image_scale(knobs), "upper"),
        Replace(0, "y", "truth_y"), Replace(1, "y", "said_y"), Replace(2, "y", "sure_y"), Replace(3, "y", "none_y"),
        Replace(2, "customdata", "sure"),
    ]  # fmt: skip
    made = figure("Worst mistakes on the test images", traces, xaxis=at_rest({"range": [left, right]}),
                  yaxis=at_rest({"range": [bottom, top], "scaleanchor": "x"}))  # fmt: skip
    return Panel("mistakes", made, bindings, "The misclassified test images with the highest loss, with their labels.")


def table(knobs: Knobs) -> Table:
    """Every layer with what leaves it, its parameters, its FLOPs, and what was measured of it."""
    rows = knobs.rows
    last = len(rows) - 1
    shown = [
        [
            "" if row.layer.kind == "flatten" else str(number(rows, place)),
            row.layer.title + (" to the classes" if place == last else ""),
            " × ".join(map(str, row.shape)), f"{row.parameters:,}", f"{row.flops:,}", "–", "–",
        ]
        for place, row in enumerate(rows)
    ]  # fmt: skip
    columns = ["Layer", "Kind", "Shape after it", "Parameters", "FLOPs an image", "Gradient norm", "Dead units"]
    flops = sum(row.flops for row in rows)
    title = f"Layers: {knobs.parameters:,} parameters, {flops / 1e6:,.2f} million FLOPs an image"
    alt = "The layers with the shape that leaves each, its parameters and FLOPs."
    return Table("layers", title, columns, shown, alt, [Cells(5, "layer_gradient"), Cells(6, "layer_dead", digits=1)])
