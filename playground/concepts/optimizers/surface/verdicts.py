"""Who ran away, who zigzags, who is stuck and who was first: each with its number and a cure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.surfaces import RATES
from playground.concepts.optimizers.surface.theory import best_momentum, limit
from playground.contract import History, Verdict

BOUND = ("sgd", "momentum")  # on a bowl exactly these diverge above `limit`
FLAT = 0.01  # |gradient| under which a racer hardly moves
HIGH = 0.05  # loss above the lowest that is not there yet
ZIGZAG = 0.3  # share of updates that went against the one before
ALIKE = 0.02  # momenta this near are one
BESIDE = 0.03  # times the map's width: a start this far from the lowest point lies in its valley
ENOUGH, MOST_STEPS = 600, 2000
FORESEEN = 5  # times as long as the race: how far its fall can be told ahead
BEST = 2e-3  # factor above the best pair's by theory that counts as the best
NEAR = 1e-3  # loss above the lowest that has arrived
RESTS = 1e-6  # share of its height by which a loss that falls comes down in a tenth of the race


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest things first, at most three."""
    if len(history) < 2:
        return ()
    if knobs.surface == RATES:
        return tuple(_map(knobs, history))
    rules = (_ran_away, _stuck, _first, _zigzag, _overshoot)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:3]


