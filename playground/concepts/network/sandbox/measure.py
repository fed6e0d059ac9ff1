"""What a frame of the sandbox shows, measured in one forward pass over all points and pictures.

Arrays of frame 0, for each split s: `s_x`, `s_y`, `s_target` (n_s,) float32, the points shown, at most 1,000 together;
`features` (F, 16, 16) in [-1, 1], the inputs over the plane. For one input also `curve_x` and `truth` (200,).
Arrays of every frame: `map` (S, S), row 0 at the lowest x2: for two classes the probability of class 1, for more
32 * class + confidence (0 to 31), for a regression the prediction; for one input instead `curve` (200,) float32.
`neurons` (n, 16, 16): the activations of the shown hidden units, each divided by its own largest. `weights` (E,):
those between shown units, layer by layer, (out, in). `layer_dead`, `layer_saturated` (L,), `layer_gradient` (L + 1,).
Where they change, `wrong_x`, `wrong_y` (w,): the shown training and test points that are misclassified.
Where they change, of the test points, for classes `confusion` (K, K) uint8, a row's shares of 110, `counts` (K * K,),
`precision`, `recall`, `f1`, `support` (K,), `confidence` and `reliability` (10,); else `residual_x`, `residual_y`.
Series, a point a frame: step, and of each split loss and accuracy or r2.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.network.sandbox import graph, scored
from playground.concepts.network.sandbox.changes import passes
from playground.concepts.network.sandbox.features import featured
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.points import SPLITS, Points
from playground.contract import Frame, Ranged, ranged
from playground.data.toy import sine_truth
from playground.models.mlp import UNBENT, entering, linear_layers
from playground.training import metrics
from playground.training.lattice import square
from playground.training.losses import LossFn
from playground.training.supervised import Objective

DOMAIN = 1.3
UNIT_SIZE = 16
CURVE_SIZE = 200
MOST_POINTS = 1000
CURVATURE_ROWS = 512

Arrays = scored.Arrays


def lattice(size: int, inputs: int) -> Tensor:
    """Points on the plane (size * size, 2), rows from the lowest x2 up, or on the line (size, 1)."""
    return torch.linspace(-DOMAIN, DOMAIN, size)[:, None] if inputs == 1 else square(size, DOMAIN)


def as_pictures(columns: Tensor) -> Ranged:
    """Pictures (n, 16, 16) in [-1, 1] of columns (256, n) over the plane, or (16, n) over the line, in equal rows."""
    largest = columns.abs().amax(0).clamp_min(1e-12)
    rows = (columns / largest).T.reshape(columns.shape[1], -1, UNIT_SIZE)  # (n, 16 or 1, 16)
    return ranged(rows.expand(-1, UNIT_SIZE, -1).numpy(), -1, 1)


@dataclass(frozen=True)
class Network:
    """What is trained: the model, its loss, and the objective, which adds the penalties."""

    model: nn.Sequential
    loss_fn: LossFn
    objective: Objective
    is_regression: bool = False

    def activations(self, inputs: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The outputs (N, K) and the activations (N, units) of each hidden layer, on the CPU; in eval mode."""
        outputs, hidden, _ = self.passed(inputs)
        return outputs, hidden

    def passed(self, inputs: Tensor) -> tuple[Tensor, list[Tensor], list[Tensor]]:
        """The outputs (N, K) and, of each hidden layer, its outputs and what enters its activation (N, units)."""
        kept, sums = [], []
        for layer in self.model:
            before, inputs = inputs, layer(inputs)
            if not isinstance(layer, UNBENT):
                kept.append(inputs.cpu())
                sums.append(entering(layer, before).cpu())
        return inputs.cpu(), kept, sums


@dataclass(frozen=True)
class Rows:
    """All rows of the one forward pass: the splits, the picture, the units' pictures.

    `inputs` (R, F) are features; `counts` the rows of the five parts; `targets` as the loss wants them, by split.
    """

    inputs: Tensor
    counts: tuple[int, ...]
    targets: Mapping[str, Tensor]

    def part(self, split: str) -> Tensor:
        """The inputs of a split."""
        at = SPLITS.index(split)
        return self.inputs[sum(self.counts[:at]) : sum(self.counts[: at + 1])]

    @property
    def train(self) -> tuple[Tensor, Tensor]:
        """The inputs and targets of the training points."""
        return self.part("train"), self.targets["train"]


def all_rows(knobs: Knobs, points: Points, device: str) -> Rows:
    """The rows of every frame of a run."""
    parts = [torch.from_numpy(points.inputs[split]) for split in SPLITS]
    inputs = parts[0].shape[1]
    parts += [lattice(CURVE_SIZE if inputs == 1 else knobs.map_size, inputs), lattice(UNIT_SIZE, inputs)]
    targets = {split: _targets(knobs, points.targets[split]).to(device) for split in SPLITS}
    return Rows(featured(torch.cat(parts), knobs.feature_names).to(device), tuple(map(len, parts)), targets)


