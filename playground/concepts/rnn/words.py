"""What the page calls its cells and how it colours them: a cell keeps both in every lab."""

from __future__ import annotations

from playground.stage.palette import BLUE, GREEN, VERMILLION

LABELS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
COLORS = {"rnn": VERMILLION, "lstm": BLUE, "gru": GREEN}
GATES = {"rnn": 1, "lstm": 4, "gru": 3}  # rows of weights for each unit


def parameter_count(kind: str, inputs: int, units: int, outputs: int) -> int:
    """The parameters of a cell, with torch.nn's two biases, and of the linear read-out behind it."""
    return GATES[kind] * units * (inputs + units + 2) + (units + 1) * outputs
