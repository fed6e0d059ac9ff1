"""What the forecasts are worth, as measured: beside the rivals, further ahead, and why, each with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.rnn.forecast.knobs import Knobs
from playground.contract import History, Verdict

LARGE_RATE = 0.1
UNLEARNT = 0.9  # of persistence's error on the training part
OUTSIDE = 0.3  # of the test part beyond the range of training
ROSE = 1.05  # times the least test error
WORSE = 1.2  # times the linear model's error at the horizon
CLEAR = 1.1  # times the better rival's error one step ahead
FLAT = 0.3  # of the true spread
MOST = 4


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Who won, why, how far the forecasts carry, and what was done to the data."""
    if not len(history):
        return ()
    rules = (_broken, _beside_rivals, _outside, _overfitted, _further_ahead, _memory, _data)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:MOST]


def _end(history: History) -> int:
    return int(history.steps[-1])


def _said(knobs: Knobs, error: float) -> str:
    """An error with its unit."""
    return f"{_number(error)} {knobs.words.unit}"


def _number(error: float) -> str:
    """Three digits, never an exponent where it can be helped."""
    return f"{error:.0f}" if 1000 <= error < 1e6 else f"{error:.3g}"


def _steps(knobs: Knobs, count: float) -> str:
    return f"{count:.0f} {knobs.words.step}{'' if count == 1 else 's'}"


def unlearnt(history: History) -> bool:
    """Whether the network errs on the training part nearly as much as persistence, which learns nothing."""
    return not history.last("train_mae") <= UNLEARNT * history.last("persistence_train_mae")


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A rate that broke training, or one that did not get anywhere."""
    if not unlearnt(history):
        return
    train, base = history.last("train_mae"), history.last("persistence_train_mae")
    if "nan_step" in history.metrics:
        step = int(np.nanmin(history.metrics["nan_step"]))
        sentence = (
            f"The loss was no number any more at step {step}: the learning rate {knobs.learning_rate:g} is too large."
        )
        yield Verdict(sentence, step, {"learning_rate": 0.01})
        return
    number = f"on the training part it errs by {_said(knobs, train)}, persistence without learning by {_number(base)}"
    if knobs.learning_rate >= LARGE_RATE:
        sentence = f"The learning rate {knobs.learning_rate:g} is too large: {number}."
        yield Verdict(sentence, _end(history), {"learning_rate": 0.01})
    elif knobs.learning_rate < 0.003 or knobs.steps < 100:
        sentence = f"The network has hardly learnt yet: {number}."
        yield Verdict(sentence, _end(history), {"learning_rate": 0.01, "steps": max(300, knobs.steps)})


def _beside_rivals(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Who has the lowest test error one step ahead."""
    error, linear, base = (history.last(f"{name}test_mae") for name in ("", "linear_", "persistence_"))
    if not np.isfinite(error):
        return
    best = min(error, linear, base)
    mine = f"{_said(knobs, error)}, the linear AR by {_number(linear)}, persistence by {_number(base)}"
    if error == best:
        said = (
            f"The network wins: one step ahead it errs by {mine}, {history.last('gain'):.1%} less than the linear AR."
        )
    elif base == best:
        said = f"Nobody beats persistence here: one step ahead the network errs by {mine}."
        said = said if linear >= base else f"The network loses: it errs by {mine}."
    else:
        said = f"The network loses to the linear AR: one step ahead it errs by {mine}."
    if knobs.repeats > 1:
        said += f" {history.last('wins'):.0f} of {knobs.repeats} networks beat the linear AR."
    yield Verdict(said, _end(history), {"own_steps": 0} if _own_steps_in_vain(knobs, history) else {})


def _own_steps_in_vain(knobs: Knobs, history: History) -> bool:
    """Whether own steps cost one step ahead, beside the better rival, and won nothing at the horizon."""
    (near, near_rival), (far, far_rival) = (
        (history.last(name), min(history.last(f"linear_{name}"), history.last(f"persistence_{name}")))
        for name in ("test_mae", "horizon_mae")
    )
    return knobs.own_steps > 0 and near > CLEAR * near_rival and far >= far_rival


def _outside(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A series that leaves the range of its training part."""
    share, lost = history.last("outside"), history.last("test_mae") > history.last("linear_test_mae")
    if share > OUTSIDE and lost and not knobs.differenced:
        sentence = (
            f"{share:.0%} of the test values lie outside the range of the training part: a hidden state with bounds, "
            "read out linearly, hardly reaches beyond what it has seen. Forecast the change instead of the value."
        )
        yield Verdict(sentence, _end(history), {"differenced": True})


def _overfitted(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A test error that rose again while the training error fell."""
    tests, trains = history.metrics["test_mae"], history.metrics["train_mae"]
    if unlearnt(history) or not np.isfinite(tests).all():
        return
    best = int(tests.argmin())
    if tests[-1] <= ROSE * tests[best] or trains[-1] >= trains[best]:
        return
    step = int(history.steps[best])
    sentence = (
        f"It overfits: the test error was {_said(knobs, tests[best])} at step {step} and rose to "
        f"{_number(tests[-1])}, while the training error fell from {_number(trains[best])} to {_number(trains[-1])}. "
        "To stop just there would be to peek at the test part; to have fewer units is not."
    )
    calmer = {"schedule": "cosine"} if knobs.schedule == "constant" else {}
    fewer = {"hidden_size": max(4, knobs.hidden_size // 4)} if knobs.hidden_size > 4 else {}
    yield Verdict(sentence, step, {**fewer, **calmer})


def _further_ahead(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How far the forecasts carry that are fed with themselves."""
    horizon = min(knobs.horizon, int(history.last("test_count")))
    useful, error, linear, base = (
        history.last(name) for name in ("useful", "horizon_mae", "linear_horizon_mae", "persistence_horizon_mae")
    )
    if horizon < 2 or unlearnt(history) or not np.isfinite(error):
        return
    rivals = f"the linear AR by {_number(linear)}, persistence by {_number(base)}"
    said = f"Fed with its own forecasts, {_steps(knobs, horizon)} ahead, it errs by {_said(knobs, error)}, {rivals}."
    if 0 < useful < horizon:
        said += f" It beats both persistence and the training mean for only {_steps(knobs, useful)}."
    if (spread := history.last("free_spread")) < FLAT:
        said += f" Running free to the end it goes flat: its spread is {spread:.0%} of the true one."
    yield Verdict(said, _end(history), _rehearsed(knobs) if error > WORSE * linear else {})


def _rehearsed(knobs: Knobs) -> dict[str, Any]:
    """Training on own steps where it was without, and the forecasts run on past the window."""
    return {"own_steps": 12} if not knobs.own_steps and knobs.differenced and knobs.horizon > knobs.window else {}


def _memory(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How much of the window a forecast leans on."""
    reach = history.last("reach")
    if not np.isfinite(reach) or knobs.window == 1 or unlearnt(history):
        return
    said = f"90% of a forecast's gradient falls on the newest {reach:.0f} of the {knobs.window} steps in its window."
    short = reach >= 0.9 * knobs.window and knobs.window < 12 and history.last("gain") > 0
    yield Verdict(said, _end(history), {"window": 12} if short else {})


def _data(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What was done to the data."""
    missing, dropped = history.last("missing"), history.last("dropped")
    if missing:
        said = "value was missing and is" if missing == 1 else "values were missing and are"
        yield Verdict(f"{missing:.0f} {said} drawn straight between the neighbours.", 0)
    if dropped:
        yield Verdict(f"The table is long: {dropped:,.0f} older values are left out.", 0)