def _targets(knobs: Knobs, targets: NDArray[np.int64] | NDArray[np.float32]) -> Tensor:
    """Labels (N,) for K logits; floats (N, 1) for one output."""
    found = torch.from_numpy(targets)
    return found if knobs.output_count > 1 else found.float()[:, None]


class Measure:
    """Measures a network: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, network: Network, points: Points, rows: Rows) -> None:
        self.knobs, self.network, self.points, self.rows = knobs, network, points, rows
        self.targets = {split: targets.cpu() for split, targets in rows.targets.items()}
        self.parameters = tuple(network.model.parameters())
        self.weights = [layer.weight for layer in linear_layers(network.model)]
        self.weight_places = [
            i for i, one in enumerate(self.parameters) if any(one is weight for weight in self.weights)
        ]
        self.spent, self.updates = 0.0, 0
        self.shown_units = graph.shown(knobs)
        self.shown_points = _shown_points(points)
        self.bound = float(np.abs(points.targets["train"]).max()) or 1.0
        self.wrong: NDArray[np.float32] | None = None
        self.held: Arrays = {}

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        first = self._start() if step == 0 else {}
        self.network.model.eval()
        with torch.no_grad():
            frame = self._frame(step)
        self.network.model.train()
        still = self._still() if step == 0 else {}
        return Frame(step, {**frame.metrics, **first}, {**still, **frame.arrays}, frame.series)

    def _start(self) -> dict[str, float]:
        """The curvature; leaves the gradient of the training set in the parameters, for the norms."""
        inputs, targets = self.rows.train
        self.network.model.eval()
        self.network.objective(inputs, targets).backward()  # type: ignore[no-untyped-call]
        loss = self.network.objective(inputs[:CURVATURE_ROWS], targets[:CURVATURE_ROWS])
        self.network.model.train()
        return {"curvature": metrics.curvature(loss, self.parameters)}

    def _frame(self, step: int) -> Frame:
        outputs, hidden, sums = self.network.passed(self.rows.inputs)
        *splits, picture, _ = torch.split(outputs, list(self.rows.counts))
        scores = self._scores(dict(zip(SPLITS, splits, strict=True)))
        told, telling = self._told(splits[2])
        norms = metrics.gradient_norms(self.parameters)
        units, layers = self._units(sums)
        arrays = {**telling, **self._picture(picture), **self._wrong(splits), **self._neurons(hidden), **layers}
        arrays |= {"weights": self._weights(), "layer_gradient": norms[self.weight_places].numpy()}
        found = {**scores, **told, **units, "gradient_norm": norms.norm().item(), "epoch": self._epoch(step)}
        found |= self._pace()
        return Frame(step, found, arrays, _points_of({"step": step, **scores}))

    def timed(self, losses: Iterator[float]) -> Iterator[float]:
        """The losses of updates whose time is taken."""
        while True:
            start = time.perf_counter()
            loss = next(losses, None)
            if loss is None:
                return
            self.spent, self.updates = self.spent + time.perf_counter() - start, self.updates + 1
            yield loss

    def _pace(self) -> dict[str, float]:
        """Milliseconds of an update, the mean over those since the last frame."""
        taken = 1000 * self.spent / self.updates if self.updates else 0.0
        self.spent, self.updates = 0.0, 0
        return {"step_ms": taken} if taken else {}

    def _epoch(self, step: int) -> int:
        return math.floor(passes(self.knobs, self.rows.counts[0], step) + 1e-9)

    def _scores(self, outputs: Mapping[str, Tensor]) -> dict[str, float]:
        loss_fn, classes = self.network.loss_fn, self.knobs.is_classes
        found = {f"{split}_loss": loss_fn(outputs[split], self.targets[split]).item() for split in SPLITS}
        name, score = ("accuracy", metrics.accuracy) if classes else ("r2", metrics.r2)
        return found | {f"{split}_{name}": score(outputs[split], self.targets[split]) for split in SPLITS}

    def _told(self, outputs: Tensor) -> tuple[dict[str, float], Arrays]:
        """How well the test points are told."""
        if not self.knobs.is_classes:
            return {}, scored.regression(outputs, self.targets["test"])
        told, arrays = scored.classes(outputs, self.targets["test"])
        fresh = {name: one for name, one in arrays.items() if not scored.same(one, self.held.get(name))}
        self.held |= fresh
        return told, fresh

    def _units(self, sums: list[Tensor]) -> tuple[dict[str, float], Arrays]:
        """Shares of dead units and of saturated activations, over all hidden units and by layer."""
        if not sums:
            none = np.zeros(0, np.float32)
            return {"dead_share": 0.0, "saturated_share": 0.0}, {"layer_dead": none, "layer_saturated": none}
        names, count = self.knobs.activations, self.rows.counts[0]
        dead = torch.cat([metrics.dead(name, one[:count]).float() for name, one in zip(names, sums, strict=True)])
        saturated = torch.cat([metrics.saturated(name, one[:count]) for name, one in zip(names, sums, strict=True)])
        totals = {"dead_share": dead.mean().item(), "saturated_share": saturated.mean().item()}
        return totals, {"layer_dead": self._by_layer(dead), "layer_saturated": self._by_layer(saturated)}

    def _by_layer(self, units: Tensor) -> NDArray[np.float32]:
        means = [layer.mean() for layer in torch.split(units, list(self.knobs.hidden_sizes))]
        return torch.stack(means).numpy()

    def _picture(self, outputs: Tensor) -> Arrays:
        if outputs.shape[0] == CURVE_SIZE:
            return {"curve": outputs[:, 0].numpy()}
        size = self.knobs.map_size
        if outputs.shape[1] > 1:
            return {"map": class_codes(outputs).reshape(size, size)}
        plane = outputs.reshape(size, size)
        if self.knobs.is_classes:
            return {"map": ranged(torch.sigmoid(plane).numpy(), 0, 1)}
        return {"map": ranged(plane.numpy(), -self.bound, self.bound)}

    def _wrong(self, splits: Sequence[Tensor]) -> Arrays:
        """Where the shown training and test points lie that the network gets wrong, if others than before."""
        if not self.knobs.is_classes:
            return {}
        places = []
        for split, outputs in (("train", splits[0]), ("test", splits[2])):
            shown = self.shown_points[split]
            wrong = metrics.predictions(outputs[:shown]).numpy() != self.points.targets[split][:shown]
            places.append(self.points.inputs[split][:shown][wrong])
        found = np.concatenate(places)
        if self.wrong is not None and np.array_equal(found, self.wrong):
            return {}
        self.wrong = found
        return {"wrong_x": np.ascontiguousarray(found[:, 0]), "wrong_y": np.ascontiguousarray(found[:, 1])}

    def _neurons(self, hidden: list[Tensor]) -> Arrays:
        rows = self.rows.counts[-1]
        columns = [layer[-rows:, :n] for layer, n in zip(hidden, self.shown_units[1:-1], strict=True)]
        return {"neurons": as_pictures(torch.cat(columns, 1))} if columns else {}

    def _weights(self) -> NDArray[np.float32]:
        pairs = zip(self.weights, pairwise(self.shown_units), strict=True)
        return torch.cat([weight[:after, :before].reshape(-1) for weight, (before, after) in pairs]).cpu().numpy()

    def _still(self) -> Arrays:
        """What never changes: the points shown, the inputs' pictures and, for one input, the true curve."""
        found: Arrays = {"features": as_pictures(self.rows.inputs[-self.rows.counts[-1] :].cpu())}
        for split, count in self.shown_points.items():
            inputs, targets = self.points.inputs[split][:count], self.points.targets[split][:count].astype(np.float32)
            x, y = inputs.T if inputs.shape[1] == 2 else (inputs[:, 0], targets)
            found |= {f"{split}_x": x, f"{split}_y": y, f"{split}_target": targets}
        if self.rows.counts[3] == CURVE_SIZE:
            curve = lattice(CURVE_SIZE, 1).numpy()
            found |= {"curve_x": curve[:, 0], "truth": sine_truth(curve).astype(np.float32)}
        return found


def _points_of(values: Mapping[str, float]) -> dict[str, NDArray[np.float32]]:
    """A point (1,) of each curve."""
    return {name: np.array([value], np.float32) for name, value in values.items()}


def _shown_points(points: Points) -> dict[str, int]:
    """How many points of each split are shown: all, or MOST_POINTS in proportion."""
    counts = {split: len(points.targets[split]) for split in SPLITS}
    share = min(1.0, MOST_POINTS / sum(counts.values()))
    return {split: int(count * share) for split, count in counts.items()}


def class_codes(logits: Tensor) -> NDArray[np.uint8]:
    """32 * class + confidence (N,): the probability of the predicted class, from 1 / K to 1, in 0 to 31."""
    count = logits.shape[1]
    best, classes = torch.softmax(logits, 1).max(1)
    confidence = ((best - 1 / count) / (1 - 1 / count)).nan_to_num(0).clamp(0, 1)
    return (32 * classes + (31 * confidence).round().long()).to(torch.uint8).numpy()
