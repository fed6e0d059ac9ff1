"""The race's figures: the map with everyone's path, four curves, the inner state and the standings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from playground.concepts.optimizers.colours import LABELS, stroke
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.relief import WINDOW
from playground.concepts.optimizers.surface.surfaces import CONTOUR_CELLS
from playground.stage import Cells, Edit, Extend, Layout, Marks, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, levels, line
from playground.stage.palette import GREY

LEVELS = 14
LOG = {"type": "log", "exponentformat": "power", "minexponent": 2, "tickfont": {"size": 10}}
INSIDE = {
    "m": "m", "m_hat": "m̂", "v": "v", "v_hat": "v̂", "d": "mean Δ²", "s": "own step",
}  # fmt: skip
KEEPS = {
    "sgd": (), "momentum": ("m",), "adam": ("m", "v", "m_hat", "v_hat"), "adamw": ("m", "v", "m_hat", "v_hat"),
    "rmsprop": ("v",), "adagrad": ("v",), "adamax": ("m", "v", "m_hat"), "nadam": ("m", "v", "v_hat"),
    "radam": ("m", "v", "m_hat", "v_hat"), "adadelta": ("v", "d"), "rprop": ("s",), "asgd": ("s",), "adafactor": ("v",),
}  # fmt: skip


def surface(knobs: Knobs) -> Panel:
    """The surface from above, with the path of each optimizer; a click sets the start."""
    x0, y0, x1, y1 = box = knobs.ground.box
    racers = [key(LABELS[name], width=3, **stroke(name)) for name in knobs.optimizers]
    count = len(racers)
    made = figure(knobs.ground.label, [*racers, *_signs(knobs.focused), contours(box)], "x", "y")
    made.update_xaxes(range=[x0, x1], zeroline=False, constrain="domain")
    made.update_yaxes(range=[y0, y1], zeroline=False, scaleanchor="x")
    bindings: list[Binding] = [
        Tiles("map", [box], "sequential"),
        Replace(count + 4, "z", "heights"),
        Marks("lowest_x", "lowest_y", count + 2, "#FFFFFF", symbol="diamond", size=9),
        Marks("start_x", "start_y", count + 3, "#333333", symbol="ring", size=11),
        Paths("path_x", "path_y", tuple(range(count)), end="dot", halo=True),
        Paths("arrows_x", "arrows_y", (count, count + 1), end="arrow", halo=True),
        Edit("start", "point", box),
    ]
    return Panel("surface", made, bindings, "The surface with the path of each optimizer.", size="main")


def side(knobs: Knobs) -> Panel:
    """The surface in 3-D, with the path of each optimizer."""
    racers = [key(LABELS[name], width=3, **stroke(name)) for name in knobs.optimizers]
    made = figure(f"{knobs.ground.label} in 3-D", [*racers, *_marks()])
    left, bottom, right, top = WINDOW
    made.update_xaxes(range=[left, right], **at_rest({"constrain": "domain"}))
    made.update_yaxes(range=[bottom, top], **at_rest({"scaleanchor": "x"}))
    count = len(racers)
    bindings: list[Binding] = [
        Tiles("relief", [WINDOW], "sequential"),
        Marks("lowest_u", "lowest_v", count, "#FFFFFF", symbol="diamond", size=9),
        Marks("start_u", "start_v", count + 1, "#333333", symbol="ring", size=11),
        Paths("path_u", "path_v", tuple(range(count)), end="dot", halo=True),
    ]
    return Panel("surface", made, bindings, "The surface in 3-D with the path of each optimizer.", size="main")


def _signs(focused: str) -> list[go.Scatter]:
    """What the legend says of arrows and marks."""
    arrows = [
        _arrow("downhill", GREY, 2.5),
        _arrow(f"{LABELS[focused]}'s step", stroke(focused)["color"], 3.5),
    ]
    return [*arrows, *_marks()]


def _arrow(name: str, color: str, width: float) -> go.Scatter:
    """What stands for an arrow: a path's own line has no head."""
    head = {"symbol": "triangle-right", "size": 11, "color": color}
    return key(name, color, width=width).update(mode="lines+markers", marker=head)


def _marks() -> list[go.Scatter]:
    dot = {"mode": "markers", "x": [None], "y": [None]}
    edge = {"width": 1.5, "color": GREY}
    return [
        go.Scatter(name="lowest point", marker={"symbol": "diamond", "size": 9, "color": "white", "line": edge}, **dot),
        go.Scatter(name="start", marker={"symbol": "circle-open", "size": 10, "color": GREY}, **dot),
    ]


