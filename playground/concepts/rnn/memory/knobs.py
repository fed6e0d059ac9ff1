"""The memory lab's knobs: a task with its lags, how the cells start and learn; or a spectral radius swept."""

from __future__ import annotations

from typing import Literal

import numpy as np

from playground.concepts.rnn.words import LABELS, parameter_count
from playground.contract import Knobs as Base
from playground.contract import knob

LAGS = 6
SHORTEST = 2
ENOUGH, ENOUGH_ERROR = 0.9, 1 / 60  # the second is a tenth of the variance of a sum of two numbers from 0 to 1
TRAINED, SWEPT = ("view", ("lag",)), ("view", ("gradient",))
CLASSES = ("task", ("recall", "copy"))


class Knobs(Base):
    view: Literal["lag", "gradient"] = knob(
        "lag", title="Look at", labels={"lag": "Memory by lag", "gradient": "Gradient by radius"},
        help="Train three cells at several lags; or sweep the spectral radius of an untrained network.",
    )  # fmt: skip
    task: Literal["recall", "copy", "adding"] = knob(
        "recall", title="Task", when=TRAINED, labels={"recall": "Recall", "copy": "Copy", "adding": "Adding"},
        help="Recall: name the first symbol after the lag. Copy: the first two. Adding: the sum of two marked numbers.",
    )  # fmt: skip
    longest: int = knob(
        30, title="Longest lag", ge=7, le=50, unit="steps", when=TRAINED,
        help="Six lags from 2 to this one, each with networks of its own.",
    )  # fmt: skip
    gate_bias: float = knob(
        5.0, title="Bias of the keeping gate", ge=-2, le=8, when=TRAINED,
        help="Added at the start to the LSTM's forget and the GRU's update gate: 0 is half open, 5 keeps 99 % a step.",
    )  # fmt: skip
    start: Literal["default", "orthogonal", "identity", "radius"] = knob(
        "default", title="Start of the RNN's recurrent matrix", when=TRAINED,
        labels={"default": "PyTorch's default", "radius": "Gaussian of a radius"},
    )  # fmt: skip
    radius: float = knob(
        1.0, title="Spectral radius", ge=0.5, le=1.5, when=("start", ("radius",)),
        help="The largest |eigenvalue| of the recurrent matrix at the start.",
    )  # fmt: skip
    matrix: Literal["orthogonal", "symmetric", "gaussian"] = knob(
        "orthogonal", title="Recurrent matrix", when=SWEPT,
        help="Drawn once, then scaled to each spectral radius. Orthogonal: all eigenvalues are equally large.",
    )  # fmt: skip
    back: int = knob(30, title="Steps back", ge=5, le=100, when=SWEPT)
    input_std: float = knob(
        0.3, title="Spread of the inputs", ge=0.02, le=2, when=SWEPT,
        help="Standard deviation of what comes in at each step. Large inputs drive tanh into its flat ends.",
    )  # fmt: skip
    clip: float = knob(
        1.0, title="Clip the gradient's norm at", ge=0, le=10,
        help="A longer gradient is shortened to this length; 0 never clips.",
    )  # fmt: skip
    learning_rate: float = knob(0.01, title="Learning rate", ge=1e-4, le=1, log=True, when=TRAINED, group="more")
    optimizer: Literal["adam", "sgd"] = knob(
        "adam", title="Optimizer", when=TRAINED, group="more", labels={"adam": "Adam", "sgd": "SGD"}
    )
    bend: Literal["tanh", "relu", "identity"] = knob(
        "tanh", title="The RNN's activation", when=TRAINED, group="more",
        labels={"relu": "ReLU", "identity": "Identity (linear)"},
    )  # fmt: skip
    units: int = knob(16, title="Hidden units", ge=4, le=32, group="more")
    equal: Literal["units", "parameters"] = knob(
        "units", title="Equal between cells", when=TRAINED, group="more",
        help="Parameters: RNN and GRU get more units, until they have as many parameters as the LSTM.",
    )  # fmt: skip
    symbols: int = knob(8, title="Symbols", ge=2, le=8, when=CLASSES, group="more")
    filler: Literal["symbols", "silence"] = knob(
        "symbols", title="In between", when=CLASSES, group="more", labels={"symbols": "other symbols"},
        help="What comes in while the cell is to remember.",
    )  # fmt: skip
    batch_size: int = knob(32, title="Batch size", ge=8, le=64, when=TRAINED, group="more")
    steps: int = knob(250, title="Steps", ge=50, le=800, when=TRAINED, group="more")
    repeats: int = knob(
        3, title="Repeats", ge=1, le=4, when=TRAINED, group="more",
        help="Networks of each cell at each lag, with starts and sequences of their own.",
    )  # fmt: skip

    @property
    def kept(self) -> int:
        """How many symbols are to be kept."""
        return 2 if self.task == "copy" else 1

    @property
    def probes(self) -> int:
        """How many sequences are looked into that differ in what is to be remembered alone."""
        return 5 if self.task == "adding" else min(self.symbols, 5)

    @property
    def score(self) -> str:
        """What is measured of the answers: their accuracy, or for numbers the squared error."""
        return "error" if self.task == "adding" else "accuracy"

    @property
    def enough(self) -> float:
        """The accuracy from which on, or the error up to which, a network remembers."""
        return ENOUGH_ERROR if self.task == "adding" else ENOUGH

    @property
    def columns(self) -> tuple[str, ...]:
        """The metrics in the table."""
        return ("reach", self.score, "train_loss", "gradient_ratio", "apart", "clipped_share")

    @property
    def silent(self) -> bool:
        """Whether nothing comes in between."""
        return self.filler == "silence"

    @property
    def lags(self) -> tuple[int, ...]:
        """The lags, the longest first."""
        return tuple(int(lag) for lag in np.linspace(self.longest, SHORTEST, LAGS).round())

    def length(self, lag: int) -> int:
        """The steps of a sequence of that lag."""
        return lag if self.task == "adding" else lag + self.kept

    @property
    def sizes(self) -> tuple[int, int]:
        """How many inputs and outputs every network has."""
        return (2, 1) if self.task == "adding" else (self.symbols + 2, self.symbols)

    @property
    def hidden(self) -> dict[str, int]:
        """The units of each cell: equal, or as many as bring it nearest to the LSTM's parameters."""
        inputs, outputs = self.sizes
        if self.equal == "units":
            return dict.fromkeys(LABELS, self.units)
        wanted = parameter_count("lstm", inputs, self.units, outputs)
        return {
            kind: min(range(1, 100), key=lambda n, k=kind: abs(parameter_count(k, inputs, n, outputs) - wanted))  # type: ignore[misc]
            for kind in LABELS
        }
