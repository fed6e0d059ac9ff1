"""The lab's figures where names are written: samples, nll, the word looked at, and what of the samples is copied."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.places import cells
from playground.concepts.rnn.names.words import COPIED, END, HELD_OUT, KINDS, START, TOP
from playground.stage import Extend, Marks, Panel, Paths, Pick, Replace, Text, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import GREY, SPLITS

REACH = 1.2  # of the plane
BARE = {"showticklabels": False, "showgrid": False, "zeroline": False, "showline": False, "ticks": "",
        "fixedrange": True}  # fmt: skip


NARROW = {"entrywidth": 48, "font": {"size": 10}}  # a legend of four in one row


def things(knobs: Knobs) -> str:
    """What is written, in the plural."""
    return "names" if knobs.data == "names" else "lines"


def key(name: str, color: str, symbol: str = "circle", size: int = 9) -> go.Scatter:
    """A mark that stands in the legend for those painted."""
    marker = {"color": color, "size": size, "symbol": symbol}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def samples(knobs: Knobs) -> Panel:
    """What the network writes at this moment, each letter on a ground that says how likely it was."""
    what = things(knobs)
    traces = [
        key(f"copied: a training {what[:-1]}", COPIED, "square"),
        key(f"real, but held out: a {what[:-1]} never seen", HELD_OUT),
    ]
    bindings: list[Binding] = [
        Text("samples", "sample_boxes", "samples_shade", size=22),
        Marks("copied_x", "copied_y", 0, COPIED, symbol="square", size=9),
        Marks("rediscovered_x", "rediscovered_y", 1, HELD_OUT, size=10),
    ]
    drawn = f"temperature {knobs.temperature:g}" + (f", top {knobs.top_k}" if knobs.top_k else "")
    made = figure(
        f"What it writes now, at {drawn}", traces, "the darker a letter, the likelier the network found it",
        xaxis={"range": [0, 1], **BARE}, yaxis=at_rest({"range": [0, 1]}), margin={"b": 26},
    )  # fmt: skip
    alt = f"{what.capitalize()} drawn from the network at this moment; marks say which are copies of training {what}."
    return Panel("samples", made, bindings, alt, size="main")


def nll(knobs: Knobs) -> Panel:
    """Training and held-out nll over the epochs, beside what counting achieves."""
    rule = [0, knobs.epochs]
    traces = [
        line("training", SPLITS["train"]), line("held out", SPLITS["test"]),
        line("bigram", GREY, dash="dash").update(x=rule), line("unigram", GREY, dash="dot").update(x=rule),
    ]  # fmt: skip
    bindings: list[Binding] = [
        Extend(0, "epoch", "train_loss"), Extend(1, "epoch", "test_loss"),
        Replace(2, "y", "bigram_line"), Replace(3, "y", "unigram_line"),
    ]  # fmt: skip
    made = figure("Surprise by the next letter", traces, "epoch", "nll in nats", hovermode="x unified", legend=NARROW)
    made.update_xaxes(range=rule)
    alt = "Negative log-likelihood a character on training and held-out lines, beside a bigram and a unigram model."
    return Panel("nll", made, bindings, alt)


def expected(knobs: Knobs) -> Panel:
    """The word, and under each of its letters those that the network expected there, the likeliest first."""
    rows = ["follows", *("1st", "2nd", "3rd", "4th", "5th")[:TOP]]
    heights = [TOP + 1.1, *range(TOP, 0, -1)]  # a little room under the word
    boxes = [(0, y - 0.94, knobs.columns, y - 0.06) for y in heights]
    traces = [go.Scatter(x=[None], y=[None], showlegend=False)]
    made = figure(
        "What it expected, letter by letter", traces, f"{END} ends it; the darker, the likelier",
        xaxis={"range": [0, knobs.columns], **BARE}, margin={"b": 26, "l": 54},
    )  # fmt: skip
    made.update_yaxes(row_ticks(rows, [y - 0.5 for y in heights]), range=[0, TOP + 1.2])
    alt = f"The letters of {knobs.looked_at} with their probabilities, and under each the likeliest five."
    return Panel("expected", made, [Text("expected", boxes, "expected_shade", size=20)], alt)


def row_ticks(names: list[str], at: list[float]) -> dict[str, Any]:
    """An axis that names rows, without lines."""
    plain = {"showgrid": False, "zeroline": False, "showline": False, "ticks": "", "fixedrange": True}
    return {"tickmode": "array", "tickvals": at, "ticktext": names, **plain}


def depends(knobs: Knobs) -> Panel:
    """For each letter of the word, how much its logit depended on each of those before; one row can be pointed at."""
    count = knobs.columns
    strip = (0, count + 0.5, count, count + 1.7)
    rows = cells(count, count)
    bindings: list[Binding] = [
        Tiles("depends_last", [strip], "sequential", "upper"), Tiles("depends", rows, "sequential", "upper"),
        Text("word", [(0, count + 0.5, count, count + 1.7)], size=18),
        Text("following", [(-1.3, y0, -0.2, y1) for _, y0, _, y1 in rows], size=15),
        Pick("depends", "depends"),
    ]  # fmt: skip
    traces = [go.Scatter(x=[None], y=[None], showlegend=False)]
    made = figure(
        "What each letter depended on", traces, f"letters read, from {START} on",
        xaxis={"range": [-1.6, count + 0.1], **BARE}, yaxis={"range": [-0.1, count + 1.8], **BARE},
        margin={"b": 24, "l": 24, "t": 2},
    )  # fmt: skip
    made.update_yaxes(title={"text": "next letter"})
    alt = (
        f"A map for {knobs.looked_at}: a row for each letter to come, a column for each one read; darker mattered more."
    )
    return Panel("depends", made, bindings, alt)


def plane(knobs: Knobs, colors: dict[str, str]) -> Panel:
    """Hidden states in the plane of their two widest directions, and the word's way through it."""
    traces = [key(name, color, size=7) for name, color in colors.items()]
    way = line(knobs.looked_at, "#333333").update(x=[None], y=[None])
    bindings: list[Binding] = [
        Marks(f"cloud_x_{k}", f"cloud_y_{k}", k, color, size=6) for k, color in enumerate(colors.values())
    ]
    bindings += [
        Paths("path_x", "path_y", (len(traces),), end="dot", halo=True),
        Text("letters", "path_boxes", "letters_shade", size=13),
    ]
    axis = at_rest({"range": [-REACH, REACH]})
    made = figure("Hidden states in the plane (PCA)", [*traces, way], xaxis=axis, yaxis=axis)
    alt = f"Principal components of hidden states; a path follows {knobs.looked_at} letter by letter."
    return Panel("plane", made, bindings, alt)


