"""The lab's figures where names are written: samples, nll, the word looked at, and what of the samples is copied."""

from __future__ import annotations

import html
from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.places import cells
from playground.concepts.rnn.names.words import COPIED, HELD_OUT, KINDS, START, TOP
from playground.stage import Extend, Marks, Panel, Paths, Pick, Replace, Text, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import BLUE, GREY, SPLITS

REACH = 1.2  # of the plane
NAMED = {"tickmode": "array", "tickvals": [], "showgrid": False, "zeroline": False, "showline": False,
         "fixedrange": True}  # fmt: skip
FIVE = {"entrywidthmode": "fraction", "entrywidth": 0.19}  # a legend of five in a row


def things(knobs: Knobs) -> str:
    """What is written, in the plural."""
    return "names" if knobs.data == "names" else "lines"


def key(name: str, color: str, symbol: str = "circle", size: int = 9) -> go.Scatter:
    """A mark that stands in the legend for those painted."""
    marker = {"color": color, "size": size, "symbol": symbol}
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


def rule(name: str, knobs: Knobs, dash: str, at: str = "top left") -> go.Scatter:
    """A level line over the epochs, named at its right end, or where `at` says right at its left end."""
    text = ["", name] if at.endswith("left") else [name, ""]
    said = {"text": text, "textposition": at, "textfont": {"size": 11, "color": GREY}}
    drawn = line(name, GREY, dash=dash).update(x=[0, knobs.epochs], mode="lines+text", showlegend=False, **said)
    return drawn.update(cliponaxis=False, hoverinfo="y+name")


def samples(knobs: Knobs) -> Panel:
    """What the network writes at this moment, each letter on a ground that says how likely it was."""
    what = things(knobs)
    traces = [
        key(f"copy of a training {what[:-1]}", COPIED, "square"),
        key(f"held-out {what[:-1]}, never seen", HELD_OUT),
        key("shade: how likely it found the letter", BLUE, "square", 12),
    ]
    bindings: list[Binding] = [
        Text("samples", "sample_boxes", "samples_shade", size=22),
        Marks("copied_x", "copied_y", 0, COPIED, symbol="square", size=9),
        Marks("rediscovered_x", "rediscovered_y", 1, HELD_OUT, size=10),
    ]
    drawn = f"temperature {knobs.temperature:g}" + (f", top {knobs.top_k}" if knobs.top_k else "")
    title = f"What it writes now, at {drawn}"
    if knobs.data == "own" and not knobs.text:
        title = f"No text yet, so it reads the surnames: what it writes, at {drawn}"
    made = figure(title, traces, xaxis=at_rest({"range": [0, 1]}), yaxis=at_rest({"range": [0, 1]}))
    alt = f"{what.capitalize()} drawn from the network at this moment; marks say which are copies of training {what}."
    return Panel("samples", made, bindings, alt, size="main")


