"""The knobs of the forecast lab: which series, how it is seen, which cell, and how it is trained."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.concepts.rnn.forecast.words import CELLS, SERIES, TICKERS, WORDS, Words
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.data.tables import stocks


class Knobs(Base):
    series: Literal["sunspots", "co2", "stocks", "own"] = knob("sunspots", title="Series", labels=SERIES)
    ticker: Literal[*TICKERS] = knob("GOOG", title="Share", when=("series", ("stocks",)))  # type: ignore[valid-type]
    table: str = knob(
        "", title="Own table", upload="table", when=("series", ("own",)),
        help="A CSV file with a header and a row for each step of time, the oldest first; at least 60 rows.",
    )  # fmt: skip
    column: str = knob(
        "", title="Column", max_length=60, pattern=r"^[^<>]*$", when=("series", ("own",)),
        help="The name of a column of numbers. Empty: the first one that does not just count the rows.",
    )  # fmt: skip
    differenced: bool = knob(
        False, title="Forecast the change",
        help="Network and linear model see and forecast the difference to the step before, not the value.",
    )  # fmt: skip
    cell: Literal["rnn", "lstm", "gru"] = knob("gru", title="Cell", labels=CELLS)
    hidden_size: int = knob(32, title="Hidden units", ge=1, le=64)
    window: int = knob(12, title="Window", ge=1, le=48, unit="steps", help="How many steps a forecast looks back at.")
    own_steps: int = knob(
        0, title="Own steps in training", ge=0, le=12, group="more",
        help="0 is teacher forcing: every training step is given the true past. Above, each window goes on for so many "
        "steps on the network's own forecasts, and these count in the loss.",
    )  # fmt: skip
    horizon: int = knob(
        24, title="Horizon", ge=1, le=24, unit="steps", group="more",
        help="How far ahead the error is measured, each forecast fed with those before it.",
    )  # fmt: skip
    test_share: int = knob(
        20, title="Test share", ge=10, le=50, unit="%", group="more",
        help="The newest part of the series, which training never sees.",
    )  # fmt: skip
    steps: int = knob(300, title="Steps", ge=20, le=1000, group="more")
    learning_rate: float = knob(0.01, title="Learning rate", ge=1e-4, le=1, log=True, group="more")
    schedule: Literal["cosine", "constant"] = knob(
        "cosine", title="Schedule", group="more", labels={"cosine": "cosine to zero"},
        help="Cosine lowers the learning rate to 0 along half a cosine.",
    )  # fmt: skip
    batch_size: int = knob(
        32, title="Batch size", ge=0, le=256, group="more",
        help="Windows in one update; 0 is all of the training part.",
    )  # fmt: skip
    repeats: int = knob(
        3, title="Repeats", ge=1, le=5, group="more",
        help="Networks that differ in their seed alone. The pictures show the first, the numbers are their mean.",
    )  # fmt: skip

    @property
    def words(self) -> Words:
        """How the series is spoken of."""
        return WORDS[self.series]

    @property
    def prices(self) -> NDArray[np.float64]:
        """The weekly prices of the share in % of the first: the script, which cannot read them, prints them."""
        names, values = stocks()
        return 100 * values[:, names.index(self.ticker)]
