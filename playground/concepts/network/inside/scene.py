"""What a view looks at: the network in training, its points, the sample, the last update."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, optim

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.sample import Sample
from playground.concepts.network.sandbox.measure import Network, Rows
from playground.concepts.network.sandbox.points import Points


@dataclass(frozen=True)
class Scene:
    """What a view looks at."""

    knobs: Knobs
    network: Network
    points: Points
    rows: Rows
    sample: Sample
    updates: Updates


class Updates:
    """Notes every layer's weights before each update."""

    def __init__(self, weights: list[Tensor], optimizer: optim.Optimizer) -> None:
        self.weights = weights
        self.before = [weight.detach().clone() for weight in weights]
        self.made = 0
        optimizer.register_step_pre_hook(self._note)

    @torch.no_grad()
    def _note(self, *_: Any) -> None:
        self.made += 1
        for before, weight in zip(self.before, self.weights, strict=True):
            before.copy_(weight)

    @torch.no_grad()
    def ratios(self) -> NDArray[np.float32]:
        """|last update| / |weights before it| by layer (L,); NaN before the first one and of weights that are zero."""
        if not self.made:
            return np.full(len(self.weights), np.nan, np.float32)
        pairs = zip(self.before, self.weights, strict=True)
        found = [((weight - before).norm() / before.norm()).item() for before, weight in pairs]
        return np.where(np.isfinite(found), found, np.nan).astype(np.float32)
