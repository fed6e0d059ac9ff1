"""The knobs of the names lab: what is read, by which network, and how names are drawn from it."""

from __future__ import annotations

from typing import Literal

from playground.contract import Knobs as Base
from playground.contract import knob

WRITING = ("names", "own")


class Knobs(Base):
    data: Literal["names", "own", "surnames"] = knob(
        "names", title="Read",
        labels={"names": "names", "own": "your text", "surnames": "surnames"},
        help="First names, or a text of yours, are learnt letter by letter, to write new ones; of surnames the "
             "language is told.",
    )  # fmt: skip
    text: str = knob(
        "", title="Your text", upload="text", when=("data", ("own",)),
        help="Up to 1 MB, of which the first 100,000 characters are read, line by line; lines of more than 40 are "
             "wrapped. The 100 most frequent characters are the alphabet. Without a file: the surnames.",
    )  # fmt: skip
    cell: Literal["rnn", "lstm", "gru"] = knob("gru", title="Cell", labels={"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"})
    hidden_size: int = knob(64, title="Hidden units", ge=2, le=128)
    temperature: float = knob(
        1.0, title="Temperature", ge=0.1, le=3, when=("data", WRITING), after=True,
        help="Logits are divided by it before a character is drawn: below 1 safe, above 1 daring. Trains nothing anew.",
    )  # fmt: skip
    word: str = knob(
        "elizabeth", title="Look at", min_length=1, max_length=14, when=("data", WRITING), after=True,
        help="What the network expects after each of its characters, and what it keeps of them.",
    )  # fmt: skip
    surname: str = knob(
        "martinelli", title="Look at", min_length=1, max_length=14, when=("data", ("surnames",)), after=True,
        help="Which language the network takes it for after each of its letters.",
    )  # fmt: skip
    top_k: int = knob(
        0, title="Top k", ge=0, le=30, group="more", when=("data", WRITING), after=True,
        help="Draws from the k likeliest characters alone; 0 draws from all.",
    )  # fmt: skip
    start: str = knob(
        "", title="Samples begin with", max_length=10, group="more", when=("data", WRITING), after=True
    )  # fmt: skip
    train_lines: int = knob(
        0, title="Training lines", ge=0, le=5000, group="more", help="0 is all; a tenth is held out in any case."
    )
    epochs: int = knob(10, title="Epochs", ge=1, le=60, group="more")
    learning_rate: float = knob(0.01, title="Learning rate", ge=1e-4, le=0.3, log=True, group="more")
    batch_size: Literal[16, 32, 64, 128, 256] = knob(64, title="Batch size", group="more")
    embedding_size: int = knob(16, title="Embedding size", ge=1, le=32, group="more")
    dropout: float = knob(
        0.0, title="Dropout", ge=0, le=0.8, group="more", help="Of the hidden state, before the output."
    )

    @property
    def writes(self) -> bool:
        """Whether the network writes, rather than tells a language."""
        return self.data in WRITING

    @property
    def looked_at(self) -> str:
        """The word whose reading is shown."""
        return self.word if self.writes else self.surname

    @property
    def columns(self) -> int:
        """The steps that the word takes: its start and characters, and of a surname its end."""
        return len(self.looked_at) + (1 if self.writes else 2)
