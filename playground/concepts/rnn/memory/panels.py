"""The training's figures: memory against lag, the gradient back in time, states, curves over the steps, numbers."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.memory import places
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.words import COLORS, LABELS, parameter_count
from playground.stage import Cells, Extend, Marks, Panel, Paths, Replace, Table, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import GREY, VARIANTS

KINDS = tuple(LABELS)
ABOVE = {
    "orientation": "h", "x": 0, "xanchor": "left", "xref": "container", "y": 1, "yanchor": "top", "yref": "container",
}  # fmt: skip
POWERS = {"type": "log", "exponentformat": "power", "minexponent": 2, "tickfont": {"size": 10}}
DECADES = [10.0**power for power in (*range(-12, -3, 2), *range(-3, 3), *range(4, 31, 2))]
SEQUENCES = [color for color in VARIANTS if color not in COLORS.values()]  # a cell's colour means that cell alone
PLAIN: dict[str, Any] = {"showarrow": False, "font": {"size": 12}}


def key(name: str, color: str, **more: Any) -> go.Scatter:
    """The legend's entry of a line that is painted on the canvas."""
    return line(name, color, **more).update(x=[None], y=[None])


def keys(width: float = 2) -> list[go.Scatter]:
    """The legend's entry of each cell."""
    return [key(LABELS[kind], COLORS[kind], width=width) for kind in KINDS]


def by_lag(knobs: Knobs) -> Panel:
    """How well each cell remembers at every lag: its mean as a line, each network as a dot; dashed is guessing."""
    adding = knobs.task == "adding"
    guessing = line("always answering 1" if adding else "guessing", GREY, dash="dash").update(line_width=1.5)
    title, y = ("Adding: error by length", "mean squared error") if adding else (
        f"{'Copy' if knobs.task == 'copy' else 'Recall'}: right answers by lag", "share correct")  # fmt: skip
    made = figure(title, [*keys(3), guessing], "length of the sequence" if adding else "lag (steps)", y)
    made.update_xaxes(range=[0, 1.04 * knobs.longest], zeroline=False)
    if adding:
        made.update_yaxes(**POWERS, dtick=1, range=[-4.1, 0.1], zeroline=False)
    else:
        made.update_yaxes(range=[0, 1.04], zeroline=False)
    bindings: list[Binding] = [Replace(3, "x", "base_x"), Replace(3, "y", "base"), Paths("lags", "scores", (0, 1, 2))]
    bindings += [Marks(f"dot_x.{kind}", f"dot_y.{kind}", k, COLORS[kind], size=7) for k, kind in enumerate(KINDS)]
    score = "squared error" if adding else "accuracy"
    alt = f"The {score} of RNN, LSTM and GRU against the lag, a dot for each network; dashed is guessing."
    return Panel("by_lag", made, bindings, alt, size="main")


def back(knobs: Knobs) -> Panel:
    """How long the gradient on the state is, step by step back from the answer."""
    steps = knobs.length(knobs.longest)
    made = figure("Gradient back in time", keys(), "steps back from the answer", "|∂L / ∂h|")
    made.update_xaxes(range=[0, steps - 1], zeroline=False)
    made.update_yaxes(**POWERS, range=[-2 - 0.3 * steps, 2], zeroline=False)
    alt = "The norm of the gradient on each cell's state against the steps back from the answer; logarithmic."
    return Panel("back", made, [Paths("back_x", "back", (0, 1, 2))], alt)


def paths(knobs: Knobs) -> Panel:
    """The states of sequences that differ in their first step alone: apart, it is kept; together, it is lost."""
    title = f"Paths of the state on two principal axes: {knobs.probes} sequences that differ in their first step alone"
    traces = [key(name, color, width=2) for name, color in zip(names(knobs), SEQUENCES, strict=False)]
    middles = places.middles()
    labels = [{**PLAIN, "x": x, "y": 1.08, "yanchor": "bottom", "text": LABELS[kind]}
              for x, kind in zip(middles, KINDS, strict=True)]  # fmt: skip
    made = figure(title, traces, annotations=labels, legend={**ABOVE, "entrywidth": 20})
    made.update_xaxes(**at_rest({"range": [-1.15, middles[-1] + 1.15]}))
    made.update_yaxes(**at_rest({"range": [-1.12, 1.35]}))
    shown = [k for _ in KINDS for k in range(knobs.probes)]
    alt = "For each cell the paths of its state for sequences that differ only in what is to be remembered."
    return Panel("paths", made, [Paths("path_x", "path_y", shown, end="dot")], alt, size="wide")


