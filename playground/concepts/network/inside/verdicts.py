"""What was seen inside, in sentences with numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from playground.concepts.network.inside import looking
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.sandbox.blame import throughout
from playground.concepts.network.sandbox.verdicts import dead, everywhere, troubled
from playground.concepts.network.sandbox.verdicts import verdicts as of_training
from playground.contract import History, Verdict

VANISHED = 0.01  # first layer's gradient over the last one's, at the start
EXPLODED = 10.0  # last hidden layer's activations over the first one's, before training
WILD, FAINT = 0.1, 1e-5  # update over weights
FAITHFUL = 0.9  # share of the variance on the plane
DIFFERENCE = 0.02  # of the points


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What training did, and what the view shows of it."""
    if not len(history):
        return ()
    training = of_training(knobs, history)
    rules = (_gradient, _growth, _update, _cut, _plane, _sample)
    found = [verdict for rule in rules for verdict in rule(knobs, history)]
    return tuple([*training, *_also_dead(knobs, history, training), *found][:4])


def _gradient(knobs: Knobs, history: History) -> Iterator[Verdict]:
    ratios = history.metrics.get("gradient_ratio", np.empty(0))[
        1:2
    ]  # of the first batch; frame 0 would be without batch norm
    if len(knobs.hidden_sizes) < 2 or not np.isfinite(ratios).any() or not 0 < (ratio := float(ratios[0])) < VANISHED:
        return
    relu = {**everywhere(knobs, "relu"), "initialiser": "he_normal"}
    mend = {"norm": "batch"} if knobs.norm == "none" else relu
    sentence = (
        f"In the first batch a weight of layer 1 gets a gradient {_times(1 / ratio)} times smaller than one of the "
        f"output: it vanishes on its way back through {len(knobs.hidden_sizes)} layers."
    )
    yield Verdict(sentence, 1, mend)


def _times(ratio: float) -> str:
    """A ratio in two digits."""
    return f"{float(f'{ratio:.2g}'):,.0f}"


def _growth(knobs: Knobs, history: History) -> Iterator[Verdict]:
    growth = float(history.metrics.get("growth", np.array([np.nan]))[0])
    if knobs.norm != "batch" and np.isfinite(growth) and growth > EXPLODED:
        first = float(history.metrics["train_loss"][0])
        yield Verdict(f"Before training, activations grow {_times(growth)}-fold from layer 1 to layer "
                      f"{len(knobs.hidden_sizes)}: the loss starts at {first:.3g}.", 0,
                      {"norm": "layer"} if knobs.norm == "none" else {"residual": False})  # fmt: skip


def _also_dead(knobs: Knobs, history: History, said: tuple[Verdict, ...]) -> Iterator[Verdict]:
    """That units are dead, where training has only something graver to say, whose cure is theirs."""
    if knobs.view == "layers":
        yield from (replace(verdict, mend={}) for verdict in dead(knobs, history) if verdict not in said)


def _update(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Steps of an unusual size, where nothing graver is said; faint ones of a run that learnt mean that it is done."""
    ratios = history.metrics.get("update_ratio")
    if knobs.view != "layers" or ratios is None or not np.isfinite(ratios[1:]).any() or troubled(knobs, history):
        return
    middle = float(np.nanmedian(ratios[1:]))
    if middle > WILD or 0 < middle < FAINT:
        way = "far above" if middle > WILD else "far below"
        mend = throughout(knobs, float(f"{max(knobs.learning_rate / 10, 1e-5):.1g}")) if middle > WILD else {}
        sentence = f"An update moves the weights by {middle:.2g} of their size, {way} the usual thousandth."
        yield Verdict(sentence, int(history.steps[-1]), mend)


def _cut(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if knobs.view != "space" or not knobs.is_classes or not (layer := looking.looked(knobs)):
        return
    start, end = float(history.metrics["straight_cut"][0]), history.last("straight_cut")
    if end > start + DIFFERENCE:
        said = f"In layer {layer} a straight cut puts {end:.1%} of the training points on their right side"
        yield Verdict(f"{said}; before training it was {start:.1%}.", int(history.steps[-1]))


def _plane(knobs: Knobs, history: History) -> Iterator[Verdict]:
    share = history.last("plane_share")
    if knobs.view == "space" and share < FAITHFUL:
        said = f"The two axes shown hold {share:.0%} of what varies in this layer"
        yield Verdict(f"{said}: points that lie together here may be apart.", int(history.steps[-1]))


def _sample(knobs: Knobs, history: History) -> Iterator[Verdict]:
    if knobs.view != "trace":
        return
    own, mean = history.last("sample_loss"), history.last("train_loss")
    if np.isfinite(own) and own > 3 * mean:
        said = f"This sample's loss, {own:.3g}, is {_times(own / max(mean, 1e-12))} times the mean"
        yield Verdict(f"{said}: it pulls harder on the weights than most.", int(history.steps[-1]))
