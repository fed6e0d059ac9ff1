"""What the cells remembered and why, and what the gradient did, as measured: each sentence with its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.rnn.memory.knobs import ENOUGH, Knobs
from playground.concepts.rnn.words import LABELS
from playground.contract import History, Verdict

FADED = 1e-3  # first gradient beside the last
HALF_OPEN = 3.0  # a bias below which a gate forgets half within a few steps
TOGETHER = 0.05  # of the largest distance between the probes' states
BELOW, ABOVE = 0.9, 1.1  # radii whose gradients are told


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What broke, who remembers how far, and why; of the sweep, what shrank and grew."""
    if not len(history):
        return ()
    rules = (_by_theory, _tanh, _clipped) if knobs.view == "gradient" else (_broken, _reach, _faded, _gates, _together)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:4]


def _end(history: History) -> int:
    return int(history.steps[-1])


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Cells of which networks were lost to a loss or gradient that is no number."""
    for kind, name in LABELS.items():
        step = history.last(f"nan_step.{kind}")
        if not math.isfinite(step):
            continue
        norms = history.metrics[f"gradient_norm.{kind}"]
        largest = np.nanmax(np.where(np.isfinite(norms), norms, 0), initial=0)
        lost, all_of_them = history.last(f"lost.{kind}"), 6 * knobs.repeats
        sentence = (
            f"{lost:.0f} of {all_of_them} {name}s broke, the first at step {step:.0f}: a loss or gradient was no "
            f"number any more. The gradient's norm at lag {knobs.longest} had reached {largest:.1e}"
        )
        sentence += ", and nothing clips it." if not knobs.clip else f", though it is clipped at {knobs.clip:g}."
        yield Verdict(sentence, int(step), _calmer(knobs))


def _calmer(knobs: Knobs) -> dict[str, Any]:
    """Clipping where there is none, else a tenth of the learning rate."""
    return {"learning_rate": max(1e-4, knobs.learning_rate / 10)} if knobs.clip else {"clip": 1.0}


def _reach(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How far back each cell remembers, and what it does at the longest lag."""
    reach = {kind: history.last(f"reach.{kind}") for kind in LABELS}
    ranked = sorted(LABELS, key=lambda kind: (-reach[kind], kind == "rnn"))
    told = ", ".join(f"the {LABELS[kind]} up to lag {reach[kind]:.0f}" if reach[kind] else f"the {LABELS[kind]} at none"
                     for kind in ranked)  # fmt: skip
    ends = ", ".join(f"{LABELS[kind]} {_score(knobs, history.last(f'{knobs.score}.{kind}'))}" for kind in ranked)
    good = f"an error of at most {knobs.enough:.3f}" if knobs.task == "adding" else f"{100 * ENOUGH:g} % right"
    sentence = (
        f"With {good}: {told}. At lag {knobs.longest}: {ends}; "
        f"{'always answering 1' if knobs.task == 'adding' else 'guessing'} has "
        f"{_score(knobs, history.last('baseline'))}."
    )
    yield Verdict(sentence[0].upper() + sentence[1:], _end(history), _longer(knobs, reach))


def _score(knobs: Knobs, value: float) -> str:
    if not math.isfinite(value):
        return "broke"
    return f"{value:.3f}" if knobs.task == "adding" else f"{100 * value:.3g} %"


def _longer(knobs: Knobs, reach: dict[str, float]) -> dict[str, Any]:
    """More steps where a gated cell was still on its way."""
    short = max(reach["lstm"], reach["gru"]) < knobs.longest and knobs.gate_bias >= HALF_OPEN and knobs.steps < 600
    return {"steps": min(800, 2 * knobs.steps)} if short else {}


