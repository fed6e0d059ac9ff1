"""Why did that happen: collapse, oscillation, a discriminator that is too strong or too weak, each with its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.words import LOSSES
from playground.contract import History, Verdict

FEW = 0.5  # of the modes
CROWDED = 2.0  # times its fair share, in the fullest mode
RESTLESS = 0.3  # of the latents change their mode from frame to frame
SURE, PUSHED = 0.99, 0.05  # told apart, and a push that hardly moves anything
CHANCE, APART = 0.6, 8.0  # told apart, and times the distance between two real sets
FASTER = 2.0  # times the other's learning rate
CALM: dict[str, Any] = {"generator_rate": 0.001, "discriminator_rate": 0.001}
ADAM: dict[str, Any] = {**CALM, "generator_optimizer": "adam", "discriminator_optimizer": "adam"}


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What went wrong, the gravest first; else how well the samples cover the data."""
    if not len(history):
        return ()
    if knobs.view == "compare":
        return _once(knobs, [*_broken_games(knobs, history), *_compared(knobs, history)])
    rules: tuple[Callable[[Knobs, History], Iterator[Verdict]], ...] = (_broken, _strong, _collapsed, _restless, _weak)
    wrong = [verdict for rule in rules for verdict in rule(knobs, history)]
    return _once(knobs, wrong[:2] or [*_covered(knobs, history), *_followed(knobs, history)])


