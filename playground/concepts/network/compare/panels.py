"""The sweep's figures: the measure against one knob or two, or the band of seeds; all curves, maps, the table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from playground.concepts.network.compare.knobs import ON_LOG_AXIS, SIDE, TITLES, Knobs
from playground.concepts.network.compare.settings import brief, link, settings, short, shown, title
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.concepts.network.sandbox.panels import class_count, loss_words
from playground.stage import Band, Cells, Extend, Layout, Marks, Open, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding, Box
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import BLUE, GREY, SPLITS, VERMILLION, pale

SHADES = ("#9ECAE1", "#6BAED6", "#3182BD", "#08519C")  # from the lowest values to the highest
INK = "#111111"  # the rim of a diamond
SCORES = {True: [0.0, 1.03], False: [-0.5, 1.03]}
COLUMNS = 8  # of small pictures, each 1 wide and high
GAP = 0.1
HEAD = {"one": 0.42, "two": 0.95, "seeds": 0.42}  # room above a picture for its values


def measured(knobs: Knobs) -> str:
    """What is measured, in words."""
    return loss_words(knobs) if knobs.measure == "loss" else ("accuracy" if knobs.is_classes else "R²")


def _measure_axis(knobs: Knobs) -> dict[str, Any]:
    """The axis of the measure: losses on a log scale."""
    if knobs.measure == "score":
        return {"range": SCORES[knobs.is_classes]}
    ticks = [1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 100]
    return {"type": "log", "tickvals": ticks, "ticktext": ticks}


def _reach(knobs: Knobs) -> list[Binding]:
    """How far down the axis of losses reaches: as far as those measured."""
    return [Layout("yaxis.range", "loss_axis")] if knobs.measure == "loss" else []


def _opener(knobs: Knobs, members: Sequence[Sandbox], **places: Any) -> Open:
    return Open([link(one) for one in members], [title(knobs, one) for one in members], **places)


def against_value(knobs: Knobs) -> Panel:
    """The measure of each split against the knob, a point a value; a click on a point opens that run."""
    name = TITLES.get(knobs.swept, knobs.swept)
    traces = [_curve(split, color) for split, color in SPLITS.items()]
    bindings: list[Binding] = [
        binding for i, split in enumerate(SPLITS) for binding in (Replace(i, "x", "value"), Replace(i, "y", split))
    ]
    traces += [
        _key("best", VERMILLION, "diamond"),
        line("start", GREY, dash="dot", width=1.5),
        _key("not learnt", GREY, "x-thin-open"),
    ]
    bindings += [
        Replace(3, "x", "best_x"),
        Replace(3, "y", "best_y"),
        Replace(4, "x", "edges"),
        Replace(4, "y", "start"),
    ]
    bindings += [Marks("gone_x", "gone_y", 5, GREY, symbol="cross", size=7), *_reach(knobs)]
    if knobs.seed_count > 1:
        traces.append(_area("span of the seeds"))
        bindings += [Replace(6, "x", "band_x"), Replace(6, "y", "band_y")]
    bindings.append(_opener(knobs, settings(knobs)[:: knobs.seed_count], x="value", y=tuple(SPLITS)))
    heading = (
        f"{len(knobs.grid) * knobs.seed_count} networks: {measured(knobs)} by {name.lower() if len(name) > 2 else name}"
    )
    made = figure(heading, traces, name.lower() if len(name) > 2 else name, measured(knobs))
    made.update_yaxes(**_measure_axis(knobs), zeroline=False)
    made.update_xaxes(**_value_axis(knobs.swept, knobs.span), zeroline=False)
    alt = f"{measured(knobs)} on the training, validation and test points against {name}, a point for each value."
    return Panel("sweep", made, bindings, alt, size="main")


def _value_axis(name: str, span: tuple[float, float]) -> dict[str, Any]:
    low, high = span
    if name in ON_LOG_AXIS:
        ends = [math.log10(bound) for bound in span]
        return {"type": "log", "dtick": 1, "tickformat": "~g", "range": [ends[0] - 0.08, ends[1] + 0.08]}
    margin = 0.02 * (high - low)
    return {"range": [low - margin, high + margin]}


def _curve(split: str, color: str) -> go.Scatter:
    marker = {"size": 5, "color": color}
    return go.Scatter(x=[], y=[], mode="lines+markers", name=split, line={"color": color, "width": 2}, marker=marker)


def _key(name: str, color: str, symbol: str) -> go.Scatter:
    marker = {
        "symbol": symbol,
        "color": color,
        "size": 11,
        "line": {"width": 1.5, "color": INK if symbol == "diamond" else color},
    }
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def _area(name: str) -> go.Scatter:
    fill = pale(SPLITS["validation"], 0.2)
    return go.Scatter(x=[], y=[], mode="lines", name=name, line={"width": 0}, fill="toself", fillcolor=fill,
                      hoverinfo="skip")  # fmt: skip


def over_two(knobs: Knobs) -> Panel:
    """The validation measure over both knobs, a cell a network; a click on a cell opens that run."""
    numbers = go.Scatter(x=[], y=[], mode="text", texttemplate="%{customdata:.2~g}", showlegend=False,
                         textfont={"size": 11}, hoverinfo="skip")  # fmt: skip
    frame = {"symbol": "square-open", "size": 34, "color": VERMILLION, "line": {"width": 3, "color": VERMILLION}}
    best = go.Scatter(x=[], y=[], mode="markers", name="best", marker=frame)
    bindings: list[Binding] = [
        Tiles("cells", [(-0.5, -0.5, SIDE - 0.5, SIDE - 0.5)], "sequential", "upper"),
        Replace(0, "x", "cell_x"), Replace(0, "y", "cell_y"), Replace(0, "customdata", "cell_value"),
        Replace(1, "x", "best_x"), Replace(1, "y", "best_y"),
    ]  # fmt: skip
    boxes: list[Box] = [(k % SIDE - 0.5, k // SIDE - 0.5, k % SIDE + 0.5, k // SIDE + 0.5) for k in range(SIDE**2)]
    bindings.append(_opener(knobs, settings(knobs), boxes=boxes))
    names = [TITLES.get(name, name) for name in (knobs.swept, knobs.other)]
    made = figure(f"Validation {measured(knobs)} of 64 networks: the bluer, the better", [numbers, best],
                  names[0].lower(), names[1] if len(names[1]) < 3 else names[1].lower())  # fmt: skip
    for axis, grid in ((made.update_xaxes, knobs.grid), (made.update_yaxes, knobs.other_grid)):
        ticks = [short(value) for value in grid]
        axis(range=[-0.5, SIDE - 0.5], tickvals=list(range(SIDE)), ticktext=ticks, zeroline=False, fixedrange=True)
    made.update_layout(margin={"l": 74}, legend={"entrywidth": 60})
    alt = f"Validation {measured(knobs)} of 64 networks over {names[0]} and {names[1]}; the best is framed."
    return Panel("grid", made, bindings, alt, size="main")


def over_seeds(knobs: Knobs) -> Panel:
    """The mean over the seeds by split, each network's validation curve, and the band that holds eight in ten."""
    traces = [line(f"mean {split}", color, width=2.5) for split, color in SPLITS.items()]
    green = SPLITS["validation"]
    traces += [_painted("each, validation", pale(green, 0.4), 1), _painted("8 in 10 seeds", pale(green, 0.4), 8)]
    bindings: list[Binding] = [
        Band("step", "low", "high", 4, pale(SPLITS["validation"], 0.22)),
        Paths("step", "curve", [3] * knobs.seeds),
        *(Extend(i, "step", f"mean_{split}") for i, split in enumerate(SPLITS)),
    ]
    made = figure(f"{knobs.seeds} seeds, nothing else differs", traces, "step", measured(knobs))
    made.update_xaxes(range=[0, knobs.steps])
    if knobs.measure == "loss":
        bindings.append(Layout("yaxis.range", "loss_range"))
    else:
        made.update_yaxes(**_measure_axis(knobs), zeroline=False)
    alt = f"{measured(knobs)} over the steps: each of {knobs.seeds} seeds, their mean, and the band of eight in ten."
    return Panel("seeds", made, bindings, alt, size="main", log=knobs.measure == "loss")


