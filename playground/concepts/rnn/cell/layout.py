"""Where things stand in the picture of a step: the text on top, then for each unit a row, its equation from the left.

One unit of length is the side of a tile. `names` are those of the trace (`trace.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from playground.concepts.rnn.cell.knobs import Knobs
from playground.stage.bindings import Box

WIDE, HIGH, GAP = 1.0, 0.8, 0.42  # a tile, and the room for a sign between two
ROW = 0.92
LEFT = 1.3  # room for the names of the rows
STRIP = (2.95, 2.05, 1.25)  # the lower edges of the rows of the text, of the answers and of what is right
STRIP_HIGH = 0.7


@dataclass(frozen=True)
class Column:
    """One vector of the step: its name in the trace, its word and symbol, the sign before it, when it is known.

    Known at stage 0, as the token comes in; 1, with the gates; 2, with the new memory; 3, with the answer.
    """

    name: str
    word: str
    symbol: str
    sign: str
    stage: int


COLUMNS = {
    "lstm": (
        Column("hidden_before", "hidden", "h₋", "", 0), Column("forget", "forget", "f", "→", 1),
        Column("cell_before", "cell", "c₋", "×", 0), Column("input", "input", "i", "+", 1),
        Column("candidate", "candid.", "g", "×", 1), Column("cell", "cell", "c", "=", 2),
        Column("output", "output", "o", "", 1), Column("bent", "bent", "tanh c", "×", 2),
        Column("hidden", "hidden", "h", "=", 3),
    ),
    "gru": (
        Column("from_input", "input", "a", "", 1), Column("reset", "reset", "r", "+", 1),
        Column("from_hidden", "memory", "b", "×", 1), Column("new", "new", "n", "→", 2),
        Column("update", "update", "z", "", 1), Column("hidden_before", "hidden", "h₋", "×", 0),
        Column("rest", "rest", "1−z", "+", 1), Column("new", "new", "n", "×", 2),
        Column("hidden", "hidden", "h", "=", 3),
    ),
    "rnn": (
        Column("hidden_before", "hidden", "h₋", "", 0), Column("from_input", "from the token", "a", "→", 1),
        Column("from_hidden", "from the memory", "b", "+", 1), Column("sum", "sum", "a + b", "=", 2),
        Column("hidden", "hidden", "h = tanh(a + b)", "→", 3),
    ),
}  # fmt: skip
TITLES = {
    "lstm": "c = f × c₋ + i × g, then h = o × tanh c",
    "gru": "n = tanh(a + r × b), then h = z × h₋ + (1 − z) × n",
    "rnn": "h = tanh(a + b)",
}
MAPS = {
    "lstm": ("forget", "input", "candidate", "output", "cell", "hidden"),
    "gru": ("reset", "update", "new", "hidden"),
    "rnn": ("from_input", "from_hidden", "hidden"),
}


def width(knobs: Knobs) -> float:
    """How wide the equation is."""
    return len(COLUMNS[knobs.cell]) * (WIDE + GAP) - GAP


def tiles(knobs: Knobs) -> list[Box]:
    """The box of each number, column by column, from the first unit down."""
    lefts = [k * (WIDE + GAP) for k in range(len(COLUMNS[knobs.cell]))]
    return [(x, -unit * ROW - HIGH, x + WIDE, -unit * ROW) for x in lefts for unit in range(knobs.units)]


def strip(knobs: Knobs, row: int) -> list[Box]:
    """The box of each token in a row of the strip: 0 the text, 1 the answers, 2 what is right."""
    pitch = width(knobs) / len(knobs.text)
    edge = min(0.04, 0.06 * pitch)
    low = STRIP[row]
    return [(k * pitch + edge, low, (k + 1) * pitch - edge, low + STRIP_HIGH) for k in range(len(knobs.text))]


def extent(knobs: Knobs) -> Box:
    """x0, y0, x1, y1 of the whole."""
    return -LEFT, -(knobs.units - 1) * ROW - HIGH - 0.08, width(knobs) + 0.05, STRIP[0] + STRIP_HIGH + 0.05
