"""Where the sweep peaked, whether it fell again, and whether the parts add up: each with its number and a mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.regularization.capacity.knobs import Knobs
from playground.contract import History, Verdict

PEAK = 3.0  # times the best error
INTERPOLATES = 1e-3  # of the noise's variance: the training error of a fit that passes through its points
FLOOR = 1e-12  # an error that counts as none
CALM = 0.01  # a ridge that flattens the peak of every true function here
LARGEST = 400


@dataclass(frozen=True)
class Sweep:
    """The sweep so far as arrays over its frames."""

    parameters: NDArray[np.float64]
    test: NDArray[np.float64]
    samples: int

    @classmethod
    def of(cls, knobs: Knobs, history: History) -> Sweep:
        """The sweep that a history holds."""
        return cls(history.metrics["parameters"], history.metrics["test_error"], knobs.samples)

    @property
    def best(self) -> int:
        """The frame of the least test error."""
        return int(np.argmin(self.test))

    @property
    def peak(self) -> int:
        """The frame of the largest test error from the best of the classical side on."""
        return self.best_before + int(np.argmax(self.test[self.best_before :]))

    @property
    def best_before(self) -> int:
        """The frame of the least test error with fewer parameters than points."""
        return int(np.argmin(np.where(self.parameters < self.samples, self.test, np.inf)))


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What the sweep showed, the gravest first."""
    if not len(history):
        return ()
    sweep = Sweep.of(knobs, history)
    rules = (_peak, _second_fall, _short, _adds_up)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history, sweep))


def _peak(knobs: Knobs, history: History, sweep: Sweep) -> Iterator[Verdict]:
    """How high the error rose, or what a ridge spared."""
    best, peak = sweep.best_before, sweep.peak
    ratio = sweep.test[peak] / max(sweep.test[best], FLOOR)
    if ratio > PEAK:
        share = history.metrics["variance"][peak] / history.metrics["expected_error"][peak]
        sentence = (
            f"With {sweep.parameters[peak]:.0f} parameters on {knobs.samples} points the test error is "
            f"{_said(sweep.test[peak])}, {_said(ratio)} times that with {sweep.parameters[best]:.0f}: {share:.0%} of "
            "it is variance."
        )
        yield Verdict(sentence, int(history.steps[peak]), {"ridge": CALM} if knobs.ridge < CALM else {})
    elif knobs.ridge:
        plain = float(np.nanmax(history.metrics["plain_error"][best:]))
        if plain > PEAK * sweep.test[peak]:
            sentence = f"Ridge {knobs.ridge:g} keeps the peak at {_said(sweep.test[peak])}; without it, {_said(plain)}."
            yield Verdict(sentence, int(history.steps[peak]), {})


def _said(value: float) -> str:
    """A number in three digits, without an exponent where it can be read: 0.138, 35,000."""
    return f"{float(f'{value:.3g}'):,.0f}" if 100 <= value < 1e7 else f"{value:.3g}"


def _second_fall(knobs: Knobs, history: History, sweep: Sweep) -> Iterator[Verdict]:
    """Where the error ends beyond the threshold, beside the peak and the best before it."""
    last, best, peak = len(history) - 1, sweep.best_before, sweep.peak
    beyond = sweep.parameters[last] > knobs.samples
    if beyond and sweep.test[peak] > PEAK * sweep.test[last] and sweep.test[peak] > PEAK * sweep.test[best]:
        beside = "below" if sweep.test[last] < sweep.test[best] else "above"
        through = history.metrics["train_error"][last] < INTERPOLATES * knobs.noise**2
        sentence = (
            f"Beyond the threshold the error falls again, to {sweep.test[last]:.3g} with {sweep.parameters[last]:.0f} "
            f"parameters, {beside} the best before it ({sweep.test[best]:.3g})"
            f"{', though every fit passes through all its noisy points' if through else ''}."
        )
        yield Verdict(sentence, int(history.steps[last]), {})


def _short(knobs: Knobs, history: History, sweep: Sweep) -> Iterator[Verdict]:
    """That the sweep ends before or at the threshold."""
    if knobs.most <= knobs.samples:
        sentence = (
            f"The sweep ends at {knobs.most} parameters, {'just at' if knobs.most == knobs.samples else 'before'} the "
            f"threshold of {knobs.samples} points: what lies beyond it is not shown."
        )
        yield Verdict(sentence, int(history.steps[-1]), {"most": min(LARGEST, 5 * knobs.samples)})


def _adds_up(knobs: Knobs, history: History, sweep: Sweep) -> Iterator[Verdict]:
    """At how many capacities the parts add up to the measured error, within its band."""
    metrics = history.metrics
    within = np.abs(metrics["test_error"] - metrics["expected_error"]) <= metrics["test_band"] + 1e-12
    sentence = (
        f"Bias² + variance + noise equals the measured test error within its band of two standard errors at "
        f"{within.sum()} of {len(within)} capacities."
    )
    yield Verdict(sentence, sweep.best, {})
