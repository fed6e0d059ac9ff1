"""The sweep's figures: the gradient back in time, the eigenvalues, clipping, and the whole map over the radii."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.panels import ABOVE, PLAIN, POWERS, key
from playground.concepts.rnn.memory.radii import COUNT, DECADES, HIGHEST, LOWEST, PITCH
from playground.stage import Extend, Marks, Panel, Paths, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import BLUE, GREY, VERMILLION

COLORS = {"identity": BLUE, "tanh": VERMILLION}
MATRICES = {"orthogonal": "an orthogonal", "symmetric": "a symmetric", "gaussian": "a Gaussian"}


def back(knobs: Knobs) -> Panel:
    """How long the gradient on the hidden state is, step by step back: measured, and as theory says."""
    traces = [key(name, color, width=3) for name, color in COLORS.items()]
    traces.append(key("theory: radius to the k", GREY, dash="dash", width=1.5))
    made = figure("Gradient back in time", traces, "steps back, k", "|∂L / ∂h|")
    low, high = (knobs.back * math.log10(radius) for radius in (LOWEST, HIGHEST))
    made.update_xaxes(range=[0, knobs.back], zeroline=False)
    made.update_yaxes(**POWERS, range=[1.2 * low - 0.5, 1.1 * high + 0.5], zeroline=False)
    alt = "The norm of the gradient against the steps back, for identity and tanh, beside the radius to that power."
    return Panel("back", made, [Paths("steps_back", "curves", (0, 1, 2))], alt, size="main")


def eigenvalues(knobs: Knobs) -> Panel:
    """Where the matrix's eigenvalues lie, beside the circle of radius 1."""
    turn = [2 * math.pi * k / 120 for k in range(121)]
    circle = line("radius 1", GREY, dash="dash").update(
        x=[math.cos(a) for a in turn], y=[math.sin(a) for a in turn], line_width=1.5, hoverinfo="skip"
    )
    shown = go.Scatter(x=[None], y=[None], mode="markers", name="eigenvalues", marker={"color": BLUE, "size": 8})
    made = figure("Eigenvalues of W", [circle, shown], "real part", "imaginary part")
    made.update_xaxes(range=[-1.6, 1.6], constrain="domain", zeroline=False)
    made.update_yaxes(range=[-1.6, 1.6], scaleanchor="x", constrain="domain", zeroline=False)
    bindings = [Marks("eigen_x", "eigen_y", 1, BLUE, size=8)]
    return Panel("eigenvalues", made, bindings, "The eigenvalues of the recurrent matrix in the complex plane.")


def clipping(knobs: Knobs) -> Panel:
    """The gradient on the weights against the radius: whole, and as clipping leaves it."""
    traces: list[go.Scatter] = []
    bindings: list[Binding] = []
    for name, color in COLORS.items():
        bindings.append(Extend(len(traces), "radius", f"gradient_norm.{name}"))
        traces.append(line(name, color))
        if knobs.clip:
            bindings.append(Extend(len(traces), "radius", f"clipped_norm.{name}"))
            traces.append(line("clipped", color, dash="dot").update(showlegend=False))
    if knobs.clip:
        threshold = line(f"clip {knobs.clip:g}", GREY, dash="dash", width=1.5)
        traces.append(threshold.update(x=[LOWEST, HIGHEST], y=[knobs.clip] * 2))
    made = figure("Gradient on the weights", traces, "spectral radius", "|∂L / ∂W|", legend={"entrywidth": 62})
    made.update_xaxes(range=[LOWEST, HIGHEST], zeroline=False)
    made.update_yaxes(**POWERS, zeroline=False)
    alt = "The norm of the gradient on the weights against the spectral radius, before and after clipping."
    return Panel("clipping", made, bindings, alt)


def over_radii(knobs: Knobs) -> Panel:
    """The gradient for every radius and every step back so far: blue has vanished, orange has exploded."""
    half = (HIGHEST - LOWEST) / (COUNT - 1) / 2
    shifts = {name: k * PITCH for k, name in enumerate(COLORS)}
    boxes = {name: (LOWEST - half + x, -0.5, HIGHEST + half + x, knobs.back + 0.5) for name, x in shifts.items()}
    labels: list[dict[str, Any]] = [
        {**PLAIN, "x": (LOWEST + HIGHEST) / 2 + x, "y": 1, "yref": "paper", "yanchor": "bottom", "text": name}
        for name, x in shifts.items()
    ]
    keys = [_square(f"10^−{DECADES:.0f} or less".replace("10^−6", "10⁻⁶"), BLUE), _square("10⁶ or more", VERMILLION)]
    made = figure("Vanishing and exploding, every radius", keys, "spectral radius", "steps back, k", annotations=labels,
                  legend=ABOVE, margin={"t": 24})  # fmt: skip
    ticks = [(radius + x, f"{radius:g}") for x in shifts.values() for radius in (0.5, 0.75, 1.0, 1.25, 1.5)]
    values, texts = zip(*ticks, strict=True)
    made.update_xaxes(range=[LOWEST - 0.01, HIGHEST + PITCH + 0.01], tickvals=values, ticktext=texts, zeroline=False)
    made.update_yaxes(range=[-0.5, knobs.back + 0.5], zeroline=False)
    bindings: list[Binding] = [Tiles(f"map.{name}", [box], "diverging", "lower") for name, box in boxes.items()]
    bindings.append(Marks("rules", "rules", None, GREY, symbol="rule", size=1.5))
    alt = "Two maps, identity and tanh: the gradient's size over spectral radius and steps back."
    return Panel("map", made, bindings, alt, size="wide")


def _square(name: str, color: str) -> go.Scatter:
    marker = {"size": 10, "symbol": "square", "color": color}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)