def names(knobs: Knobs) -> list[str]:
    """What each probe is to remember."""
    if knobs.task == "adding":
        return [f"{k / (knobs.probes - 1):.2g}" for k in range(knobs.probes)]
    return [chr(ord("A") + k) for k in range(knobs.probes)]


def hidden(knobs: Knobs) -> Panel:
    """The hidden states of the three cells while they read one sequence, as maps."""
    boxes, last = places.maps(), knobs.length(knobs.longest) - 1
    labels = [{**PLAIN, "x": (box[0] + box[2]) / 2, "y": 1.02, "yanchor": "bottom", "text": LABELS[kind]}
              for kind, box in boxes.items()]  # fmt: skip
    labels.append({**PLAIN, "x": 0.5, "xref": "paper", "y": -0.04, "yanchor": "top",
                   "text": f"left to right: steps 0 to {last}"})  # fmt: skip
    made = figure("Hidden units while one sequence is read", [], annotations=labels)
    made.update_xaxes(**at_rest({"range": [-0.01, 3 + 2 * places.GAP + 0.01]}))
    made.update_yaxes(**at_rest({"range": [-0.2, 1.18]}))
    bindings: list[Binding] = [Tiles(f"hidden.{kind}", [box], "diverging", "upper") for kind, box in boxes.items()]
    return Panel("hidden", made, bindings, "The hidden units of each cell over time; blue below zero, orange above.")


def over_steps(knobs: Knobs, name: str, title: str, y: str, **axis: Any) -> Panel:
    """A curve for each cell over the steps."""
    traces = [line(LABELS[kind], COLORS[kind]) for kind in KINDS]
    bindings = [Extend(k, "step", f"{name}.{kind}") for k, kind in enumerate(KINDS)]
    if name == "gradient_norm" and knobs.clip:
        traces.append(line("clip", GREY, dash="dash").update(x=[0, knobs.steps], y=[knobs.clip] * 2, line_width=1.5))
    made = figure(title, traces, "step", y, xaxis={"range": [0, knobs.steps]}, yaxis=axis)
    alt = f"{title}, for RNN, LSTM and GRU against the step."
    return Panel(name, made, bindings, alt, log=name == "train_loss")


def curves(knobs: Knobs) -> tuple[Panel, Panel]:
    """The loss at the longest lag, and the gradient's norm with the line at which it is clipped."""
    unit = "squared error" if knobs.task == "adding" else "cross-entropy (nats)"
    loss = over_steps(knobs, "train_loss", f"Loss at lag {knobs.longest}", unit, rangemode="tozero")
    norm = over_steps(knobs, "gradient_norm", "Gradient before clipping", "|∂L / ∂W|", **POWERS, tickvals=DECADES)
    return loss, norm


def table(knobs: Knobs) -> Table:
    """The moment's numbers of each cell."""
    inputs, outputs = knobs.sizes
    heads = {
        "reach": "Remembers up to lag", knobs.score: "Error" if knobs.task == "adding" else "Right",
        "train_loss": "Loss", "gradient_ratio": "Gradient first / last", "apart": "States still apart",
        "clipped_share": "Share clipped",
    }  # fmt: skip
    rows = [
        [LABELS[kind], f"{knobs.hidden[kind]}", f"{parameter_count(kind, inputs, knobs.hidden[kind], outputs):,}",
         *["–"] * len(heads)] for kind in KINDS
    ]  # fmt: skip
    cells = [Cells(3 + k, f"column_{name}", 1 if name == "reach" else 3) for k, name in enumerate(knobs.columns)]
    columns = ["Cell", "Units", "Parameters", *(heads[name] for name in knobs.columns)]
    title = f"At lag {knobs.longest}" + (f", mean of {knobs.repeats} networks" if knobs.repeats > 1 else "")
    return Table("numbers", title, columns, rows, "How well each cell remembers, and what its gradient does.", cells)


__all__ = ["back", "by_lag", "curves", "hidden", "paths", "table"]
