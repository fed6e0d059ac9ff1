"""The sandbox's training, and its path: a snapshot of all parameters at every frame.

A snapshot is a frame of the sandbox, with the arrays that are shown here, and two more: `row` (P,) float32, the
parameters in the order of `model.parameters()`, and `buffers` (B,), what batch norm has counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.sandbox.changes import losses
from playground.concepts.network.sandbox.experiment import loss_fn, network, objective
from playground.concepts.network.sandbox.measure import Measure, Network, all_rows
from playground.concepts.network.sandbox.points import SPLITS, points
from playground.concepts.network.sandbox.stops import until
from playground.contract import Frame
from playground.training.initialisers import initialise
from playground.training.metrics import curvature
from playground.training.optimizers import optimizer
from playground.training.supervised import record

CURVATURE_ROWS = 512
STILL = ("curve_x", "truth", *(f"{split}_{part}" for split in SPLITS for part in ("x", "y", "target")))
SHOWN = ("map", "curve", "wrong_x", "wrong_y", *STILL)


class Training:
    """A network, its points and the loop that trains it."""

    def __init__(self, knobs: Knobs, device: str) -> None:
        self.knobs, self.data = knobs, points(knobs)
        self.model = network(knobs)
        initialise(self.model, knobs.initialiser)
        self.model.to(device)
        self.loss_fn, self.objective = loss_fn(knobs), objective(knobs, self.model)
        self.rows = all_rows(knobs, self.data, device)

    def snapshots(self) -> Iterator[Frame]:
        """The training: consumed to its end it leaves the network trained."""
        knobs, model = self.knobs, self.model
        trained = Network(model, self.loss_fn, self.objective, not knobs.is_classes)
        chosen = optimizer(knobs.optimizer, model.parameters(), knobs.learning_rate, **knobs.hyper)
        updates = losses(knobs, model, chosen, lambda now: objective(now, model), *self.rows.train)
        measure = Measure(knobs, trained, self.data, self.rows)
        for frame in record(until(knobs, trained, self.rows, updates), measure, knobs.steps, knobs.snapshots):
            kept = {name: values for name, values in frame.arrays.items() if name in SHOWN}
            state = {"row": row_of(model), "buffers": flat(counted(model))}
            yield replace(frame, arrays={**kept, **state})

    def load(self, snapshot: Frame) -> None:
        """Makes the network that of a snapshot."""
        row, buffers = (torch.from_numpy(np.array(snapshot.arrays[name])) for name in ("row", "buffers"))
        with torch.no_grad():
            for group, values in ((list(self.model.parameters()), row), (counted(self.model), buffers)):
                for one, part in zip(group, torch.split(values, [one.numel() for one in group]), strict=True):
                    one.copy_(part.view_as(one))

    def curvature(self, snapshot: Frame) -> float:
        """The largest eigenvalue of the objective's Hessian at a snapshot, on the first 512 training points."""
        self.load(snapshot)
        self.model.eval()
        inputs, targets = self.rows.train
        loss = self.objective(inputs[:CURVATURE_ROWS], targets[:CURVATURE_ROWS])
        return curvature(loss, tuple(self.model.parameters()))


def finite(snapshot: Frame) -> bool:
    """Whether all numbers of a snapshot are finite."""
    return bool(np.isfinite(np.asarray(snapshot.arrays["row"])).all())


def counted(model: nn.Module) -> list[Tensor]:
    """What batch norm has counted."""
    return [one for one in model.buffers() if one.is_floating_point()]


def flat(tensors: list[Tensor]) -> NDArray[np.float32]:
    """All values in a row."""
    empty = torch.empty(0)
    return torch.cat([empty, *(one.detach().cpu().reshape(-1) for one in tensors)]).numpy()


def row_of(model: nn.Module) -> NDArray[np.float32]:
    """The parameters of a network in a row (P,), in their own order."""
    return flat(list(model.parameters()))
