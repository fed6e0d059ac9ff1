"""What the passes and the masks look like as arrays: two maps of the plane, a band over the line, the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.regularization.dropout import places
from playground.concepts.regularization.dropout.knobs import Knobs
from playground.concepts.regularization.dropout.points import Points
from playground.contract import Ranged, ranged
from playground.data.toy import sine_truth
from playground.training.lattice import square

MAP = 28
SCALE = 64  # colours in the strip under a map
CURVE = 121
CURVES = 10  # passes drawn one by one
AROUND = 64
HOLE = 0.2  # the middle half of the gap
TINY = 1e-12

Arrays = dict[str, NDArray[Any] | Ranged]


class Picture(Protocol):
    """What passes are shown on: `lattice` are the places (L, D) to predict at."""

    lattice: Tensor

    def still(self) -> Arrays:
        """The arrays that never change."""

    def of(self, outputs: Tensor, evaluated: Tensor) -> tuple[Arrays, dict[str, float]]:
        """(arrays, metrics) of what the passes (T, L) and the network at evaluation (L,) say."""


def picture(knobs: Knobs, points: Points) -> Picture:
    """Two maps for classes, a band for a regression."""
    return Maps(knobs, points) if knobs.is_classes else Band(knobs, points)


def ring(inputs: Tensor) -> Tensor:
    """Places (R, D) at twice the distance from the origin that the farthest input has: a circle, or two ends."""
    radius: Tensor = 2 * inputs.norm(dim=1).max()
    if inputs.shape[1] == 1:
        return radius * torch.tensor([[-1.0], [1.0]])
    angles = torch.arange(AROUND) * (2 * torch.pi / AROUND)
    return radius * torch.stack([angles.cos(), angles.sin()], 1)


class Maps:
    """The plane: the mean probability of class 1 over the passes, and their spread."""

    def __init__(self, knobs: Knobs, points: Points) -> None:
        self.lattice = square(MAP, places.DOMAIN)
        self.spread, self.points = SPREADS[knobs.spread], points

    def still(self) -> Arrays:
        """The training points on both maps, and the circle at twice their radius."""
        inputs, labels = self.points.inputs["train"], self.points.targets["train"]
        x, y = np.concatenate([inputs, inputs]).T
        circle = ring(torch.from_numpy(inputs)).numpy()
        circle = np.concatenate([circle, circle[:1], np.full((1, 2), np.nan, np.float32)])
        circle[np.abs(circle).max(1) > places.DOMAIN] = np.nan
        return {
            "dot_x": x + both(len(inputs)), "dot_y": y.copy(), "dot_label": np.tile(labels, 2),
            "ring_x": np.tile(circle[:, 0], 2) + both(len(circle)), "ring_y": np.tile(circle[:, 1], 2),
            "scale": ranged(np.linspace(0, 1, SCALE)[None], 0, 1),
        }  # fmt: skip

    def of(self, outputs: Tensor, evaluated: Tensor) -> tuple[Arrays, dict[str, float]]:
        """The two maps, each in its own range, and the largest spread."""
        mean, spread = torch.sigmoid(outputs).mean(0), self.spread(outputs)
        top = max(spread.nan_to_num(0).max().item(), TINY)
        halves = {"mean_map": ranged(mean.reshape(1, MAP, MAP).numpy(), 0, 1)}
        halves["spread_map"] = ranged(spread.reshape(1, MAP, MAP).numpy(), 0, top)
        return {**halves, "scale_ends": np.array([0, top], np.float32)}, {"darkest": top}


def both(count: int) -> NDArray[np.float32]:
    """How far (2 * count,) points are moved to lie on the left map, then on the right one."""
    return np.repeat(np.array([-places.SHIFT, places.SHIFT], np.float32), count)


def entropy(p: Tensor) -> Tensor:
    """The entropy of probabilities of two classes, in nats."""
    return -(torch.xlogy(p, p) + torch.xlogy(1 - p, 1 - p))


def information(logits: Tensor) -> Tensor:
    """What knowing the mask would tell about the class (L,), in nats: entropy of the mean less mean entropy."""
    p = torch.sigmoid(logits)
    return (entropy(p.mean(0)) - entropy(p).mean(0)).clamp_min(0)


def logit_spread(logits: Tensor) -> Tensor:
    """The standard deviation (L,) of logits (T, L) over the passes."""
    return torch.std(logits, 0)


def probability_spread(logits: Tensor) -> Tensor:
    """The standard deviation (L,) of the probability of class 1 over the passes."""
    return torch.std(torch.sigmoid(logits), 0)


SPREADS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "logit": logit_spread,
    "probability": probability_spread,
    "information": information,
}


class Band:
    """The line: mean and two standard deviations of the passes, some of them one by one, and the true curve."""

    def __init__(self, knobs: Knobs, points: Points) -> None:
        self.lattice = torch.linspace(-places.REACH, places.REACH, CURVE)[:, None]
        self.holed, self.points = knobs.data == "gap", points

    def still(self) -> Arrays:
        """The points, the true curve, and the x of what is drawn."""
        x = self.lattice.numpy()
        return {
            "curve_x": x[:, 0], "truth": np.where(np.abs(x[:, 0]) <= 1, sine_truth(x), np.nan).astype(np.float32),
            "passes_x": gapped(np.tile(x[:, 0], (CURVES, 1))),
            "train_x": self.points.inputs["train"][:, 0], "train_y": self.points.targets["train"],
        }  # fmt: skip

    def of(self, outputs: Tensor, evaluated: Tensor) -> tuple[Arrays, dict[str, float]]:
        """The band, and with a gap in the points how uncertain its middle is."""
        mean, spread = outputs.mean(0).numpy(), outputs.std(0).numpy()
        arrays = {
            "mean": mean, "low": mean - 2 * spread, "high": mean + 2 * spread, "evaluation": evaluated.numpy(),
            "passes": gapped(outputs[:CURVES].numpy()),
        }  # fmt: skip
        middle = np.abs(self.lattice.numpy()[:, 0]) <= HOLE
        return dict(arrays), {"uncertainty_hole": float(spread[middle].mean())} if self.holed else {}


def gapped(curves: NDArray[np.float32]) -> NDArray[np.float32]:
    """Curves (R, X) one after the other in one line, with a gap behind each (R * (X + 1),)."""
    return np.pad(curves, ((0, 0), (0, 1)), constant_values=np.nan).ravel()


def graph_arrays(knobs: Knobs, weights: Sequence[Tensor], masks: Sequence[Tensor]) -> Arrays:
    """The drawn units by whether a mask (units,) a layer keeps them, and the weights (in, out) that are left."""
    counts = places.shown(knobs)
    kept = [mask[:count] > 0 for mask, count in zip(masks, counts, strict=True)]
    left = [
        weight[:before, :after] * start[:, None] * end
        for weight, (before, after), (start, end) in zip(weights, pairwise(counts), pairwise(kept), strict=True)
    ]
    centres = np.array([centre for layer in places.centres(knobs) for centre in layer], np.float32)
    on = torch.cat(kept).numpy()
    return {
        "edges": torch.cat([part.reshape(-1) for part in left]).numpy(),
        "kept_x": centres[on, 0], "kept_y": centres[on, 1],
        "dropped_x": centres[~on, 0], "dropped_y": centres[~on, 1],
    }  # fmt: skip
