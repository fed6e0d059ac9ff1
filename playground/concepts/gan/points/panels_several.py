"""The figures of several games side by side: their planes, how well each covers the data, their numbers."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.gan.colours import FAKE, REAL
from playground.concepts.gan.points import panels, places
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.sets import REACH
from playground.concepts.gan.points.words import LOSS_COLORS, LOSSES
from playground.stage import Cells, Marks, Panel, Part, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line

SHARES = {
    "covered_share": "Modes covered", "good_share": "Good samples", "near_share": "Fakes near a real point",
    "reached_share": "Real points reached",
}  # fmt: skip


def maps(knobs: Knobs) -> Panel:
    """The plane of each game, with the same real points."""
    count = len(knobs.names)
    traces = [panels.key("real", REAL), panels.key("fake", FAKE), *_titles(knobs)]
    made = figure("One game a loss, same first weights", traces)
    all_boxes = places.boxes(count)
    edges = [(f(box[i] for box in all_boxes)) for i, f in ((0, min), (2, max), (1, min), (3, max))]
    made.update_xaxes(**at_rest({"range": [edges[0] - 0.1, edges[1] + 0.1]}))
    made.update_yaxes(**at_rest({"range": [edges[2] - 0.1, edges[3] + places.HEAD], "scaleanchor": "x"}))
    bindings: list[Binding] = [
        Tiles("maps", all_boxes), Marks("real_x", "real_y", 0, REAL, size=4),
        Marks("fake_x", "fake_y", 1, FAKE, size=4),
        *(Replace(i, "customdata", f"said_{name}") for i, name in enumerate(knobs.names, 2)),
    ]  # fmt: skip
    alt = "For each loss a map of its discriminator's output with real and fake points."
    return Panel("maps", made, bindings, alt, size="main")


def _titles(knobs: Knobs) -> list[go.Scatter]:
    """The name of each loss over its plane, with how much is covered at the moment."""
    modes = knobs.mode_count
    told = f"%{{customdata:.0f}} of {modes}" if modes else "%{customdata:.0%}"
    return [
        go.Scatter(x=[x], y=[y + REACH + 0.4], mode="text", texttemplate=f"{LOSSES[name]}: {told}",
                   textfont={"size": 13}, showlegend=False, hoverinfo="skip")
        for name, (x, y) in zip(knobs.names, places.shifts(len(knobs.names)), strict=True)
    ]  # fmt: skip


def shares(knobs: Knobs) -> list[Panel]:
    """How much each game covers, and how good its samples are."""
    metrics = ("covered_share", "good_share") if knobs.mode_count else ("reached_share", "near_share")
    axis = {"range": [0, 1.04], "tickformat": ".0%"}
    return [_painted(knobs, metric, i == 0, axis) for i, metric in enumerate(metrics)]


def _painted(knobs: Knobs, metric: str, legend: bool, axis: dict[str, Any]) -> Panel:
    """Curves on a canvas: a dozen of them as traces would slow the picture down."""
    title = SHARES[metric]
    traces = [panels.stroke(LOSSES[name], LOSS_COLORS[name]).update(showlegend=legend) for name in knobs.names]
    made = figure(title, traces, "step", "share", xaxis={"range": [0, knobs.steps]}, yaxis=axis)
    paths = Paths("step", f"all_{metric}", tuple(range(len(traces))))
    return Panel(metric, made, [paths], f"{title} of each loss against the step.")


def distance(knobs: Knobs) -> Panel:
    """The sliced Wasserstein distance of each game's fakes from the real points."""
    traces = [line(LOSSES[name], LOSS_COLORS[name]).update(showlegend=False) for name in knobs.names]
    series = [f"sliced_wasserstein.{name}" for name in knobs.names]
    return panels.curves(
        "distance", "Sliced Wasserstein distance", "distance", traces, series, knobs.steps,
        yaxis={"rangemode": "tozero"}, log=True, alt="Sliced Wasserstein distance of each loss against the step.",
    )  # fmt: skip


def table(knobs: Knobs) -> Table:
    """The moment's numbers of each game."""
    kinds = {"Modes": "modes_covered", "Good": "good_share"} if knobs.mode_count else {
        "Reached": "reached_share", "Near": "near_share"}  # fmt: skip
    kinds |= {"Distance": "sliced_wasserstein", "D(real)": "real_score", "D(fake)": "fake_score",
              "Told apart": "told_apart", "Push": "push"}  # fmt: skip
    rows = [[LOSSES[name], *["–"] * len(kinds)] for name in knobs.names]
    cells = [Cells(i, f"table_{metric}", 1 if metric == "modes_covered" else 3)
             for i, metric in enumerate(kinds.values(), 1)]  # fmt: skip
    return Table("games", "The games", ["Loss", *kinds], rows, "Coverage, distance and scores of each game.", cells)


def side_by_side(knobs: Knobs) -> tuple[Part, ...]:
    """The stage of several games."""
    return maps(knobs), *shares(knobs), table(knobs), distance(knobs)
