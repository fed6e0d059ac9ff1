"""Histograms of activations, weights and gradients by layer, a column a moment, on axes that never move."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.inside import rows as plan
from playground.concepts.network.inside.knobs import Knobs

Bytes = NDArray[np.uint8]
Scale = Callable[[Tensor], Tensor]


def _linear(low: float, high: float) -> Scale:
    return lambda values: (values - low) / (high - low)


def _signed(values: Tensor) -> Tensor:
    """Even around zero, logarithmic beyond 0.1."""
    return 0.5 + torch.asinh(values / plan.KNEE) / (2 * math.asinh(plan.FAR / plan.KNEE))


def _magnitude(values: Tensor) -> Tensor:
    """The power of ten of |values|; zero lies at the low end."""
    low, high = plan.POWERS
    return (torch.log10(values.abs().clamp_min(10.0**low)) - low) / (high - low)


def scales(knobs: Knobs) -> list[Scale]:
    """How each row's values are placed from 0 to 1: activations, weights, gradients, each layer by layer."""
    bounded = [plan.span(knobs, layer) for layer in range(len(knobs.sizes) - 1)]
    count = len(bounded)
    return [*(_linear(*span) if span else _signed for span in bounded), *[_signed] * count, *[_magnitude] * count]


def column(values: Tensor, scale: Scale) -> Bytes:
    """The histogram (BINS,) of values: 255 in the fullest bin, the roots of the shares elsewhere; top row first.

    What lies beyond the axis is counted at its ends; what is no number, nowhere.
    """
    flat = values.reshape(-1).float()
    flat = flat[~flat.isnan()]
    places = (scale(flat) * plan.BINS).clamp(0, plan.BINS - 1).long()
    counts = torch.bincount(places, minlength=plan.BINS).double()
    shade = 255 * (counts / counts.max().clamp_min(1)).sqrt()
    return shade.round().flip(0).to(torch.uint8).numpy()


@dataclass
class Past:
    """The columns so far, in parts of ten, of which a frame sends those that changed."""

    knobs: Knobs

    def __post_init__(self) -> None:
        self.scales = scales(self.knobs)
        self.columns = np.zeros((len(self.scales), plan.BINS, plan.COLUMNS), np.uint8)
        self.filled = 0

    def __call__(self, step: int, values: Sequence[Tensor]) -> dict[str, Bytes]:
        """Adds the histograms of a step; gives the parts `past.k` (rows, BINS, 10) that it touches, blank ones first.

        A column stands for a hundredth of the run; one that no frame fell in repeats the one before.
        """
        at = min(plan.COLUMNS - 1, step * plan.COLUMNS // self.knobs.steps)
        start = min(self.filled, at)
        found = np.stack([column(one, scale) for one, scale in zip(values, self.scales, strict=True)])
        if at > self.filled:
            self.columns[:, :, start + 1 : at] = self.columns[:, :, start : start + 1]
        self.columns[:, :, at] = found
        self.filled = at
        blank = {f"past.{part}": self.columns[:, :1, :1] * 0 for part in range(plan.PARTS) if step == 0}
        touched = range(start // plan.TOGETHER, at // plan.TOGETHER + 1)
        return blank | {f"past.{part}": self._part(part) for part in touched}

    def _part(self, part: int) -> Bytes:
        first = part * plan.TOGETHER
        return np.ascontiguousarray(self.columns[:, :, first : first + plan.TOGETHER])
