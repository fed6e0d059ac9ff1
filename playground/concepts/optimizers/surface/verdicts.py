"""Who ran away, who zigzags, who is stuck and who was first: each with its number and a cure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from playground.concepts.optimizers.colours import LABELS
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.surfaces import RATES
from playground.concepts.optimizers.surface.theory import best_pair, limit
from playground.contract import History, Verdict

BOUND = ("sgd", "momentum")  # on a bowl exactly these diverge above `limit`
FLAT = 0.01  # |gradient| under which a racer hardly moves
HIGH = 0.05  # loss above the lowest that is not there yet
ZIGZAG = 0.3  # share of updates that went against the one before


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
    also = f", and {len(gone) - 1} more ran away later" if len(gone) > 1 else ""
    rate, steepest = _rate(history, name), history.last(f"steepest.{name}")
    most = limit(knobs.momentum if name == "momentum" else 0.0, steepest, knobs.nesterov)
    if name in BOUND and rate > most:
        bound = "2 (1 + momentum) / ((1 + 2 momentum) λmax)" if knobs.nesterov else "2 (1 + momentum) / λmax"
        formula = "2 / λmax" if name == "sgd" else bound
        why = (
            f"its learning rate {rate:g} is above {formula} = {most:.2g}, with the largest curvature on its way "
            f"λmax = {steepest:.3g}: {'it diverges' if knobs.surface == 'bowl' else 'there it cannot hold on'}"
        )
    else:
        why, most = f"its learning rate {rate:g} is too large for this surface", rate / 5
    calm = float(f"{min(most, rate) / 3:.0g}")
    mend = {"rates": "same", "learning_rate": min(max(calm, 1e-5), 10.0)}
    yield Verdict(f"{LABELS[name]} ran away at step {step:.0f}{also}: {why}.", int(step), mend)


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
        mend = {"rates": "same", "learning_rate": max(float(f"{1 / steepest:.1g}"), 1e-5)}
        yield Verdict(sentence, int(history.steps[-1]), mend)


def _overshoot(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Momentum above the best pair's swings across the bowl."""
    if knobs.surface != "bowl" or knobs.rates == "best":
        return
    share, (rate, momentum) = _turned(knobs, history, "momentum"), best_pair(knobs.condition)
    if share > ZIGZAG and knobs.momentum > momentum:
        sentence = (
            f"Momentum overshoots, {share:.0%} of its steps turn back: for a condition number of {knobs.condition:g} "
            f"the best pair is rate {rate:.2g} and momentum {momentum:.2g} (Polyak), and it has {knobs.momentum:g}."
        )
        mend = {"learning_rate": float(f"{rate:.2g}"), "momentum": float(f"{momentum:.2g}")}
        mend |= {"nesterov": False} if knobs.nesterov else {}
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
        yield Verdict(sentence, int(history.steps[-1]), {"rates": "best"} if knobs.rates == "same" else {"start": ()})
        return


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
    mend = {"steps": min(2 * knobs.steps, 2000)} if knobs.steps < 2000 else {"rates": "best"}
    yield Verdict(sentence + _budget(knobs), int(history.steps[-1]), mend)


def _budget(knobs: Knobs) -> str:
    """What the search for the rates cost."""
    return f" Each rate is the best of 25, tried for {knobs.steps} steps each." if knobs.rates == "best" else ""


def _map(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What the visitor's pair does, beside the best."""
    rate, momentum = knobs.pair
    factor, best = history.last("factor.own"), history.last("factor.best")
    most, step = float(limit(momentum, 1.0)), int(history.steps[-1])
    scale, polyak = knobs.condition, (history.last("rate.best") * knobs.condition, history.last("beta.best"))
    mend = {"pair": tuple(round(value, 3) for value in polyak)}
    if factor > 1:
        sentence = (
            f"Your learning rate {rate / scale:.3g} is above 2 (1 + momentum) / λmax = {most / scale:.3g}: it "
            f"diverges, the error grows {factor:.3g} times a step."
        )
        yield Verdict(sentence, step, mend)
        return
    needed, least = (math.log(0.1) / math.log(max(one, 1e-9)) if one < 1 else math.inf for one in (factor, best))
    sentence = (
        f"Your pair leaves {factor:.3g} of the error a step, a tenth after {needed:.3g} steps; the best pair leaves "
        f"{best:.3g}, a tenth after {least:.3g}. Theory says {history.last('theory.best'):.3g} for the best."
    )
    yield Verdict(sentence, step, mend if factor > 1.02 * best else {})


def _rate(history: History, name: str) -> float:
    """The rate that an optimizer had: known from frame 0 or, where it was sought, from frame 1 on."""
    first, second = history.metrics[f"rate.{name}"][:2]
    return float(second if math.isfinite(second) else first)


def _floor(history: History) -> float:
    return float(history.metrics["lowest_height"][0])
