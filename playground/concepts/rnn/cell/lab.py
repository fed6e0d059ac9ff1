"""One recurrent cell, seen from inside: every gate, equation and state while it reads a text token by token."""

from __future__ import annotations

from playground.concepts.rnn.cell import panels
from playground.concepts.rnn.cell.knobs import Knobs
from playground.concepts.rnn.cell.maths import MATHS
from playground.concepts.rnn.cell.verdicts import LEARNT, verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Cell"
CLOCK = "token"  # of the reading; the training before it counts its steps
SMALL = Knobs(units=3, steps=30, brackets="(())(")

PRESETS = (
    Preset("Open brackets", "It learns, then reads. A row is a unit; orange is positive or yes, blue negative or no.",
           Knobs()),
    Preset("A switch", "At 1 and 0 the gates move; at each dot they keep what is there.",
           Knobs(task="switch", steps=400)),
    Preset("Parity", "Every one must turn the state round, every zero leave it alone.",
           Knobs(task="parity", cell="gru")),
    Preset("The first bit", "One bit has to outlast all others: the keeping gate stays near 1.",
           Knobs(task="first")),
    Preset("RNN on brackets", "The same without gates: all that it keeps passes through tanh at every step.",
           Knobs(cell="rnn")),
    Preset("Random weights", "No training: gates near one half, and answers that mean nothing.", Knobs(steps=0)),
    Preset("Break it: RNN, parity", "Four plain units and 300 steps: the states of yes and no stay mixed.",
           Knobs(cell="rnn", task="parity"), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("answer", "Answer: yes", "percent"),
    Readout("wanted", "Right is (1: yes)", "count"),
    Readout("text_accuracy", "Right on this text", "percent"),
    Readout("test_accuracy", "Right on fresh texts", "percent"),
    Readout("carrier", "Unit that carries it", "count"),
)

SOURCES = (
    Source("Texts to learn from are drawn anew for every step; 256 others, never trained on, are the fresh ones."),
    Source("Elman, Finding structure in time, 1990: the plain cell.", url="https://doi.org/10.1207/s15516709cog1402_1",
           when=("cell", ("rnn",))),
    Source("Hochreiter and Schmidhuber, Long short-term memory, 1997.",
           url="https://doi.org/10.1162/neco.1997.9.8.1735", when=("cell", ("lstm",))),
    Source("Gers, Schmidhuber and Cummins, Learning to forget, 2000: the forget gate.",
           url="https://doi.org/10.1162/089976600300015015", when=("cell", ("lstm",))),
    Source("Cho and others, Learning phrase representations using RNN encoder-decoder, 2014.",
           url="https://arxiv.org/abs/1406.1078", when=("cell", ("gru",))),
    Source("Gates look as in Karpathy, Johnson and Fei-Fei, Visualizing and understanding recurrent networks, 2015.",
           url="https://arxiv.org/abs/1506.02078"),
)  # fmt: skip


def _fooled(knobs: Knobs, history: History) -> bool:
    """Whether a gated cell that has learnt errs on the visitor's text."""
    return knobs.cell != "rnn" and history.last("test_accuracy") >= LEARNT and history.last("text_accuracy") < 1


def _small(knobs: Knobs, history: History) -> bool:
    """Whether two units learn parity."""
    return knobs.task == "parity" and knobs.units == 2 and history.last("test_accuracy") >= LEARNT


CHALLENGES = (
    Challenge("Fool a gated cell that is right on 97 % of fresh texts: find a text on which it errs.", _fooled),
    Challenge("Learn parity with two units.", _small, {"task": "parity", "units": 2, "cell": "rnn"}),
)


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The step, answers, path, gates over the text, weights, training."""
    return (
        panels.step(knobs), panels.answers(knobs), panels.path(knobs), panels.over_text(knobs), panels.weights(knobs),
        panels.training(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
