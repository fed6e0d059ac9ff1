"""The loss landscape on a plane of parameter space: which plane, and the loss at its points.

A network is a row (P,) of its parameters; `losses` wants them in the order of `parameter_slices`, `outputs` in that of
the network's own. N points of the plane, M networks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.models.mlp import Residual
from playground.training.losses import LossFn
from playground.training.population import parameter_slices
from playground.training.population_updates import member_losses

Numbers = NDArray[np.floating[Any]]
CHUNK = 64  # networks at once, which bounds the memory of large ones


@dataclass(frozen=True)
class Plane:
    """A plane of parameter space: all `origin` + a, b in `directions`, (P,) and (2, P)."""

    origin: Numbers
    directions: Numbers

    def rows(self, coordinates: Numbers) -> Numbers:
        """The networks (N, P) at coordinates (N, 2)."""
        return np.asarray(self.origin + coordinates @ self.directions, self.origin.dtype)

    def coordinates(self, rows: Numbers) -> Numbers:
        """The coordinates (N, 2) of the points of the plane that lie nearest to networks (N, P)."""
        along = (rows - self.origin) @ self.directions.T
        return np.asarray(along @ np.linalg.pinv(self.directions @ self.directions.T))


def pca_plane(rows: Numbers) -> tuple[Plane, Numbers]:
    """The plane through the mean of networks (N, P) that comes nearest to them, and the shares (2,) of their variance.

    The principal directions are of length 1; one along which the networks do not differ is zero. They are found from
    the inner products (N, N) of the rows, cheap where N is far below P (Turk and Pentland 1991).
    """
    origin = rows.mean(0)
    centred = rows - origin
    variances, vectors = np.linalg.eigh((centred @ centred.T).astype(np.float64))
    variances = np.maximum(variances[::-1], 0)
    lengths = np.sqrt(variances[:2, None])  # (2, 1)
    along = vectors[:, :-3:-1].T.astype(rows.dtype) @ centred  # (2, P)
    directions = np.divide(
        along, lengths, out=np.zeros_like(along), where=lengths > 1e-6 * lengths[0], casting="unsafe"
    )
    return Plane(origin, directions), variances[:2] / max(variances.sum(), np.finfo(np.float64).tiny)


def random_plane(model: nn.Module, generator: np.random.Generator) -> Plane:
    """A plane through a network along two random directions, normalised filter by filter (Li et al. 2018).

    Its rows (P,) are in the order of the network's parameters, in double precision. The weights into a unit are as long
    in each direction as they are in the network; biases, and the scales and shifts of norms, stay as they are.
    """
    parameters = [parameter.detach().double().cpu().numpy() for parameter in model.parameters()]
    parts = [_normalised(one, generator) if one.ndim == 2 else np.zeros((2, one.size)) for one in parameters]
    return Plane(np.concatenate([one.ravel() for one in parameters]), np.concatenate(parts, 1))


def _normalised(weight: Numbers, generator: np.random.Generator) -> Numbers:
    """Two directions (2, out * in) for a weight (out, in)."""
    drawn = generator.normal(size=(2, *weight.shape))
    drawn *= np.linalg.norm(weight, axis=1, keepdims=True) / np.linalg.norm(drawn, axis=2, keepdims=True)
    return drawn.reshape(2, -1)


def lattice(low: Numbers, high: Numbers, side: int) -> Numbers:
    """The centres (side * side, 2) of the cells between corners (2,) and (2,), row by row from the lowest one."""
    shares = (np.arange(side) + 0.5) / side
    first, second = (low[axis] + shares * (high[axis] - low[axis]) for axis in (0, 1))
    return np.stack(np.meshgrid(first, second), -1).reshape(-1, 2)


@torch.no_grad()
def losses(
    rows: Tensor, sizes: Sequence[int], bend: nn.Module, inputs: Tensor, targets: Tensor, loss_fn: LossFn
) -> Tensor:
    """The mean loss (M,) of networks (M, P) with the activation `bend`, all in one pass; inputs (N, D) are shared."""
    parts = [rows[:, columns].view(-1, *shape) for columns, shape in parameter_slices(sizes)]
    *hidden, (weights, biases) = zip(parts[::2], parts[1::2], strict=True)
    x = inputs.expand(len(rows), -1, -1)
    for weight, bias in hidden:
        x = bend(torch.baddbmm(bias, x, weight))  # (M, N, out)
    shared = targets.expand(len(rows), *targets.shape)
    return member_losses(torch.baddbmm(biases, x, weights), shared, loss_fn)


@torch.no_grad()
def outputs(model: nn.Sequential, rows: Tensor, inputs: Tensor) -> Tensor:
    """The outputs (M, N, K) of networks built as `model`, without dropout, all in one pass; inputs (N, D) are shared.

    Rows (M, P) hold parameters in the order of `model.parameters()`; batch norm's running statistics are the model's.
    """
    parts = iter(torch.split(rows, [parameter.numel() for parameter in model.parameters()], 1))
    return _through(model, parts, inputs.expand(len(rows), -1, -1))


def _through(layers: nn.Sequential, parts: Iterator[Tensor], x: Tensor) -> Tensor:
    for layer in layers:
        x = _passed(layer, parts, x)
    return x


def _passed(layer: nn.Module, parts: Iterator[Tensor], x: Tensor) -> Tensor:
    """What a layer of each network makes of its input (M, N, in)."""
    if isinstance(layer, Residual):
        return x + _through(layer, parts, x)
    if isinstance(layer, nn.Linear):
        weights = next(parts).view(-1, *layer.weight.shape)  # (M, out, in)
        return torch.baddbmm(next(parts)[:, None], x, weights.transpose(1, 2))  # (M, N, out)
    if isinstance(layer, nn.BatchNorm1d | nn.LayerNorm):
        scale, shift = next(parts)[:, None], next(parts)[:, None]
        return scale * _normed(layer, x) + shift
    return x if isinstance(layer, nn.Dropout) else cast("Tensor", layer(x))


def _normed(layer: nn.BatchNorm1d | nn.LayerNorm, x: Tensor) -> Tensor:
    """The input before scale and shift, normed as in evaluation."""
    if isinstance(layer, nn.LayerNorm):
        return nn.functional.layer_norm(x, layer.normalized_shape, eps=layer.eps)
    mean, variance = cast("Tensor", layer.running_mean), cast("Tensor", layer.running_var)
    return (x - mean) / torch.sqrt(variance + layer.eps)


def surface(plane: Plane, coordinates: Numbers, loss: Callable[[Tensor], Tensor]) -> NDArray[np.float64]:
    """The loss (N,) at coordinates (N, 2) of the plane; `loss` takes networks (M, P) and gives theirs (M,)."""
    chunks = [coordinates[start : start + CHUNK] for start in range(0, len(coordinates), CHUNK)]
    found = [loss(torch.from_numpy(plane.rows(chunk))) for chunk in chunks]
    return torch.cat(found).double().numpy()
