"""The points that the networks learn from and are tested on. Exported scripts print `gap` as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.regularization.dropout.knobs import Knobs
from playground.data import toy

TESTS = 400


def gap(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (N, 1) with none between -0.4 and 0.4, and targets sin(2 pi x); the noise is on the targets."""
    sides = generator.choice([-1, 1], (samples, 1))
    inputs = (sides * generator.uniform(0.4, 1, (samples, 1))).astype(np.float32)
    targets = np.sin(2 * np.pi * inputs[:, 0]) + 0.25 * noise * generator.normal(size=samples)
    return inputs, targets.astype(np.float32)


@dataclass(frozen=True)
class Points:
    """`inputs` (N, D) and `targets` (N,), labels or values, all float32, by split: train and test."""

    inputs: Mapping[str, NDArray[np.float32]]
    targets: Mapping[str, NDArray[np.float32]]


def points(knobs: Knobs) -> Points:
    """The points of a run: first those to train on, then the test points, under one seed."""
    generator = np.random.default_rng(knobs.seed)
    draw = gap if knobs.data == "gap" else toy.TOYS[knobs.data]
    drawn = {split: draw(count, knobs.noise, generator) for split, count in (("train", knobs.samples), ("test", TESTS))}
    inputs = {split: inputs.astype(np.float32) for split, (inputs, _) in drawn.items()}
    return Points(inputs, {split: targets.astype(np.float32) for split, (_, targets) in drawn.items()})
