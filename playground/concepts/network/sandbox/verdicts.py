"""Why did that happen: sentences from what the run measured, each with its number and a cure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from playground.concepts.network.sandbox import blame
from playground.concepts.network.sandbox.knobs import Knobs
from playground.contract import History, Verdict

EXPLODED = 3.0  # times the first loss
STALLED = 0.02  # share of the first loss that the second half of the run must gain
HARDLY = 0.9  # of the first loss still there at the end
WIDE_GAP = 0.1  # of accuracy or R², training above test
MANY = 0.3  # share of units
BOUNDED = ("tanh", "sigmoid")
RELU_LIKE = ("relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus")


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Why it stopped early, and what went wrong, the gravest first; nothing where nothing did."""
    if not len(history):
        return ()
    found = [verdict for rule in (*TROUBLES, _overfitted, _left_out) for verdict in rule(knobs, history)]
    alike = [verdict for verdict in found if "initialiser" in verdict.mend]
    broken = [verdict for verdict in found if {"learning_rate", "changes"} & verdict.mend.keys()]
    return (*_stopped(knobs, history), *(alike[:1] or broken[:1] or found[:2]))


def troubled(knobs: Knobs, history: History) -> bool:
    """Whether the run diverged or stalled, or most of its units do not learn."""
    return any(True for rule in TROUBLES for _ in rule(knobs, history))


