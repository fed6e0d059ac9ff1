"""The cell's figures: the step as an equation, answers, path of the state, gates over the text, weights, training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from playground.concepts.rnn.cell import layout, texts
from playground.concepts.rnn.cell.knobs import Knobs
from playground.concepts.rnn.words import LABELS
from playground.stage import Extend, Marks, Panel, Paths, Replace, Tiles
from playground.stage.bindings import Binding, Box
from playground.stage.figures import at_rest, figure, line
from playground.stage.palette import BLUE, CLASSES, GREEN, GREY, VERMILLION

EDGE = -0.12  # where the names of the rows end
DARK = "#222222"  # on the pale tiles, whatever the page's colours
NAMES = {
    "from_input": "a, token", "from_hidden": "b, memory", "hidden": "h, hidden", "forget": "f, forget",
    "input": "i, input", "candidate": "g, candidate", "output": "o, output", "cell": "c, cell", "reset": "r, reset",
    "update": "z, update", "new": "n, new",
}  # fmt: skip
ROWS = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "new"), "rnn": ("hidden",)}
MAP_GAP = 0.18  # of a map's height


def step(knobs: Knobs) -> Panel:
    """The step: the text on top, below it each unit's equation with this token's numbers."""
    boxes = layout.tiles(knobs)
    middles = [((x0 + x1) / 2, 0.0, "") for x0, _, x1, _ in boxes]
    numbers = _words(middles, 12 if knobs.units <= 5 else 10, color=DARK)
    numbers.update(y=[], text=None, texttemplate="%{customdata:.2f}")
    title = f"One step of the {LABELS[knobs.cell]}: {layout.TITLES[knobs.cell]}"
    made = figure(title, [numbers, *_tokens(knobs), *_columns(knobs)])
    x0, y0, x1, y1 = layout.extent(knobs)
    made.update_xaxes(**at_rest({"range": [x0, x1]}))
    made.update_yaxes(**at_rest({"range": [y0, y1]}))
    bindings: list[Binding] = [
        Tiles("values", boxes, "diverging", "upper"),
        *(Tiles(array, layout.strip(knobs, row), "diverging", "upper")
          for row, array in enumerate(("strip", "answered", "right"))),
        Replace(0, "customdata", "numbers"), Replace(0, "y", "number_y"),
    ]  # fmt: skip
    alt = f"The {LABELS[knobs.cell]}'s step for the token being read: each value of each unit as a coloured number."
    return Panel("step", made, bindings, alt, size="main")


def _words(placed: Sequence[tuple[float, float, str]], size: int, at: str = "middle center", **font: Any) -> go.Scatter:
    """Words at their places (x, y). As annotations they would cost a redraw four times as much."""
    x, y, text = zip(*placed, strict=True)
    return go.Scatter(x=x, y=y, text=text, mode="text", textposition=at, textfont={"size": size, **font},
                      hoverinfo="skip", showlegend=False, cliponaxis=False)  # fmt: skip


def _tokens(knobs: Knobs) -> list[go.Scatter]:
    """The text's characters in their tiles, and what the rows are."""
    boxes = layout.strip(knobs, 0)
    tokens = [((x0 + x1) / 2, (y0 + y1) / 2, token) for token, (x0, y0, x1, y1) in zip(knobs.text, boxes, strict=True)]
    rows = zip(layout.STRIP, ("reads", "says", "right"), strict=True)
    named = [(EDGE, low + layout.STRIP_HIGH / 2, text) for low, text in rows]
    named += [(EDGE, -unit * layout.ROW - layout.HIGH / 2, f"unit {unit + 1}") for unit in range(knobs.units)]
    return [_words(tokens, 15, color=DARK), _words(named, 11, "middle left")]


def _columns(knobs: Knobs) -> list[go.Scatter]:
    """The columns' words and symbols, and the signs between them."""
    columns = layout.COLUMNS[knobs.cell]
    lefts = [k * (layout.WIDE + layout.GAP) for k in range(len(columns))]
    middle = -((knobs.units - 1) * layout.ROW + layout.HIGH) / 2
    heads = [(x + layout.WIDE / 2, 0.12, f"{column.word}<br><b>{column.symbol}</b>")
             for x, column in zip(lefts, columns, strict=True)]  # fmt: skip
    signs = [(x - layout.GAP / 2, middle, column.sign)
             for x, column in zip(lefts, columns, strict=True) if column.sign]  # fmt: skip
    return [_words(heads, 11, "top center"), _words(signs, 16)]


def _over_text(made: go.Figure, knobs: Knobs) -> go.Figure:
    """The text along the x axis."""
    size = 12 if len(knobs.text) <= 14 else 10
    made.update_xaxes(range=[0, len(knobs.text)], tickvals=[k + 0.5 for k in range(len(knobs.text))], tickangle=0,
                      ticktext=list(knobs.text), zeroline=False, showgrid=False, tickfont={"size": size})  # fmt: skip
    return made


