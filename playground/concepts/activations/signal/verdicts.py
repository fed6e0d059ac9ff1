"""What became of the signal and of the gradient: one sentence each, with its number and a cure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from playground.concepts.activations.signal.knobs import Knobs
from playground.concepts.activations.words import written
from playground.contract import History, Verdict

VANISHED, EXPLODED = 1e-3, 1e3  # times the last layer's gradient
FORGOTTEN = 1e-3  # of the spread between inputs
FLOAT32 = 3.4e38

CURES: Mapping[str, Mapping[str, Any]] = {
    "sigmoid": {"activation": "tanh", "initialiser": "xavier_tanh"},
    "tanh": {"initialiser": "xavier_tanh"},
    "relu": {"initialiser": "he"},
    "leaky_relu": {"initialiser": "he"},
    "elu": {"initialiser": "he"},
    "selu": {"initialiser": "xavier"},
    "gelu": {"activation": "relu", "initialiser": "he"},
    "silu": {"activation": "relu", "initialiser": "he"},
    "mish": {"initialiser": "he"},
    "softplus": {"initialiser": "he"},
    "sine": {"initialiser": "xavier"},
    "identity": {"initialiser": "orthogonal"},
}
"""Settings under which thirty layers of 256 units keep the gradient within a factor of 1,000."""


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gradient's fate first, then the signal's, at most two."""
    if len(history) < 2 * knobs.depth or knobs.depth < 2:
        return ()
    rules = (_gradient, _overflow, _forgotten)
    return _mended_once([verdict for rule in rules for verdict in rule(knobs, history)][:2])


def _mended_once(found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, each mend offered by the first that has it."""
    mends = [one.mend for one in found]
    return tuple(replace(one, mend={}) if one.mend in mends[:i] else one for i, one in enumerate(found))


def _gradient(knobs: Knobs, history: History) -> Iterator[Verdict]:
    ratio, end = history.last("gradient_ratio"), int(history.steps[-1])
    told = f"the first layer's gradient is {written(ratio)} times the last's"
    if not ratio > VANISHED:
        factor = max(ratio, 0.0) ** (1 / (knobs.depth - 1))
        sentence = f"The gradient vanishes: {told}, since each layer multiplies it by about {written(factor, 2)}."
        yield Verdict(sentence, end, cure(knobs))
    elif ratio > EXPLODED:
        factor = ratio ** (1 / (knobs.depth - 1))
        sentence = f"The gradient explodes: {told}, since each layer multiplies it by about {written(factor, 2)}."
        yield Verdict(sentence, end, cure(knobs))
    else:
        yield Verdict(f"The gradient survives: {told}, through {knobs.depth} layers.", end)


def cure(knobs: Knobs) -> dict[str, Any]:
    """The knobs that would keep the gradient; fewer layers where they are set so already."""
    changes = {name: value for name, value in CURES[knobs.activation].items() if getattr(knobs, name) != value}
    return changes or {"depth": max(1, knobs.depth // 4)}


def _overflow(knobs: Knobs, history: History) -> Iterator[Verdict]:
    largest = history.metrics["std"].max()
    if largest > FLOAT32:
        ends = f"float32, which ends at {written(FLOAT32)}, would overflow"
        sentence = f"The activations reach {written(largest, 1)}: {ends}."
        yield Verdict(sentence, knobs.depth, cure(knobs))


def _forgotten(knobs: Knobs, history: History) -> Iterator[Verdict]:
    spread = history.metrics["spread"]
    kept = float(spread[knobs.depth - 1]) / knobs.input_std
    if kept < FORGOTTEN:
        sentence = (
            f"The last layer hardly tells inputs apart: between them its units vary by "
            f"{written(float(spread[knobs.depth - 1]), 1)}, "
            f"the inputs by {knobs.input_std:g} (standard deviations)."
        )
        yield Verdict(sentence, knobs.depth, cure(knobs))
