"""The loss over a view: computed from coarse to fine, coloured, and told in numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.network.landscape.training import Training
from playground.concepts.network.landscape.view import View, round_values
from playground.contract import Ranged, ranged
from playground.training import landscape
from playground.training.population_updates import member_losses
from playground.wire import narrow

Floats = NDArray[np.float64]

MOST_POINTS = 500  # of a split, on which the loss is taken: bounds the work
SIDES = (5, 9, 17, 33, 65)
IN_PARTS, PARTS = 33, 4  # from this side on a map is shown in so many parts
FLOOR = 1e-6  # what the logarithm takes a smaller loss for
SLICE, SLICES = np.linspace(-0.5, 0.5, 41), 10
CLIPPED = 98  # percentile of the losses at which a plain scale ends


class Ground:
    """The loss on the points of one split, of any network of the trained one's build."""

    def __init__(self, training: Training, split: str) -> None:
        self.training = training
        self.inputs = training.rows.part(split)[:MOST_POINTS]
        self.targets = training.rows.targets[split][:MOST_POINTS]

    def losses(self, rows: Tensor) -> Tensor:
        """The mean loss (M,) of networks (M, P), all in one pass."""
        outputs = landscape.outputs(self.training.model, rows.to(self.inputs), self.inputs)
        return member_losses(outputs, self.targets[None], self.training.loss_fn).cpu()

    def of(self, rows: NDArray[np.floating]) -> Floats:
        """The loss (N,) of networks (N, P), in slices."""
        parts = [rows[start : start + landscape.CHUNK] for start in range(0, len(rows), landscape.CHUNK)]
        found: Floats = torch.cat([self.losses(torch.from_numpy(part)) for part in parts]).double().numpy()
        return found

    def surface(self, view: View, coordinates: Floats) -> Floats:
        """The loss (N,) at coordinates (N, 2) of the view's plane."""
        return np.asarray(landscape.surface(view.plane, coordinates, self.losses))

    def maps(self, view: View, resolution: int) -> Iterator[Floats]:
        """Ever finer maps (S, S) of the loss, the lowest row first; what is not computed yet is taken from before."""
        values = np.zeros((1, 1))
        for side in (one for one in SIDES if one <= resolution):
            nearest = (np.arange(side) * len(values) + len(values) // 2) // side
            values, places = values[np.ix_(nearest, nearest)], view.lattice(side).reshape(side, side, 2)
            for rows in np.array_split(np.arange(side), PARTS if side >= IN_PARTS else 1):
                values[rows] = self.surface(view, places[rows].reshape(-1, 2)).reshape(-1, side)
                yield values.copy()


def slices(ground: Ground, row: Floats, seed: int) -> dict[str, NDArray[np.float32]]:
    """The loss on straight lines through the trained network (P,), in random directions normalised filter by filter.

    `slice_x` (41,) counts in lengths of the network's own weights; `slices` (41, 10) have the mean `slice_mean` (41,).
    """
    generator = np.random.default_rng([seed, 2])
    nn.utils.vector_to_parameters(torch.from_numpy(row).to(ground.inputs), ground.training.model.parameters())
    planes = [landscape.random_plane(ground.training.model, generator) for _ in range(SLICES // 2)]
    directions = np.concatenate([one.directions for one in planes])  # (10, P)
    rows = row + SLICE[:, None, None] * directions  # (41, 10, P)
    found = ground.of(rows.reshape(-1, rows.shape[-1])).reshape(-1, SLICES)
    return narrow({"slice_x": SLICE, "slices": found, "slice_mean": found.mean(1)})


def heights(losses: Floats, log_scale: bool) -> Floats:
    """What the colours show of losses (S, S): their logarithm to base 10, or themselves; no number is the highest."""
    found = np.log10(np.maximum(losses, FLOOR)) if log_scale else losses
    known = found[np.isfinite(found)]
    top = float(known.max(initial=0.0)) if log_scale or not len(known) else float(np.percentile(known, CLIPPED))
    return np.asarray(np.minimum(np.nan_to_num(found, nan=top, posinf=top), top))


def picture(losses: Floats, log_scale: bool) -> tuple[Ranged, Floats, Floats]:
    """The coloured map, round losses (n,) that its colours mean, and where these lie from 0, the lowest, to 1."""
    found = heights(losses, log_scale)
    low = float(found.min())
    high = max(float(found.max()), low + 1e-6)
    marks = round_losses(low, high) if log_scale else round_values(low, high)
    places = ((np.log10(marks) if log_scale else marks) - low) / (high - low)
    return ranged(found, low, high), marks, places


def round_losses(low: float, high: float) -> Floats:
    """Round losses from 10^low to 10^high: powers of ten where there are three, else halves and fifths of them."""
    powers = np.arange(np.floor(low), np.ceil(high) + 1)
    for digits in ((1,), (1, 2, 5)):
        values = np.sort(np.outer(digits, 10**powers).ravel())
        inside = values[(values >= 10**low) & (values <= 10**high)]
        if len(inside) >= 3:
            return np.array([float(f"{value:.12g}") for value in inside])
    return round_values(10**low, 10**high)


def bumps(losses: Floats) -> float:
    """How much more the logarithm of the loss goes up and down along the map's lines than in single valleys.

    A line of a map that falls and then rises goes its fall and its rise; the share beyond that, over all rows and
    columns together. 0 where every line is a single valley.
    """
    found = heights(losses, log_scale=True)
    gone, needed = 0.0, 0.0
    for lines in (found, found.T):
        gone += float(np.abs(np.diff(lines, axis=1)).sum())
        needed += float((lines[:, 0] + lines[:, -1] - 2 * lines.min(1)).sum())
    return gone / needed - 1 if needed > 0 else 0.0
