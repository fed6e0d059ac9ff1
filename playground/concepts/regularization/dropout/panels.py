"""The dropout lab's figures: uncertainty of the passes, the mask on the graph, expectation, losses, numbers."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.regularization.dropout import places
from playground.concepts.regularization.dropout.knobs import Knobs
from playground.stage import Extend, Layout, Lines, Marks, Panel, Replace, Table, Tiles
from playground.stage.bindings import Binding, Cells
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import BLUE, CLASSES, GREY, VERMILLION, pale

PLAIN, DROPPED = GREY, VERMILLION  # without dropout and with it
NAMES = {"plain": "no dropout", "dropout": "dropout"}
ABOVE = {
    "orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top", "yref": "container",
}  # fmt: skip
FAINT = "rgba(0, 114, 178, 0.35)"
BAND = "rgba(0, 114, 178, 0.2)"
SPREADS = {
    "logit": "Standard deviation of the logit", "probability": "Standard deviation of the probability",
    "information": "Mutual information of class and mask",
}  # fmt: skip
HIDDEN: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}


def key(name: str, color: str, symbol: str, size: int = 8) -> go.Scatter:
    """The legend's entry of points that are painted on the canvas."""
    return go.Scatter(
        x=[None], y=[None], mode="markers", name=name, marker={"size": size, "symbol": symbol, "color": color}
    )


def maps(knobs: Knobs) -> Panel:
    """The plane twice: what the passes say on average, and how far apart they are."""
    ring = line("twice the points' radius", GREY, dash="dot").update(line_width=1.5, hoverinfo="skip")
    traces = [key("class 0", CLASSES[0], "circle"), key("class 1", CLASSES[1], "circle"), ring, *_scale_ends()]
    titles = [("Mean probability of class 1", -1), (SPREADS[knobs.spread], 1)]
    named = [
        {"showarrow": False, "yanchor": "bottom", "font": {"size": 13}, "text": text,
         "x": side * places.SHIFT, "y": places.DOMAIN}
        for text, side in titles
    ]  # fmt: skip
    made = figure("Many thinned networks predict together", traces, annotations=named, legend=ABOVE)
    edge = places.SHIFT + 1.02 * places.DOMAIN
    made.update_xaxes(**at_rest({"range": [-edge, edge]}))
    made.update_yaxes(**at_rest({"range": [-1.36 * places.DOMAIN, 1.18 * places.DOMAIN], "scaleanchor": "x"}))
    left, right = places.MAPS
    probabilities, spreads = places.SCALES
    bindings: list[Binding] = [
        Tiles("mean_map", [left]), Tiles("spread_map", [right], "sequential"),
        Marks("dot_x", "dot_y", 0, "dot_label", "classes", size=6),
        Replace(2, "x", "ring_x"), Replace(2, "y", "ring_y"), Tiles("scale", [probabilities]),
        Tiles("scale", [spreads], "sequential"), Replace(4, "customdata", "scale_ends"),
    ]  # fmt: skip
    alt = "Two maps of the plane: the mean probability over the passes, and their spread; strong colour: a large one."
    return Panel("maps", made, bindings, alt, size="main")


def _scale_ends() -> list[go.Scatter]:
    """What both ends of the strips under the maps stand for; the right one's is measured."""

    def numbers(box: places.Box, **more: Any) -> go.Scatter:
        inside = 0.03 * places.DOMAIN
        return go.Scatter(
            x=[box[0] + inside, box[2] - inside], y=[places.NUMBERS] * 2, mode="text",
            textposition=["bottom right", "bottom left"], textfont={"size": 12}, **HIDDEN, **more,
        )  # fmt: skip

    probabilities, spreads = places.SCALES
    return [numbers(probabilities, text=["0", "1"]), numbers(spreads, texttemplate="%{customdata:.2~g}")]


def band(knobs: Knobs) -> Panel:
    """The line: mean and band of the passes, some passes, the network at evaluation, the truth and the points."""
    traces = [
        line("low", BLUE).update(line_width=0, **HIDDEN),
        line("mean ± 2 standard deviations", BLUE).update(line_width=0, fill="tonexty", fillcolor=BAND,
                                                          showlegend=True, hoverinfo="skip"),
        line("single passes", FAINT).update(line_width=1, hoverinfo="skip", connectgaps=False),
        line("truth", GREY, dash="dash"),
        line("evaluation", VERMILLION).update(line_width=2.5),
        line("mean of the passes", BLUE).update(line_width=3),
        go.Scatter(x=[], y=[], mode="markers", name="train",
                   marker={"size": 6, "color": GREY, "line": {"width": 0.5, "color": "white"}}),
    ]  # fmt: skip
    made = figure("Many thinned networks predict together", traces, "x", "y")
    made.update_xaxes(range=[-places.REACH, places.REACH], zeroline=False)
    made.update_yaxes(range=[-3.2, 3.2], zeroline=False)
    x = {2: "passes_x", 6: "train_x"}
    arrays = ("low", "high", "passes", "truth", "evaluation", "mean", "train_y")
    bindings: list[Binding] = []
    for i, array in enumerate(arrays):
        bindings += [Replace(i, "x", x.get(i, "curve_x")), Replace(i, "y", array)]
    return Panel("band", made, bindings, "Mean and band of the passes, with the truth and the points.", size="main")


