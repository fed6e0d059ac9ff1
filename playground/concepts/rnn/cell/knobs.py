"""The cell lab's knobs: which cell, what it learns, and the text that it reads."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from playground.concepts.rnn.cell import texts
from playground.contract import Knobs as Base
from playground.contract import knob


class Knobs(Base):
    cell: Literal["lstm", "gru", "rnn"] = knob(
        "lstm", title="Cell", labels={"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
    )
    task: Literal["brackets", "parity", "first", "switch"] = knob(
        "brackets", title="It learns to answer", labels=texts.QUESTIONS,
        help="After every token it answers yes or no.",
    )  # fmt: skip
    brackets: Annotated[str, AfterValidator(texts.checked("()")), AfterValidator(texts.closed)] = knob(
        "(()(()))()((", title="Text to read", when=("task", ("brackets",)), max_length=60,
        help="2 to 20 brackets. It learns from texts of 12, at most four deep.",
    )  # fmt: skip
    bits: Annotated[str, AfterValidator(texts.checked("01"))] = knob(
        "100110100010", title="Text to read", when=("task", ("parity", "first")), max_length=60,
        help="2 to 20 of 0 and 1. It learns from texts of 12.",
    )  # fmt: skip
    switches: Annotated[str, AfterValidator(texts.checked("01."))] = knob(
        "..1....0..1.", title="Text to read", when=("task", ("switch",)), max_length=60,
        help="2 to 20 of 1, 0 and the dot, which changes nothing. It learns from texts of 12.",
    )  # fmt: skip
    units: int = knob(4, title="Units", ge=2, le=8)
    steps: int = knob(
        300, title="Training steps", ge=0, le=1000, help="Before it reads the text; 0 reads it with random weights."
    )
    unit: int = knob(1, title="Unit in the maths", ge=1, le="units", group="more")
    gate_bias: float = knob(
        1.0, title="Bias of the keeping gate", ge=-4, le=4, group="more", when=("cell", ("lstm", "gru")),
        help="Added at the start to the forget gate of the LSTM, the update gate of the GRU.",
    )  # fmt: skip
    learning_rate: float = knob(0.03, title="Learning rate", ge=0.001, le=0.3, log=True, group="more")

    @property
    def text(self) -> str:
        """The text that is read."""
        return {"brackets": self.brackets, "switch": self.switches}.get(self.task, self.bits)

    @property
    def symbols(self) -> int:
        """How many symbols the task has."""
        return len(texts.ALPHABETS[self.task])
