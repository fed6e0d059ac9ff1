"""Why did that happen: how far the map can be trusted, and what lies between start and end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from playground.concepts.network.landscape.knobs import Knobs, batch_words
from playground.concepts.network.sandbox.blame import limit, limit_words
from playground.concepts.network.sandbox.verdicts import verdicts as of_training
from playground.contract import History, Verdict

TRUSTED, POOR = 0.9, 0.5  # of the path's variance
HIGH = 0.02  # of the first loss: a rise on the straight line that is worth telling
OUTSIDE = 0.05  # share of the walk
CREASED = 0.15  # see `ground.bumps`
DEEP = 5  # hidden layers
AT_THE_EDGE = (0.75, 1.35)  # of 2 / rate


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What went wrong in training, then what the map tells."""
    nothing = np.full(len(history), np.nan)
    outside, rival = (history.metrics.get(name, nothing) for name in ("outside", "rival_update"))
    walked = np.flatnonzero((outside >= 0) & np.isnan(rival))
    if not len(walked):
        return ()
    walk = of_walk(history, walked)
    last = int(history.steps[-1])
    broken = [replace(one, step=_frame_step(history, walked, one.step)) for one in of_training(knobs, walk)]
    rules = (_left, _rival, _creased, _edge, _plane, _straight)
    told = [verdict for rule in rules for verdict in rule(knobs, history, last)]
    return (*broken[:1], *told)[:3]


def of_walk(history: History, walked: np.ndarray) -> History:
    """The frames of the walk alone, at the steps of the training."""
    metrics = {name: values[walked] for name, values in history.metrics.items()}
    metrics = {name: values for name, values in metrics.items() if not np.isnan(values).all() or name == "train_loss"}
    steps = metrics["update"].astype(np.int64)
    return History(steps, metrics, history.state, lambda i: history.decode(int(walked[i])))


def _frame_step(history: History, walked: np.ndarray, update: int) -> int:
    """The step of the frame of the walk that shows the network after so many updates."""
    updates = history.metrics["update"][walked]
    return int(history.steps[walked[int(np.abs(updates - update).argmin())]])


def _left(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    outside = history.last("outside")
    if outside > OUTSIDE:
        mend = {"reach": min(10.0, round(2 * knobs.reach, 4))} if knobs.plane == "random" else {"margin": 0.4}
        yield Verdict(f"{outside:.0%} of the walk lies outside the picture.", last, mend)


def _rival(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    own, other = history.last("curvature"), history.last("rival_curvature")
    if own > 0 and other > 0:
        first, second = batch_words(knobs.batch_size), batch_words(knobs.rival().batch_size)
        much = f"{max(own / other, other / own):.2g} times as sharp"
        (sharp, flat) = (first, second) if own > other else (second, first)
        sentence = f"The {sharp} ends {much} as the {flat}: largest curvature {max(own, other):.3g}, not "
        yield Verdict(f"{sentence}{min(own, other):.3g}.", last)


def _creased(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    share = history.last("bumps")
    if share > CREASED and len(knobs.hidden_sizes) >= DEEP and not knobs.residual:
        sentence = f"Along its lines the map goes up and down {share:.0%} more than single valleys would: many layers, "
        yield Verdict(f"{sentence}and nothing that leads past them.", last, {"residual": True})


def _edge(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    """Full-batch gradient descent sharpens its valley until the next step would leave it (Cohen et al. 2021)."""
    sharp, bound = history.last("curvature"), limit(knobs, knobs.learning_rate)
    low, high = AT_THE_EDGE
    if knobs.optimizer == "sgd" and knobs.schedule == "constant" and low < sharp / bound < high:
        name = limit_words(knobs, "rate")
        sentence = f"The sharpness at the end, {sharp:.3g}, is about {name} = {bound:.3g}: the edge of stability."
        yield Verdict(sentence, last, {"batch_size": 4} if not knobs.batch_size else {})


def _plane(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    share, gap = history.last("explained"), 10 ** history.last("plane_gap")
    if knobs.plane == "random" and share < POOR:
        sentence = f"The random plane holds {share:.1%} of the path's variance: a path of "
        sentence += f"{history.last('path_length'):.3g} looks far shorter here than it is."
        yield Verdict(sentence, last, {"plane": "path"})
    elif np.isfinite(gap):
        trust = "a good picture of the path" if share >= TRUSTED and gap < 2 else "only a shadow of the path"
        sentence = f"The plane holds {share:.1%} of the path's variance; the loss on it is off the path's by a factor "
        yield Verdict(f"{sentence}of {gap:.2g} on average: {trust}.", last)


def _straight(knobs: Knobs, history: History, last: int) -> Iterator[Verdict]:
    barrier, first = history.last("barrier"), float(history.metrics["train_loss"][0])
    if not np.isfinite(barrier):
        return
    longer = history.last("path_length") / max(history.last("distance"), 1e-12)
    went = f"training took a way {longer:.2g} times as long"
    if barrier > HIGH * first:
        yield Verdict(f"On the straight line from start to end the loss rises by {barrier:.2g} first; {went}.", last)
    else:
        yield Verdict(f"Nothing stands on the straight line from start to end; {went}.", last)