def graph(knobs: Knobs) -> Panel:
    """The network as the last batch's first sample saw it: dropped units crossed out, their edges gone."""
    traces = [key("kept", GREY, "circle"), key("dropped", GREY, "x-thin-open", 9)]
    layers = places.centres(knobs)
    plain = {"showarrow": False, "font": {"size": 12}}
    widths = [
        {**plain, "x": layer[0][0], "y": -0.05,
         "text": f"{units}" if len(layer) == units else f"{len(layer)} of {units}"}
        for layer, units in zip(layers[1:-1], knobs.hidden_sizes, strict=True)
    ]  # fmt: skip
    names = ("x₁", "x₂") if knobs.is_classes else ("x",)
    inputs = [{**plain, "x": x - 0.07, "y": y, "text": name} for name, (x, y) in zip(names, layers[0], strict=True)]
    made = figure("Mask of the last batch's first sample", traces, annotations=[*inputs, *widths])
    made.update_xaxes(**at_rest({"range": [-0.16, places.WIDTH + 0.08]}))
    made.update_yaxes(**at_rest({"range": [-0.11, places.HEIGHT + 0.03]}))
    bindings: list[Binding] = [
        Lines("edges", places.edges(knobs), 2.5), Marks("kept_x", "kept_y", 0, GREY, size=10),
        Marks("dropped_x", "dropped_y", 1, GREY, symbol="cross", size=9),
    ]  # fmt: skip
    return Panel("graph", made, bindings, "The network: kept units as dots with their edges, dropped ones as crosses.")


def expectation(knobs: Knobs) -> Panel:
    """Outputs with masks against the output at evaluation: single ones scatter, their mean is near the diagonal."""
    out = "logit" if knobs.is_classes else "output"
    ends = [-1e4, 1e4]
    traces = [
        key("one mask", DROPPED, "circle-open"), key("mean of 400", BLUE, "circle"),
        line("equal", GREY, dash="dash").update(x=ends, y=ends, line_width=1.5, hoverinfo="skip"),
    ]  # fmt: skip
    made = figure("Training output jitters about evaluation", traces, f"{out} at evaluation", f"{out} with masks")
    made.update_xaxes(range=[-1, 1], zeroline=False)
    made.update_yaxes(range=[-1, 1], zeroline=False)
    bindings: list[Binding] = [
        Marks("evaluated", "jittered", 0, DROPPED, symbol="ring", size=7),
        Marks("evaluated", "expected", 1, BLUE, size=7),
        Layout("xaxis.range", "span"), Layout("yaxis.range", "span"),
    ]  # fmt: skip
    return Panel("expectation", made, bindings, "Outputs with masks and their mean against the output at evaluation.")


def losses(knobs: Knobs) -> Panel:
    """Loss without dropout and with it, on training and test points; the band spans the networks."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for name, color in (("plain", PLAIN), ("dropout", DROPPED)):
        fill = {"fill": "tonexty", "fillcolor": pale(color, 0.15)}
        traces += [
            line("low", color).update(line_width=0, **HIDDEN),
            line("high", color).update(line_width=0, **HIDDEN, **fill),
            line(f"{NAMES[name]}, test", color), line(f"{NAMES[name]}, train", color, dash="dot"),
        ]  # fmt: skip
        for series in ("test_low", "test_high", "test_loss", "train_loss"):
            bindings.append(Extend(len(bindings), "step", f"{series}.{name}"))
    made = figure("Loss at evaluation", traces, "step", "cross-entropy" if knobs.is_classes else "squared error")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(rangemode="tozero")
    alt = "Training and test loss without dropout and with it against the step."
    return Panel("losses", made, bindings, alt, size="wide", log=True)


def table(knobs: Knobs) -> Table:
    """The losses and their gap, a row without dropout and a row with it."""
    columns = ["", "Training loss", "Test loss", "Gap"]
    arrays = ["train_loss", "test_loss", "gap"]
    if knobs.is_classes:
        columns += ["Training accuracy", "Test accuracy"]
        arrays += ["train_accuracy", "test_accuracy"]
    rows = [[name, *len(arrays) * ["–"]] for name in ("No dropout", f"Dropout {knobs.rate:g}")]
    cells = [Cells(i, f"column_{array}") for i, array in enumerate(arrays, 1)]
    title = f"Mean of {knobs.repeats} networks each, without masks" if knobs.repeats > 1 else "One network each"
    return Table("variants", title, columns, rows, "Losses and accuracies without dropout and with it.", cells)
