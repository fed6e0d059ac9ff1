"""Forecasting a series with a recurrent network, always beside persistence and a linear autoregression."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.rnn.forecast import panels
from playground.concepts.rnn.forecast.knobs import Knobs
from playground.concepts.rnn.forecast.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Forecast"
SMALL = Knobs(hidden_size=8, steps=20, repeats=2, own_steps=1)

PRESETS = (
    Preset("Sunspots", "From 1947 on the orange line never sees the truth again, and keeps the cycle's time.", Knobs()),
    Preset("CO₂ change", "The change from month to month repeats: all three networks beat the linear model.",
           Knobs(series="co2", differenced=True, cell="lstm", window=24)),
    Preset("CO₂ value", "The test part lies above all that training saw: the network loses even to persistence.",
           Knobs(series="co2", cell="lstm", window=24)),
    Preset("A share", "A week ahead the last price is the best forecast: neither network nor linear model beats it.",
           Knobs(series="stocks", differenced=True, window=4, hidden_size=8)),
    Preset("It drifts", "One month ahead it wins; fed with itself it leaves the truth within two years.",
           Knobs(series="co2", differenced=True)),
    Preset("Own steps", "The same network, graded on its own forecasts as well: it holds, and pays one step ahead.",
           Knobs(series="co2", differenced=True, own_steps=12)),
    Preset("Two years", "Two years do not tell where in the cycle one is: running free it loses the beat.",
           Knobs(window=2)),
    Preset("Overfit", "The training error keeps falling; the test error turns at step 50 and rises.",
           Knobs(hidden_size=64, batch_size=64, schedule="constant", learning_rate=0.02, steps=400, repeats=1)),
    Preset("Break it: rate 1", "Every step leaps too far: the error jumps, and running free it ends as a flat line.",
           Knobs(learning_rate=1.0), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("test_mae", "Network, test MAE"),
    Readout("linear_test_mae", "Linear AR"),
    Readout("persistence_test_mae", "Persistence"),
    Readout("horizon_mae", "Network, at the horizon"),
    Readout("linear_horizon_mae", "Linear AR, at the horizon"),
)

MATHS = (
    (
        "One step of the cell: the hidden state takes in the newest value; the forecast is read from it linearly.",
        r"h_t = f\left(x_t, h_{t-1}\right), \quad \hat{x}_{t+1} = w^\top h_t + b",
    ),
    (
        "Teacher forcing: every step of a window of W reads the truth and is graded. The loss at this moment, in "
        "units of the training part's variance; own steps in training count as well.",
        r"L = \frac{1}{W} \sum_{t=1}^{W} \left(\hat{x}_{t+1} - x_{t+1}\right)^2 = \cell{train_loss}",
    ),
    (
        "Running free: each step reads the forecast before it, so errors feed on themselves. From the split to the end "
        "the mean error grows from the first number to the second.",
        r"h_{t+1} = f\left(\hat{x}_{t+1}, h_t\right), \quad \cell{test_mae} \to \cell{free_mae}",
    ),
    (
        "The linear autoregression, by least squares on the training part alone. Its test error, and what the network "
        "saves beside it.",
        r"\hat{x}_{t+1} = c + \sum_{k=1}^{W} a_k x_{t+1-k}: \quad \cell{linear_test_mae}, \quad "
        r"1 - \frac{\cell{test_mae}}{\cell{linear_test_mae}} = \cell{gain}",
    ),
    (
        "Persistence says that nothing changes. Its test error, and the skill: what the network saves beside it.",
        r"\hat{x}_{t+1} = x_t: \quad \cell{persistence_test_mae}, \quad "
        r"1 - \frac{\cell{test_mae}}{\cell{persistence_test_mae}} = \cell{skill}",
    ),
)

SOURCES = (
    replace(DATA["sunspots"], when=("series", ("sunspots",))),
    replace(DATA["co2"], when=("series", ("co2",))),
    Source("Here: the mean of each month; months without a value are drawn straight between their neighbours.",
           when=("series", ("co2",))),
    replace(DATA["stocks"], when=("series", ("stocks",))),
    Source("Your own table, kept on this server under its hash; the script reads it as upload.csv.",
           when=("series", ("own",))),
    Source("Split by time, standardised by the training part alone. Persistence and the linear model see the same."),
    Source("GRU: Cho and others, Learning phrase representations using RNN encoder-decoder, 2014.",
           url="https://arxiv.org/abs/1406.1078", when=("cell", ("gru",))),
    Source("LSTM: Hochreiter and Schmidhuber, Long short-term memory, 1997.",
           url="https://doi.org/10.1162/neco.1997.9.8.1735", when=("cell", ("lstm",))),
    Source("Elman, Finding structure in time, 1990.", url="https://doi.org/10.1207/s15516709cog1402_1",
           when=("cell", ("rnn",))),
    Source("Teacher forcing: Williams and Zipser, A learning algorithm for continually running fully recurrent neural "
           "networks, 1989.", url="https://doi.org/10.1162/neco.1989.1.2.270"),
    Source("Own steps in training: after Bengio and others, Scheduled sampling for sequence prediction with recurrent "
           "neural networks, 2015.", url="https://arxiv.org/abs/1506.03099"),
    Source("Linear autoregression of sunspots: Yule, On a method of investigating periodicities in disturbed series, "
           "1927.", url="https://doi.org/10.1098/rsta.1927.0007"),
)  # fmt: skip


def _by_fifteen(knobs: Knobs, history: History) -> bool:
    """Whether three networks or more beat the linear model on sunspots by 15 % on average."""
    fair = knobs.series == "sunspots" and knobs.repeats >= 3 and knobs.test_share >= 20
    return fair and history.last("gain") >= 0.15


def _near_and_far(knobs: Knobs, history: History) -> bool:
    """Whether a window of a year or less beats the linear model on CO₂ both one and 24 months ahead."""
    fair = knobs.series == "co2" and knobs.window <= 12 and knobs.horizon == 24 and knobs.repeats >= 3
    return fair and history.last("gain") > 0 and history.last("horizon_mae") < history.last("linear_horizon_mae")


CHALLENGES = (
    Challenge("Beat the linear AR on sunspots by 15 %, as the mean of three networks or more.", _by_fifteen),
    Challenge(
        "CO₂, window 12 at most: three networks or more beat the linear AR one month and 24 months ahead, on average.",
        _near_and_far, {"series": "co2", "differenced": True},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The series with its forecasts; errors, near and far; the hidden state; what is looked back at; the numbers."""
    return (
        panels.forecasts(knobs), panels.errors(knobs), panels.ahead(knobs), panels.states(knobs), panels.lags(knobs),
        panels.units(knobs), panels.scatter(knobs), panels.table(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
