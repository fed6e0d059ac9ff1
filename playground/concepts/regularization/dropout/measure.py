"""What a frame of the dropout lab shows. N training points, T passes; `plain` is without dropout.

Metrics, v = plain, dropout (the mean over its networks, without masks): train_loss.v, test_loss.v, gap.v (their
difference) and, for classes, train_accuracy.v, test_accuracy.v; stopped.v, how many met a loss that is no number.
Of the network shown: kept, hidden units that the last mask kept, and kept_share; cut_share, the share of the last
batch's samples that lost a whole hidden layer; expectation_gap, how far the mean over CHECKS masks is from the output
at evaluation (root mean square over the points probed), expectation_error, its standard error, jitter, the standard
deviation of one output; uncertainty_inside, uncertainty_outside, the standard deviation over the passes at the training
points and at twice their radius, growth, their ratio; darkest, the largest value of the map; with a gap,
uncertainty_hole, the standard deviation in its middle.
Arrays: edges (E,), kept_x, kept_y, dropped_x, dropped_y (units drawn); evaluated, jittered, expected (points probed),
span (2,); column_* (2,), the table's. Classes: mean_map, spread_map (1, 28, 28); in frame 0 dot_x, dot_y, dot_label,
ring_x, ring_y, and scale (1, 64), the strip under both maps; scale_ends (2,), the ends of the right one. Else mean,
low, high, evaluation (121,), passes (10 * 122,); in frame 0 curve_x, truth, passes_x, train_x, train_y. Series: step,
train_loss.v, test_loss.v, test_low.v, test_high.v. At most 10 kB a frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.regularization.dropout import pictures
from playground.concepts.regularization.dropout.knobs import Knobs
from playground.concepts.regularization.dropout.points import Points
from playground.concepts.regularization.dropout.thinned import Dropping, draw_masks, predict, whole
from playground.contract import Frame, Ranged
from playground.training.losses import LossFn, binary_cross_entropy, mse
from playground.training.population_updates import member_losses

CHECKS, PROBES = 400, 16  # masks and training points for the expectation
VARIANTS = ("plain", "dropout")

Arrays = dict[str, NDArray[Any] | Ranged]
Layers = list[tuple[Tensor, Tensor]]


def loss_of(knobs: Knobs) -> LossFn:
    """Cross-entropy for classes, else the squared error."""
    return binary_cross_entropy if knobs.is_classes else mse


def masks_of(knobs: Knobs, count: int, seed: int) -> list[Tensor]:
    """As many masks a layer, from a generator of their own: the same ones in every frame."""
    generator = torch.Generator().manual_seed(seed)
    return draw_masks(count, knobs.sizes, knobs.rate, knobs.where == "both", generator)


class Measure:
    """Measures a population: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, population: Dropping, points: Points) -> None:
        self.knobs, self.population, self.points = knobs, population, points
        self.rows = {
            split: (torch.from_numpy(points.inputs[split]), torch.from_numpy(points.targets[split])[:, None])
            for split in ("train", "test")
        }
        inputs = self.rows["train"][0]
        self.picture = pictures.picture(knobs, points)
        self.places = [inputs, pictures.ring(inputs), self.picture.lattice]
        self.probes = inputs[:PROBES]
        self.passes, self.checks = masks_of(knobs, knobs.passes, knobs.seed), masks_of(knobs, CHECKS, knobs.seed + 1)
        self.frames, self.span = 0, 0.0

    @torch.no_grad()
    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        shown = self.knobs.repeats
        layers = [(weight[shown], bias[shown]) for weight, bias in self.population.layers()]
        scores, series = self._scores()
        passes, spreads = self._passes(layers)
        expectation, dots = self._expectation(layers)
        masked, graph = self._mask(layers)
        still = self.picture.still() if step == 0 else {}
        arrays = {**still, **passes, **dots, **graph, **_columns(scores)}
        self.frames += 1
        series |= {"step": step}
        found = {name: np.array([value], np.float32) for name, value in series.items()}
        return Frame(step, {**scores, **spreads, **expectation, **masked}, arrays, found)

    def _scores(self) -> tuple[dict[str, float], dict[str, float]]:
        """(metrics, points of the curves): every network without masks."""
        losses, right = {}, {}
        for split, (inputs, targets) in self.rows.items():
            outputs = self.population(inputs.to(self.population.values.device)).cpu()  # (M, N, 1)
            losses[split] = member_losses(outputs, targets[None], loss_of(self.knobs)).reshape(2, -1)
            right[split] = ((outputs > 0) == (targets > 0.5)).float().mean((1, 2)).reshape(2, -1)
        stopped = (~self.population.alive).cpu().reshape(2, -1).sum(1)
        metrics: dict[str, float] = {}
        series: dict[str, float] = {}
        for i, name in enumerate(VARIANTS):
            train, test = (losses[split][i].mean().item() for split in ("train", "test"))
            metrics |= {f"train_loss.{name}": train, f"test_loss.{name}": test, f"gap.{name}": test - train}
            metrics |= {f"stopped.{name}": float(stopped[i])}
            if self.knobs.is_classes:
                metrics |= {f"{split}_accuracy.{name}": right[split][i].mean().item() for split in right}
            lowest, highest = losses["test"][i].min().item(), losses["test"][i].max().item()
            series |= {f"train_loss.{name}": train, f"test_loss.{name}": test}
            series |= {f"test_low.{name}": lowest, f"test_high.{name}": highest}
        return metrics, series

    def _passes(self, layers: Layers) -> tuple[Arrays, dict[str, float]]:
        """(the picture, metrics) of the thinned networks that predict together, each over all places."""
        bend = self.population.bends[0]
        outputs = predict(layers, bend, torch.cat(self.places), self.passes)  # (T, places)
        inside, outside, lattice = torch.split(outputs, [len(part) for part in self.places], 1)
        near, far = inside.std(0).mean().item(), outside.std(0).mean().item()
        found = {"uncertainty_inside": near, "uncertainty_outside": far, "growth": far / max(near, 1e-12)}
        evaluated = predict(layers, bend, self.picture.lattice, whole(self.knobs.sizes))[0]
        arrays, more = self.picture.of(lattice, evaluated)
        return arrays, {**found, **more}

    def _expectation(self, layers: Layers) -> tuple[dict[str, float], Arrays]:
        """(metrics, dots): outputs with masks beside the output at evaluation, at the points probed."""
        bend, count = self.population.bends[0], len(self.probes)
        outputs = predict(layers, bend, self.probes, self.checks)  # (CHECKS, P)
        evaluated = predict(layers, bend, self.probes, whole(self.knobs.sizes))[0]
        expected, spread = outputs.mean(0), outputs.std(0)
        own = (self.frames * count + torch.arange(count)) % CHECKS  # each point has a mask of its own
        jittered = outputs[own, torch.arange(count)]
        found = {
            "expectation_gap": (expected - evaluated).square().mean().sqrt().item(),
            "expectation_error": (spread.square().mean() / CHECKS).sqrt().item(),
            "jitter": spread.square().mean().sqrt().item(),
        }
        dots = {"evaluated": evaluated.numpy(), "jittered": jittered.numpy(), "expected": expected.numpy()}
        return found, {**dots, **self._span(outputs, evaluated)}

    def _span(self, outputs: Tensor, evaluated: Tensor) -> Arrays:
        """The range of the dots' axes where it has grown: it never shrinks, so that nothing jumps back."""
        needed = max(evaluated.abs().max().item(), outputs.abs().quantile(0.98).item())
        if needed <= self.span or not np.isfinite(needed):
            return {}
        self.span = max(1.0, 1.3 * needed)
        return {"span": np.array([-self.span, self.span], np.float32)}

    def _mask(self, layers: Layers) -> tuple[dict[str, float], Arrays]:
        """(metrics, graph) of the mask under which the first sample of the last batch went through the network."""
        drawn = [mask[self.knobs.repeats].cpu() for mask in self.population.masks]  # (B, units) a layer
        if not drawn:
            drawn = whole(self.knobs.sizes)[1:]
        hidden = drawn[-len(self.knobs.hidden_sizes) :]
        inputs = drawn[0][0] if len(drawn) > len(hidden) else torch.ones(self.knobs.sizes[0])
        kept = sum(int((mask[0] > 0).sum()) for mask in hidden)
        cut = torch.stack([(mask == 0).all(1) for mask in hidden]).any(0).float().mean().item()
        found = {"kept": float(kept), "kept_share": kept / sum(self.knobs.hidden_sizes), "cut_share": cut}
        masks = [inputs, *(mask[0] for mask in hidden), torch.ones(1)]
        return found, pictures.graph_arrays(self.knobs, [weight.cpu() for weight, _ in layers], masks)


def _columns(scores: dict[str, float]) -> Arrays:
    """The table's columns (2,): a row without dropout, a row with it."""
    names = ("train_loss", "test_loss", "gap", "train_accuracy", "test_accuracy")
    return {
        f"column_{name}": np.array([scores[f"{name}.{one}"] for one in VARIANTS], np.float32)
        for name in names
        if f"{name}.plain" in scores
    }
