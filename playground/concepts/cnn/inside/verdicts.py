"""What the network makes of the picture, as measured, each with its number and where there is one a cure."""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.cnn.inside.columns import unit_column
from playground.concepts.cnn.inside.knobs import ANSWER, Knobs
from playground.concepts.cnn.inside.picture import BOXES
from playground.contract import History, Verdict

POOR = 0.7  # test accuracy under which the network's answers mean little
SURE = 0.8
WORTH = 0.05  # probability that a covered place must cost to be told
AWAY = 0.1  # of the side: farther from the middle no training digit's centre of mass lies
SMALL = 0.75  # of the side that centred drawings get
RATE = 0.003


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Whether the network learnt, what it answers and why, what it was given, what a unit sees, what is dead."""
    if not len(history):
        return ()
    rules = (_broken, _poor, _empty, _answer, _cover, _misplaced, _field, _dead)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _is_over(history: History) -> bool:
    return history.last("trained") == 1


def percent(share: float) -> str:
    """A share in whole percent, near none and all in tenths."""
    return f"{share:.1%}" if 0.0005 <= share < 0.01 or 0.99 < share < 0.9995 else f"{share:.0%}"


def _name(knobs: Knobs, history: History, metric: str) -> str:
    """The class that a metric numbers: a digit, or a piece of clothing."""
    return knobs.names[int(history.last(metric))]


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    step = history.last("nan_step")
    if step == step:
        sentence = f"The loss was not finite at step {step:.0f}: the learning rate {knobs.learning_rate:g} is too high."
        yield Verdict(sentence, int(step), {"learning_rate": RATE})


def _poor(knobs: Knobs, history: History) -> Iterator[Verdict]:
    accuracy = history.last("test_accuracy")
    if _is_over(history) and accuracy < POOR:
        sentence = f"The network reads only {accuracy:.0%} of the test images: what it says here means little."
        yield Verdict(sentence, _end(history), {"learning_rate": RATE, "epochs": max(4, knobs.epochs)})


def _empty(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if _is_over(history) and not history.last("inked"):
        sentence = (
            f"There is nothing on the sheet, and still it says {_name(knobs, history, 'answer')} with "
            f"{percent(history.last('confidence'))}: softmax shares out 100 %, whatever comes in."
        )
        yield Verdict(sentence, _end(history), {"picture": "image"})


def _answer(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What it says, how sure it is, and whether that is right."""
    if not (_is_over(history) and history.last("inked")):
        return
    sentence = f"The network is {percent(history.last('confidence'))} sure of {_name(knobs, history, 'answer')}"
    if history.last("second_confidence") >= 0.005:
        sentence += f", {percent(history.last('second_confidence'))} of {_name(knobs, history, 'second')}"
    label = history.last("label")
    if label == label and not history.last("ink"):
        right = label == history.last("answer")
        sentence += "; the label agrees" if right else f"; but the label says {_name(knobs, history, 'label')}"
    yield Verdict(f"{sentence}.", _end(history))


def _cover(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Which place it needs most."""
    drop = history.last("cover_drop")
    if not (_is_over(history) and history.last("inked") and drop == drop):
        return
    size, side = knobs.covered, knobs.side
    square, named = f"{size} × {size} pixels", _name(knobs, history, "explained")
    if drop < WORTH:
        sentence = f"No square of {square} costs {named} more than {max(drop, 0):.1%}: it needs no single place."
        yield Verdict(sentence, _end(history), {"cover": 40} if knobs.cover < 40 else {})
        return
    place = where(history.last("cover_x") / side, history.last("cover_y") / side)
    before, then = (percent(history.last(f"{moment}_probability")) for moment in ("explained", "cover"))
    sentence = f"Covering {square} {place} costs most: {named} falls from {before} to {then}"
    if knobs.explained == ANSWER and history.last("cover_answer") != history.last("answer"):
        sentence += f", and the answer turns to {_name(knobs, history, 'cover_answer')}"
    yield Verdict(f"{sentence}. {percent(history.last('cover_turns'))} of all places turn the answer.", _end(history))


def where(x: float, y: float) -> str:
    """A place of the unit square, y downwards, in words."""
    vertical = "at the top" if y < 1 / 3 else "at the bottom" if y > 2 / 3 else ""
    side = "left" if x < 1 / 3 else "right" if x > 2 / 3 else ""
    if vertical and side:
        return f"{vertical} {side}"
    return vertical or (f"on the {side}" if side else "in the middle")


def _misplaced(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """A drawing that no training picture resembles in size or place."""
    if knobs.picture == "image" or knobs.centre or not history.last("inked"):
        return
    extent, offset, box = history.last("extent"), history.last("offset"), BOXES[knobs.data]
    if offset > AWAY * knobs.side or extent < SMALL * box:
        sentence = (
            f"The drawing is {extent:.0f} pixels long and its centre lies {offset:.0f} pixels from the middle; the "
            f"training pictures fill {box} pixels around the middle. It was never shown anything like this."
        )
        yield Verdict(sentence, _end(history), {"centre": True})


def _field(knobs: Knobs, history: History) -> Iterator[Verdict]:
    size, used, side = history.last("field"), history.last("field_used"), knobs.side
    if _is_over(history):
        at, _ = unit_column(knobs)
        sees = "the whole picture" if size >= side else f"{size:.0f} × {size:.0f} of {side} × {side} pixels"
        sentence = f"A unit of layer {at + 1} sees {sees}; of the chosen one's pixels {used:.0%} move it now."
        yield Verdict(sentence, _end(history))


def _dead(knobs: Knobs, history: History) -> Iterator[Verdict]:
    dead, count = history.last("dead_maps"), history.last("maps")
    if _is_over(history) and dead:
        sentence = f"{dead:.0f} of {count:.0f} convolutions' maps are zero on all measured test images: they are dead."
        yield Verdict(sentence, _end(history), {"activation": "leaky_relu"} if knobs.activation == "relu" else {})