def histogram(knobs: Knobs) -> Panel:
    """How many seeds have which test score."""
    name = "test accuracy" if knobs.is_classes else "test R²"
    bars = go.Bar(x=[], y=[], width=0.022, marker={"color": SPLITS["test"]}, showlegend=False)
    made = figure(f"Where the {knobs.seeds} end up", [bars], name, "seeds")
    made.update_xaxes(range=[0, 1.01])
    made.update_yaxes(rangemode="tozero")
    bindings: list[Binding] = [Replace(0, "x", "bins"), Replace(0, "y", "counts")]
    return Panel("histogram", made, bindings, f"How many of the seeds have which {name}.")


def curves(knobs: Knobs) -> Panel:
    """Every network's validation measure over the steps, the best one on top."""
    members = settings(knobs)
    quarter = [min(3, 4 * k // len(members)) for k in range(len(members))]
    traces = [_painted(name, color, 1.2) for name, color in zip(_ends(knobs), SHADES, strict=True)]
    traces.append(line("best", VERMILLION, width=2.5))
    bindings: list[Binding] = [
        Paths("step", "curve", quarter), Replace(4, "x", "best_steps"), Replace(4, "y", "best_curve"), *_reach(knobs),
    ]  # fmt: skip
    made = figure(f"Validation {measured(knobs)} over the steps", traces, "step", "")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(**_measure_axis(knobs), zeroline=False)
    alt = f"Validation {measured(knobs)} of every network over the steps; the deeper its blue, the higher the value."
    return Panel("curves", made, bindings, alt)


def _ends(knobs: Knobs) -> tuple[str, str, str, str]:
    """What the legend says of the shades: the two between have no line of their own."""
    low, high = knobs.other_span if knobs.mode == "two" else knobs.span
    return f"from {short(low)}", "", "", f"to {short(high)}"


def maps(knobs: Knobs) -> Panel:
    """What sixteen of the networks say, small; a click on one opens that run."""
    members = [settings(knobs)[i] for i in shown(knobs)]
    boxes = [_box(k, HEAD[knobs.mode]) for k in range(len(members))]
    names = [
        {"x": (box[0] + box[2]) / 2, "y": box[3], "yanchor": "bottom", "text": brief(knobs, one), "showarrow": False,
         "font": {"size": 11}, "yshift": -3} for one, box in zip(members, boxes, strict=True)
    ]  # fmt: skip
    scale: Literal["classes", "diverging"] = "classes" if class_count(knobs) > 2 else "diverging"
    made = figure(_of(knobs), [], annotations=names)
    made.update_xaxes(**at_rest({"range": [-GAP, COLUMNS * (1 + GAP)]}))
    made.update_yaxes(**at_rest({"range": [boxes[-1][1] - GAP, 0.0], "scaleanchor": "x"}))
    bindings: list[Binding] = [Tiles("maps", boxes, scale), _opener(knobs, members, boxes=boxes)]
    alt = f"Decision maps of {len(members)} of the networks, in the order of their values."
    return Panel("maps", made, bindings, alt)


def _of(knobs: Knobs) -> str:
    words = {
        "seeds": "What some of them say, by seed",
        "one": f"What some say, by {TITLES.get(knobs.swept, '').lower()}",
    }
    return words.get(knobs.mode, "What some of them say")


def _box(k: int, head: float) -> Box:
    left, top = (k % COLUMNS) * (1 + GAP), -(k // COLUMNS) * (1 + head) - head
    return (left, top - 1, left + 1, top)


def _painted(name: str, color: str, width: float) -> go.Scatter:
    """The legend's line for what is painted under the chart."""
    return go.Scatter(
        x=[None], y=[None], mode="lines", name=name, line={"color": color, "width": width}, showlegend=bool(name)
    )


def lines(knobs: Knobs) -> Panel:
    """One input: the curves of the networks shown, beside the true one."""
    members = [settings(knobs)[i] for i in shown(knobs)]
    traces = [_painted("networks", pale(BLUE, 0.5), 1.2), line("truth", GREY, dash="dash")]
    bindings: list[Binding] = [
        Paths("truth_x", "curves", [0] * len(members)), Replace(1, "x", "truth_x"), Replace(1, "y", "truth"),
    ]  # fmt: skip
    made = figure(f"What {len(members)} of them say", traces, "x", "y")
    made.update_xaxes(range=[-1.3, 1.3])
    made.update_yaxes(range=[-1.8, 1.8])
    return Panel("lines", made, bindings, "The curves of some of the networks beside the true one.")


def table(knobs: Knobs) -> Table:
    """Some of the networks in numbers; the first cell opens the run, the last has its twin's loss."""
    members = [settings(knobs)[i] for i in shown(knobs)]
    score = "accuracy" if knobs.is_classes else "R²"
    columns = [
        "Opens alone",
        "Training loss",
        "Validation loss",
        "Test loss",
        f"Test {score}",
        "Twin's validation loss",
    ]
    cells = [Cells(i, f"row_{name}") for i, name in enumerate(("train", "validation", "test", "score", "twin"), 1)]
    rows = [[title(knobs, one), *["–"] * 5] for one in members]
    heading = (
        "Twins: the same network, its start changed in the last digit. If the twin ends elsewhere, the setting is "
        "chaotic."
    )
    alt = "Losses and test score of some of the networks, and the loss of a twin whose start differs in the last digit."
    return Table("numbers", heading, columns, rows, alt, cells, [link(one) for one in members])
