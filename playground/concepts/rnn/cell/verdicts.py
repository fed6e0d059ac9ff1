"""What the cell learnt, which unit carries the answer, and how its gates keep it: each sentence with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.rnn.cell.knobs import Knobs
from playground.contract import History, Verdict

LEARNT = 0.97  # share of right answers on fresh texts
TIED = 0.7  # |correlation| from which on a unit is said to carry the answer
KEEPING = {"lstm": "forget", "gru": "update"}


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Whether it learnt, where it errs, what carries the answer."""
    if not len(history):
        return ()
    rules = (_learnt, _mistakes, _carrier, _keeps)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _learnt(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How often it is right on texts that it has not seen, beside how often yes or no alone would be."""
    fresh, guess = history.last("test_accuracy"), history.last("guess")
    trained = f"After {knobs.steps} training step{'s' * (knobs.steps > 1)}" if knobs.steps else "With random weights"
    sentence = (
        f"{trained} {fresh:.1%} of its answers on fresh texts are right; one and the same answer has {guess:.1%}."
    )
    yield Verdict(sentence, knobs.steps, {} if fresh >= LEARNT else _help(knobs))


def _help(knobs: Knobs) -> dict[str, Any]:
    """Training where there was none, gates where there are none, else more of both training and units."""
    if knobs.steps < 100:
        return {"steps": 300}
    if knobs.cell == "rnn":
        return {"cell": "lstm"}
    return {"steps": min(1000, 2 * knobs.steps), "units": max(4, knobs.units)}


def _mistakes(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Where it first errs on the visitor's text, though it has learnt."""
    first = history.last("first_mistake")
    if history.last("test_accuracy") >= LEARNT and first > 0:
        share = history.last("text_accuracy")
        sentence = (
            f"On this text {share:.0%} of the answers are right; the first mistake comes at token {first:.0f} of "
            f"{len(knobs.text)}. It learnt from texts of 12 tokens."
        )
        yield Verdict(sentence, _end(history))


def _carrier(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The unit whose hidden state goes most with the right answer."""
    unit, tied = history.last("carrier"), history.last("carrier_correlation")
    if history.last("test_accuracy") < LEARNT:
        return
    if tied >= TIED:
        sentence = (
            f"Unit {unit:.0f} carries the answer: over fresh texts its hidden state correlates {tied:.2f} with it."
        )
    else:
        sentence = f"No unit carries the answer alone: the nearest, unit {unit:.0f}, correlates {tied:.2f} with it."
    mend = {"unit": int(unit)} if int(unit) != knobs.unit else {}
    yield Verdict(sentence, _end(history), mend)


def _keeps(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How much of that unit's state its gate keeps over this text, and where it lets go."""
    if knobs.cell not in KEEPING or history.last("test_accuracy") < LEARNT:
        return
    low, high, at = (history.last(f"keep_{name}") for name in ("low", "high", "low_at"))
    token = knobs.text[int(at) - 1]
    sentence = (
        f"The {KEEPING[knobs.cell]} gate of unit {history.last('carrier'):.0f} keeps between {low:.2f} (at token "
        f"{at:.0f}, “{token}”) and {high:.2f} of its state a step."
    )
    yield Verdict(sentence, _end(history))
