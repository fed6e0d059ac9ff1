"""The training, as frames that hold the parameters of a moment: kept, they let any picture be looked at again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn, optim

from playground.concepts.cnn.inside.columns import columns
from playground.concepts.cnn.inside.knobs import BATCH, Knobs
from playground.concepts.cnn.inside.look import silent
from playground.concepts.cnn.sets import Arrays
from playground.contract import Frame
from playground.training.metrics import accuracy
from playground.training.supervised import record, updates

MEASURED = 250  # images of each split
COUNTERS = "num_batches_tracked"  # of a batch norm: whole numbers, of no use in evaluation


def tensors(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Images (N, C, S, S) from 0 to 1 and labels (N,)."""
    return torch.from_numpy(images).float() / 255, torch.from_numpy(labels)


class Snapshot:
    """Measures a network under training and keeps its parameters: called with the number of updates done.

    Metrics: `train_loss`, `test_loss`, `train_accuracy`, `test_accuracy` over the first 250 images of each split.
    Arrays: parameters and running statistics by name; `dead.<column>` (C,) uint8, channels that are zero on all of
    the measured test images.
    """

    def __init__(self, knobs: Knobs, model: nn.Sequential, sets: dict[str, tuple[Tensor, Tensor]]) -> None:
        self.model, self.sets, self.shown = model, sets, columns(knobs)

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates."""
        self.model.eval()
        found: dict[str, float] = {}
        with torch.no_grad():
            for split, (inputs, labels) in self.sets.items():
                logits = self.model(inputs)
                found[f"{split}_loss"] = F.cross_entropy(logits, labels).item()
                found[f"{split}_accuracy"] = accuracy(logits, labels)
        dead = silent(self.model, self.sets["test"][0], self.shown)
        self.model.train()
        arrays = {f"dead.{k}": channels.byte().cpu().numpy() for k, channels in enumerate(dead)}
        kept = {name: one.cpu().numpy().copy() for name, one in self.model.state_dict().items() if COUNTERS not in name}
        return Frame(step, found, {**kept, **arrays})


def training(knobs: Knobs, model: nn.Sequential, arrays: Arrays, device: str) -> Iterator[Frame]:
    """The snapshots of a training, from before the first update to behind the last."""
    x, y = (one.to(device) for one in tensors(arrays.train_images, arrays.train_labels))
    test = tensors(arrays.test_images[:MEASURED], arrays.test_labels[:MEASURED])
    sets = {"train": (x[:MEASURED], y[:MEASURED]), "test": tuple(one.to(device) for one in test)}
    optimizer = optim.Adam(model.parameters(), lr=knobs.learning_rate)
    losses = updates(
        lambda inputs, targets: F.cross_entropy(model(inputs), targets), optimizer, x, y,
        batch_size=BATCH, steps=knobs.steps,
    )  # fmt: skip
    yield from record(losses, Snapshot(knobs, model, sets), knobs.steps, knobs.snapshots)  # type: ignore[arg-type]


def restore(model: nn.Sequential, snapshot: Frame) -> None:
    """Gives a network the parameters of a snapshot and sets it to evaluation."""
    names = [name for name in model.state_dict() if COUNTERS not in name]
    state = {name: torch.from_numpy(np.array(snapshot.arrays[name])) for name in names}
    model.load_state_dict(state, strict=False)
    model.eval()