def _stopped(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """That the run ended where it was to stop, with the number that made it."""
    step = int(history.steps[-1])
    if knobs.stop == "never" or history.state != "done" or step >= knobs.steps or "nan_step" in history.metrics:
        return
    reasons = {
        "loss": lambda: f"the training loss is {history.last('train_loss'):.3g}, at most {knobs.stop_loss:g}",
        "score": lambda: f"the validation {_score(knobs, history)}, at least {knobs.stop_score:g}",
        "plateau": lambda: f"for {knobs.patience * knobs.look_every:,} steps the validation loss set no new low",
        "divergence": lambda: f"the training loss is {history.last('train_loss'):.3g}, more than tenfold its first",
    }
    yield Verdict(f"Stopped at step {step:,} of {knobs.steps:,}, as asked: {reasons[knobs.stop]()}.", step)


def _score(knobs: Knobs, history: History) -> str:
    name, said = ("accuracy", "accuracy") if knobs.is_classes else ("r2", "R²")
    return f"{said} is {history.last(f'validation_{name}'):.3g}"


def _diverged(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if "nan_step" in history.metrics:
        step = np.nanmin(history.metrics["nan_step"])
        became = "NaN" if np.isnan(history.last("train_loss")) else "infinite"
        why, mend = _why_unstable(knobs, history)
        yield Verdict(f"The loss became {became} at step {step:.0f}: {why}.", int(step), mend)


def _exploded(knobs: Knobs, history: History) -> Iterator[Verdict]:
    losses = history.metrics["train_loss"]
    worst = int(np.argmax(np.where(np.isfinite(losses), losses, -np.inf)))
    if np.isfinite(losses[-1]) and losses[worst] > EXPLODED * losses[0] and losses[-1] > HARDLY * losses[0]:
        why, mend = _why_unstable(knobs, history)
        grew = f"The loss grew from {losses[0]:.3g} to {losses[worst]:.3g}"
        yield Verdict(f"{grew}: {why}.", int(history.steps[worst]), mend)


def _why_unstable(knobs: Knobs, history: History) -> tuple[str, dict[str, Any]]:
    """What the run owes it to that its loss grew, with an advice, and the mend."""
    losses = history.metrics["train_loss"]
    wild = ~(losses <= EXPLODED * losses[0])
    onset = int(np.argmax(wild)) if wild.any() else len(losses) - 1
    if changes := blame.upsetting(knobs, history, onset):
        advice = "Try it without this change" if len(changes) == 1 else "Try it without these changes"
        return f"{blame.told(knobs, changes)}. {advice}", blame.without(knobs, changes)
    now = blame.then(knobs, history, onset)
    calm = blame.calmer(now, history)
    mend = blame.at_most(knobs, calm)
    return f"{_too_large(now, history)}. Try {'' if 'learning_rate' in mend else 'at most '}{calm:g}", mend


def _too_large(knobs: Knobs, history: History) -> str:
    if blame.is_unstable(knobs, history):
        most = blame.limit(knobs, blame.first_curvature(history))
        return (
            f"the learning rate {knobs.learning_rate:g} is above {blame.limit_words(knobs, 'curvature')} = {most:.2g}"
        )
    return f"the learning rate {knobs.learning_rate:g} is too large for this network"


def dead(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """That many units are dead, since when, and what would wake them."""
    share = history.last("dead_share")
    if share > MANY:
        units, place = sum(knobs.hidden_sizes), _first(history, "dead_share")
        much = "no" if {*knobs.activations} == {"relu"} else "hardly any"  # the others' flat ends slope a little
        counted = f"{share * units:.0f} of {units} hidden units are dead"
        if knobs.initialiser == "zeros":
            yield _alike(counted, int(history.steps[place]))
            return
        sentence = f"{counted}: the training points give them {much} gradient"
        mend = everywhere(knobs, "leaky_relu") if {*knobs.activations} & {*RELU_LIKE} else {}
        now = blame.then(knobs, history, place)
        if changes := blame.upsetting(knobs, history, place):
            sentence, mend = f"{sentence} since {blame.told(knobs, changes)}", blame.without(knobs, changes)
        elif now.learning_rate > 0.03:
            mend |= blame.at_most(knobs, blame.calmer(now, history))
        yield Verdict(f"{sentence}.", int(history.steps[place]), mend)


def _saturated(knobs: Knobs, history: History) -> Iterator[Verdict]:
    share = history.last("saturated_share")
    if share > MANY and history.last("train_loss") > 0.1 * history.metrics["train_loss"][0]:
        bounded = " and ".join(name for name in BOUNDED if name in knobs.activations)
        flat = f"where the slope of {bounded} is almost zero and learning slows"
        place = _first(history, "saturated_share")
        now = blame.then(knobs, history, place)
        mend = blame.without(knobs, blame.upsetting(knobs, history, place))
        mend = mend or blame.at_most(knobs, blame.calmer(now, history))
        counted = f"{share:.0%} of the hidden activations are saturated"
        if knobs.initialiser == "zeros":
            yield _alike(counted, int(history.steps[place]))
        else:
            yield Verdict(f"{counted}, {flat}.", int(history.steps[place]), mend)


def _alike(number: str, step: int) -> Verdict:
    sentence = f"All weights start at zero, so every unit of a layer stays the same: {number}."
    return Verdict(sentence, step, {"initialiser": "default"})


def everywhere(knobs: Knobs, activation: str) -> dict[str, Any]:
    """The mend that gives every hidden layer one activation."""
    return {"activation": activation} | ({"layer_activations": ""} if knobs.layer_activations else {})


def _first(history: History, metric: str) -> int:
    """The frame at which a share first passed MANY."""
    return int(np.argmax(history.metrics[metric] > MANY))


def _stalled(knobs: Knobs, history: History) -> Iterator[Verdict]:
    losses = history.metrics["train_loss"]
    if len(losses) < 20 or not np.isfinite(losses).all():
        return
    gained = (losses[len(losses) // 2] - losses[-1]) / losses[0]
    if gained > STALLED or losses[-1] < HARDLY * losses[0]:
        return
    place = len(losses) // 2
    fell = f"fell by only {gained:.1%} of its start" if gained > 0 else "did not fall at all"
    number = f"the training loss, {losses[-1]:.3g}, {fell} in the second half of the run"
    yield _stall_verdict(knobs, history, number, place)


def _stall_verdict(knobs: Knobs, history: History, number: str, place: int) -> Verdict:
    step, now = int(history.steps[place]), blame.then(knobs, history, place)
    safe = blame.round_rate(blame.safe_rate(now, history))
    if knobs.initialiser == "zeros" and knobs.hidden_sizes:
        return _alike(number, step)
    if {*knobs.activations} <= {"identity"}:
        mend = {**everywhere(knobs, "tanh"), "hidden_sizes": (8, 8)}
        return Verdict(f"Without a bend the network is linear: {number}.", step, mend)
    if now.learning_rate < safe / 2:
        sentence = f"The learning rate {now.learning_rate:g} is too small: {number}."
        return Verdict(sentence, step, blame.throughout(knobs, safe))
    mend = {"hidden_sizes": (16, 16), "optimizer": "adam", **blame.throughout(knobs, 0.01)}
    return Verdict(f"Training has stalled: {number}.", step, mend)


Rule = Callable[[Knobs, History], Iterator[Verdict]]
TROUBLES: tuple[Rule, ...] = (_diverged, _exploded, dead, _saturated, _stalled)


def _overfitted(knobs: Knobs, history: History) -> Iterator[Verdict]:
    score = "accuracy" if knobs.is_classes else "r2"
    train, test = history.last(f"train_{score}"), history.last(f"test_{score}")
    if train - test > WIDE_GAP:
        name = "accuracy" if knobs.is_classes else "R²"
        sentence = (
            f"The network overfits: training {name} {train:.2f}, test {name} {test:.2f}, a gap of {train - test:.2f}."
        )
        yield Verdict(sentence.replace("-", "−"), int(history.steps[-1]), _regularised(knobs))  # an R² can be below 0


def _left_out(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if knobs.data == "table" and (rows := knobs.own().left_out):
        named = ", ".join(map(str, rows[:8])) + (f" and {len(rows) - 8} more" if len(rows) > 8 else "")
        lack = "row lacks a value and is" if len(rows) == 1 else "rows lack a value and are"
        yield Verdict(f"{len(rows)} {lack} left out: {named}.", 0)


def _regularised(knobs: Knobs) -> dict[str, object]:
    """More data where there can be more, else a penalty on the weights."""
    if knobs.in_force("samples") and knobs.samples < 1000:
        return {"samples": min(5000, 4 * knobs.samples)}
    return {"l2": max(0.003, min(1.0, 3 * knobs.l2))}
