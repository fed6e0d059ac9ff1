"""What a frame of the training lab shows.

Metrics: train_loss, train_accuracy (300 training images, without dropout), test_loss, test_accuracy (the test images;
in frame 0 300 of them, of a full set 2,000 while training), epoch, learning_rate, parameters, flops (of one image),
dead (units that are silent on every test image) of `units`, gradient_ratio (the first layer's gradient over the last's,
per weight, of the last batch), and those of `mistakes.pair`. Beside an MLP also train_loss.mlp, train_accuracy.mlp,
test_loss.mlp, test_accuracy.mlp, parameters.mlp and those of `robustness`. The scores are measured in every eighth
frame, and held.

Arrays: see `insides` (or, beside an MLP, `robustness`), `mistakes`; the table's columns `layer_gradient`, `layer_dead`
(rows,), NaN where a layer has none; beside an MLP `scores_network`, `scores_mlp` (5,). Series: step and batch_loss (the
mean since the last frame); `at`, at which the scores were measured, and for each split loss and accuracy, also `_mlp`.
A frame is under 60 kB; of the default about 10, and 20 with the mistakes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.concepts.cnn.training import mistakes, strips, walk
from playground.concepts.cnn.training.images import FIRST_MEASURED, TEST_MEASURED, TRAIN_MEASURED, Images, Split
from playground.concepts.cnn.training.insides import Arrays, Insides
from playground.concepts.cnn.training.knobs import Knobs
from playground.concepts.cnn.training.robustness import Robustness
from playground.contract import Frame
from playground.training.metrics import gradient_norms
from playground.training.schedules import Scheduler

EVERY = 8  # frames from one measurement of the scores to the next
CURVES_FIRST, CURVES_EVERY = 10, 24  # the same for the robustness curves

Numbers = dict[str, float]


class Measure:
    """Measures a network, and the MLP where there is one: called with the number of updates done."""

    def __init__(self, knobs: Knobs, found: Images, models: Sequence[nn.Sequential], scheduler: Scheduler) -> None:
        self.knobs, self.found, self.models, self.scheduler = knobs, found, models, scheduler
        self.train, self.test = found.train.some(TRAIN_MEASURED), found.test.some(TEST_MEASURED)
        self.insides = None if knobs.compares else Insides(knobs, found, models[0])
        self.robustness = Robustness(knobs, found, models) if knobs.compares else None
        self.losses: list[float] = []
        self.frames, self.held = 0, self._constant()

    def seen(self, losses: Iterator[float]) -> Iterator[float]:
        """The losses of the batches, which are noted as they pass."""
        for loss in losses:
            self.losses.append(loss)
            yield loss

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        ends = step == self.knobs.steps or not all(map(math.isfinite, self.losses))
        for model in self.models:
            model.eval()
        with torch.no_grad():
            frame = self._frame(step, ends)
        for model in self.models:
            model.train()
        self.frames += 1
        self.losses.clear()
        return frame

    def _frame(self, step: int, ends: bool) -> Frame:
        arrays, gradients = self._gradients()
        series = {"step": float(step), "batch_loss": float(np.mean(self.losses))} if self.losses else {}
        if self.insides:
            arrays |= self.insides() | (self.insides.still() if step == 0 else {})
        if self.frames % EVERY == 0 or ends:
            first = self.test.some(FIRST_MEASURED) if step == 0 else self.test
            found, scores = self._scores(self.found.test if ends else first)
            arrays |= found
            series |= {"at": float(step), **scores}
        if self.robustness:
            arrays |= self._compared(self.robustness, ends)
        metrics = {**self.held, **gradients, "epoch": float(step // self.knobs.epoch_steps)}
        metrics["learning_rate"] = float(self.scheduler.get_last_lr()[0])
        return Frame(step, metrics, arrays, {name: np.array([v], np.float32) for name, v in series.items()})

    def _constant(self) -> Numbers:
        rows = self.knobs.rows
        found = {"parameters": float(self.knobs.parameters), "flops": float(sum(row.flops for row in rows))}
        found["units"] = float(sum(rows[place].layer.size for place in walk.hidden(rows)))
        if self.knobs.compares:
            found["parameters.mlp"] = float(sum(row.parameters for row in self.knobs.rival_rows))
        return found

    def _gradients(self) -> tuple[Arrays, Numbers]:
        """The norm of each layer's gradient in the last batch, and the first layer's beside the last's, per weight."""
        column = np.full(len(self.knobs.rows), np.nan, np.float32)
        sizes = []
        for place, module in enumerate(walk.places(self.models[0])):
            parameters = list(self.models[0][module].parameters())
            if parameters and parameters[0].grad is not None:
                column[place] = gradient_norms(parameters).norm().item()
                sizes.append(column[place] / math.sqrt(sum(p.numel() for p in parameters)))
        ratio = float(sizes[0] / sizes[-1]) if sizes and sizes[-1] else math.nan
        return {"layer_gradient": column}, {"gradient_ratio": ratio}

    def _scores(self, tested: Split) -> tuple[Arrays, Numbers]:
        """The scores of all networks on both splits, what the network gets wrong, and which of its units are dead."""
        logits, silent = self._forward(tested)
        scores = {**_scored("train", self._logits(0, self.train), self.train), **_scored("test", logits, tested)}
        counts = mistakes.confusion(tested.labels, logits.argmax(1), len(self.knobs.classes))
        arrays = mistakes.matrix(counts) | mistakes.worst(logits, tested, len(self.knobs.classes))
        dead = np.full(len(self.knobs.rows), np.nan, np.float32)
        for place, units in silent.items():
            dead[place] = units.sum().item()
        arrays["layer_dead"] = dead
        self.held |= {**scores, **mistakes.pair(counts), "dead": float(np.nansum(dead))}
        return arrays, scores | (self._rival_scores(tested) if self.knobs.compares else {})

    def _rival_scores(self, tested: Split) -> Numbers:
        """The MLP's scores as series; as metrics they are held."""
        found: Numbers = {}
        for name, split in (("train", self.train), ("test", tested)):
            found |= _scored(name, self._logits(1, split), split)
        self.held |= {f"{name}.mlp": value for name, value in found.items()}
        return {f"{name}_mlp": value for name, value in found.items()}

    def _forward(self, tested: Split) -> tuple[Tensor, dict[int, Tensor]]:
        """The network's logits (N, K), and for each hidden layer which units are silent on all images."""
        rows, model = self.knobs.rows, self.models[0]
        ends, logits = walk.ends(model, rows), []
        silent: dict[int, Tensor] = {}
        for images in walk.chunks(tested.images):
            outputs = walk.outputs(model, self.found.scaled(images))
            logits.append(outputs[-1])
            for place in walk.hidden(rows):
                if place not in silent or silent[place].any():  # else no unit can be silent on all
                    kind = rows[place].layer.kind
                    sums = outputs[ends[place] - (kind != "residual")]  # what enters the activation
                    now = walk.quiet(self.knobs.activation, kind, sums)
                    silent[place] = silent[place] & now if place in silent else now
        return torch.cat(logits), silent

    def _logits(self, number: int, split: Split) -> Tensor:
        return torch.cat([self.models[number](self.found.scaled(images)) for images in walk.chunks(split.images)])

    def _compared(self, robustness: Robustness, ends: bool) -> Arrays:
        """The strips of the first frames, the curves now and then, and the table of the comparison."""
        kinds = list(strips.KINDS)
        arrays = robustness.unknown() if self.frames == 0 else {}
        if self.frames < len(kinds):
            arrays |= robustness.image_strip(kinds[self.frames])
        if ends or self.frames % CURVES_EVERY == CURVES_FIRST:
            arrays |= robustness()
            self.held |= robustness.held
        names = ("test_accuracy", "train_accuracy", *strips.METRICS.values())
        for arm, end in (("network", ""), ("mlp", ".mlp")):
            arrays[f"scores_{arm}"] = np.array([self.held.get(name + end, math.nan) for name in names], np.float32)
        return arrays


def _scored(split: str, logits: Tensor, of: Split) -> Numbers:
    """Loss and accuracy of a split."""
    right = (logits.argmax(1) == of.labels).float().mean().item()
    return {f"{split}_loss": F.cross_entropy(logits, of.labels).item(), f"{split}_accuracy": right}
