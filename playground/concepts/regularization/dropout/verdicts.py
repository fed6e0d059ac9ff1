"""What dropout did to the gap, the output and the uncertainty: each with its number and, where it helps, a mend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.regularization.dropout.knobs import Knobs
from playground.contract import History, Verdict

CUT = 0.02  # of the samples
WORSE = 1.1  # times the loss without dropout
ALIKE = 2.0  # standard errors
CHECKS = 400  # masks, as the experiment draws them
CALM = 0.2


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest first."""
    if not len(history):
        return ()
    rules = (_stopped, _cut, _gap, _expectation, _hole, _grows)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _stopped(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """That networks met a loss that is no number."""
    count = int(history.last("stopped.plain") + history.last("stopped.dropout"))
    if count:
        sentence = f"{count} of {2 * knobs.repeats} networks stopped: their loss was no number."
        yield Verdict(sentence, _end(history), {"learning_rate": max(1e-4, knobs.learning_rate / 10)})


def _cut_share(history: History) -> float:
    """The share of the training samples that lost a whole hidden layer."""
    return float(np.mean(history.metrics["cut_share"][1:])) if len(history) > 1 else 0.0


def _cut(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How many samples lost a whole layer, which leaves them nothing but the last bias."""
    share = _cut_share(history)
    if share > CUT:
        left = (1 - knobs.rate) * min(knobs.hidden_sizes)
        sentence = (
            f"{share:.0%} of the training samples lost a whole hidden layer: at p = {knobs.rate:g} a layer of "
            f"{min(knobs.hidden_sizes)} keeps {left:.2g} units on average. Such a sample teaches what follows nothing "
            "about its inputs."
        )
        yield Verdict(sentence, _end(history), {"rate": CALM})


def _gap(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The gaps between training and test loss, and which network tests better."""
    plain, dropped = history.last("test_loss.plain"), history.last("test_loss.dropout")
    trained = history.last("train_loss.plain"), history.last("train_loss.dropout")
    told = (
        f"Test loss {dropped:.3g} with dropout, {plain:.3g} without; training loss {trained[1]:.3g} and "
        f"{trained[0]:.3g}: a gap of {_signed(dropped - trained[1])} instead of {_signed(plain - trained[0])}."
    )
    mend: dict[str, Any] = {}
    if dropped > WORSE * plain and trained[1] > trained[0]:
        told += " Dropout costs more here than it saves."
        mend = {} if _cut_share(history) > CUT else _less(knobs)  # where layers are lost, that is what to mend
    yield Verdict(told, _end(history), mend)


def _signed(value: float) -> str:
    """Three digits, a true minus before what is negative."""
    return f"{value:.3g}".replace("-", "−")


def _less(knobs: Knobs) -> dict[str, Any]:
    """Half the rate, or fewer points, for which dropout is meant."""
    return {"rate": max(0.05, round(knobs.rate / 2, 2))} if knobs.rate > 0.05 else {"samples": 30}


def _expectation(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How far evaluation is from the mean over masks, beside the chance of that many masks."""
    gap, error = history.last("expectation_gap"), history.last("expectation_error")
    linear = len(knobs.hidden_sizes) == 1 and knobs.where == "hidden"
    measured = f"over {CHECKS} masks it is off by {gap:.3g}, with a standard error of {error:.3g}"
    if linear:
        said = f"What is dropped enters a linear layer only, so evaluation is exactly the mean over masks: {measured}."
    else:
        more = "more than chance" if gap > ALIKE * error else "within chance here"
        said = f"Evaluation is the mean over masks only as far as layers are linear: {measured}, {more}."
    yield Verdict(said, _end(history), {})


def _hole(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How uncertain the passes are between the points, beside at them and beyond them."""
    if knobs.data == "gap":
        hole, near, far = (history.last(f"uncertainty_{name}") for name in ("hole", "inside", "outside"))
        sentence = (
            f"In the gap between the points the passes differ by {hole:.2g}, beyond them by {far:.2g}, at them by "
            f"{near:.2g}: MC dropout sees less of a hole than of an edge."
            if hole < far
            else f"In the gap between the points the passes differ by {hole:.2g}, at them by {near:.2g}."
        )
        yield Verdict(sentence, _end(history), {})


def _grows(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How the spread of the passes grows from the points to twice their radius."""
    near, far, growth = (history.last(name) for name in ("uncertainty_inside", "uncertainty_outside", "growth"))
    what = "logits" if knobs.is_classes else "outputs"
    sentence = (
        f"The {what} of {knobs.passes} passes differ by {near:.2g} at the training points and by {far:.2g} at twice "
        f"their radius, {growth:.2g} times as much."
    )
    if knobs.activation == "tanh" and growth < 2:
        yield Verdict(f"{sentence} Tanh units saturate out there.", _end(history), {"activation": "relu"})
    else:
        yield Verdict(sentence, _end(history), {})