def answers(knobs: Knobs) -> Panel:
    """After each token the probability of yes, beside what is right."""
    at = [k + 0.5 for k in range(len(knobs.text))]
    right = go.Scatter(x=at, y=[], mode="markers", name="right",
                       marker={"symbol": "square-open", "size": 12, "color": GREY, "line": {"width": 2}})  # fmt: skip
    said = go.Scatter(x=[None], y=[None], mode="markers", name="answer", marker={"size": 8, "color": VERMILLION})
    made = _over_text(figure(texts.QUESTIONS[knobs.task], [right, said], "", "probability of yes"), knobs)
    made.update_yaxes(range=[-0.1, 1.1], tickvals=[0, 0.5, 1], zeroline=False)
    bindings: list[Binding] = [
        Replace(0, "y", "wanted"), Marks("answer_x", "answer_y", 1, VERMILLION, size=8),
        Marks("rule", "rule", None, GREY, symbol="rule", size=1.5),
    ]  # fmt: skip
    return Panel("answers", made, bindings, "The probability of yes after each token, beside the right answer.")


def path(knobs: Knobs) -> Panel:
    """The hidden states of other texts as a cloud, and the way of this text through it."""
    traces = [_dot("right: no", CLASSES[0]), _dot("yes", CLASSES[1]),
              line("this text", GREEN, width=2).update(x=[None], y=[None])]  # fmt: skip
    axis = {"range": [-1.1, 1.1], "tickvals": [-1, 0, 1], "fixedrange": True, "zeroline": False}
    made = figure("Path of the hidden state (PCA)", traces, "1st component (farthest point: 1)", "2nd", xaxis=axis,
                  yaxis=axis)  # fmt: skip
    bindings: list[Binding] = [
        Paths("path_x", "path_y", (2,), "arrow"), Marks("cloud_x", "cloud_y", None, "cloud_class", "classes", size=5),
    ]  # fmt: skip
    return Panel("path", made, bindings, "Hidden states on two principal axes, coloured by the right answer; the path.")


def _dot(name: str, color: str) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker={"size": 7, "color": color})


def over_text(knobs: Knobs) -> Panel:
    """Every gate and state over the text, a row for each unit: orange above zero, blue below."""
    names = layout.MAPS[knobs.cell]
    pitch = 1 + MAP_GAP
    boxes = {name: (0.0, -k * pitch - 1, float(len(knobs.text)), -k * pitch) for k, name in enumerate(names)}
    title = "Gates and states over the text; full blue −1, white 0, full orange 1"
    made = _over_text(figure(title, [], margin={"l": 92}), knobs)
    middles = [-k * pitch - 0.5 for k in range(len(names))]
    made.update_yaxes(range=[-len(names) * pitch + MAP_GAP / 2, 0.05], tickvals=middles, zeroline=False,
                      ticktext=[NAMES[name] for name in names])  # fmt: skip
    bindings: list[Binding] = [Tiles(f"map.{name}", [box], "diverging", "upper") for name, box in boxes.items()]
    bindings.append(Marks("rule", "rule", None, GREY, symbol="rule", size=1.5))
    alt = "Maps of every gate and state: a row for each unit, a column for each token."
    return Panel("over_text", made, bindings, alt, size="wide")


def weights(knobs: Knobs) -> Panel:
    """All weights of the cell: rows by gate and unit, columns by what they multiply."""
    rows, units = ROWS[knobs.cell], knobs.units
    columns = [*texts.ALPHABETS[knobs.task], *(f"h{k + 1}" for k in range(units)), "b", "b′"]
    box: Box = (0, -len(rows) * units, len(columns), 0)
    made = figure("Weights; full blue −3, full orange 3", [], margin={"l": 84})
    made.update_xaxes(range=[0, len(columns)], tickvals=[k + 0.5 for k in range(len(columns))], ticktext=columns,
                      zeroline=False, tickangle=0, tickfont={"size": 11})  # fmt: skip
    made.update_yaxes(range=[box[1], 0], tickvals=[-(k + 0.5) * units for k in range(len(rows))],
                      ticktext=[NAMES[name].partition(", ")[2] for name in rows], zeroline=False)  # fmt: skip
    alt = "The cell's weights as a map: rows by gate and unit; columns for tokens, hidden units and biases."
    return Panel("weights", made, [Tiles("weights", [box], "diverging", "upper")], alt)


def training(knobs: Knobs) -> Panel:
    """Loss and accuracy on fresh texts over the training."""
    traces = [line("accuracy", BLUE), line("loss (nats)", VERMILLION)]
    made = figure("Training, on fresh texts", traces, "step", "share correct; nats",
                  xaxis={"range": [0, max(1, knobs.steps)]}, yaxis={"rangemode": "tozero"})  # fmt: skip
    bindings = [Extend(0, "step", "test_accuracy"), Extend(1, "step", "test_loss")]
    return Panel("training", made, bindings, "Accuracy and loss on texts that training does not see, over the steps.")
