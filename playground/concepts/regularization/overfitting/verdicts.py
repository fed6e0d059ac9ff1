"""What the sweep showed, as measured: the gap, the best strength, what was too strong; each with its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.methods import SPARSE
from playground.contract import History, Verdict

WIDE = 0.05  # of accuracy: a gap or a gain worth a sentence
CHANCE = 0.6  # of the training points right: hardly anything is learnt
NOTHING = 1e-9


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """The gap first, then what the method did, at most three."""
    if not len(history):
        return ()
    rules = (_corner,) if knobs.view == "geometry" else (_gap, _best, _strong, _sparse)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))[:3]


def _gap(knobs: Knobs, history: History) -> Iterator[Verdict]:
    gap = history.last("gap.plain")
    if gap > WIDE:
        sentence = (
            f"Without regularization the network gets {_share(history, 'train_accuracy.plain')} of its "
            f"{knobs.samples} training points right and {_share(history, 'test_accuracy.plain')} of new ones: "
            f"a gap of {100 * gap:.0f} points, learnt by heart."
        )
        yield Verdict(sentence, _end(history), {"samples": min(200, 4 * knobs.samples)} if knobs.samples < 200 else {})


def _best(knobs: Knobs, history: History) -> Iterator[Verdict]:
    best = int(history.last("best_setting"))
    name, gap = knobs.swept.shown[best], history.last("gap.best")
    if best == 0:
        yield Verdict(
            f"No strength of {knobs.swept.title} gets more validation points right than none at all: "
            f"{_share(history, 'validation_accuracy.plain')}.", _end(history), _other(knobs),
        )  # fmt: skip
    else:
        sentence = f"Best on the validation points is {name} ({knobs.swept.axis}){_changes(history)}."
        yield Verdict(sentence, _end(history), _other(knobs) if gap > WIDE else {})


def _changes(history: History) -> str:
    """What the best setting changes, in the digits shown; that it changes nothing where it does not."""
    plain, best = (_numbers(history, name) for name in ("plain", "best"))
    if plain == best:
        return f", but it changes nothing here: {', '.join(f'{name} {number}' for name, number in best.items())}"
    told = (
        f"{name} {f'goes from {plain[name]} to' if plain[name] != number else 'stays at'} {number}"
        for name, number in best.items()
    )
    return f": {', '.join(told)}"


def _numbers(history: History, setting: str) -> dict[str, str]:
    """Gap, test loss and test accuracy of a setting, as they are said."""
    return {
        "the gap": f"{100 * history.last(f'gap.{setting}'):.0f} points",
        "the test loss": f"{history.last(f'test_loss.{setting}'):.2f}",
        "test accuracy": _share(history, f"test_accuracy.{setting}"),
    }


def _other(knobs: Knobs) -> dict[str, Any]:
    """Another method, worth trying."""
    return {"method": "data_noise" if knobs.method != "data_noise" else "l2"}


def _strong(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """The weakest setting at which hardly anything is learnt."""
    swept = knobs.swept
    for name, shown in list(zip(swept.names, swept.shown, strict=True))[1:]:
        right = history.last(f"train_accuracy.{name}")
        if right < CHANCE:
            where = f"At {shown} or less ({swept.axis})" if swept.falls else f"From {shown} on"
            sentence = (
                f"{where} it is too strong: only {right:.0%} of the training points are right, next to guessing. "
                "That is underfitting."
            )
            yield Verdict(sentence, _end(history))  # weaker ones stand beside it
            return


def _sparse(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if knobs.method in SPARSE:
        left = 1 - history.last("sparsity.best")
        name = knobs.swept.shown[int(history.last("best_setting"))]
        sentence = f"At {name}, {1 - left:.0%} of the weights are all but zero; see how many L2 leaves."
        yield Verdict(sentence, _end(history), {"method": "l2"})


def _corner(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """At which budget a weight is gone."""
    sizes = {i: abs(history.metrics[f"weight_{i}"]) for i in (1, 2)}
    for i, values in sizes.items():
        gone = values < NOTHING
        if gone.any() and abs(knobs.minimum[i - 1]) > NOTHING:
            at = int(gone.argmax())
            budget = history.metrics["budget"][at]
            sentence = f"Weight {i} is exactly zero from a budget of {budget:.0%} on: the solution sits in a corner."
            yield Verdict(sentence, int(history.steps[at]), {"penalty": "l2"})
            return
    smallest = min(values.min() for values in sizes.values())
    yield Verdict(f"No weight becomes zero: the smallest is {smallest:.2g}.", _end(history), {"penalty": "l1"})


def _share(history: History, metric: str) -> str:
    return f"{history.last(metric):.0%}"


def _end(history: History) -> int:
    return int(history.steps[-1])
