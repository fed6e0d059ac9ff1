"""All layers in figures: histograms over time, gradient, update, and a table that counts."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.network.inside import looking, rows
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.space_panels import layer_colour
from playground.stage import Extend, Layout, Panel, Table, Tiles
from playground.stage.bindings import Binding, Cells
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import GREY

GUIDE = 1e-3
POWERS = {"type": "log", "exponentformat": "power", "minexponent": 4, "tickfont": {"size": 10}}


def histograms(knobs: Knobs) -> Panel:
    """A block for each kind, a row for each layer: time runs to the right, dark is where many values lie."""
    count = len(knobs.sizes) - 1
    made = figure("Histograms, layer by layer: time runs to the right", _words(knobs))
    made.update_xaxes(**at_rest({"range": [-0.32, len(rows.KINDS) * (rows.BLOCK + rows.GAP) - rows.GAP + 0.02]}))
    made.update_yaxes(**at_rest({"range": [-0.09 * count - 0.02, count * 1.12]}))
    bindings: list[Binding] = [
        Tiles(f"past.{part}", rows.part_boxes(knobs, part), "sequential", "upper") for part in range(rows.PARTS)
    ]
    alt = "Histograms of activations, weights and gradients of each layer over the steps; strong colour: many values."
    return Panel("histograms", made, bindings, alt, size="main", fit=620)


def _words(knobs: Knobs) -> list[go.Scatter]:
    """Layers at the left, kinds on top, the ends of each axis beside it, the ends of the time below."""
    count = len(knobs.sizes) - 1
    layers = [(-0.17, (box[1] + box[3]) / 2, looking.layer_name(knobs, i + 1))
              for i in range(count) for box in [rows.box(knobs, 0, i)]]  # fmt: skip
    heads = ("activations", "weights", "|gradients|")
    kinds = [(k * (rows.BLOCK + rows.GAP) + rows.BLOCK / 2, count * 1.055, head) for k, head in enumerate(heads)]
    ends = [
        (x0 - 0.012, y, text)
        for kind in range(len(rows.KINDS)) for layer in range(count)
        for x0, y0, _, y1 in [rows.box(knobs, kind, layer)]
        for y, text in zip((y0 + 0.1, y1 - 0.1), rows.ends(knobs, kind, layer), strict=True)
    ]  # fmt: skip
    times = [(k * (rows.BLOCK + rows.GAP) + x, -0.05 * count + 0.08, text) for k in range(len(rows.KINDS))
             for x, text in ((0.03, "step 0"), (rows.BLOCK - 0.04, f"{knobs.steps:,}"))]  # fmt: skip
    small = 8 if count > 5 else 9
    colours = [layer_colour(i + 1) for i in range(count)]
    return [
        _text(layers, 11, "middle left", colours),
        _text(kinds, 12),
        _text(ends, small, "middle left"),
        _text(times, 9),
    ]


def _text(
    placed: list[tuple[float, float, str]], size: int, at: str = "middle center", colours: list[str] | None = None
) -> go.Scatter:
    x, y, text = zip(*placed, strict=True)
    font = {"size": size, **({"color": colours} if colours else {})}
    return go.Scatter(x=x, y=y, text=text, mode="text", textposition=at, textfont=font, hoverinfo="skip",
                      showlegend=False, cliponaxis=False)  # fmt: skip


def gradient(knobs: Knobs) -> Panel:
    """The norm of each layer's weight gradient over the steps."""
    made = _curves(knobs, "Gradient norm of each layer, last batch", [], "‖∂L/∂W‖")
    bindings: list[Binding] = [Layout("yaxis.range", "gradient_range"), Layout("yaxis.dtick", "gradient_tick")]
    bindings += [Extend(layer, "step", f"gradient.{layer}") for layer in range(len(knobs.sizes) - 1)]
    return Panel("gradient", made, bindings, "The norm of each layer's weight gradient against the step.")


def update(knobs: Knobs) -> Panel:
    """How far an update moves each layer's weights, beside how large they are; a thousandth is the usual guide."""
    guide = line("a thousandth", GREY, dash="dot", width=1.5).update(x=[0, knobs.steps], y=[GUIDE, GUIDE])
    made = _curves(knobs, "Update / weights; dotted: a thousandth", [guide], "‖ΔW‖ / ‖W‖")
    bindings: list[Binding] = [Layout("yaxis.range", "update_range"), Layout("yaxis.dtick", "update_tick")]
    bindings += [Extend(layer, "step", f"update.{layer}") for layer in range(len(knobs.sizes) - 1)]
    return Panel("update", made, bindings, "The size of each layer's last update over that of its weights.")


def _curves(knobs: Knobs, title: str, more: list[go.Scatter], y: str) -> go.Figure:
    layers = range(1, len(knobs.sizes))
    traces = [line(looking.layer_name(knobs, layer), layer_colour(layer), width=1.6) for layer in layers]
    axis: dict[str, Any] = {**POWERS, "range": [-4, 0]}
    return figure(title, [*traces, *more], "step", y, hovermode="x unified", xaxis={"range": [0, knobs.steps]},
                  yaxis=axis, showlegend=False)  # fmt: skip


def table(knobs: Knobs) -> Table:
    """What is counted in each layer at the moment shown."""
    sizes = knobs.sizes
    kinds = [*(_kind(knobs, i) for i in range(len(sizes) - 2)), "linear"]
    rows_of = [
        [looking.layer_name(knobs, i + 1), kind, f"{size}", *["–"] * 5]
        for i, (kind, size) in enumerate(zip(kinds, sizes[1:], strict=True))
    ]
    columns = ["Layer", "Kind", "Units", "Dead", "Saturated", "‖∂L/∂W‖", "‖W‖", "‖ΔW‖ / ‖W‖"]
    names = ("dead", "saturated", "gradient", "size", "update")
    digits = {"dead": 1, "saturated": 1}
    cells = [Cells(column, f"layer_{name}", digits.get(name, 3)) for column, name in enumerate(names, 3)]
    title = "Units: dead ones give no training point a gradient, saturated ones are flat for 90 % of them"
    return Table("layers", title, columns, rows_of, "Dead and saturated units, gradient and update by layer.", cells)


def _kind(knobs: Knobs, i: int) -> str:
    """What hidden layer i is made of."""
    norm = [f"{knobs.norm} norm"] if knobs.norm != "none" else []
    parts = ["linear", *norm, knobs.activations[i].replace("_", " "), *(["residual"] if knobs.skips[i] else [])]
    return " + ".join(parts)
