"""What the forecast lab calls things: series, cells, forecasters, and their colours."""

from __future__ import annotations

from dataclasses import dataclass

from playground.stage.palette import BLUE, GREEN, GREY, PURPLE, VERMILLION

SERIES = {"sunspots": "Sunspots", "co2": "CO₂", "stocks": "Stocks", "own": "Own table"}
CELLS = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
TICKERS = ("GOOG", "AAPL", "AMZN", "FB", "NFLX", "MSFT")
FORECASTERS = {"network": "Network", "linear": "Linear AR", "persistence": "Persistence", "mean": "Training mean"}
SHORT = {"network": "network", "linear": "AR", "persistence": "persistence", "mean": "mean"}
COLORS = {"network": BLUE, "free": VERMILLION, "linear": GREEN, "persistence": GREY, "mean": PURPLE}


@dataclass(frozen=True)
class Words:
    """How a series is spoken of: `step` is one of its steps, `unit` what an error is measured in, `axis` in short."""

    title: str
    unit: str
    axis: str
    step: str
    across: str


WORDS = {
    "sunspots": Words("Sunspots a year", "sunspots", "sunspots", "year", "year"),
    "co2": Words("CO₂, monthly", "ppm", "ppm", "month", "year"),
    "stocks": Words("Weekly price", "% of the first price", "%", "week", "weeks since January 2018"),
    "own": Words("Own table", "units", "units", "step", "row"),
}
