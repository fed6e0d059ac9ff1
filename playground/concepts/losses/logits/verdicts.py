"""What overflowed, what is sure and wrong, what is pulled back: each with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.losses.logits.knobs import Knobs
from playground.concepts.losses.names import written
from playground.contract import History, Verdict


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What the sweep showed, the gravest first."""
    if not len(history):
        return ()
    rules = (_overflow, _wrong, _pulled_back, _softened)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:2]


SWEPT = {"temperature": "temperature", "logit": "logit 1 =", "offset": "offset"}


def _overflow(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Where the naive loss was lost, and what the stable one says there."""
    lost = np.flatnonzero(~np.isfinite(history.metrics["naive_loss"]))
    if not len(lost):
        return
    at = int(lost[0])
    mends: dict[str, dict[str, Any]] = {
        "offset": {"sweep": "logit"},
        "logit": {"temperature": 1.0, "offset": 0.0},
        "temperature": {"offset": 0.0},
    }
    value, loss = history.metrics["value"][at], history.metrics["loss"][at]
    share = len(lost) / len(history)
    sentence = (
        f"At {SWEPT[knobs.sweep]} {written(value, 3)} an exponential passes 3.4e38, all that float32 holds: the naive "
        f"loss is lost there, as for {share:.0%} of the sweep; log-sum-exp gives {loss:.3g}."
    )
    yield Verdict(sentence, int(history.steps[at]), mends[knobs.sweep])


def _wrong(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Where the right class was thought least likely."""
    at = int(np.argmin(history.metrics["probability"]))
    likely, loss = history.metrics["probability"][at], history.metrics["loss"][at]
    if likely < 0.05:
        best = int(np.argmax(knobs.logits)) + 1
        sentence = f"Sure and wrong: the right class gets {_percent(likely)}, the loss is {loss:.3g}."
        raised: dict[str, int] = {} if knobs.sweep == "logit" else {"label": best}
        yield Verdict(sentence, int(history.steps[at]), raised)


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "less than 0.1%"


def _pulled_back(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """From where on the right class's logit is pulled down."""
    down = np.flatnonzero(history.metrics["gradient"] > 1e-6)
    if knobs.smoothing > 0 and len(down):
        at = int(down[0] if knobs.sweep == "logit" else down[-1])
        most = 1 - knobs.smoothing + knobs.smoothing / knobs.class_count
        sentence = (
            f"The right class is sure enough at {most:.1%}: where it gets more, as at {SWEPT[knobs.sweep]} "
            f"{written(history.metrics['value'][at], 3)}, the gradient pulls its logit down."
        )
        yield Verdict(sentence, int(history.steps[at]), {"smoothing": 0.0})


def _softened(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What the temperature does to the right class and to the entropy."""
    if knobs.sweep == "temperature":
        likely, entropy = history.metrics["probability"], history.metrics["entropy"]
        sentence = (
            f"From temperature {history.metrics['value'][0]:.2g} to {history.last('value'):.2g} the right class goes "
            f"from {_percent(likely[0])} to {_percent(likely[-1])}, the entropy from {entropy[0]:.2f} to "
            f"{entropy[-1]:.2f} of at most {np.log(knobs.class_count):.2f} nats."
        )
        yield Verdict(sentence, int(history.steps[-1]))
