"""A small DCGAN on images of digits or clothes, and a judge that learns beside it what real images are.

The trained generator is kept: another walk or another point of the plane is shown without training again. Drawn in
this order: the generator's parameters, the discriminator's, then a permutation an epoch and latents batch by batch.
Metrics, arrays and series: see `measure`, and `kept` for what the visitor looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch

from playground.concepts.gan.digits.game import Game, Scores
from playground.concepts.gan.digits.images import images
from playground.concepts.gan.digits.judge import Judge
from playground.concepts.gan.digits.kept import FRAMES, Kept, Look
from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.measure import Measure
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.seeding import aside
from playground.training.weights import name_of, remembered

PATH = "gan/digits"


def training(knobs: Knobs, kept: Kept, device: str) -> Iterator[Frame]:
    """The frames of a game that leaves `kept` trained; it ends at the first loss that is no number."""
    real = images(knobs).to(device)
    game, judge = Game(knobs, kept.generator, real.train), Judge(knobs, real)
    measure = Measure(knobs, real, kept, judge)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    measure.note(game.before())
    yield _measured(measure, 0, ends=False)
    measure.scores.clear()
    for step in range(1, knobs.steps + 1):
        measure.note(scores := game.step())
        judge.learn()
        if step in shown or not scores.finite:
            yield _frame(measure, step, knobs, scores)
        if not scores.finite:
            return


def _frame(measure: Measure, step: int, knobs: Knobs, scores: Scores) -> Frame:
    frame = _measured(measure, step, ends=step == knobs.steps or not scores.finite)
    return frame if scores.finite else replace(frame, metrics={**frame.metrics, "nan_step": step})


def _measured(measure: Measure, step: int, *, ends: bool) -> Frame:
    with aside(), torch.no_grad():
        return measure(step, ends=ends)


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the game, recalled where it was played before, with what the visitor chose to look at."""
    kept = Kept(knobs, device)
    look = Look(knobs, kept, device)
    played = remembered(name_of(PATH, knobs.training(), device), kept, training(knobs, kept, device))
    for number, frame in enumerate(played):
        yield look(frame, number)
