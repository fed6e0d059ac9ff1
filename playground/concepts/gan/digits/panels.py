"""The lab's figures: samples beside real images, the plane, the walk, the nearest images, and the curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.concepts.gan.colours import DISCRIMINATOR, FAKE, GENERATOR, REAL
from playground.concepts.gan.digits import grid
from playground.concepts.gan.digits.grid import Box
from playground.concepts.gan.digits.knobs import REACH, Knobs
from playground.stage import Edit, Extend, Panel, Pick, Replace, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import AMBER, GREY

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
CLASSES = {"digits": DIGITS, "mnist": DIGITS, "fashion": CLOTHES}
EVEN = 2 * math.log(2)  # the discriminator's log loss where it can do no better than guess


def _words(x: float, y: float, text: str, **more: Any) -> dict[str, Any]:
    """A line of words that starts at x, its middle at the height y."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "xanchor": "left", "font": {"size": 12}, **more}


def _between(boxes: Sequence[Box]) -> float:
    """The height of words above the lower of two rows."""
    return boxes[-1][3] + grid.HEAD / 2


def _gallery(title: str, extent: Box, head: float = 0.0, **layout: Any) -> go.Figure:
    """A figure of pictures alone, with room for words above them."""
    x0, y0, x1, y1 = extent
    return figure(
        title, [], xaxis=at_rest({"range": [x0 - 0.06, x1 + 0.06]}),
        yaxis=at_rest({"range": [y0 - 0.06, y1 + head + 0.06], "scaleanchor": "x"}), **layout,
    )  # fmt: skip


def samples(knobs: Knobs) -> Panel:
    """The images that the generator makes of latents which stay the same, and under them real ones."""
    own, real = grid.sample_boxes(knobs), grid.real_boxes(knobs)
    shapes = [_outline(own[number - 1]) for number in {knobs.first, knobs.second}]
    words = [_words(0, real[0][3] + grid.head(knobs) / 2, "real images")]
    title = f"Samples of the same {len(own)} latents all along"
    made = _gallery(title, grid.extent([*own, *real]), annotations=words, shapes=shapes)
    bindings: list[Binding] = [
        Tiles("samples", own, "sequential", "upper"), Tiles("real", real, "sequential", "upper"),
        Pick("samples", "plane"),
    ]  # fmt: skip
    alt = "A grid of images that the generator makes of fixed latents, and a row of real images under it."
    return Panel("samples", made, bindings, alt, size="main")


def _outline(box: Box) -> dict[str, Any]:
    """A frame around a picture: an end of the walk."""
    x0, y0, x1, y1 = box
    return {"type": "rect", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "line": {"color": AMBER, "width": 2}}


def plane(knobs: Knobs) -> Panel:
    """Images of a plane through the latent space, and large the one at the handle or under the pointer."""
    large, boxes = grid.large_box(), grid.plane_boxes()
    words = [_words((large[0] + large[2]) / 2, large[1] - 0.3, "handle or pointer", xanchor="center")]
    title = "Drag z: the latent space" if knobs.latent == 2 else "Drag z: a plane of the latent space"
    made = _gallery(title, grid.extent([large, *boxes]), annotations=words)
    bindings: list[Binding] = [
        Tiles("point", [large], "sequential", "upper"), Tiles("plane", boxes, "sequential", "upper"),
        Pick("plane", "plane"), Edit("point", "drag", (-REACH, -REACH, REACH, REACH)),
    ]  # fmt: skip
    alt = "Images of points of a plane through the latent space; that at the handle is shown large."
    return Panel("plane", made, bindings, alt)


def scores(knobs: Knobs) -> Panel:
    """What the discriminator says of real images and of samples, on average."""
    traces = [line("real images", REAL), line("samples", FAKE)]
    made = figure("What the discriminator says", traces, "step", "D, mean", shapes=[_level(0.5)],
                  xaxis={"range": [0, knobs.steps]}, yaxis={"range": [0, 1.02]}, hovermode="x unified")  # fmt: skip
    bindings = [Extend(0, "step", "real_score"), Extend(1, "step", "fake_score")]
    alt = "The discriminator's mean output on real images and on samples: 1 is real, 0 is made, 0.5 is a guess."
    return Panel("scores", made, bindings, alt)


def _level(y: float, color: str = GREY) -> dict[str, Any]:
    """A dotted line across the figure."""
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": {"color": color, "width": 1,
            "dash": "dot"}, "layer": "below"}  # fmt: skip


