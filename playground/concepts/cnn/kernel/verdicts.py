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


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """On the size, the weights' sum, pixels without a gradient, windows of zeros, and shifts."""
    if not len(history):
        return ()
    rules = (_size, _weights, _reached, _zeros, _shift)
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
        yield Verdict(sentence, _end(history))


def _reached(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Input pixels that get no gradient, and why."""
    missing = 1 - history.last("reached_so_far")
    if missing < MANY:
        return
    sentence = f"{missing:.0%} of the input gets no gradient: "
    if knobs.operation in ("max", "adaptive_max"):
        mend = "average" if knobs.operation == "max" else "adaptive_average"
        count = int(history.last("windows"))
        said = f"each of the {count} windows passes it to its largest pixel alone."
        yield Verdict(sentence + said, _end(history), {"operation": mend})
    elif not knobs.adapts and knobs.step > 1:
        key = "stride" if knobs.convolves else "pool_stride"
        said = f"a window of {knobs.side} that moves by {knobs.step}"
        said += f" and looks at every {knobs.spacing}. pixel" if knobs.spacing > 1 else ""
        yield Verdict(f"{sentence}{said} leaves pixels that it never looks at.", _end(history), {key: 1})


def _zeros(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Windows of L2 pooling that hold only zeros."""
    count = int(history.last("undefined")) if knobs.operation == "l2" else 0
    if count:
        sentence = (
            f"{count} of {history.last('windows'):.0f} windows hold only zeros: there the root has no slope, and the "
            "gradient that torch gives is NaN. It is shown as 0."
        )
        yield Verdict(sentence, _end(history), {"operation": "average"})


def _shift(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How much a move by one pixel changes, before and after."""
    still, largest, mean, skipped = (history.last(f"shift.{name}") for name in ("none", "max", "average", "skip"))
    sentence = (
        f"Moved by one pixel, the picture differs from itself by {still:.0%} of its spread; after max pooling by "
        f"{largest:.0%}, after average pooling by {mean:.0%}, and where pixels are just left out by {skipped:.0%}."
    )
    yield Verdict(sentence, _end(history))
