"""The figures of every rate and momentum: the map, a cut through it, three runs, and their numbers."""

from __future__ import annotations

import plotly.graph_objects as go

from playground.concepts.optimizers.surface import theory
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.panels import LOG, key
from playground.concepts.optimizers.surface.surfaces import PAIRS
from playground.stage import Cells, Edit, Extend, Marks, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import AMBER, BLUE, GREEN, GREY, PURPLE

BOX = (0.0, 0.0, 4.0, 1.0)
DARK = "#333333"  # on the map, whose colours are pale in every theme
DIM = "#7A5230"  # seen on the map as well as beside it
LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
RATE = "learning rate × λmax"
NAMES = {"own": "your pair", "best": "best pair (Polyak)", "plain": "best without momentum"}
COLORS = {"own": PURPLE, "best": GREEN, "plain": BLUE}


def rates(knobs: Knobs) -> Panel:
    """The measured map under theory's lines; a click chooses a pair."""
    limit = line("limit 2 (1 + momentum) / λmax", DIM, dash="dash").update(x=[2, 4], y=[0, 1], line_width=3)
    dot = {"mode": "markers", "x": [None], "y": [None]}
    edge = {"width": 1.5, "color": GREY}
    best = go.Scatter(name="best by theory", marker={"symbol": "circle-open", "size": 11, "color": GREEN}, **dot)
    found = go.Scatter(
        name="best measured", marker={"symbol": "diamond", "size": 9, "color": AMBER, "line": edge}, **dot
    )
    title = "Share of the error that a step leaves"
    made = figure(title, [limit, best, found, *_isolines(knobs.condition)], RATE, "momentum")
    made.update_xaxes(range=[0, 4], zeroline=False)
    made.update_yaxes(range=[0, 1], zeroline=False)
    bindings: list[Binding] = [
        Tiles("rates", [BOX], "diverging"),
        Marks("measured_x", "measured_y", 2, AMBER, symbol="diamond", size=10),
        Marks("best_x", "best_y", 1, GREEN, symbol="ring", size=16),
        Edit("pair", "point", (0.0, 0.0, 4.0, 0.99)),
    ]
    alt = "How fast gradient descent converges for each learning rate and momentum."
    return Panel("rates", made, bindings, alt, size="main")


def _isolines(condition: float) -> list[go.Scatter]:
    """Theory's lines, each with its factor beside its upper edge."""
    x: list[float | None] = []
    y: list[float | None] = []
    labels: list[tuple[float, float, str]] = []
    for factor in LEVELS:
        rates, momenta = theory.isoline(factor, condition)
        if len(rates):
            x += [*(rates * condition), None]
            y += [*momenta, None]
            labels.append((float(condition * rates[2:4].mean()), factor**2, f"{factor:g}"))
    lines = go.Scatter(
        name="theory", x=x, y=y, mode="lines", line={"width": 0.8, "color": "rgba(51, 51, 51, 0.7)"}, hoverinfo="skip"
    )
    font = {"size": 10, "color": DARK}
    at, up, text = zip(*labels, strict=True) if labels else ((), (), ())
    words = go.Scatter(x=at, y=up, text=text, mode="text", textposition="top center", textfont=font, showlegend=False,
                       hoverinfo="skip")  # fmt: skip
    return [lines, words]


def losses(knobs: Knobs) -> Panel:
    """The loss of three pairs."""
    lines = [line(NAMES[name], COLORS[name]) for name in PAIRS]
    made = figure("Loss of three runs", lines, "step", "loss", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(range=[-16, 3], dtick=4, **LOG)
    bindings = [Extend(k, "step", f"loss.{name}") for k, name in enumerate(PAIRS)]
    return Panel("losses", made, bindings, "Loss of your pair, the best pair and the best without momentum.")


def cut(knobs: Knobs) -> Panel:
    """A cut through the map at the momentum chosen: dots measured, line theory."""
    dots = go.Scatter(name="measured", mode="markers", x=[None], y=[None], marker={"size": 6, "color": PURPLE})
    here = line("your rate", PURPLE, dash="dot").update(y=[0, 2], showlegend=False)
    made = figure("At your momentum", [line("theory", GREY), dots, here], RATE, "error left a step")
    made.update_xaxes(range=[0, 4])
    made.update_yaxes(range=[0, 1.5])
    bindings: list[Binding] = [
        Replace(0, "x", "cut_x"),
        Replace(0, "y", "cut_theory"),
        Replace(2, "x", "own_line"),
        Marks("cut_grid", "cut", 1, PURPLE, size=5),
    ]
    return Panel("cut", made, bindings, "Factor of the error against the learning rate at one momentum.")


def paths(knobs: Knobs) -> Panel:
    """The three runs on the bowl."""
    x0, y0, x1, y1 = box = knobs.ground.box
    lines = [key(NAMES[name], COLORS[name]).update(showlegend=False) for name in PAIRS]
    made = figure("The three runs on the bowl", lines, "x", "y")
    made.update_xaxes(range=[x0, x1], zeroline=False)
    made.update_yaxes(range=[y0, y1], zeroline=False)
    bindings: list[Binding] = [
        Tiles("bowl", [box], "sequential"),
        Paths("path_x", "path_y", tuple(range(len(PAIRS))), end="dot", halo=True),
    ]
    return Panel("paths", made, bindings, "The paths of the three runs.")


def table(knobs: Knobs) -> Table:
    """The three pairs in numbers."""
    columns = ("Pair", "Learning rate", "× λmax", "Momentum", "Left a step: theory", "Measured")
    rows = [[NAMES[name], *["–"] * 5] for name in PAIRS]
    arrays = ("pair_rates", "pair_scaled", "pair_betas", "pair_theory", "pair_measured")
    cells = [Cells(column, name, digits=4) for column, name in enumerate(arrays, 1)]
    return Table("pairs", "Theory and measurement", columns, rows, "Rates and factors of the three pairs.", cells)
