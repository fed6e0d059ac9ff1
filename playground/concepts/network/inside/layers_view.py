"""Layers: histograms, gradients, updates, dead and saturated units of every layer."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.inside.decades import Decades
from playground.concepts.network.inside.histograms import Past
from playground.concepts.network.inside.scene import Scene
from playground.models.mlp import linear_layers
from playground.training import metrics
from playground.wire import narrow

SATURATED = 0.9  # of the training points, for which a unit that counts as saturated lies at a flat end
SAMPLED = 400  # training points whose activations are counted
Found = tuple[dict[str, float], dict[str, Any], dict[str, float]]


class LayersView:
    """Counts what every layer holds."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.past = scene, Past(scene.knobs)
        self.weights = [layer.weight for layer in linear_layers(scene.network.model)]
        self.axes = Decades("gradient"), Decades("update")

    def __call__(self, step: int) -> Found:
        """What is seen after that many updates."""
        outputs, hidden, sums = self.scene.network.passed(self.scene.rows.part("train"))
        gradients = [torch.zeros(0) if w.grad is None else w.grad.cpu() for w in self.weights]
        weights = [weight.detach().cpu() for weight in self.weights]
        values = [*(layer[:SAMPLED] for layer in [*hidden, outputs]), *weights, *gradients]
        norms = np.array([gradient.norm().item() for gradient in gradients])
        updates = self.scene.updates.ratios()
        dead, saturated = self._counts(sums)
        layers = {"gradient": norms, "update": updates, "dead": dead, "saturated": saturated}
        layers["size"] = np.array([weight.norm().item() for weight in weights])
        arrays = {**self.past(step, values), **narrow({f"layer_{name}": one for name, one in layers.items()})}
        arrays |= {**self.axes[0](norms), **self.axes[1](updates)}
        counted = {"dead_units": float(np.nansum(dead)), "saturated_units": float(np.nansum(saturated))}
        return {**_ratios(gradients, updates), **counted, **_growth(hidden)}, arrays, self._series(norms, updates)

    def _counts(self, sums: list[Tensor]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Dead and saturated units of each layer (L,); the output has none to count."""
        names = self.scene.knobs.activations
        dead = [float(metrics.dead(*one).sum()) for one in zip(names, sums, strict=True)]
        rates = [metrics.saturated(*one) for one in zip(names, sums, strict=True)]
        saturated = [float((rate >= SATURATED).sum()) for rate in rates]
        return np.array([*dead, np.nan]), np.array([*saturated, np.nan])

    def _series(self, norms: NDArray[np.float64], updates: NDArray[np.float32]) -> dict[str, float]:
        found = {f"gradient.{i}": _above_zero(norm) for i, norm in enumerate(norms)}
        return found | {f"update.{i}": _above_zero(ratio) for i, ratio in enumerate(updates)}


def _above_zero(value: float) -> float:
    """The value on a logarithmic axis, which has no zero."""
    return float(value) if value > 0 else float("nan")


def _ratios(gradients: list[Tensor], updates: NDArray[np.float32]) -> dict[str, float]:
    """The first layer's gradient beside the last one's; the median update, once there is one."""
    first, last = (
        part.square().mean().sqrt().item() if part.numel() else 0.0 for part in (gradients[0], gradients[-1])
    )
    found = {"gradient_ratio": first / last if last > 0 else float("nan")}
    return found | ({} if np.isnan(updates).all() else {"update_ratio": float(np.nanmedian(updates))})


def _growth(hidden: list[Tensor]) -> dict[str, float]:
    """How many times as large the last hidden layer's activations are as the first one's, by root mean square."""
    if len(hidden) < 2:
        return {}
    first, last = (layer.square().mean().sqrt().item() for layer in (hidden[0], hidden[-1]))
    return {"growth": last / first if first > 0 else float("nan")}
