"""The sandbox's figures: decision map, curve for one input, network graph, loss and accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

import plotly.graph_objects as go

from playground.concepts.network.sandbox import graph
from playground.concepts.network.sandbox.data_knobs import FEATURE_LABELS
from playground.concepts.network.sandbox.knobs import Knobs
from playground.contract import specs
from playground.stage import Edit, Lines, Marks, Panel, Pick, Replace, Table, Tiles, Weigh
from playground.stage.bindings import Binding, Cells
from playground.stage.figures import at_rest, figure, line, split_curves
from playground.stage.palette import BLUE, CLASSES, GREY, SPLITS

DOMAIN = 1.3
PLANE = (-DOMAIN, -DOMAIN, DOMAIN, DOMAIN)
Symbol = Literal["circle", "square", "diamond"]
SYMBOLS: Mapping[str, Symbol] = {"train": "circle", "validation": "square", "test": "diamond"}
AXES = {"iris": ("iris_x", "iris_y"), "wine": ("wine_x", "wine_y"), "breast_cancer": ("cancer_x", "cancer_y")}


def class_count(knobs: Knobs) -> int:
    """The number of classes; 0 for a regression."""
    return max(2, knobs.output_count) if knobs.is_classes else 0


def axis_titles(knobs: Knobs) -> tuple[str, str]:
    """What runs across and up the plane."""
    if knobs.data == "table":
        across, up, _ = knobs.own_columns
        return f"{across} (scaled to -1 … 1)", f"{up} (scaled to -1 … 1)"
    if knobs.data not in AXES:
        return "x₁", "x₂"
    across, up = (str(getattr(knobs, name)).replace("_", " ") for name in AXES[knobs.data])
    return f"{across} (scaled to -1 … 1)", f"{up} (scaled to -1 … 1)"


def decision_map(knobs: Knobs) -> Panel:
    """The plane: what the network says everywhere, under the points it learns from and is tested on."""
    traces = [_split_key(split) for split in SPLITS]
    marks = [_points(split, i, knobs) for i, split in enumerate(SPLITS)]
    if knobs.is_classes:
        marks += [Marks("wrong_x", "wrong_y", len(traces), "#333", symbol="ring", size=11)]
        traces += [_misclassified_key(), *_class_keys(knobs)]
    scale: Literal["classes", "diverging"] = "classes" if class_count(knobs) > 2 else "diverging"
    made = figure("What the network says", traces, *axis_titles(knobs))
    made.update_xaxes(range=[-DOMAIN, DOMAIN], constrain="domain", zeroline=False)
    made.update_yaxes(range=[-DOMAIN, DOMAIN], scaleanchor="x", constrain="domain", zeroline=False)
    bindings: list[Binding] = [Tiles("map", [PLANE], scale), *marks]
    bindings += [Edit("painted", "points", PLANE, paints=False)] if knobs.data == "painted" else []
    return Panel("map", made, bindings, _map_alt(knobs), size="main")


def _map_alt(knobs: Knobs) -> str:
    kinds = {0: "value", 2: "probability of class 1"}
    said = kinds.get(class_count(knobs), "class")
    return f"Map of the predicted {said} over the plane, with the training, validation and test points."


def _points(split: str, key: int, knobs: Knobs) -> Marks:
    scale: Literal["classes", "diverging"] = "classes" if knobs.is_classes else "diverging"
    return Marks(f"{split}_x", f"{split}_y", key, f"{split}_target", scale, SYMBOLS[split])


def _split_key(split: str) -> go.Scatter:
    """The legend's entry of a split, in no class's colour; a click on it hides the split's points."""
    marker = {"size": 8, "symbol": SYMBOLS[split], "color": GREY}
    visible: Any = "legendonly" if split == "validation" else True
    return go.Scatter(x=[None], y=[None], mode="markers", name=split, visible=visible, marker=marker)


def _misclassified_key() -> go.Scatter:
    ring = {"size": 11, "symbol": "circle-open", "color": GREY, "line": {"width": 1.3}}
    return go.Scatter(x=[None], y=[None], mode="markers", name="misclassified", marker=ring)


def _class_keys(knobs: Knobs) -> list[go.Scatter]:
    """Empty traces that name the classes' colours in the legend."""
    squares = [{"size": 9, "symbol": "square", "color": color} for color in CLASSES]
    named = zip(class_names(knobs), squares, strict=False)
    return [go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=square) for name, square in named]


def class_names(knobs: Knobs) -> tuple[str, ...]:
    """What the classes are called."""
    if knobs.data in ("painted", "table"):
        return knobs.own_names
    real = {"iris": ("setosa", "versicolor", "virginica"), "breast_cancer": ("malignant", "benign")}
    return real.get(knobs.data, tuple(f"class {i}" for i in range(class_count(knobs))))


def curve(knobs: Knobs) -> Panel:
    """One input: the network's curve beside the true one and the noisy points."""
    points = [
        go.Scatter(x=[], y=[], mode="markers", name=split, marker={"size": 6, "color": color, "symbol": SYMBOLS[split]},
                   visible="legendonly" if split == "validation" else True)
        for split, color in SPLITS.items()
    ]  # fmt: skip
    lines = [line("truth", GREY, dash="dash"), line("network", BLUE)]
    lines[1].line.width = 3
    bindings = [Replace(i, axis, f"{split}_{axis}") for i, split in enumerate(SPLITS) for axis in "xy"]
    for i, array in ((3, "truth"), (4, "curve")):
        bindings += [Replace(i, "x", "curve_x"), Replace(i, "y", array)]
    made = figure("What the network says", [*points, *lines], "x", "y")
    made.update_xaxes(range=[-DOMAIN, DOMAIN])
    made.update_yaxes(range=[-1.8, 1.8])
    return Panel("curve", made, bindings, "The network's curve beside the true one and the points.", size="main")


