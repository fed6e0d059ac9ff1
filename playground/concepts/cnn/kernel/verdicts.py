"""What the window did to the picture, as measured, each with its number and where there is one a cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.cnn.kernel.kernels import written
from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.words import times
from playground.contract import History, Verdict

BALANCED = 1e-9  # a sum of weights that is 0 but for rounding
MANY = 0.05
ORDINALS = {2: "second", 3: "third"}


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """On the size, the weights' sum, pixels without a gradient, and shifts."""
    if not len(history):
        return ()
    rules = (_size, _weights, _reached, _shift)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _size(knobs: Knobs, history: History) -> Iterator[Verdict]:
    before, after = (int(history.last(f"{name}_side")) for name in ("input", "output"))
    if knobs.adapts:
        said = f"{after**2} of {before**2} pixels stay, and would of any input."
        yield Verdict(f"The output is told to be {times(after)}: {said}", _end(history))
        return
    sentence = f"Input {times(before)}, output {times(after)}: "
    if after == before:
        yield Verdict(f"{sentence}a padding of {knobs.rim} makes up for what the window takes.", _end(history))
    elif knobs.step > 1:
        said = f"a stride of {knobs.step} leaves {after**2} of {before**2} pixels."
        yield Verdict(sentence + said, _end(history))
    else:
        lost = f"a window that spans {knobs.extent} pixels has {after} places in a row of {before + 2 * knobs.rim}."
        yield Verdict(sentence + lost, _end(history), _same(knobs))


def _same(knobs: Knobs) -> dict[str, Any]:
    """The padding that keeps the size at stride 1; none where no whole number does."""
    return {"padding": knobs.extent // 2} if knobs.extent % 2 else {}


def _weights(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What the sum of the weights does to brightness."""
    if not knobs.convolves:
        return
    total = history.last("kernel_sum")
    before, after = history.last("mean_before"), history.last("mean_after")
    clipped = history.last("clipped_share")
    if abs(total) < BALANCED * abs(knobs.weights).sum():
        flat = history.last("flat_share")
        sentence = f"The weights sum to 0, so flat areas become 0: {flat:.0%} of the output lies within ±0.05."
        yield Verdict(sentence, _end(history))
    elif clipped > MANY and total > 1 + MANY:
        sentence = (
            f"The weights sum to {total:.3g}: the mean brightness goes from {before:.2f} to {after:.2f}, and "
            f"{clipped:.0%} of the output is beyond black or white."
        )
        yield Verdict(sentence, _end(history), {"kernel": "own", "own": written(knobs.weights / total)})
    else:
        beyond = f" {clipped:.1%} of the output is beyond black or white." if clipped > 0 else ""
        sentence = f"The weights sum to {total:.3g}: the mean brightness goes from {before:.3f} to {after:.3f}.{beyond}"
        yield Verdict(sentence.replace("-", "−"), _end(history))  # the sum can be below 0


def _reached(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Input pixels that get no gradient, and why."""
    missing = 1 - history.last("reached_so_far")
    if missing >= MANY:
        reason, mend = _reason(knobs, history)
        yield Verdict(f"{missing:.0%} of the input gets no gradient: {reason}", _end(history), mend)


def _reason(knobs: Knobs, history: History) -> tuple[str, dict[str, Any]]:
    """Why pixels get no gradient, and what would give them one."""
    if knobs.operation in ("max", "adaptive_max"):
        count = int(history.last("windows"))
        average = {"max": "average", "adaptive_max": "adaptive_average"}[knobs.operation]
        return f"each of the {count} windows passes it to its largest pixel alone.", {"operation": average}
    if history.last("seen_share") < 1 - MANY:
        apart = f" and looks at every {ORDINALS[knobs.spacing]} pixel" if knobs.spacing > 1 else ""
        said = f"a window of {times(knobs.side)} that moves by {knobs.step}{apart} never looks at those pixels."
        return said, {"stride" if knobs.convolves else "pool_stride": 1}
    if knobs.convolves:
        return "weights of 0 pass nothing back.", {}
    return "a pixel gets its own brightness divided by the output, and black ones are 0.", {"operation": "average"}


def _shift(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How much a move by one pixel changes, before and after."""
    still, largest, mean, skipped = (history.last(f"shift.{name}") for name in ("none", "max", "average", "skip"))
    sentence = (
        f"Moved by one pixel, the picture differs from itself by {still:.0%} of its spread; after max pooling by "
        f"{largest:.0%}, after average pooling by {mean:.0%}, and where pixels are just left out by {skipped:.0%}."
    )
    yield Verdict(sentence, _end(history))
