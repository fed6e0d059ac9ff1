"""What augmentation did, as measured, each with its number and where there is one a cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.words import AUGMENTATIONS, TITLES, UNITS, minus, plural
from playground.contract import History, Verdict

ABLE = 0.7  # the judge's test accuracy
UNSAFE = 0.1  # of the images of the class that is hit most
SAFE = 0.03  # of all images, under one augmentation alone
STRENGTHS = {
    "rotate": "degrees",
    "shift": "pixels",
    "scale": "zoom",
    "crop": "crop",
    "noise": "noise",
    "erase": "erase",
}


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Whether it helped, whether labels survived, where it helped most."""
    if not len(history):
        return ()
    rules = (_gain, _labels, _robust)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _gain(knobs: Knobs, history: History) -> Iterator[Verdict]:
    plain, changed = (history.last(f"test_accuracy.{arm}") for arm in ("plain", "augmented"))
    wins = int(history.last("wins"))
    said = "raises" if changed > plain else "lowers"
    sentence = (
        f"With {knobs.train_images} training images augmentation {said} test accuracy from {plain:.1%} to "
        f"{changed:.1%}: higher in {wins} of {knobs.seeds} repeats."
    )
    gap = history.last("train_accuracy.plain") - plain
    if gap > 0.05:
        sentence += (
            f" Without it, the training images are better known than the test images, by {100 * gap:.0f} points."
        )
    yield Verdict(sentence, _end(history), {} if changed > plain else milder(knobs, history))


def _labels(knobs: Knobs, history: History) -> Iterator[Verdict]:
    share, lost = history.last("worst_share"), history.last("misread")
    if not (share > UNSAFE and history.last("judge_accuracy") > ABLE):
        return
    name = worst(knobs, history)
    sentence = (
        f"Labels may be wrong: once augmented, {_mistake(knobs, history, 'worst')}, and {lost:.0%} of all images for "
        f"another class, says a network that learnt from all images. {AUGMENTATIONS[name].capitalize()} alone accounts "
        f"for {history.last(f'misread.{name}'):.0%}."
    )
    if history.last("turned_share") > UNSAFE:
        sentence += f" Turned by the full {knobs.degrees:g}°, {_mistake(knobs, history, 'turned')}."
    yield Verdict(sentence, _end(history), milder(knobs, history))


def _mistake(knobs: Knobs, history: History, kind: str) -> str:
    """The most frequent mistake in words."""
    source, target = (plural(knobs.data, int(history.last(f"{kind}_{end}"))) for end in ("from", "to"))
    return f"{history.last(f'{kind}_share'):.0%} of the {source} are taken for {target}"


def worst(knobs: Knobs, history: History) -> str:
    """The augmentation that alone costs most labels."""
    return max(knobs.names, key=lambda name: history.last(f"misread.{name}"))


def milder(knobs: Knobs, history: History) -> dict[str, Any]:
    """The worst augmentation at its default strength or half of it; where it has none, all go that cost labels.

    Where nothing is left, digits gain by a shift; for clothes no augmentation alone is sure to help.
    """
    name = worst(knobs, history)
    if field := STRENGTHS.get(name):
        default, now = Knobs.model_fields[field].default, getattr(knobs, field)
        return {field: default if now > default else now / 2}
    rest = tuple(other for other in knobs.names if other != name and history.last(f"misread.{other}") <= SAFE)
    rest = rest or (("shift",) if knobs.data != "fashion" else ())
    return {"augmentations": rest} if rest else {}


def _robust(knobs: Knobs, history: History) -> Iterator[Verdict]:
    plain, changed, at = (history.last(name) for name in ("best_plain", "best_augmented", "best_at"))
    if changed > plain:
        sentence = (
            f"It helps most on test images {TITLES[knobs.test]} ({minus(at)} {UNITS[knobs.test]}): {changed:.0%} right "
            f"beside {plain:.0%}."
        )
        yield Verdict(sentence, _end(history))
