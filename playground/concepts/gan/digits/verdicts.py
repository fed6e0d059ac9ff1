"""How the game went, as measured: broken off, collapsed, one-sided, not yet readable or good; copied or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.panels import CLASSES
from playground.contract import History, Verdict

FEW = 5  # classes
ALIKE = 0.5  # of real images' distances
READABLE = 0.8  # the judge's mean confidence
SURE = 0.9  # the discriminator's mean score of real images; of samples 1 - SURE
COPIED = 0.9  # of the distance of test images to training images
SHORT = 5  # epochs in which no game spreads out
BLIND = 0.3  # between the two scores of a discriminator that does not see much
RATE, CHANNELS, LATENT = 0.002, 16, 16  # what works


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gravest first; where a game broke off or collapsed nothing else is said of it."""
    if not len(history):
        return ()
    for rule in (_broken, _collapse):
        if found := tuple(rule(knobs, history)):
            return found
    return tuple(verdict for rule in (_lost, _quality, _copied) for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    step = history.last("nan_step")
    if step == step:
        sentence = f"A loss was no number at step {step:.0f}: the learning rates are too high."
        yield Verdict(sentence, int(step), {"generator_rate": RATE, "discriminator_rate": RATE})


def _collapse(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Few classes, or samples that are all alike."""
    covered, spread = history.last("classes"), history.last("diversity")
    if not (covered <= FEW or spread < ALIKE):
        return
    named = "Mode collapse" if knobs.epochs >= SHORT else "Few modes so far"
    says = f"two samples differ {spread:.2g} times as much as two real images"
    if covered == covered:
        top = CLASSES[knobs.data][int(history.last("top_class"))]
        read = "one of ten classes" if covered == 1 else f"{covered:.0f} of ten classes"
        says = f"the judge reads {read} in the samples, {history.last('top_share'):.0%} of them as {top}, and {says}"
    why, mend = _cure(knobs, history)
    yield Verdict(f"{named}: {says}. {why}", _end(history), mend)


def _cure(knobs: Knobs, history: History) -> tuple[str, dict[str, Any]]:
    """Why a game may have collapsed, and what would help."""
    if not knobs.batch_norm:
        return "Batch norm keeps the samples of a batch apart.", {"batch_norm": True}
    if blind := _blind(knobs, history):
        return blind, {"discriminator_channels": CHANNELS}
    if knobs.generator_rate > knobs.discriminator_rate:
        why = "The generator moves on before the discriminator has caught up."
        return why, {"generator_rate": RATE, "discriminator_rate": RATE}
    return "A longer game may spread out.", {"epochs": min(60, 2 * knobs.epochs)}


def _blind(knobs: Knobs, history: History) -> str:
    """A sentence on a small discriminator that does not tell samples from real images; else nothing."""
    real, fake = history.last("real_score"), history.last("fake_score")
    if real - fake >= BLIND or knobs.discriminator_channels >= CHANNELS:
        return ""
    few = f"With {knobs.discriminator_channels} channels the discriminator cannot see it"
    return f"{few}: it gives real images {real:.2f}, samples {fake:.2f}."


def _sure(history: History) -> bool:
    """Whether the discriminator is sure of everything."""
    return history.last("real_score") >= SURE and history.last("fake_score") <= 1 - SURE


def _lost(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A discriminator that is too far ahead, and by how much it learns faster."""
    if not _sure(history):
        return
    often = "once" if knobs.discriminator_steps == 1 else f"{knobs.discriminator_steps} times"
    sentence = (
        f"The discriminator is too strong: it gives real images {history.last('real_score'):.3f} and samples "
        f"{history.last('fake_score'):.3f}, and the generator's loss is {history.last('generator_loss'):.1f}. In each "
        f"step it is updated {often} at a rate of {knobs.discriminator_rate:g}, the generator once at "
        f"{knobs.generator_rate:g}."
    )
    even = {"generator_rate": RATE, "discriminator_rate": RATE, "discriminator_steps": 1}
    same = all(getattr(knobs, name) == value for name, value in even.items())
    yield Verdict(sentence, _end(history), {"discriminator_rate": RATE / 4} if same else even)


def _quality(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What the judge reads in the samples."""
    sure, covered = history.last("confidence"), history.last("classes")
    if sure != sure:
        read = history.last("judge_accuracy")
        yield Verdict(f"The judge reads only {read:.0%} of the test images right: it has no say.", _end(history))
        return
    real = history.last("real_confidence")
    sentence = (
        f"The judge reads {'all' if covered == 10 else f'{covered:.0f} of'} ten classes in the samples, on average "
        f"{sure:.0%} sure; of real images it is {real:.0%} sure."
    )
    if sure >= READABLE and covered == 10:
        yield Verdict(sentence, _end(history))
    else:
        missing, mend = _missing(knobs, history)
        yield Verdict(f"{sentence} {missing}", _end(history), mend)


def _missing(knobs: Knobs, history: History) -> tuple[str, dict[str, Any]]:
    """What is not right yet, and what may mend it: a larger discriminator, more latent numbers, a longer game."""
    missing = 10 - int(history.last("classes"))
    said = f"{missing} are hardly ever made." if missing else "Not all can be read yet."
    if missing and (blind := _blind(knobs, history)):
        return f"{said} {blind}", {"discriminator_channels": CHANNELS}
    if _sure(history):  # that is mended first
        return said, {}
    if knobs.latent < LATENT:
        return said, {"latent": LATENT}
    return said, {"epochs": min(60, 2 * knobs.epochs)} if knobs.epochs < 60 else {}


def _copied(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Whether samples are nearer to training images than new real images are."""
    ratio = history.last("neighbour_ratio")
    if ratio < COPIED:
        said = f"{ratio:.2f} times as far as test images are: some are copies"
    else:
        said = f"{ratio:.2f} times as far as test images are: on average they are no copies"
    yield Verdict(f"To the nearest training image samples are {said}.", _end(history))
