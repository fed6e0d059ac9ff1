"""What the sweep and the race showed: sentences from what was measured, each with its number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.sensitivity.knobs import DEFAULT_RATES, Knobs
from playground.contract import History, Verdict

MANY = 0.4  # share of the rates that diverged
FAR = 1.0  # decades from torch's default rate to the best
EDGE = 1.01  # the best rate is within 1 % of an end of those tried
UNEVEN, NEAR = 2.0, 1.5  # highest to lowest test loss; end of the stable rates to the best one
MOST_SEEDS = 8


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Who won the race, who diverged, who forgives most, whose default is far off; at most four."""
    if not len(history):
        return ()
    rules = (_race, _diverged, _cliff, _edge, _width, _default)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:4]


def _known(knobs: Knobs, history: History, metric: str) -> dict[str, float]:
    """A metric by optimizer, lowest first, where it is a number."""
    found = {name: history.last(f"{metric}.{name}") for name in knobs.names}
    return dict(sorted(((n, v) for n, v in found.items() if math.isfinite(v)), key=lambda pair: pair[1]))


def budget(knobs: Knobs) -> str:
    """What each optimizer was given before the race."""
    return f"Each optimizer was given {knobs.rates} rates × {knobs.steps:,} steps on seed {knobs.seed}"


def _race(knobs: Knobs, history: History) -> Iterator[Verdict]:
    losses = _known(knobs, history, "test_loss")
    if not losses:
        return
    first, *others = losses
    said = f"{budget(knobs)}. At its best rate, on {knobs.repeats} fresh seeds, {_scored(first, history)}"
    tied = [name for name in others if history.last(f"test_low.{name}") <= history.last(f"test_high.{first}")]
    mend: dict[str, Any] = {}
    if not others:
        said += "."
    elif tied:
        said += f" has the lowest mean test loss, but its band overlaps {_listed(tied)}: no winner among them."
        mend = {"repeats": MOST_SEEDS} if knobs.repeats < MOST_SEEDS else {}
    else:
        said += f" wins: its band lies below all others; second is {_scored(others[0], history)}."
    yield Verdict(said, int(history.steps[-1]), mend)


def _scored(name: str, history: History) -> str:
    mean, low, high = (history.last(f"test_{key}.{name}") for key in ("loss", "low", "high"))
    return f"{LABELS[name]} ({mean:.3f}, from {low:.3f} to {high:.3f})"


def _listed(names: Sequence[str]) -> str:
    """`the band of Adam`, `those of Adam, RMSprop and SGD`."""
    words = [LABELS[name] for name in names]
    return f"the band of {words[0]}" if len(words) == 1 else f"those of {', '.join(words[:-1])} and {words[-1]}"


def _diverged(knobs: Knobs, history: History) -> Iterator[Verdict]:
    gone, tried = history.last("diverged"), len(knobs.names) * knobs.rates
    if gone > MANY * tried:
        highest = max(_known(knobs, history, "high_rate").values(), default=1e-1)
        sentence = (
            f"{gone:.0f} of {tried} networks diverged: their loss more than doubled or is no number. "
            f"No stable range reaches beyond {highest:.2g}, and the rates go up to {knobs.highest:g}."
        )
        calmer = max(0.1, 10 ** math.ceil(math.log10(highest)))
        yield Verdict(sentence, int(history.steps[-1]), {"highest": calmer} if calmer < knobs.highest else {})


def _edge(knobs: Knobs, history: History) -> Iterator[Verdict]:
    for name, rate in _known(knobs, history, "best_rate").items():
        if rate * EDGE > knobs.highest:
            sentence = f"{LABELS[name]} did best at the highest rate tried, {rate:.3g}: its best may lie beyond."
            yield Verdict(sentence, int(history.steps[-1]), {"highest": min(1000.0, 10 * knobs.highest)})
        elif rate < knobs.lowest * EDGE:
            sentence = f"{LABELS[name]} did best at the lowest rate tried, {rate:.3g}: its best may lie below."
            yield Verdict(sentence, int(history.steps[-1]), {"lowest": max(1e-6, knobs.lowest / 10)})


def _width(knobs: Knobs, history: History) -> Iterator[Verdict]:
    widths = list(_known(knobs, history, "decades").items())
    if len(widths) > 1:
        (narrow, least), (wide, most) = widths[0], widths[-1]
        low, high = (history.last(f"{key}_rate.{wide}") for key in ("low", "high"))
        sentence = (
            f"{LABELS[wide]} forgives most: rates from {low:.2g} to {high:.2g} come {knobs.share:.0%} of the way down, "
            f"{most:.1f} decades{_open(knobs, low, high)}; {LABELS[narrow]} has {least:.1f}."
        )
        yield Verdict(sentence, int(history.steps[-1]))


def _open(knobs: Knobs, low: float, high: float) -> str:
    """Whether a range ends only where the rates tried do."""
    return (
        " or more, for no rates beyond were tried" if low < knobs.lowest * EDGE or high * EDGE > knobs.highest else ""
    )


def _cliff(knobs: Knobs, history: History) -> Iterator[Verdict]:
    for name in _known(knobs, history, "test_loss"):
        best, high = (history.last(f"{key}_rate.{name}") for key in ("best", "high"))
        least, most = (history.last(f"test_{key}.{name}") for key in ("low", "high"))
        if most > UNEVEN * least and high < NEAR * best:
            sentence = (
                f"{LABELS[name]}'s best rate, {best:.2g}, lies at the edge of the cliff: nothing is stable beyond "
                f"{high:.2g}, and on fresh seeds its test loss goes from {least:.2f} to {most:.2f}."
            )
            yield Verdict(sentence, int(history.steps[-1]))


def _default(knobs: Knobs, history: History) -> Iterator[Verdict]:
    best = _known(knobs, history, "best_rate")
    away = {name: abs(math.log10(rate / DEFAULT_RATES[name])) for name, rate in best.items()}
    name = max(away, key=lambda one: away[one], default="")
    if name and away[name] > FAR:
        sentence = (
            f"torch's default rate for {LABELS[name]}, {DEFAULT_RATES[name]:g}, lies {away[name]:.1f} decades from "
            f"its best, {best[name]:.2g}: the loss there is {history.last(f'default_loss.{name}'):.2f} instead of "
            f"{history.last(f'best_loss.{name}'):.2f}."
        )
        yield Verdict(sentence, int(history.steps[-1]))
