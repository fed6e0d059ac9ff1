"""Which learning rates hold, and which changes made mid-run upset a run that was calm."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from playground.concepts.network.sandbox.knobs import Knobs
from playground.contract import Change, History, specs

RATE = "learning_rate"
CALM = 1.1  # times the first loss
MOVED = 0.05  # of the first loss


def limit(knobs: Knobs, curvature: float) -> float:
    """The largest stable learning rate of gradient descent with momentum on a quadratic of that curvature.

    Polyak, 1964: 2 (1 + momentum) / curvature; without momentum 2 / curvature. With Nesterov's momentum as torch has
    it, an eigenvalue of one step reaches -1 at 2 (1 + momentum) / ((1 + 2 momentum) curvature).
    """
    bound = 2 * (1 + knobs.momentum) / curvature
    return bound / (1 + 2 * knobs.momentum) if knobs.nesterov else bound


def limit_words(knobs: Knobs, curvature: str) -> str:
    """The formula of the limit, over a curvature of that name."""
    if not knobs.momentum:
        return f"2 / {curvature}"
    return f"2 (1 + momentum) / {f'((1 + 2 momentum) {curvature})' if knobs.nesterov else curvature}"


def safe_rate(knobs: Knobs, history: History) -> float:
    """A learning rate that is known to be stable: of SGD far below the limit, of the others 0.01.

    Momentum multiplies a steady gradient by 1 / (1 - momentum), so SGD's is lowered by as much.
    """
    curvature = first_curvature(history)
    if knobs.optimizer == "sgd" and np.isfinite(curvature) and curvature > 0:
        return limit(knobs, curvature) / 5 * (1 - knobs.momentum)
    return 0.01


def first_curvature(history: History) -> float:
    """The largest curvature before training; NaN where it was not measured."""
    return float(history.metrics["curvature"][0]) if "curvature" in history.metrics else float("nan")


def calmer(knobs: Knobs, history: History) -> float:
    """A smaller learning rate: a tenth, or the safe one where that is smaller."""
    return round_rate(min(knobs.learning_rate / 10, safe_rate(knobs, history)))


def round_rate(rate: float) -> float:
    """The largest of 1, 3 x 10^k that is not above a rate, within the knob's bounds."""
    stops = [m * 10.0**e for e in range(-5, 1) for m in (1, 3)]
    return float(f"{max(stop for stop in stops if stop <= max(rate, 1e-5) * 1.001):.1g}")


def then(knobs: Knobs, history: History, place: int) -> Knobs:
    """The knobs of the update that led to a frame."""
    return knobs.at(max(0, int(history.steps[place]) - 1))


def upsetting(knobs: Knobs, history: History, place: int) -> tuple[Change, ...]:
    """The changes made mid-run that a run which went wrong at a frame owes it to; none where it was wrong before.

    Such are a higher rate or momentum, and a weight set by hand that moved the loss at once, while the loss was about
    the first or below: those since the lowest loss, or else the last of them.
    """
    if not knobs.made or not place:
        return ()
    losses, steps = np.nan_to_num(history.metrics["train_loss"], nan=np.inf), history.steps
    lowest, wrong = steps[int(np.argmin(losses[:place]))], steps[place]
    found = tuple(one for one in knobs.made if one[0] < wrong and _upsets(knobs, one, steps, losses))
    if not found or is_unstable(knobs.at(found[0][0] - 1), history):
        return ()
    return tuple(one for one in found if one[0] >= min(lowest, found[-1][0]))


def _upsets(knobs: Knobs, change: Change, steps: np.ndarray, losses: np.ndarray) -> bool:
    step, name, value = change
    here = int(np.searchsorted(steps, step, "right")) - 1
    if losses[here] > CALM * losses[0]:
        return False
    if knobs.parameter(name) is not None:
        return bool(abs(losses[here + 1] - losses[here]) > MOVED * losses[0])
    return name in (RATE, "momentum") and value > getattr(knobs.at(step - 1), name)


def is_unstable(knobs: Knobs, history: History) -> bool:
    """Whether SGD's learning rate is above its limit before training."""
    curvature = first_curvature(history)
    return knobs.optimizer == "sgd" and curvature > 0 and knobs.learning_rate > limit(knobs, curvature)


def told(knobs: Knobs, changes: Collection[Change]) -> str:
    """What was changed first, and how many more: `the learning rate went from 0.003 to 10 at step 100`."""
    step, name, value = next(iter(changes))
    if (spec := specs(type(knobs)).get(name)) is not None:
        said = f"the {spec.title.lower()} went from {getattr(knobs.at(step - 1), name):g} to {value:g}"
    else:
        said = f"{knobs.called(name)} was set to {value:g}"
    more = len(changes) - 1
    also = f", and {more} more {'change was' if more == 1 else 'changes were'} made" if more else ""
    return f"{said} at step {step:,}{also}"


def without(knobs: Knobs, changes: Collection[Change]) -> dict[str, Any]:
    """The mend that takes changes out; nothing where there are none."""
    return {"changes": tuple(one for one in knobs.made if one not in changes)} if changes else {}


def at_most(knobs: Knobs, rate: float) -> dict[str, Any]:
    """The mend that keeps the learning rate at or below one throughout the run."""
    higher = [change for change in knobs.made if change[1] == RATE and change[2] > rate]
    return ({RATE: rate} if knobs.learning_rate > rate else {}) | without(knobs, higher)


def throughout(knobs: Knobs, rate: float) -> dict[str, Any]:
    """The mend that holds one learning rate throughout the run."""
    return {RATE: rate} | without(knobs, [change for change in knobs.made if change[1] == RATE])
