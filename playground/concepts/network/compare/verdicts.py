"""What a sweep says, in sentences with its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.network.compare.knobs import ON_LOG_AXIS, TITLES, Knobs
from playground.concepts.network.compare.settings import twinned
from playground.contract import History, Verdict, specs

MANY = 0.25  # share of the members
EDGE = 1.01  # the best value is within 1 % of an end of those tried
LUCKY = 0.02  # standard deviation of the test score


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What is best, whether the range ends too soon, who learnt nothing, what the seed does, what rounding does."""
    if not len(history):
        return ()
    rules = (_seeds, _best, _edge, _gone, _parted)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:4]


def _words(name: str) -> str:
    title = TITLES.get(name, name)
    return title if len(title) < 3 else title.lower()


def _end(history: History) -> int:
    return int(history.steps[-1])


def _scored(knobs: Knobs, history: History) -> str:
    score, name = history.last(f"best_test_{knobs.score}"), "accuracy" if knobs.is_classes else "R²"
    return f"validation loss {history.last('best_validation_loss'):.3g}, test {name} {score:.3g}".replace("-", "−")


def _seeds(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if knobs.mode != "seeds":
        return
    name, spread = "accuracy" if knobs.is_classes else "R²", history.last("spread")
    low, high, mean = (history.last(key) for key in ("low_score", "high_score", f"mean_test_{knobs.score}"))
    said = (
        f"Only the seed differs, and test {name} goes from {low:.3g} to {high:.3g} (mean {mean:.3g}, standard deviation"
    ).replace("-", "−")
    if spread > LUCKY:
        yield Verdict(
            f"{said} {spread:.2g}): two settings, one run each, that differ by less than {2 * spread:.2g} are a tie.",
            _end(history), {"samples": min(5000, 2 * knobs.samples)} if knobs.in_force("samples") else {},
        )  # fmt: skip
    elif math.isfinite(spread):
        yield Verdict(f"{said} {spread:.2g}): here one run speaks for all.", _end(history))


def _best(knobs: Knobs, history: History) -> Iterator[Verdict]:
    value = history.last("best_value")
    if knobs.mode == "seeds" or not math.isfinite(history.last("best_validation_loss")):
        return
    named = f"{_words(knobs.swept)} {value:.3g}"
    if knobs.mode == "two":
        named += f" and {_words(knobs.other)} {history.last('best_other'):.3g}"
    tail = "; chosen on the validation points, so the test points did not help."
    yield Verdict(f"Best is {named}: {_scored(knobs, history)}{tail}", _end(history))


def _edge(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The best value is the last one tried, and the knob goes further."""
    if knobs.mode == "seeds":
        return
    spec, best, (low, high) = specs(type(knobs))[knobs.swept], history.last("best_value"), knobs.span
    log = knobs.swept in ON_LOG_AXIS
    if best * EDGE >= high and high < (spec.high or math.inf):
        mend: dict[str, Any] = {"highest": min(10.0, 10 * high)} if log else {"last": min(1.0, 2 * high)}
        yield Verdict(
            f"The best value is the largest one tried, {best:.3g}: better ones may lie beyond.", _end(history), mend
        )
    elif best <= low * EDGE and low > (spec.low or 0.0):
        mend = {"lowest": max(1e-6, low / 10)} if log else {"first": 0.0}
        yield Verdict(
            f"The best value is the smallest one tried, {best:.3g}: better ones may lie below.", _end(history), mend
        )


def _gone(knobs: Knobs, history: History) -> Iterator[Verdict]:
    gone, networks = history.last("gone"), history.last("networks")
    if gone > MANY * networks:
        best = history.last("best_value")
        sentence = (
            f"{gone:.0f} of {networks:.0f} networks end above the validation loss they started from, "
            f"{history.last('start_loss'):.3g}: diverged, or learnt by heart what new points deny."
        )
        mend: dict[str, Any] = {}
        if knobs.mode != "seeds" and knobs.swept in ON_LOG_AXIS and best > 0:
            mend = {"highest": float(f"{min(10.0, max(knobs.lowest * 10, 3 * best)):.1g}")}
        yield Verdict(sentence, _end(history), mend if mend.get("highest") != knobs.highest else {})


def _parted(knobs: Knobs, history: History) -> Iterator[Verdict]:
    parted = history.last("parted")
    if parted < 1:
        return
    first = int(np.argmax(history.metrics["parted"] >= 1))
    least = history.last("parted_from")
    where = "" if knobs.mode == "seeds" else f", the least at {_words(knobs.swept)} {least:.2g}"
    ends = "ends" if parted == 1 else "end"
    sentence = (
        f"{parted:.0f} of {len(twinned(knobs))} twins, whose start differs in the last digit, {ends} more than 5 % "
        f"away{where}: trained alone this setting is chaotic, and its run may end elsewhere than here."
    )
    yield Verdict(sentence, int(history.steps[first]))