def walk(knobs: Knobs) -> Panel:
    """The images on the way between two samples' latents: along the arc, and along the straight line."""
    boxes = grid.two_rows(grid.walk(knobs))
    words = [_words(0, grid.HEAD / 2, "along the arc"), _words(0, _between(boxes), "along the straight line")]
    title = f"A walk from sample {knobs.first} to sample {knobs.second}"
    made = _gallery(title, grid.extent(boxes), grid.HEAD, annotations=words)
    alt = f"Images on the arc and on the line between the latents of sample {knobs.first} and sample {knobs.second}."
    return Panel("walk", made, [Tiles("walk", boxes, "sequential", "upper"), Pick("walk", "plane")], alt)


def pairs(knobs: Knobs) -> Panel:
    """The samples that are nearest to a training image, each above that image."""
    boxes = grid.two_rows(grid.pairs(knobs))
    words = [_words(0, grid.HEAD / 2, "the samples nearest to a training image"),
             _words(0, _between(boxes), "that training image")]  # fmt: skip
    made = _gallery("Is it copied?", grid.extent(boxes), grid.HEAD, annotations=words)
    alt = "The samples that lie nearest to a training image, and under each that image."
    return Panel("pairs", made, [Tiles("pairs", boxes, "sequential", "upper"), Pick("pairs", "plane")], alt)


def classes(knobs: Knobs) -> Panel:
    """How the samples are shared out among the classes, as the judge reads them, and how real images are."""
    at, names = list(range(10)), CLASSES[knobs.data]
    slanted = {"margin": {"b": 64}} if knobs.data == "fashion" else {}
    real = {"symbol": "line-ew", "size": 16, "line": {"width": 3, "color": REAL}}
    traces = [
        go.Bar(x=at, y=[], name="samples", marker={"color": FAKE}),
        go.Scatter(x=at, y=[], name="real images", mode="markers", marker=real),
    ]
    made = figure(
        "Classes of the samples, as the judge reads them", traces, "", "share", **slanted,
        xaxis={"tickmode": "array", "tickvals": at, "ticktext": list(names), "range": [-0.6, 9.6]},
        yaxis={"range": [0, 1.02], "tickformat": ".0%"},
    )  # fmt: skip
    alt = "The share of the samples in each class, read by a classifier trained on real images."
    return Panel("classes", made, [Replace(0, "y", "shares"), Replace(1, "y", "real_shares")], alt)


def quality(knobs: Knobs) -> Panel:
    """How many classes the samples cover and how surely the judge reads them."""
    traces = [line("classes covered", FAKE), line("judge's confidence", AMBER),
              line("on real images", REAL, dash="dash")]  # fmt: skip
    made = figure("Can the samples be read?", traces, "step", "share", hovermode="x unified",
                  xaxis={"range": [0, knobs.steps]}, yaxis={"range": [0, 1.04], "tickformat": ".0%"})  # fmt: skip
    bindings = [Extend(k, "step", name) for k, name in enumerate(("covered", "confidence", "real_confidence"))]
    alt = "The share of the ten classes that the samples cover, and the judge's mean confidence, against the step."
    return Panel("quality", made, bindings, alt)


def losses(knobs: Knobs) -> Panel:
    """Both networks' losses, each the mean of ten steps."""
    traces = [line("discriminator", DISCRIMINATOR), line("generator", GENERATOR)]
    logs = knobs.loss == "non_saturating"
    even = [_level(EVEN, DISCRIMINATOR), _level(EVEN / 2, GENERATOR)] if logs and not knobs.smoothing else []
    title = "Losses, dotted: if all were guesswork" if even else "Losses"
    made = figure(title, traces, "step", "loss, mean of 10 steps",
                  xaxis={"range": [0, knobs.steps]}, shapes=even, hovermode="x unified")  # fmt: skip
    bindings = [Extend(0, "step", "discriminator_loss"), Extend(1, "step", "generator_loss")]
    return Panel("losses", made, bindings, "Both networks' losses against the step.", log=logs)


def distances(knobs: Knobs) -> Panel:
    """How far the samples are from one another and from training images, beside real images."""
    traces = [line("from one another", FAKE), line("to the nearest training image", AMBER)]
    made = figure("Distances", traces, "step", "real images = 1", shapes=[_level(1)],
                  xaxis={"range": [0, knobs.steps]}, hovermode="x unified")  # fmt: skip
    made.update_yaxes(rangemode="tozero")
    bindings: list[Binding] = [Extend(0, "apart_step", "diversity"), Extend(1, "apart_step", "neighbour_ratio")]
    alt = "The mean distance between samples, and from a sample to the nearest training image, beside real images."
    return Panel("distances", made, bindings, alt)
