"""Why some activations did better: sentences from what was measured, each with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.words import LABELS
from playground.contract import History, Verdict

MANY = 0.3  # share of hidden units
APART = 0.1  # of test accuracy
CALM = 0.03  # learning rate


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most two."""
    if not len(history):
        return ()
    rules = (_frozen, _dead, _apart)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:2]


def _frozen(knobs: Knobs, history: History) -> Iterator[Verdict]:
    stopped = {name: int(history.last(f"frozen.{name}")) for name in knobs.names}
    if any(stopped.values()):
        said = " and ".join(f"{count} with {LABELS[name]}" for name, count in stopped.items() if count)
        yield Verdict(f"Some networks stopped, their loss was no number: {said}.", _end(history), calmer(knobs))


def _dead(knobs: Knobs, history: History) -> Iterator[Verdict]:
    shares = {name: history.last(f"dead_share.{name}") for name in knobs.names}
    name = max(shares, key=lambda one: shares[one])
    if shares[name] > MANY:
        sentence = (
            f"{shares[name]:.0%} of the hidden units with {LABELS[name]} are dead: no training point gives them a "
            f"gradient, so they stay as they are.{_spared(name, shares)}"
        )
        step = int(history.steps[int(np.argmax(history.metrics[f"dead_share.{name}"] > MANY))])
        yield Verdict(sentence, step, calmer(knobs))


def _spared(name: str, shares: dict[str, float]) -> str:
    """The activation that lost the fewest units, where there is another; leaky ReLU where it did as well."""
    spared = min(shares, key=lambda one: (shares[one], one != "leaky_relu"))
    return f" {LABELS[spared]}: {shares[spared]:.0%}." if shares[spared] < shares[name] / 2 else ""


def calmer(knobs: Knobs) -> dict[str, Any]:
    """A tenth of the learning rate, at most 0.03; where that was small already, leaky ReLU instead."""
    if knobs.learning_rate > CALM:
        return {"learning_rate": min(CALM, float(f"{knobs.learning_rate / 10:.1g}"))}
    leaky = tuple(dict.fromkeys("leaky_relu" if name == "relu" else name for name in knobs.names))
    return {"activations": leaky} if leaky != knobs.names else {"learning_rate": max(1e-4, knobs.learning_rate / 3)}


def _apart(knobs: Knobs, history: History) -> Iterator[Verdict]:
    accuracy = {name: history.last(f"test_accuracy.{name}") for name in knobs.names}
    best, worst = (pick(accuracy, key=lambda one: accuracy[one]) for pick in (max, min))
    if accuracy[best] - accuracy[worst] > APART:
        sentence = (
            f"After {_end(history):,} steps {LABELS[best]} has {accuracy[best]:.0%} of the test points right, "
            f"{LABELS[worst]} {accuracy[worst]:.0%}{_reason(worst, history)}."
        )
        yield Verdict(sentence, _end(history))


def _reason(name: str, history: History) -> str:
    """What was measured that explains the worst one."""
    if name == "identity":
        return ": without a bend the border stays straight"
    saturated = history.last(f"saturated_share.{name}")
    return f", with {saturated:.0%} of its activations saturated" if saturated > MANY else ""


def _end(history: History) -> int:
    return int(history.steps[-1])
