"""The figures of one game: the plane, losses, D's histograms, modes over time, coverage, warped latents, distance."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.gan.colours import DISCRIMINATOR, FAKE, GENERATOR, REAL, on_map
from playground.concepts.gan.points import places
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.sets import PAINT, REACH
from playground.concepts.gan.points.words import PROBABILITY
from playground.stage import Edit, Extend, Layout, Marks, Panel, Paths, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import AMBER, BLUE, GREY, SKY, VERMILLION, pale

ARROW = "#5F5F5F"  # seen on a pale map, and in the legend of a dark page
HIDDEN: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}


def key(name: str, color: str, symbol: str = "circle", size: int = 8) -> go.Scatter:
    """The legend's entry of points that are painted on the canvas."""
    marker = {"size": size, "symbol": symbol, "color": color}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def stroke(name: str, color: str, **more: Any) -> go.Scatter:
    """The legend's entry of a line that is painted on the canvas."""
    return line(name, color, **more).update(x=[None], y=[None], hoverinfo="skip")


def plane(title: str, traces: list[Any], **layout: Any) -> go.Figure:
    """A figure of the plane in which the points lie."""
    axis = {"range": [-REACH, REACH], "zeroline": False, "constrain": "domain"}
    return figure(title, traces, "x₁", "x₂", xaxis=axis, yaxis={**axis, "scaleanchor": "x"}, **layout)


def game(knobs: Knobs) -> Panel:
    """Real and fake points on what the discriminator says of the plane, and where each fake is pushed."""
    traces = [
        key("real", REAL), key("fake", FAKE), stroke("push on a fake", ARROW, width=1.3),
        key("taken for real", on_map(VERMILLION), "square", 10),
        key("taken for fake", on_map(BLUE), "square", 10),
    ]  # fmt: skip
    bindings: list[Binding] = [
        Tiles("map", [places.PLANE]), Marks("real_x", "real_y", 0, REAL, size=5),
        Marks("fake_x", "fake_y", 1, FAKE, size=5), Paths("push_x", "push_y", (2,) * 36, end="arrow"),
    ]  # fmt: skip
    if knobs.data == "own":
        bindings.append(Edit("points", "points", (-PAINT, -PAINT, PAINT, PAINT), labels=(1,)))
    title = "Click to paint real points" if knobs.data == "own" else "The game: fakes chase the real points"
    alt = "Real and fake points on a map of the discriminator's output, with arrows where the fakes are pushed."
    return Panel("game", plane(title, traces), bindings, alt, size="main")


def curves(name: str, title: str, y: str, traces: list[Any], series: list[str], steps: int, **more: Any) -> Panel:
    """A panel with curves over the steps."""
    x = more.pop("x", "step")
    made = figure(title, traces, x, y, hovermode="x unified", xaxis={"range": [0, steps]}, yaxis=more.pop("yaxis", {}))
    return Panel(name, made, [Extend(i, "step", one) for i, one in enumerate(series)], more.pop("alt"), **more)


def losses(knobs: Knobs, steps: int, x: str = "step") -> Panel:
    """What each player tries to lower."""
    traces = [line("discriminator", DISCRIMINATOR), line("generator", GENERATOR)]
    series = ["discriminator_loss", "generator_loss"]
    alt = "The losses of the discriminator and of the generator against the step."
    return curves("losses", "Losses: neither has to fall", "loss", traces, series, steps, alt=alt, x=x)


def histograms(knobs: Knobs) -> Panel:
    """What the discriminator says of real and of fake points."""
    traces = [stroke("real", REAL, width=2), stroke("fake", FAKE, width=2)]
    said = "D(x), probability of real" if knobs.loss in PROBABILITY else "D(x), output"
    made = figure("What D says of real and fake", traces, said, "share")
    made.update_xaxes(range=[0, 1], zeroline=False)
    made.update_yaxes(range=[0, 0.4])
    bindings: list[Binding] = [
        Paths("hist_x", "hist_y", (0, 1)), Layout("xaxis.range", "score_range"), Layout("yaxis.range", "count_range"),
    ]  # fmt: skip
    return Panel("histograms", made, bindings, "Histograms of the discriminator's output for real and fake points.")