def _faded(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Whether the plain cell's gradient dies out on its way back, beside those of the gated ones."""
    ratio = {kind: history.last(f"gradient_ratio.{kind}") for kind in LABELS}
    if history.last("reach.rnn") < knobs.longest and ratio["rnn"] < FADED:
        told = f"to {ratio['rnn']:.1e} of what it is at the answer" if ratio["rnn"] else "below what float32 holds"
        sentence = (
            f"On the way back over {knobs.length(knobs.longest) - 1} steps the RNN's gradient shrinks "
            f"{told}, so the first step is hardly taught; in the LSTM "
            f"{ratio['lstm']:.2g} of it arrives, in the GRU {ratio['gru']:.2g}."
        )
        yield Verdict(sentence, _end(history), {"start": "orthogonal"} if knobs.start == "default" else {})


def _gates(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Whether gates that start half open forget before they can learn to keep."""
    short = [LABELS[kind] for kind in ("lstm", "gru") if history.last(f"reach.{kind}") < knobs.longest]
    if knobs.gate_bias < HALF_OPEN and short:
        kept = 1 / (1 + math.exp(-knobs.gate_bias))
        sentence = (
            f"{' and '.join(short)} fall short too: with a bias of {knobs.gate_bias:g} the keeping gate starts near "
            f"{kept:.2f}, and {kept:.2f} to the power of {knobs.longest} is {kept**knobs.longest:.1e}."
        )
        yield Verdict(sentence, _end(history), {"gate_bias": 5.0})


def _together(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Cells in which sequences that differ in their first step alone end in one and the same state."""
    measured = {kind: history.last(f"apart.{kind}") for kind in LABELS}
    apart = {kind: value for kind, value in measured.items() if math.isfinite(value)}
    lost = [kind for kind, value in apart.items() if value < TOGETHER]
    if lost and len(lost) < len(apart):
        kept = max(apart, key=lambda kind: apart[kind])
        told = f"{apart[lost[0]]:.1e}" if apart[lost[0]] else "nothing"
        sentence = (
            f"{knobs.probes} sequences that differ in nothing but their first step: before the answer, the "
            f"{LABELS[lost[0]]}'s states are {told} of their widest distance apart, the {LABELS[kept]}'s "
            f"{apart[kept]:.2g}."
        )
        yield Verdict(sentence, _end(history))


def _at(history: History, radius: float) -> int:
    """The frame of that radius, or the last one before it."""
    return int(np.argmin(np.abs(history.metrics["radius"] - radius)))


def _by_theory(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What a radius below 1 and one above do to the gradient, beside theory."""
    if history.last("radius") < ABOVE:
        return
    told = []
    for radius in (BELOW, ABOVE):
        i = _at(history, radius)
        measured, theory = (history.metrics[name][i] for name in ("ratio.identity", "theory"))
        told.append(f"{measured:.3g} times its length at radius {radius:g} (theory {theory:.3g})")
    sentence = f"Without a bend, {knobs.back} steps back the gradient is {told[0]} and {told[1]}."
    if knobs.matrix != "orthogonal":
        sentence += " Theory counts the largest eigenvalue alone; the smaller ones fade first."
    yield Verdict(sentence, int(history.steps[_at(history, ABOVE)]))


def _tanh(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """From which radius on tanh passes the gradient on undiminished."""
    ratios, radii = history.metrics["ratio.tanh"], history.metrics["radius"]
    last = _end(history)
    grown = np.flatnonzero(ratios >= 1)
    if len(grown):
        i = int(grown[0])
        sentence = (
            f"tanh's slope is below 1, so its gradient shrinks further: it first arrives undiminished at radius "
            f"{radii[i]:.2f}, where the identity's has grown {history.metrics['ratio.identity'][i]:,.0f}-fold."
        )
        yield Verdict(sentence, int(history.steps[i]))
    else:
        sentence = (
            f"Inputs of spread {knobs.input_std:g} drive tanh into its flat ends: even at radius {radii[-1]:.2f} only "
            f"{ratios[-1]:.1e} of the gradient arrives."
        )
        yield Verdict(sentence, last, {"input_std": 0.1} if knobs.input_std > 0.1 else {})


def _clipped(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """From where on clipping shortens the gradient on the weights, and by how much at the end."""
    whole = history.metrics["gradient_norm.identity"]
    if not knobs.clip:
        sentence = f"Nothing is clipped: at radius {history.last('radius'):.2f} the gradient is {whole[-1]:.1e} long."
        yield Verdict(sentence, _end(history), {"clip": 1.0})
        return
    over = np.flatnonzero(whole > knobs.clip)
    if len(over):
        i = int(over[0])
        sentence = (
            f"Clipping at {knobs.clip:g} shortens the identity's gradient on the weights from radius "
            f"{history.metrics['radius'][i]:.2f} on, at {history.last('radius'):.2f} by {whole[-1] / knobs.clip:.1e}: "
            f"its direction stays."
        )
        yield Verdict(sentence, int(history.steps[i]))
