"""Toy sets: NumPy functions that share one signature and are chosen from the table `TOYS`.

Each maps (samples, noise, generator) to inputs (N, 2) float32 and balanced labels (N,) int64, or to targets (N,)
float32. Without noise the inputs lie about within [-1, 1] and the classes apart; noise 1 moves them by a standard
deviation of 0.25. A function uses nothing but its arguments and `np`: exported scripts print its source as it is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def circles(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A disc (0) inside a ring (1)."""
    labels = np.arange(samples) % 2
    radii = np.where(labels == 0, generator.uniform(0, 0.5, samples), generator.uniform(0.75, 1, samples))
    angles = generator.uniform(0, 2 * np.pi, samples)
    inputs = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def xor(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Four squares: 0 where the coordinates have the same sign, 1 where not."""
    labels = np.arange(samples) % 2
    inputs = generator.uniform(0.05, 1, (samples, 2)) * generator.choice([-1, 1], (samples, 1))
    inputs[:, 1] *= 1 - 2 * labels
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def gaussians(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two round clouds, which overlap as the noise grows."""
    labels = np.arange(samples) % 2
    centres = np.array([[-0.5, -0.5], [0.5, 0.5]])
    inputs = centres[labels] + (0.12 + 0.25 * noise) * generator.normal(size=(samples, 2))
    return inputs.astype(np.float32), labels


def spiral(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arms of one and a half turns, wound round each other."""
    labels = np.arange(samples) % 2
    radii = generator.uniform(0.1, 1, samples)
    angles = 3 * np.pi * radii + np.pi * labels
    inputs = radii[:, None] * np.stack([np.sin(angles), np.cos(angles)], 1)
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def moons(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaved half circles."""
    labels = np.arange(samples) % 2
    angles = generator.uniform(0, np.pi, samples) + np.pi * labels
    inputs = np.stack([np.cos(angles), np.sin(angles)], 1) + labels[:, None] * [1, 0.5]
    inputs = (inputs - [0.5, 0.25]) / 1.5
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def blobs(
    samples: int, noise: float, generator: np.random.Generator, class_count: int = 4
) -> tuple[np.ndarray, np.ndarray]:
    """Round clouds, one a class, whose centres lie evenly on a circle."""
    labels = np.arange(samples) % class_count
    angles = 2 * np.pi * labels / class_count
    centres = 0.75 * np.stack([np.cos(angles), np.sin(angles)], 1)
    inputs = centres + (0.05 + 0.25 * noise) * generator.normal(size=(samples, 2))
    return inputs.astype(np.float32), labels


def checkerboard(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The sixteen squares of a four by four board: white 0, black 1."""
    labels = np.arange(samples) % 2
    columns = generator.integers(0, 4, samples)
    rows = 2 * generator.integers(0, 2, samples) + (columns + labels) % 2
    inputs = (np.stack([columns, rows], 1) + generator.uniform(0.05, 0.95, (samples, 2))) / 2 - 1
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def rings(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Three concentric rings, the innermost is 0."""
    labels = np.arange(samples) % 3
    radii = (labels + generator.uniform(0.5, 1, samples)) / 3
    angles = generator.uniform(0, 2 * np.pi, samples)
    inputs = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], 1)
    inputs += 0.25 * noise * generator.normal(size=inputs.shape)
    return inputs.astype(np.float32), labels


def plane(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Targets (x1 + x2) / 2; the noise is on the targets."""
    inputs = generator.uniform(-1, 1, (samples, 2)).astype(np.float32)
    targets = inputs.mean(1) + 0.25 * noise * generator.normal(size=samples)
    return inputs, targets.astype(np.float32)


def multi_gaussian(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Targets with three hills and three hollows in turn; the noise is on the targets."""
    inputs = generator.uniform(-1, 1, (samples, 2)).astype(np.float32)
    centres = np.array([[-0.65, -0.4], [0, 0.4], [0.65, -0.4], [-0.65, 0.4], [0, -0.4], [0.65, 0.4]])
    signs = np.array([1, 1, 1, -1, -1, -1])
    squares = ((inputs[:, None] - centres) ** 2).sum(2)  # (N, 6)
    targets = np.exp(-squares / 0.08) @ signs + 0.25 * noise * generator.normal(size=samples)
    return inputs, targets.astype(np.float32)


def sine(samples: int, noise: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (N, 1) and targets sin(2 pi x): two periods; the noise is on the targets."""
    inputs = generator.uniform(-1, 1, (samples, 1)).astype(np.float32)
    targets = np.sin(2 * np.pi * inputs[:, 0]) + 0.25 * noise * generator.normal(size=samples)
    return inputs, targets.astype(np.float32)


def sine_truth(inputs: np.ndarray) -> np.ndarray:
    """The targets (N,) that `sine` gives for inputs (N, 1) without noise."""
    return np.sin(2 * np.pi * inputs[:, 0])


TOYS: dict[str, Callable[..., tuple[np.ndarray, np.ndarray]]] = {
    "circles": circles, "xor": xor, "gaussians": gaussians, "spiral": spiral, "moons": moons, "blobs": blobs,
    "checkerboard": checkerboard, "rings": rings, "plane": plane, "multi_gaussian": multi_gaussian, "sine": sine,
}  # fmt: skip
