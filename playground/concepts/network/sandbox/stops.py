"""Runs that end before their last step: at a target, on a plateau, or when they diverge."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import torch

from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.measure import Network, Rows
from playground.training import metrics

TENFOLD = 10.0


def until(knobs: Knobs, network: Network, rows: Rows, losses: Iterator[float]) -> Iterator[float]:
    """The losses up to the step at which the run is to stop; a look draws no random number."""
    if knobs.stop == "never":
        yield from losses
        return
    look = LOOKS[knobs.stop](knobs, network, rows)
    for step, loss in enumerate(losses, 1):
        yield loss
        if step % knobs.look_every == 0 and look():
            return


def measured(network: Network, rows: Rows, split: str) -> tuple[float, float]:
    """(loss, accuracy or R²) on the training or validation points, without penalties and dropout."""
    network.model.eval()
    with torch.no_grad():
        outputs, targets = network.model(rows.part(split)), rows.targets[split]
        loss = network.loss_fn(outputs, targets).item()
        score = metrics.r2(outputs, targets) if network.is_regression else metrics.accuracy(outputs, targets)
    network.model.train()
    return loss, score


def _loss(knobs: Knobs, network: Network, rows: Rows) -> Callable[[], bool]:
    return lambda: measured(network, rows, "train")[0] <= knobs.stop_loss


def _score(knobs: Knobs, network: Network, rows: Rows) -> Callable[[], bool]:
    return lambda: measured(network, rows, "validation")[1] >= knobs.stop_score


def _divergence(knobs: Knobs, network: Network, rows: Rows) -> Callable[[], bool]:
    first, _ = measured(network, rows, "train")
    return lambda: not measured(network, rows, "train")[0] <= TENFOLD * first


def _plateau(knobs: Knobs, network: Network, rows: Rows) -> Callable[[], bool]:
    best, without = math.inf, 0

    def look() -> bool:
        nonlocal best, without
        loss, _ = measured(network, rows, "validation")
        without = 0 if loss < best else without + 1
        best = min(best, loss)
        return without >= knobs.patience

    return look


LOOKS: Mapping[str, Callable[[Knobs, Network, Rows], Callable[[], bool]]] = {
    "loss": _loss,
    "score": _score,
    "plateau": _plateau,
    "divergence": _divergence,
}