def kinds_plane(knobs: Knobs) -> Panel:
    """The plane with hidden states coloured by what was just read."""
    return plane(knobs, KINDS)


def hidden(knobs: Knobs) -> Panel:
    """The hidden state after each letter of the word, unit by unit."""
    count, units = knobs.columns, knobs.hidden_size
    traces = [go.Scatter(x=[None], y=[None], showlegend=False)]
    made = figure(
        "Hidden state after each letter", traces, y="hidden unit", xaxis={"range": [0, count], **BARE},
        yaxis={"range": [units, -0.14 * units], "showgrid": False, "zeroline": False, "fixedrange": True},
    )  # fmt: skip
    bindings: list[Binding] = [
        Tiles("hidden", [(0, units, count, 0)], "diverging", "upper"),
        Text("word", [(0, -0.01 * units, count, -0.13 * units)], size=18),
    ]
    alt = f"Activations of the hidden units, from -1 in blue to 1 in red, after each letter of {knobs.looked_at}."
    return Panel("hidden", made, bindings, alt)


def copies(knobs: Knobs) -> Panel:
    """The share of the samples that are copies, and of those that are real without having been seen."""
    traces = [line(f"training {things(knobs)}", COPIED), line(f"held-out {things(knobs)}", HELD_OUT)]
    bindings = [Extend(0, "epoch", "copied"), Extend(1, "epoch", "rediscovered")]
    made = figure("Samples that are", traces, "epoch", "share of 200", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    made.update_yaxes(range=[-0.01, 1.02], tickformat=".0%")
    alt = "Of 200 samples, the share that are training lines and the share that are held-out lines, over the epochs."
    return Panel("copies", made, bindings, alt)
