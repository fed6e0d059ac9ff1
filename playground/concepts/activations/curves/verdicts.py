"""What the curves' numbers mean for training: one sentence each, with the number and a way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.activations.curves.knobs import Knobs
from playground.concepts.activations.words import LABELS, written
from playground.contract import History, Verdict

LAYERS = 10
SHRINKS = 0.5  # largest slope below which ten layers lose a thousandfold
FLAT = 0.3  # share of the range
LEAKS = 0.01  # a slope below this is flat


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most two."""
    if not len(history) or knobs.view == "softmax":
        return ()
    rules = (_undefined, _shrinking, _flat)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:2]


def _undefined(knobs: Knobs, history: History) -> Iterator[Verdict]:
    share = _first(history, "undefined_share")
    if share > 0:
        sentence = f"Your formula has no finite value on {share:.0%} of the range shown: a network's loss would be NaN."
        yield Verdict(sentence, 0, {"formula": Knobs().formula})


def _shrinking(knobs: Knobs, history: History) -> Iterator[Verdict]:
    steepest = {name: _first(history, f"steepest.{name}") for name in knobs.names}
    name = min(steepest, key=lambda one: steepest[one])
    if steepest[name] < SHRINKS:
        bound = steepest[name] ** LAYERS
        sentence = (
            f"{LABELS[name]} is never steeper than {steepest[name]:.2g}: {LAYERS} layers of it multiply a gradient by "
            f"at most {written(bound, 1)}, before the weights have their say."
        )
        yield Verdict(sentence, 0, _instead(knobs, name, "tanh"))


def _flat(knobs: Knobs, history: History) -> Iterator[Verdict]:
    shares = {name: _first(history, f"flat_share.{name}") for name in knobs.names}
    name = max(shares, key=lambda one: shares[one])
    if shares[name] > FLAT:
        sentence = (
            f"{LABELS[name]} is flat (|f′| under 0.01) on {shares[name]:.0%} of the range shown: a unit that stays "
            "there learns nothing."
        )
        slope = {"leaky_slope": Knobs().leaky_slope} if knobs.leaky_slope < LEAKS else {}
        yield Verdict(sentence, 0, {**_instead(knobs, name, "leaky_relu"), **slope})


def _instead(knobs: Knobs, name: str, better: str) -> dict[str, Any]:
    """The functions shown, a better one in the place of one of them."""
    return {"functions": tuple(dict.fromkeys(better if one == name else one for one in knobs.names))}


def _first(history: History, metric: str) -> float:
    """A metric of frame 0; 0 where it was not measured."""
    values = history.metrics.get(metric)
    return float(values[0]) if values is not None else 0.0