def raster(knobs: Knobs) -> Panel:
    """Which modes got samples when: a row a mode, in strong colour where it holds many."""
    count = knobs.mode_count
    made = figure("Which modes get samples; strong colour: many", [], "step", "mode")
    made.update_xaxes(range=[0, knobs.steps])
    made.update_yaxes(
        range=[0.5, count + 0.5], dtick=1 if count <= 12 else 5, tick0=0 if count > 12 else 1, zeroline=False
    )
    tiles = Tiles("raster", [(0, 0.5, knobs.steps, count + 0.5)], "sequential", "upper")
    alt = "A row for each mode: over the steps; strong colour: it holds many of the samples."
    return Panel("raster", made, [tiles], alt)


def coverage(knobs: Knobs, steps: int) -> Panel:
    """How much of the real data is covered, and how many of the samples are good."""
    if knobs.mode_count:
        title, named = "Coverage and quality", {"covered_share": "modes covered", "good_share": "good samples"}
    else:
        title, named = (
            "Near and reached",
            {"reached_share": "real points reached", "near_share": "fakes near a real one"},
        )
    traces = [line(name, color) for name, color in zip(named.values(), (SKY, AMBER), strict=True)]
    return curves(
        "coverage", title, "share", traces, list(named), steps, yaxis={"range": [0, 1.04], "tickformat": ".0%"},
        alt=f"{title}: {' and '.join(named.values())}, against the step.",
    )  # fmt: skip


def distance(knobs: Knobs, steps: int) -> Panel:
    """The sliced Wasserstein distance from the real points, beside that between two real sets."""
    traces = [line("fake to real", FAKE), line("real to real", GREY, dash="dash")]
    return curves(
        "distance", "Sliced Wasserstein distance", "distance", traces, ["sliced_wasserstein", "floor"], steps,
        yaxis={"rangemode": "tozero"}, log=True,
        alt="Sliced Wasserstein distance of the fakes from the real points against the step.",
    )  # fmt: skip


def latents(knobs: Knobs) -> Panel:
    """A lattice of latents, before and after it went through the generator."""
    named = ("z₁ varies", "z₂ varies")[: 2 if knobs.latent > 1 else 1]
    colors = (GENERATOR, SKY)
    traces = [stroke(name, color, width=1.3) for name, color in zip(named, colors, strict=False)]
    traces += [_lattice(family, colors[family], knobs.latent) for family in range(len(named))]
    traces.append(key("real", REAL, "circle-open", 5))
    titles = {1: "The latent line, before and after G", 2: "The latent plane, before and after G"}
    title = titles.get(knobs.latent, f"A slice of {knobs.latent} latents (others 0), before and after G")
    made = figure(title, traces, annotations=_ends(knobs))
    wide = places.AFTER + REACH + 0.2
    made.update_xaxes(**at_rest({"range": [-wide, wide]}))
    made.update_yaxes(**at_rest({"range": [-REACH - 0.1, REACH + 0.1], "scaleanchor": "x"}))
    bindings: list[Binding] = [
        Marks("placed_x", "placed_y", len(traces) - 1, pale(REAL, 0.6), symbol="ring", size=3),
        Paths("grid_x", "grid_y", (0, 1) if knobs.latent > 1 else (0, 0)),
    ]
    alt = "A lattice of latents from -2 to 2, and beside it the same lattice after it went through the generator."
    return Panel("latents", made, bindings, alt)


def _lattice(family: int, color: str, latent: int) -> go.Scatter:
    """The latents themselves, as they are before the generator: nine lines, or one."""
    ends = [-2 * places.SCALE, 2 * places.SCALE, None]
    levels = [places.SCALE * (i - 4) / 2 for i in range(9)] if latent > 1 else [0.0]
    along, across = ends * len(levels), [level for level in levels for _ in ends]
    x, y = (along, across) if family == 0 else (across, along)
    moved = [None if place is None else place - places.AFTER for place in x]
    return go.Scatter(x=moved, y=y, mode="lines", line={"color": color, "width": 1.3}, **HIDDEN)


def _ends(knobs: Knobs) -> list[dict[str, Any]]:
    plain = {"showarrow": False, "font": {"size": 12}}
    return [{**plain, "x": 0, "y": 0, "text": "G →"}]


def one_game(knobs: Knobs) -> tuple[Panel, ...]:
    """The stage of one game."""
    steps = knobs.steps
    modes = [raster(knobs)] if knobs.mode_count else []
    return (
        game(knobs), losses(knobs, steps), histograms(knobs), *modes, coverage(knobs, steps), latents(knobs),
        distance(knobs, steps),
    )  # fmt: skip