def _once(knobs: Knobs, found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, of whose mends only what changes a knob is kept, and of equal mends the first."""
    changes = [{name: value for name, value in one.mend.items() if getattr(knobs, name) != value} for one in found]
    return tuple(
        replace(one, mend={} if mend in changes[:i] else mend)
        for i, (one, mend) in enumerate(zip(found, changes, strict=True))
    )


def _end(history: History) -> int:
    return int(history.steps[-1])


def _late(history: History, metric: str) -> np.ndarray:
    """A metric's values in the second half of the frames, without those that are not numbers."""
    values = history.metrics.get(metric, np.zeros(0))[len(history) // 2 :]
    return values[np.isfinite(values)]


def _ended(history: History, metric: str) -> float:
    """The mean of a metric over the last tenth of the frames: one frame of a restless game says little."""
    values = history.metrics.get(metric, np.zeros(0))[-max(1, len(history) // 10) :]
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else float("nan")


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if "nan_step" in history.metrics:
        step = int(np.nanmin(history.metrics["nan_step"]))
        sentence = (
            f"The game broke down at step {step}: a sample or a loss is no longer a number. Learning rates of "
            f"{knobs.generator_rate:g} and {knobs.discriminator_rate:g} are too large here."
        )
        yield Verdict(sentence, step, ADAM)


def _strong(knobs: Knobs, history: History) -> Iterator[Verdict]:
    told, push = _ended(history, "told_apart"), _ended(history, "push")
    if not (told > SURE and push < PUSHED):
        return
    sentence = (
        f"The discriminator has won: it tells a real point from a fake in {told:.1%} of all pairs, D(real) "
        f"{history.last('real_score'):.3g}, D(fake) {history.last('fake_score'):.3g}. A fake gets a push of only "
        f"{push:.2g}, so the generator stands still."
    )
    saturated = {"loss": "non_saturating"} if knobs.loss == "minimax" else {}
    yield Verdict(sentence, _end(history), {**ADAM, **saturated, "discriminator_steps": 1})


def _collapsed(knobs: Knobs, history: History) -> Iterator[Verdict]:
    count = knobs.mode_count
    covered, top = _ended(history, "modes_covered"), _late(history, "top_share")
    if count < 2 or knobs.view == "slow" or not covered <= FEW * count or not top.max(initial=0) > CROWDED / count:
        return
    sentence = (
        f"Mode collapse: at the end the samples cover {covered:.1f} of {count} modes on average. In the second half "
        f"one mode alone held up to {top.max():.0%} of them."
    )
    ratio = knobs.generator_rate / knobs.discriminator_rate
    if ratio > FASTER:
        sentence += (
            f" The generator learns {ratio:.3g} times as fast as the discriminator: it runs to the best-rated spot "
            "before that is devalued."
        )
    yield Verdict(sentence, _end(history), ADAM if ratio > FASTER else {**ADAM, "loss": "non_saturating"})


def _restless(knobs: Knobs, history: History) -> Iterator[Verdict]:
    moved, tops = _late(history, "turnover"), _late(history, "top_mode")
    if knobs.view == "slow" or len(moved) < 10 or not moved.mean() > RESTLESS:
        return
    changes = int((np.diff(tops) != 0).sum())
    sentence = (
        f"It oscillates: in the second half {moved.mean():.0%} of the latents change their mode from one frame to the "
        f"next, and the fullest mode changes {changes} times in {len(tops)} frames."
    )
    yield Verdict(sentence, int(history.steps[len(history) // 2]), ADAM)


def _weak(knobs: Knobs, history: History) -> Iterator[Verdict]:
    told, apart = _ended(history, "told_apart"), _ended(history, "sliced_wasserstein")
    floor = float(history.metrics["floor"][0])
    if not (told < CHANCE and apart > APART * floor) or knobs.view == "slow":
        return
    sentence = (
        f"The discriminator is of little help: it tells a real point from a fake in {told:.0%} of all pairs, and 50 % "
        f"is chance, though both sets are {apart:.2g} apart, {apart / floor:.0f} times as far as two real sets."
    )
    yield Verdict(sentence, _end(history), {"discriminator_rate": 0.001, "discriminator_sizes": (64, 64)})


def _covered(knobs: Knobs, history: History) -> Iterator[Verdict]:
    count, now = knobs.mode_count, history.last("modes_covered")
    if not count or not np.isfinite(now):
        return
    good = f"{history.last('good_share'):.0%} of the samples are good. {_distance(history)}"
    if now < count:
        yield Verdict(f"At the end {now:.0f} of {count} modes have samples, and {good}", _end(history))
        return
    whole = history.metrics["modes_covered"] == count
    since = 0 if whole.all() else len(whole) - int(np.argmin(whole[::-1]))
    since_step = int(history.steps[since])
    yield Verdict(f"All {count} modes have samples, without a break since step {since_step}: {good}", since_step)


def _followed(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if "near_share" in history.metrics and np.isfinite(history.last("near_share")):
        sentence = (
            f"{history.last('near_share'):.0%} of the fakes lie near a real point, and "
            f"{history.last('reached_share'):.0%} of the real points have a fake near them: 95 % would be perfect. "
            f"{_distance(history)}"
        )
        yield Verdict(sentence, _end(history))


def _distance(history: History) -> str:
    floor = float(history.metrics["floor"][0])
    return f"Their distance is {history.last('sliced_wasserstein'):.2g}; two real sets are {floor:.2g} apart."


def _broken_games(knobs: Knobs, history: History) -> Iterator[Verdict]:
    for name in knobs.names:
        if (broken := f"nan_step.{name}") in history.metrics:
            step = int(np.nanmin(history.metrics[broken]))
            yield Verdict(f"{LOSSES[name]} broke down at step {step}: its numbers left all bounds.", step, ADAM)


def _compared(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Who covers what, the best first."""
    count = knobs.mode_count
    metric = "covered_share" if count else "reached_share"
    ends = {name: _ended(history, f"{metric}.{name}") for name in knobs.names}
    apart = {name: _ended(history, f"sliced_wasserstein.{name}") for name in knobs.names}
    order = sorted((name for name in ends if np.isfinite(apart[name])), key=lambda name: (-ends[name], apart[name]))
    if not order:
        return
    kind = f"of the {count} modes" if count else "of the real points"
    parts = [f"{LOSSES[name]} {ends[name]:.0%}, distance {apart[name]:.2g}" for name in order]
    yield Verdict(f"Covered at the end, {kind}: {'; '.join(parts)}.", _end(history))
    if count and (times := {name: _first_whole(history, name, count) for name in order}):
        reached = sorted((step, name) for name, step in times.items() if step is not None)
        if len(reached) > 1 and reached[0][0] < reached[-1][0]:
            said = ", ".join(f"{LOSSES[name]} at step {step}" for step, name in reached)
            yield Verdict(f"All {count} modes for the first time: {said}.", reached[0][0])


def _first_whole(history: History, name: str, count: int) -> int | None:
    """The step at which a game first covered all modes."""
    whole = history.metrics[f"modes_covered.{name}"] == count
    return int(history.steps[int(np.argmax(whole))]) if whole.any() else None