def key(name: str, color: str, **more: Any) -> go.Scatter:
    """A line that stands in the legend for one that is painted: without a point Plotly would leave it out."""
    return line(name, color, **more).update(x=[None], y=[None])


def contours(box: tuple[float, float, float, float]) -> go.Contour:
    """Lines of equal height, evenly spaced in the height's logarithm."""
    x0, y0, x1, y1 = box
    cells = CONTOUR_CELLS - 1
    return go.Contour(
        z=[[0]], x0=x0, dx=(x1 - x0) / cells, y0=y0, dy=(y1 - y0) / cells, showscale=False,
        showlegend=False, hoverinfo="skip",
        contours=levels(LEVELS),
        line={"width": 0.8, "color": "rgba(96, 132, 160, 0.6)", "smoothing": 1},
    )  # fmt: skip


def losses(knobs: Knobs) -> Panel:
    """How far above the lowest point each optimizer still is."""
    made = _curves(knobs, "Loss above the lowest", "loss", line)
    bindings: list[Binding] = [Extend(k, "step", f"excess.{name}") for k, name in enumerate(knobs.optimizers)]
    bindings.append(Layout("yaxis.range", "loss_range"))
    return Panel("losses", made, bindings, "Loss of each optimizer above the lowest point, against the step.")


def sizes(knobs: Knobs) -> Panel:
    """How far each update goes."""
    return _painted(knobs, "sizes", "Length of the step", "|Δ|", "size_range")


def distances(knobs: Knobs) -> Panel:
    """How far each optimizer is from the nearest lowest point."""
    title = "Distance to the nearest lowest point"
    return _painted(knobs, "distances", title, "distance", "distance_range", size="wide")


def gradients(knobs: Knobs) -> Panel:
    """How steep it is where each optimizer stands."""
    return _painted(knobs, "gradients", "Size of the gradient", "|gradient|", "gradient_range")


def _painted(knobs: Knobs, name: str, title: str, y: str, span: str, **panel: Any) -> Panel:
    made = _curves(knobs, title, y, key)
    paths = Paths("step", name, tuple(range(len(knobs.optimizers))))
    alt = f"{title} of each optimizer, against the step."
    return Panel(name, made, [paths, Layout("yaxis.range", span)], alt, **panel)


def _curves(knobs: Knobs, title: str, y: str, trace: Callable[..., go.Scatter]) -> go.Figure:
    """Empty curves, one an optimizer, over a logarithmic axis."""
    lines = [trace(LABELS[name], **stroke(name)).update(showlegend=False) for name in knobs.optimizers]
    made = figure(title, lines, "step", y, hovermode="x unified")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(range=[-6, 2], dtick=2, **LOG)
    return made


def state(knobs: Knobs) -> Table:
    """The last update of the optimizer in focus, coordinate by coordinate."""
    kept = () if knobs.focused == "momentum" and not knobs.momentum else KEEPS[knobs.focused]
    arrays = ["point", "gradient", *kept, "change", "rate"]
    words = ["now at", "gradient", *(INSIDE[name] for name in kept), "step Δ", "−Δ / gradient"]
    cells = [Cells(column, f"focus_{name}") for column, name in enumerate(arrays, 1)]
    rows = [["x", *["–"] * len(arrays)], ["y", *["–"] * len(arrays)]]
    title = f"Inside {LABELS[knobs.focused]}: its last update"
    return Table("state", title, ["", *words], rows, "Gradient, state and step of the optimizer in focus.", cells)


def standings(knobs: Knobs) -> Table:
    """Where everyone stands."""
    columns = ("Optimizer", "Rate", "Loss", "Distance", "|gradient|", "|Δ|", "Curvature", "Arrived at", "Ran away at")
    arrays = ("rate", "loss", "distance", "gradient_norm", "step_size", "curvature", "arrived", "left")
    rows = [[LABELS[name], *["–"] * len(arrays)] for name in knobs.optimizers]
    whole = ("arrived", "left")
    cells = [Cells(column, f"race_{name}", 1 if name in whole else 3) for column, name in enumerate(arrays, 1)]
    return Table("standings", "The race", columns, rows, "Rate, loss and distance of each optimizer.", cells)
