"""Logits -> softmax -> cross-entropy -> gradient at each point of a sweep, in float32, naively and stably.

K classes. Metrics of every frame: value (of what is swept), temperature, loss, naive_loss, probability and
gradient (both of the right class), entropy (of the softmax, nats), largest_exponential (of the naive form). Arrays: in
frame 0 sweep (S,), sweep_loss (S,), target (K,), offsets (101,), loss_range (2,), the axis of all losses, and bar_range
(2,), that of all probabilities and gradients; in each frame probabilities, differences (p - y), gradients (dL/dz by
autograd), logits, scaled, exponentials (K,), naive and stable (101,), the loss with each offset, and
the probes; lost_x, lost_y (0 or 1,), where the naive one ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from playground.concepts.losses.logits.knobs import Knobs
from playground.concepts.losses.logits.sweeps import OFFSETS, values
from playground.contract import Frame


def softmax_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of logits (..., K) and target probabilities (K,) by log-sum-exp, which never overflows.

    torch takes the largest logit off first, so that no exponential exceeds 1.
    """
    return -(target * torch.log_softmax(logits, -1)).sum(-1)


def naive_loss(logits: Tensor, target: Tensor) -> Tensor:
    """The same as the textbook writes it: exponentials, their sum, a quotient, its logarithm.

    Float32 holds e^z up to z = 88.7: beyond, it is infinite or not a number.
    """
    exponentials = torch.exp(logits)
    probabilities = exponentials / exponentials.sum(-1, keepdim=True)
    return -torch.xlogy(target, probabilities).sum(-1)


def target(knobs: Knobs) -> Tensor:
    """The target distribution (K,): one-hot, with the smoothed share spread over all classes."""
    hot = F.one_hot(torch.tensor(knobs.label - 1), knobs.class_count).float()
    return (1 - knobs.smoothing) * hot + knobs.smoothing / knobs.class_count


@dataclass(frozen=True)
class Point:
    """One point of the sweep: logits (K,) without the offset, temperature and offset."""

    logits: Tensor
    temperature: float
    offset: float


def point(knobs: Knobs, value: float) -> Point:
    """The logits, temperature and offset where the sweep stands at a value."""
    logits = torch.tensor(knobs.logits)
    if knobs.sweep == "logit":
        logits[0] = value
    temperature = value if knobs.sweep == "temperature" else knobs.temperature
    return Point(logits, temperature, value if knobs.sweep == "offset" else knobs.offset)


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """A frame for each value of the sweep."""
    truth, swept = target(knobs), values(knobs.sweep)
    for step, value in enumerate(swept):
        here = point(knobs, float(value))
        metrics, moment = _moment(here, truth, knobs.label - 1)
        arrays: dict[str, ArrayLike] = {**moment, "probe_x": value, "probe_y": metrics["loss"]}
        if step == 0:
            arrays |= {"sweep": swept, "offsets": OFFSETS, **_along(knobs, truth, swept)}
        narrow = {name: np.atleast_1d(np.asarray(array, np.float32)) for name, array in arrays.items()}
        yield Frame(step, {"value": float(value), **metrics}, narrow)


def _room(losses: NDArray[np.float32]) -> NDArray[np.float32]:
    """The axis (2,) on which every loss of the sweep lies between the edges."""
    return np.array([-0.05, 1.2], np.float32) * max(float(losses.max()), 1e-3)


def _moment(here: Point, truth: Tensor, label: int) -> tuple[dict[str, float], dict[str, NDArray[np.float32]]]:
    """(metrics, arrays) of one point of the sweep."""
    logits = (here.logits + here.offset).requires_grad_()
    scaled = logits / here.temperature
    loss = softmax_loss(scaled, truth)
    (gradients,) = torch.autograd.grad(loss, logits)
    scaled = scaled.detach()
    probabilities, exponentials = torch.softmax(scaled, 0), torch.exp(scaled)
    naive, stable = _with_offsets(here, truth)
    metrics = {
        "temperature": here.temperature, "loss": loss.item(), "naive_loss": naive_loss(scaled, truth).item(),
        "probability": probabilities[label].item(), "gradient": gradients[label].item(),
        "entropy": -torch.xlogy(probabilities, probabilities).sum().item(),
        "largest_exponential": exponentials.max().item(),
    }  # fmt: skip
    arrays = {
        "probabilities": probabilities, "target": truth, "differences": probabilities - truth, "gradients": gradients,
        "logits": logits.detach(), "scaled": scaled, "exponentials": exponentials, "naive": naive, "stable": stable,
        "offset_x": torch.tensor([here.offset]), "offset_y": loss.detach(), **_lost(naive),
    }  # fmt: skip
    return metrics, {name: array.numpy() for name, array in arrays.items()}


def _with_offsets(here: Point, truth: Tensor) -> tuple[Tensor, Tensor]:
    """(naive, stable) loss (101,) with each constant added to every logit."""
    scaled = (here.logits + torch.tensor(OFFSETS)[:, None]) / here.temperature  # (101, K)
    return naive_loss(scaled, truth), softmax_loss(scaled, truth)


def _lost(naive: Tensor) -> dict[str, Tensor]:
    """The last point (0 or 1,) before the naive loss is lost; none where it lasts or was never there."""
    finite = naive.isfinite()
    ends = finite[:-1] & ~finite[1:]
    return {"lost_x": torch.tensor(OFFSETS)[:-1][ends], "lost_y": naive[:-1][ends]}


def _along(knobs: Knobs, truth: Tensor, swept: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The loss at every point of the sweep, and the axes that hold all its losses and gradients."""
    points = [point(knobs, float(value)) for value in swept]
    temperatures = torch.tensor([here.temperature for here in points])[:, None]
    scaled = torch.stack([here.logits + here.offset for here in points]) / temperatures  # (S, K)
    losses = softmax_loss(scaled, truth).numpy()
    steepest = float(((torch.softmax(scaled, -1) - truth) / temperatures).abs().max())
    bars = np.array([-1.05, 1.05], np.float32) * max(steepest, 1)
    return {"sweep_loss": losses, "loss_range": _room(losses), "bar_range": bars}
