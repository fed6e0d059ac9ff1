"""Why some optimizers were faster: sentences from what was measured, each with its number."""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.network.knobs import Knobs
from playground.contract import History, Verdict

SPREAD = 3  # times: rates that far apart are no fair race


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most three."""
    if not len(history):
        return ()
    rules = (_stopped, _rose, _unfair, _arrivals, _finish)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:3]


def _stopped(knobs: Knobs, history: History) -> Iterator[Verdict]:
    stopped = {name: int(history.last(f"frozen.{name}")) for name in knobs.names}
    if any(stopped.values()):
        said = " and ".join(f"{count} with {LABELS[name]}" for name, count in stopped.items() if count)
        sentence = f"Some networks stopped, their loss was no number: {said}. Their rate is too high."
        yield Verdict(sentence, _end(history), {"rates": "tuned"})


def _rose(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Whose training loss ended above its start."""
    losses = {name: history.metrics[f"train_loss.{name}"] for name in knobs.names}
    name = max(losses, key=lambda one: losses[one][-1] / losses[one][0])
    if losses[name][-1] > losses[name][0]:
        sentence = (
            f"The training loss with {LABELS[name]} rose from {losses[name][0]:.2f} to {losses[name][-1]:.2f}: "
            f"its rate {history.last(f'learning_rate.{name}'):g} is too high for it."
        )
        yield Verdict(sentence, _end(history), {"rates": "tuned"} if knobs.rates != "tuned" else {})


def _unfair(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """At torch's defaults: the rates of the best and the worst, where they lie far apart."""
    best, *_, worst = _ranked(knobs, history)
    rates = {name: history.last(f"learning_rate.{name}") for name in (best, worst)}
    if knobs.rates == "defaults" and rates[best] >= SPREAD * rates[worst]:
        sentence = (
            f"{LABELS[best]} leads with {_accuracy(history, best)}, {LABELS[worst]} has {_accuracy(history, worst)}; "
            f"but PyTorch gives {LABELS[best]} {rates[best] / rates[worst]:.0f} times the learning rate. "
            "The race is fair when each has its best."
        )
        yield Verdict(sentence, _end(history), {"rates": "tuned"})


def _arrivals(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Who reached the target first in steps, and who in milliseconds."""
    there = [name for name in knobs.names if history.last(f"arrived.{name}") == knobs.seeds]
    if not there:
        best = _ranked(knobs, history)[0]
        sentence = f"No optimizer took all {knobs.seeds} networks to {knobs.target:.0%}; {LABELS[best]} came nearest."
        yield Verdict(sentence, _end(history), {"steps": 2000} if knobs.steps < 2000 else {})
        return
    steps, times = ({name: history.last(f"{kind}.{name}") for name in there} for kind in ("arrival_step", "arrival_ms"))
    first, soonest = (min(of, key=lambda name: of[name]) for of in (steps, times))
    also = "and also first in time" if first == soonest else f"but {LABELS[soonest]} first in time"
    sentence = (
        f"{LABELS[first]} reached {knobs.target:.0%} first in steps, after {steps[first]:.0f} on average, {also}: "
        f"{times[soonest]:.1f} ms, measured on this machine."
    )
    yield Verdict(sentence, round(steps[first]))


def _finish(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Whether the lead at the end is wider than what another seed makes of it."""
    if len(knobs.names) < 2:
        return
    first, second, *_ = _ranked(knobs, history)
    low, high = history.last(f"test_accuracy_low.{first}"), history.last(f"test_accuracy_high.{second}")
    ahead = f"{LABELS[first]} ends at {_accuracy(history, first)}, {LABELS[second]} at {_accuracy(history, second)}"
    if low > high:
        reading = f"its worst network ({low:.1%}) beats the other's best ({high:.1%}): the lead is more than luck"
    else:
        reading = "their bands overlap: another seed may turn it round"
    yield Verdict(f"{ahead}; {reading}.", _end(history))


def _ranked(knobs: Knobs, history: History) -> list[str]:
    """The optimizers from the highest test accuracy down."""
    return sorted(knobs.names, key=lambda name: -history.last(f"test_accuracy.{name}"))


def _accuracy(history: History, name: str) -> str:
    return f"{history.last(f'test_accuracy.{name}'):.1%}"


def _end(history: History) -> int:
    return int(history.steps[-1])
