"""Who was dragged, who ran away, who has not settled: each with its number and a cure."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playground.concepts.losses.names import LABELS
from playground.concepts.losses.outliers.knobs import Knobs
from playground.contract import History, Verdict

FAR = 2.0  # times the best fit's distance from the true line
MOVING = 0.05  # root mean square that a fit may still move in the last fifth of a run


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What went wrong, the gravest first."""
    if not len(history):
        return ()
    away = tuple(_ran_away(knobs, history))
    return away[:1] or (*_dragged(knobs, history), *_unsettled(knobs, history))[:2]


def _ran_away(knobs: Knobs, history: History) -> Iterator[Verdict]:
    limit = 2 / float(history.metrics["curvature"][0])
    calm = float(f"{limit / 5:.0g}")
    for name in knobs.losses:
        step = history.last(f"runaway_step.{name}")
        if np.isfinite(step):
            others = "" if len(knobs.losses) == 1 else " A bounded slope cannot run away, it only rattles."
            sentence = (
                f"{LABELS[name]} ran away by step {step:.0f}: the learning rate {knobs.learning_rate:g} is above "
                f"2 / curvature = {limit:.2g}.{others}"
            )
            yield Verdict(sentence, int(step), {"learning_rate": calm})


def _dragged(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The fit that the outliers drag most, beside the one that they drag least."""
    if not knobs.outlier_count:
        return
    fits = [name for name in knobs.losses if name != "quantile"]
    found = sorted((history.last(f"error.{name}"), name) for name in fits)
    if len(found) < 2 or found[-1][0] < FAR * found[0][0] or found[-1][0] < 0.2:
        return
    (near, best), (far, worst) = found[0], found[-1]
    share = history.last(f"outlier_share.{worst}")
    sentence = (
        f"{knobs.outlier_count} of {knobs.points} points hold {share:.0%} of {LABELS[worst]}'s gradient and drag its "
        f"{knobs.model} {far:.2g} off the true line; {LABELS[best]} ends {near:.2g} off."
    )
    yield Verdict(sentence, int(history.steps[-1]), {"losses": (best,)})


def _unsettled(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The fit that still moved most at the end."""
    back = len(history) - len(history) // 5 - 1
    moved = {name: _moved(history, name, back) for name in knobs.losses}
    name = max(moved, key=moved.__getitem__)
    if moved[name] > MOVING:
        sentence = f"{LABELS[name]} has not settled: it still moved by {moved[name]:.2g} in the last fifth of the run."
        mend = {"steps": min(3000, 3 * knobs.steps)} if knobs.steps < 3000 else {"learning_rate": 0.05}
        yield Verdict(sentence, int(history.steps[back]), mend)


def _moved(history: History, name: str, back: int) -> float:
    """How far a fit moved since frame `back`: root mean square over x from -3 to 3."""
    intercept, slope = (history.metrics[f"{kind}.{name}"] for kind in ("intercept", "slope"))
    return float(np.sqrt((intercept[-1] - intercept[back]) ** 2 + 3 * (slope[-1] - slope[back]) ** 2))
