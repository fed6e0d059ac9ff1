"""Why did that happen: sentences from what the run measured, each with its number and where there is one a cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from playground.concepts.cnn.layers import MOST_LAYERS
from playground.concepts.cnn.training import strips
from playground.concepts.cnn.training.knobs import LONGEST, MOST_WORK, Knobs
from playground.contract import History, Verdict

CHANCE = 1.5  # times the share that guessing gets right
WIDE_GAP = 0.05  # of accuracy, training above test
FADED = 0.02  # the first layer's gradient over the last's
MANY = 0.1  # of the units
CALM = 0.01  # a learning rate that every optimizer here stands
LEAD = 0.01  # of accuracy


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most three."""
    if not len(history):
        return ()
    grave = [*_diverged(knobs, history)] or [*_stuck(knobs, history)]
    if grave:
        return tuple(grave)
    rules: tuple[Callable[[Knobs, History], Iterator[Verdict]], ...] = (_rival, _overfitted, _dead, _pair)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:3]


def _end(history: History) -> int:
    return int(history.steps[-1])


def _diverged(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if "nan_step" in history.metrics:
        step = int(np.nanmin(history.metrics["nan_step"]))
        mend = {"learning_rate": calmer(knobs)}
        sentence = f"The loss was no number at step {step}: the learning rate {knobs.learning_rate:g} is too large."
        yield Verdict(f"{sentence} Try {mend['learning_rate']:g}.", step, mend)


def calmer(knobs: Knobs) -> float:
    """A learning rate a tenth as large, and at most one that is known to be stable."""
    return float(f"{max(1e-5, min(knobs.learning_rate / 10, CALM)):.1g}")


def _stuck(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A network that still guesses at the end, and the likely reason."""
    accuracy, chance = history.last("train_accuracy"), 1 / len(knobs.classes)
    if accuracy > CHANCE * chance:
        return
    sentence = (
        f"The network still guesses: {accuracy:.0%} of its own training images are right, chance is {chance:.0%}."
    )
    why, mend = _why_stuck(knobs, history)
    yield Verdict(f"{sentence} {why}", _end(history), mend)


def _why_stuck(knobs: Knobs, history: History) -> tuple[str, dict[str, Any]]:
    dead, units = history.last("dead"), history.last("units")
    ratios = history.metrics["gradient_ratio"]
    ratio = float(np.median(ratios[np.isfinite(ratios)])) if np.isfinite(ratios).any() else 1.0
    if dead > units / 2:
        return f"{dead:.0f} of its {units:.0f} units are dead: the learning rate is too large.", _slower(knobs)
    if ratio < FADED:
        reach = f"A weight of the first layer gets {ratio:.1g} times the gradient of one in the last layer"
        if knobs.activation != "relu":
            return f"{reach}: {knobs.activation.replace('_', ' ')} weakens it at every layer.", {"activation": "relu"}
        return f"{reach}.", {"architecture": "small"}
    if knobs.learning_rate > CALM:
        return f"The learning rate {knobs.learning_rate:g} is too large.", _slower(knobs)
    if knobs.optimizer != "adam" or knobs.learning_rate < CALM:
        return "It needs larger steps.", {"learning_rate": CALM, "optimizer": "adam"}
    return "It needs more steps.", {"epochs": min(30, 2 * knobs.epochs)} if 2 * knobs.work <= MOST_WORK else {}


def _slower(knobs: Knobs) -> dict[str, Any]:
    return {"learning_rate": calmer(knobs)}


def _rival(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The network beside the MLP, on images as they are and where a change tells them apart most."""
    if not knobs.compares:
        return
    own, other = history.last("test_accuracy"), history.last("test_accuracy.mlp")
    sizes = f"{knobs.parameters:,} and {history.last('parameters.mlp'):,.0f} parameters"
    lead = "leads" if own > other + LEAD else "trails" if own < other - LEAD else "draws level"
    sentence = f"With {sizes} the network {lead}: {own:.1%} of the test images right, the MLP {other:.1%}."
    gaps = {kind: history.last(name) - history.last(f"{name}.mlp") for kind, name in strips.METRICS.items()}
    if all(map(np.isfinite, gaps.values())):
        kind = max(gaps, key=lambda one: abs(gaps[one]))
        at = strips.UNITS[kind].format(strips.strengths(knobs)[kind][strips.MIDDLE])
        values = [history.last(strips.METRICS[kind] + end) for end in ("", ".mlp")]
        sentence += f" Most apart when {strips.KINDS[kind]} ({at}): {values[0]:.0%} and {values[1]:.0%}."
    yield Verdict(sentence, _end(history))


def _overfitted(knobs: Knobs, history: History) -> Iterator[Verdict]:
    train, test = history.last("train_accuracy"), history.last("test_accuracy")
    if train - test > WIDE_GAP:
        sentence = f"It overfits: {train:.1%} of the training images are right, {test:.1%} of the test images."
        yield Verdict(sentence, _end(history), _regularised(knobs))


def _regularised(knobs: Knobs) -> dict[str, Any]:
    """A convolutional network for an MLP, dropout for a convolutional network that has none."""
    if knobs.architecture in ("mlp128", "mlp512"):
        return {"architecture": "small"}
    if any(layer.kind == "dropout" for layer in knobs.layers):
        return {}
    long = len(knobs.layers) == MOST_LAYERS or len(knobs.text) > LONGEST - 5
    return {} if long else {"architecture": "own", "own": f"{knobs.text}-d0.5".removeprefix("none-").removeprefix("-")}


def _dead(knobs: Knobs, history: History) -> Iterator[Verdict]:
    dead, units = history.last("dead"), history.last("units")
    if dead > MANY * units:
        sentence = (
            f"{dead:.0f} of {units:.0f} filters and units are dead: silent on every test image, they learn no more."
        )
        mend: dict[str, Any] = {"activation": "leaky_relu"} if knobs.activation == "relu" else {}
        yield Verdict(sentence, _end(history), mend)


def _pair(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What is confused most."""
    count, of = history.last("pair_count"), history.last("pair_of")
    if count > 0:
        one, other = (knobs.classes[int(history.last(f"pair_{end}"))] for end in ("from", "to"))
        right = f"{history.last('test_accuracy'):.1%} of the test images are right after {knobs.epochs} "
        right += "epoch" if knobs.epochs == 1 else "epochs"
        yield Verdict(
            f"{right}. Most confused: {one} is taken for {other} in {count:.0f} of {of:.0f} images.", _end(history)
        )
