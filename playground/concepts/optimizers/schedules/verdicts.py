"""Which schedule ended lowest and why some failed: sentences from what was measured, each with its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.concepts.optimizers.schedules.knobs import Knobs
from playground.concepts.optimizers.schedules.words import LABELS
from playground.contract import History, Verdict

ABOVE = 3  # times the suggested maximum
BELOW = 20  # times under it


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most two."""
    if not len(history):
        return ()
    rules = (_lost, _untested, _above, _below, _gap)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:2]


def suggested(knobs: Knobs, history: History) -> dict[str, Any]:
    """The knobs that use the suggested maximum, in two digits; nothing where the range test has none."""
    found = history.last("suggested_maximum")
    if math.isnan(found):
        return {}
    rate = min(max(float(f"{found:.2g}"), 1e-4), 10.0)
    return {"learning_rate": rate, **({"peak": 1.0} if "one_cycle" in knobs.names else {})}


def _lost(knobs: Knobs, history: History) -> Iterator[Verdict]:
    counts = _lost_networks(knobs, history)
    if counts and history.steps[-1]:
        said = ", ".join(f"{LABELS[name]} {count} of {knobs.repeats}" for name, count in counts.items())
        first = min(_lost_from(history, name) for name in counts)
        sentence = f"Networks that end no better than guessing: {said}.{_over(knobs, history)}"
        yield Verdict(sentence, first, _other_rate(knobs, history))


def _lost_networks(knobs: Knobs, history: History) -> dict[str, int]:
    """How many networks of a schedule are at chance, where any is."""
    counts = {name: int(history.last(f"at_chance.{name}")) for name in knobs.names}
    return {name: count for name, count in counts.items() if count}


def _other_rate(knobs: Knobs, history: History) -> dict[str, Any]:
    """The suggested maximum; without one a tenth of the rate, and longer where the rate is already about right."""
    limit = history.last("suggested_maximum")
    if math.isnan(limit):
        return {"learning_rate": max(knobs.learning_rate / 10, 1e-4)}
    if limit / BELOW < knobs.largest_rate <= ABOVE * limit:
        return {"steps": min(2 * knobs.steps, 5000)}
    return suggested(knobs, history)


def _lost_from(history: History, name: str) -> int:
    """The step from which on as many networks of a schedule are at chance as at the end."""
    counts = history.metrics[f"at_chance.{name}"]
    fewer = np.flatnonzero(counts < counts[-1])
    return int(history.steps[fewer[-1] + 1 if len(fewer) else 0])


def _over(knobs: Knobs, history: History) -> str:
    """The largest rate beside the suggested maximum, where it is larger."""
    limit = history.last("suggested_maximum")
    if not knobs.largest_rate > limit:
        return ""
    whose = "One-cycle's peak" if knobs.largest_rate > knobs.learning_rate else "The learning rate"
    ratio = f"{knobs.largest_rate / limit:.2g}"
    return f" {whose} {knobs.largest_rate:.2g} is {ratio} times the suggested maximum {limit:.2g}."


def _untested(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if history.state == "done" and math.isnan(history.last("suggested_maximum")):
        sentence = f"The range test's loss did not blow up below {knobs.range_high:g}, so it suggests no maximum."
        yield Verdict(sentence, knobs.range_steps, {"range_high": 100.0} if knobs.range_high < 100 else {})


def _above(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if not _lost_networks(knobs, history) and knobs.largest_rate > ABOVE * history.last("suggested_maximum"):
        yield Verdict(_over(knobs, history).strip(), int(history.steps[-1]), suggested(knobs, history))


def _below(knobs: Knobs, history: History) -> Iterator[Verdict]:
    limit = history.last("suggested_maximum")
    if not _lost_networks(knobs, history) and knobs.largest_rate * BELOW < limit:
        sentence = (
            f"The learning rate {knobs.learning_rate:.2g} is {limit / knobs.learning_rate:.0f} times below the "
            f"suggested maximum {limit:.2g}: the lowest loss after {int(history.steps[-1]):,} steps is "
            f"{history.last('best_loss'):.3g}."
        )
        yield Verdict(sentence, int(history.steps[-1]), suggested(knobs, history))


def _gap(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The lowest schedule beside the constant rate, or beside the highest schedule."""
    ends = {name: history.last(f"train_loss.{name}") for name in knobs.names}
    ends = {name: loss for name, loss in ends.items() if math.isfinite(loss)}
    if len(ends) < 2:
        return
    best = min(ends, key=lambda name: ends[name])
    other = "constant" if "constant" in ends and best != "constant" else max(ends, key=lambda name: ends[name])
    sentence = (
        f"{LABELS[best]} ends at a training loss of {ends[best]:.3f}, {LABELS[other]} at {ends[other]:.3f}: "
        f"{ends[other] / ends[best]:.2g} times."
    )
    yield Verdict(sentence + _reversed(best, other, history) + _restless(best, other, history), int(history.steps[-1]))


def _reversed(lower: str, higher: str, history: History) -> str:
    """The validation losses of two schedules, where the one with the lower training loss has the higher of them."""
    low, high = (history.last(f"validation_loss.{name}") for name in (lower, higher))
    if not low > high:
        return ""
    return f" In validation it is the other way round: {LABELS[lower]} {low:.3f}, {LABELS[higher]} {high:.3f}."


def _restless(best: str, other: str, history: History) -> str:
    """How far the two losses still move from frame to frame, where a constant rate is the one that does."""
    moves = {name: _movement(history.metrics[f"train_loss.{name}"]) for name in (best, other)}
    if other != "constant" or not moves[other] > 2 * moves[best]:
        return ""
    return (
        f" At a rate that never falls the noise of the batches still moves the loss by {moves[other]:.2g} from frame "
        f"to frame; {LABELS[best]} has settled to {moves[best]:.2g}."
    )


def _movement(losses: NDArray[np.float64]) -> float:
    """The mean change of a loss between two frames in the last tenth of the run."""
    return float(np.abs(np.diff(losses[-max(len(losses) // 10, 2) :])).mean())