def _ran_away(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The racer that ran away first."""
    left = {name: history.last(f"left_step.{name}") for name in knobs.optimizers}
    gone = sorted((step, name) for name, step in left.items() if math.isfinite(step))
    if not gone:
        return
    step, name = gone[0]
    also = f", and {len(gone) - 1} more ran away too" if len(gone) > 1 else ""
    why, mend = _too_fast(knobs, history, name)
    yield Verdict(f"{LABELS[name]} ran away at step {step:.0f}{also}: {why}.", int(step), mend)


def _too_fast(knobs: Knobs, history: History, name: str) -> tuple[str, dict[str, Any]]:
    """Why a racer ran away, and what holds it: a rate below its limit, or the search for one that stays on the map."""
    rate, steepest = _rate(history, name), history.last(f"steepest.{name}")
    most = limit(knobs.momentum if name == "momentum" else 0.0, steepest, knobs.nesterov) if steepest > 0 else math.inf
    if name not in BOUND or rate <= most:
        if knobs.rates == "best":
            return "none of the 25 rates that were tried holds it on this surface", {}
        return f"its learning rate {rate:g} is too large for this surface", {"rates": "best"}
    bound = "2 (1 + momentum) / ((1 + 2 momentum) λmax)" if knobs.nesterov else "2 (1 + momentum) / λmax"
    formula = "2 / λmax" if name == "sgd" else bound
    why = (
        f"its learning rate {rate:g} is above {formula} = {most:.2g}, with the largest curvature on its way "
        f"λmax = {steepest:.3g}: {'it diverges' if knobs.surface == 'bowl' else 'there it cannot hold on'}"
    )
    return why, {"rates": "same", "learning_rate": min(max(_one_digit(most / 3), 1e-5), 10.0)}


def _one_digit(value: float) -> float:
    """The number with one digit, rounded down: what lies below a bound stays below."""
    unit = 10.0 ** math.floor(math.log10(value))
    return float(f"{math.floor(value / unit * (1 + 1e-9)) * unit:.0g}")


def _zigzag(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """SGD between half its limit and its limit jumps across the valley at each step."""
    if _turned(knobs, history, "sgd") <= ZIGZAG:
        return
    rate, steepest = _rate(history, "sgd"), history.last("steepest.sgd")
    if rate * steepest > 1:
        sentence = (
            f"SGD zigzags, {_turned(knobs, history, 'sgd'):.0%} of its steps turn back: its rate {rate:.2g} is above "
            f"1 / λmax = {1 / steepest:.2g}, so that a step along the steepest way crosses the valley floor."
        )
        mend = {"rates": "same", "learning_rate": max(_one_digit(1 / steepest), 1e-5)}
        yield Verdict(sentence, int(history.steps[-1]), mend)


def _overshoot(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Momentum above what is best at its rate swings across the bowl."""
    if knobs.surface != "bowl" or knobs.rates == "best":
        return
    share, best = _turned(knobs, history, "momentum"), best_momentum(knobs.learning_rate, knobs.condition)
    if share > ZIGZAG and knobs.momentum > best + ALIKE:
        sentence = (
            f"Momentum overshoots, {share:.0%} of its steps turn back: at a rate of {knobs.learning_rate:.2g} and a "
            f"condition number of {knobs.condition:g} the best momentum is {best:.2g}, and it has {knobs.momentum:g}."
        )
        mend = {"momentum": float(f"{best:.2g}"), **({"nesterov": False} if knobs.nesterov else {})}
        yield Verdict(sentence, int(history.steps[-1]), mend)


def _turned(knobs: Knobs, history: History, name: str) -> float:
    """The share of an optimizer's steps that went against the one before; 0 where it ran away or does not run."""
    if name not in knobs.optimizers or math.isfinite(history.last(f"left_step.{name}")):
        return 0.0
    return history.last(f"turns.{name}") / float(history.steps[-1])


def _stuck(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A racer that stands high on flat ground: a plateau, a saddle, or a minimum that is not the lowest."""
    lowest = _floor(history)
    for name in knobs.optimizers:
        slope, height = history.last(f"gradient_norm.{name}"), history.last(f"loss.{name}") - lowest
        if math.isfinite(history.last(f"left_step.{name}")) or slope > FLAT or height < HIGH:
            continue
        minimum = history.last(f"least_curvature.{name}") > 0
        where = "in a minimum that is not the lowest" if minimum else "on flat ground"
        sentence = f"{LABELS[name]} is stuck {where}: |gradient| = {slope:.2g}, {height:.2g} above the lowest point."
        yield Verdict(sentence, int(history.steps[-1]), _beside(knobs, history) if minimum else _search(knobs))
        return


def _search(knobs: Knobs) -> dict[str, Any]:
    """The search for each one's best rate, and steps enough to get through a valley; nothing where it was made."""
    return {"rates": "best", "steps": max(knobs.steps, ENOUGH)} if knobs.rates == "same" else {}


def _beside(knobs: Knobs, history: History) -> dict[str, Any]:
    """A start in the lowest point's valley, on the side of the present one, and the search for the rates there."""
    found = (float(history.metrics[f"lowest_{axis}"][0]) for axis in "xy" if f"lowest_{axis}" in history.metrics)
    lowest, reach = knobs.ground.lowest[0] if knobs.ground.lowest else tuple(found), BESIDE * knobs.ground.width
    sides = (math.copysign(reach, at - low) for at, low in zip(knobs.origin, lowest, strict=True))
    return {"start": tuple(round(low + side, 2) for low, side in zip(lowest, sides, strict=True)), "rates": "best"}


def _first(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Who was first within 0.001 of the lowest loss."""
    times = sorted((history.last(f"arrived_step.{name}"), name) for name in knobs.optimizers)
    there = [(int(step), name) for step, name in times if math.isfinite(step)]
    if not there:
        yield from _nobody(knobs, history)
        return
    step, name = there[0]
    others = [f"{LABELS[n]} at {s}" for s, n in there[1:4]]
    after = f"; then {', '.join(others)}" if others else ""
    missing = len(knobs.optimizers) - len(there)
    never = f"; {missing} of {len(knobs.optimizers)} did not get there" if missing else ""
    sentence = f"{LABELS[name]} came first within 0.001 of the lowest loss, at step {step}{after}{never}."
    yield Verdict(sentence + _budget(knobs), step)


def _nobody(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Who came nearest, where nobody got there."""
    heights = {name: history.last(f"loss.{name}") - _floor(history) for name in knobs.optimizers}
    name = min(heights, key=lambda one: heights[one] if math.isfinite(heights[one]) else math.inf)
    sentence = f"Nobody came within 0.001 of the lowest loss; {LABELS[name]} ended nearest, {heights[name]:.2g} above."
    yield Verdict(sentence + _budget(knobs), int(history.steps[-1]), _onwards(knobs, history, name))


def _onwards(knobs: Knobs, history: History, name: str) -> dict[str, Any]:
    """Half more steps than a loss that goes on falling as in its last tenth would need; nothing where it rests."""
    heights = history.metrics[f"loss.{name}"] - _floor(history)
    count = max(len(heights) // 10, 1)
    before, now = heights[-2 * count : -count], heights[-count:]
    if not 0 < now.max() < (1 - RESTS) * before.min():
        return {}
    fall = math.log(now[-1] / before[-1]) * (len(heights) - 1) / count  # over the whole race
    steps = 10 * math.ceil(0.15 * knobs.steps * (1 + math.log(NEAR / now[-1]) / fall))
    return {"steps": steps} if steps <= min(FORESEEN * knobs.steps, MOST_STEPS) else _search(knobs)


def _budget(knobs: Knobs) -> str:
    """What the search for the rates cost."""
    return f" Each rate is the best of 25, tried for {knobs.steps} steps each." if knobs.rates == "best" else ""


def _map(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What the visitor's pair does, beside the best."""
    (rate, momentum), scale = knobs.pair, knobs.condition
    factor, best = history.last("factor.own"), history.last("factor.best")
    most, step = float(limit(momentum, 1.0)), int(history.steps[-1])
    if factor > 1:
        sentence = (
            f"Your learning rate {rate / scale:.3g} is above 2 (1 + momentum) / λmax = {most / scale:.3g}: it "
            f"diverges, the error grows {factor:.3g} times a step."
        )
        yield Verdict(sentence, step, {"pair": (round(most / 2, 3), momentum)})
        return
    left = f"leaves {factor:.3g} of the error a step, a tenth after {_tenth(factor):.3g} steps"
    expected, polyak = history.last("theory.own"), history.last("theory.best")
    if expected < polyak + BEST:
        yield Verdict(f"Your pair is the best there is (Polyak): it {left}. Theory says {expected:.3g}.", step)
        return
    sentence = (
        f"Your pair {left}; the best pair leaves {best:.3g}, a tenth after {_tenth(best):.3g}. "
        f"Theory says {polyak:.3g} for the best."
    )
    yield Verdict(sentence, step)


def _tenth(factor: float) -> float:
    """After how many steps a tenth of the error is left."""
    return math.log(0.1) / math.log(max(factor, 1e-9)) if factor < 1 else math.inf


def _rate(history: History, name: str) -> float:
    """The rate that an optimizer had: known from frame 0 or, where it was sought, from frame 1 on."""
    first, second = history.metrics[f"rate.{name}"][:2]
    return float(second if math.isfinite(second) else first)


def _floor(history: History) -> float:
    return float(history.metrics["lowest_height"][0])
