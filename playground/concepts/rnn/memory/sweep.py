"""The gradient back in time as the spectral radius of a recurrent matrix is swept; nothing is trained.

h_t = f(W h_{t-1} + x_t), f the identity and tanh side by side, W one matrix scaled to each radius, x_t normal numbers,
and the loss L = v h_T with a random direction v of length 1. All in float64. H units, T steps, N sequences.

Metrics: radius; for f in identity, tanh `ratio.f`, |dL/dh_0| beside |dL/dh_T|, `factor.f`, its T-th root, by which the
gradient changes a step, `gradient_norm.f` of dL/dW, and `clipped_norm.f`; `theory`, the radius to the power of T.
Arrays: `curves` (T + 1, 3), |dL/dh_t| of identity, tanh and theory; `eigen_x`, `eigen_y` (H,); `map.f` (at most 41,
R), the powers of ten so far; `rules` (2,); in frame 0 `steps_back` (T + 1,). Series: radius, gradient_norm.f,
clipped_norm.f.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.rnn.gates import BENDS
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.radii import DECADES, MAP_ROWS, PITCH, RADII
from playground.contract import Frame, ranged
from playground.wire import narrow

SEQUENCES = 16
ACTIVATIONS = ("identity", "tanh")
LEAST = 1e-300

Floats = NDArray[np.float64]


def unit_matrix(kind: str, units: int) -> Tensor:
    """A recurrent matrix (H, H), float64, whose largest |eigenvalue| is 1."""
    drawn = torch.randn(units, units, dtype=torch.float64)
    if kind == "orthogonal":
        nn.init.orthogonal_(drawn)
        return drawn
    if kind == "symmetric":
        drawn = (drawn + drawn.T) / 2
    largest: Tensor = torch.linalg.eigvals(drawn).abs().max()
    return drawn / largest


def gradients(matrix: Tensor, inputs: Tensor, towards: Tensor, bend: str) -> tuple[Floats, float]:
    """(|dL/dh_t| for t = T to 0, the mean over sequences; |dL/dW| of the mean loss), by autograd.

    inputs (T, N, H); towards (N, H), the direction of the loss for each sequence.
    """
    matrix = matrix.clone().requires_grad_()
    hidden = torch.zeros_like(towards, requires_grad=True)
    passed = [hidden]
    for x in inputs:
        passed.append(BENDS[bend](passed[-1] @ matrix.T + x))
    loss = (passed[-1] * towards).sum()
    *back, whole = torch.autograd.grad(loss, [*passed, matrix])
    norms = torch.stack(back).norm(dim=2).mean(1).flip(0)
    return norms.numpy(), float(whole.norm() / len(towards))


def frames(knobs: Knobs) -> Iterator[Frame]:
    """A frame for each spectral radius."""
    base = unit_matrix(knobs.matrix, knobs.units)
    inputs = knobs.input_std * torch.randn(knobs.back, SEQUENCES, knobs.units, dtype=torch.float64)
    towards = nn.functional.normalize(torch.randn(SEQUENCES, knobs.units, dtype=torch.float64), dim=1)
    rows = np.linspace(0, knobs.back, min(MAP_ROWS, knobs.back + 1)).round().astype(int)
    maps = {bend: np.zeros((len(rows), len(RADII))) for bend in ACTIVATIONS}
    for step, radius in enumerate(RADII):
        matrix = radius * base
        found = {bend: gradients(matrix, inputs, towards, bend) for bend in ACTIVATIONS}
        for bend, (norms, _) in found.items():
            maps[bend][:, step] = np.log10(np.maximum(norms[rows], LEAST))
        yield _frame(knobs, step, matrix, found, maps)


def _frame(
    knobs: Knobs, step: int, matrix: Tensor, found: dict[str, tuple[Floats, float]], maps: dict[str, Floats]
) -> Frame:
    radius = RADII[step]
    metrics = {"radius": radius, "theory": radius**knobs.back}
    for bend, (norms, whole) in found.items():
        ratio = float(norms[-1] / norms[0])
        clipped = min(whole, knobs.clip) if knobs.clip else whole
        metrics |= {f"ratio.{bend}": ratio, f"factor.{bend}": ratio ** (1 / knobs.back)}
        metrics |= {f"gradient_norm.{bend}": whole, f"clipped_norm.{bend}": clipped}
    eigenvalues = torch.linalg.eigvals(matrix)
    back = np.arange(knobs.back + 1)
    curves = np.stack([*(norms for norms, _ in found.values()), radius**back], 1)
    arrays = {"eigen_x": eigenvalues.real.numpy(), "eigen_y": eigenvalues.imag.numpy()}
    arrays |= {"rules": [radius, radius + PITCH], **({"steps_back": back} if step == 0 else {})}
    shades = {f"map.{bend}": ranged(values, -DECADES, DECADES) for bend, values in maps.items()}
    series = {name: [value] for name, value in metrics.items() if name == "radius" or "norm" in name}
    return Frame(step, metrics, {**narrow(arrays), "curves": curves, **shades}, narrow(series))