def nll(knobs: Knobs) -> Panel:
    """Training and held-out loss over the epochs, beside what counting achieves."""
    traces = [
        line("training", SPLITS["train"]), line("held out", SPLITS["test"]),
        rule("bigram", knobs, "dash"), rule("unigram", knobs, "dot"),
    ]  # fmt: skip
    bindings: list[Binding] = [
        Extend(0, "epoch", "train_loss"), Extend(1, "epoch", "test_loss"),
        Replace(2, "y", "bigram_line"), Replace(3, "y", "unigram_line"),
    ]  # fmt: skip
    made = figure("Surprise by the next letter", traces, "epoch", "loss in nats", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    alt = "Negative log-likelihood a character on training and held-out lines, beside a bigram and a unigram model."
    return Panel("nll", made, bindings, alt)


def expected(knobs: Knobs) -> Panel:
    """The word, and under each of its letters those that the network expected there, the likeliest first."""
    rows = ["word", *("1st", "2nd", "3rd", "4th", "5th")[:TOP]]
    heights = [TOP + 1.1, *range(TOP, 0, -1)]  # a little room under the word
    boxes = [(0, y - 0.94, knobs.columns, y - 0.06) for y in heights]
    across = {"range": [0, knobs.columns], **NAMED, "showticklabels": False}
    made = figure("What it expected, letter by letter", nothing(), xaxis=across)
    made.update_yaxes(row_ticks(rows, [y - 0.5 for y in heights]), range=[0, TOP + 1.2])
    alt = f"The letters of {knobs.looked_at} with their probabilities, and under each the likeliest five."
    return Panel("expected", made, [Text("expected", boxes, "expected_shade", "columns", 20)], alt)


def nothing() -> list[go.Scatter]:
    """A trace that draws nothing: axes need one."""
    return [go.Scatter(x=[None], y=[None], showlegend=False)]


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
        Text("word", [strip], flow="columns", size=18),
        Text("following", [(-1, y0 - 0.2, 0, y1 + 0.2) for _, y0, _, y1 in rows], size=16),
        Pick("depends", "depends"),
    ]  # fmt: skip
    made = figure(
        "What each letter depended on; full colour: on it alone", nothing(), f"letters read, from {START} on",
        "next letter",
        xaxis={"range": [-1, count + 0.1], **NAMED}, yaxis={"range": [-0.1, count + 1.8], **NAMED},
    )  # fmt: skip
    alt = (
        f"A map for {knobs.looked_at}: a row for each letter to come, a column for each one read; strong colour: it "
        "mattered much."
    )
    return Panel("depends", made, bindings, alt)


def plane(knobs: Knobs, colors: dict[str, str], **legend: Any) -> Panel:
    """Hidden states in the plane of their two widest directions, and the word's way through it."""
    traces = [key(name, color, size=7) for name, color in colors.items()]
    way = line(html.escape(knobs.looked_at), BLUE).update(x=[None], y=[None])
    bindings: list[Binding] = [
        Marks(f"cloud_x_{k}", f"cloud_y_{k}", k, color, size=6) for k, color in enumerate(colors.values())
    ]
    bindings += [
        Paths("path_x", "path_y", (len(traces),), end="dot", halo=True),
        Text("letters", "path_boxes", "letters_shade", size=13),
    ]
    axis = at_rest({"range": [-REACH, REACH]})
    made = figure("Hidden states in the plane (PCA)", [*traces, way], xaxis=axis, yaxis=axis, legend=legend)
    alt = f"Principal components of hidden states; a path follows {knobs.looked_at} letter by letter."
    return Panel("plane", made, bindings, alt)


def kinds_plane(knobs: Knobs) -> Panel:
    """The plane with hidden states coloured by what was just read."""
    return plane(knobs, KINDS)


def hidden(knobs: Knobs) -> Panel:
    """The hidden state after each letter of the word, unit by unit."""
    count, units = knobs.columns, knobs.hidden_size
    made = figure(
        "Hidden state after each letter", nothing(), y="hidden unit",
        xaxis={"range": [0, count], **NAMED, "showticklabels": False},
        yaxis={"range": [units, -0.14 * units], "showgrid": False, "zeroline": False, "fixedrange": True},
    )  # fmt: skip
    bindings: list[Binding] = [
        Tiles("hidden", [(0, units, count, 0)], "diverging", "upper"),
        Text("word", [(0, -0.01 * units, count, -0.13 * units)], flow="columns", size=18),
    ]
    alt = f"Activations of the hidden units, from −1 in blue to 1 in orange, after each letter of {knobs.looked_at}."
    return Panel("hidden", made, bindings, alt)


def copies(knobs: Knobs) -> Panel:
    """The share of the samples that are copies, and of those that are real without having been seen."""
    traces = [line(f"training {things(knobs)}", COPIED), line(f"held-out {things(knobs)}", HELD_OUT)]
    bindings = [Extend(0, "epoch", "copied"), Extend(1, "epoch", "rediscovered")]
    made = figure("Share of samples found in a list", traces, "epoch", "share of 200", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    made.update_yaxes(range=[-0.01, 1.02], tickformat=".0%")
    alt = "Of 200 samples, the share that are training lines and the share that are held-out lines, over the epochs."
    return Panel("copies", made, bindings, alt)