def network_graph(knobs: Knobs) -> Panel:
    """Units as small maps of their activation, weights as lines: width by size, colour by sign."""
    layers, half = graph.centres(knobs), graph.half_side(knobs)
    hidden = [point for layer in layers[1:-1] for point in layer]
    outputs = layers[-1]
    pictured = len(outputs) == 1 and knobs.data != "sine"
    bindings: list[Binding] = [Lines("weights", graph.edges(knobs)), Tiles("features", graph.boxes(layers[0], half))]
    bindings += [Tiles("neurons", graph.boxes(hidden, half))] if hidden else []
    bindings += [Tiles("map", graph.boxes(outputs, half))] if pictured else []
    bindings.append(Weigh("weights", "changes", *graph.names(knobs)))
    bindings += [Pick("neurons", "map")] if hidden and knobs.data != "sine" else []
    made = figure(
        "Network", [] if pictured else [_output_marks(knobs, outputs)], annotations=_labels(knobs, layers, half)
    )
    made.update_xaxes(**at_rest({"range": [-0.26, graph.WIDTH + 0.12]}))
    made.update_yaxes(**at_rest({"range": [-0.1, graph.HEIGHT + 0.04], "scaleanchor": "x"}))
    return Panel("graph", made, bindings, "The network: a small map of each unit's activation, weights as lines.")


def _output_marks(knobs: Knobs, points: list[tuple[float, float]]) -> go.Scatter:
    colors = CLASSES[: len(points)] if len(points) > 1 else [GREY]
    x, y = zip(*points, strict=True)
    return go.Scatter(
        x=x, y=y, mode="markers", marker={"size": 14, "color": colors}, showlegend=False, hoverinfo="skip"
    )


def _labels(knobs: Knobs, layers: list[list[tuple[float, float]]], half: float) -> list[dict[str, Any]]:
    """Feature names at the left of their pictures, and under each hidden layer its width."""
    plain = {"showarrow": False, "font": {"size": 12}}
    names = [
        {**plain, "x": x - half - 0.02, "y": y, "xanchor": "right", "text": FEATURE_LABELS[name]}
        for name, (x, y) in zip(knobs.feature_names, layers[0], strict=True)
    ]
    widths = [
        {**plain, "x": layer[0][0], "y": -0.045, "text": _count(len(layer), width)}
        for layer, width in zip(layers[1:-1], knobs.hidden_sizes, strict=True)
    ]
    return names + widths


def _count(drawn: int, width: int) -> str:
    return str(width) if drawn == width else f"{drawn} of {width}"


def curves(knobs: Knobs) -> list[Panel]:
    """Loss and, for classes, accuracy; R² for a regression; each split apart."""
    loss = split_curves(
        "loss", "Loss", "loss", loss_words(knobs), knobs.steps, log=True,
        alt="Loss on the training, validation and test points against the step.",
    )  # fmt: skip
    name, title, bounds = ("accuracy", "Accuracy", [0, 1.03]) if knobs.is_classes else ("r2", "R²", [-0.2, 1.03])
    score = split_curves(
        name, title, name, "share correct" if knobs.is_classes else "R²", knobs.steps, bounds=bounds,
        alt=f"{title} on the training, validation and test points against the step.",
    )  # fmt: skip
    return [loss, score]


def loss_words(knobs: Knobs) -> str:
    """What the loss is called on an axis."""
    name = knobs.loss if knobs.is_classes else knobs.regression_loss
    return specs(Knobs)["loss" if knobs.is_classes else "regression_loss"].label(name)


def layer_table(knobs: Knobs) -> Table:
    """Shapes and parameter counts of the layers, with what was measured of each at the moment shown."""
    sizes = knobs.sizes
    rows, total, flops = [], 0, 0
    for i, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        last = i == len(sizes) - 2
        count = fan_in * fan_out + fan_out
        total += count
        norm = 2 * fan_out if knobs.norm != "none" and not last else 0
        total, flops = total + norm, flops + 2 * fan_in * fan_out
        kind = "Linear" if last else _kind(knobs, i)
        shape = f"(N, {fan_in}) → (N, {fan_out})"
        rows.append([f"{i + 1}", kind, shape, f"{count + norm:,}", f"{2 * fan_in * fan_out:,}", "–", "–", "–"])
    columns = ["Layer", "Kind", "Shape", "Parameters", "FLOPs", "Gradient norm", "Dead units", "Saturated"]
    cells = [Cells(5, "layer_gradient"), Cells(6, "layer_dead"), Cells(7, "layer_saturated")]
    title = f"Layers: {total:,} parameters, {flops:,} FLOPs for one sample forward"
    return Table("layers", title, columns, rows, "Layers with shapes, parameters and FLOPs.", cells)


def _kind(knobs: Knobs, i: int) -> str:
    """What hidden layer i is made of."""
    norm = [f"{knobs.norm} norm"] if knobs.norm != "none" else []
    parts = ["Linear", *norm, knobs.activations[i].replace("_", " "), *(["residual"] if knobs.skips[i] else [])]
    return " + ".join(parts)
