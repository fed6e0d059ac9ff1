"""The whole picture: what the operation makes of it, the gallery beside it, and the table of poolings."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.cnn.kernel import gallery, geometry
from playground.concepts.cnn.kernel.kernels import named
from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.measure import covered, rivals, shift_change
from playground.concepts.cnn.kernel.picture import SIDE
from playground.concepts.cnn.kernel.sweep import output_range
from playground.concepts.cnn.kernel.windows import applied
from playground.contract import Array, ranged

SMALL = 64  # pixels along a picture of the gallery
FAINT = 0.05
STRONG = 0.2
EDGES = 0.05  # the share of the picture's pixels that counts as its edges
QUANTILE = 0.995  # of an output's sizes: the few beyond share a colour

Measured = tuple[dict[str, float], dict[str, Array]]


def overall(image: NDArray[np.float32], knobs: Knobs, corner: tuple[int, int]) -> Measured:
    """Metrics and arrays of the whole picture (S, S), whose piece has its top left pixel at `corner`.

    Metrics: kernel_sum, mean_before, mean_after, flat_share (outputs within 0.05 of 0), strong_share (beyond 0.2),
    edge_share (of the picture's edges, those that are), clipped_share (outputs below black or above white), and
    for each way to make it smaller shift.<name> and covered.<name>.
    """
    x = torch.from_numpy(image)
    response = applied(x, knobs)
    metrics, table = _table(x, knobs)
    arrays = {"picture": ranged(image, 0, 1), "response": _response(response, knobs), "gallery": _gallery(x, knobs)}
    return {**_said(x, response, knobs), **metrics}, {**arrays, **table, **_labels(image, response, corner)}


def _said(image: Tensor, response: Tensor, knobs: Knobs) -> dict[str, float]:
    """What verdicts, read-outs and challenges need of the whole picture."""
    sizes = response.abs()
    found = {
        "mean_before": float(image.mean()), "mean_after": float(response.mean()),
        "flat_share": float((sizes < FAINT).float().mean()), "strong_share": float((sizes > STRONG).float().mean()),
        "clipped_share": float(((response < 0) | (response > 1)).float().mean()),
        "largest": float(sizes.max()),
    }  # fmt: skip
    if knobs.convolves:
        found["kernel_sum"] = float(knobs.weights.sum())
        if response.shape == edges(image).shape:
            found["edge_share"] = float((sizes > STRONG)[edges(image)].float().mean())
    return found


def edges(image: Tensor) -> Tensor:
    """The image's (S, S) pixels with the steepest slopes, 5 % of them, as flags (S - 2, S - 2).

    A slope is the length of the gradient by central differences.
    """
    across, down = image[1:-1, 2:] - image[1:-1, :-2], image[2:, 1:-1] - image[:-2, 1:-1]
    slopes = torch.hypot(across, down)
    return slopes >= torch.quantile(slopes, 1 - EDGES)


def _response(response: Tensor, knobs: Knobs) -> Array:
    most = float(torch.quantile(response.abs().flatten(), QUANTILE)) or 1.0
    return ranged(response.numpy(), *output_range(knobs, most))


def _gallery(image: Tensor, knobs: Knobs) -> Array:
    """Small pictures (G, h, h) in grey; where weights cancel, mid-grey is 0."""
    block = -(-len(image) // SMALL)
    small = F.avg_pool2d(image[None, None], block)[0, 0]
    if knobs.convolves:
        size = 3 if knobs.kernel == "own" else knobs.size
        shown = [_embossed(small, torch.tensor(named(name, size)).float()) for name in gallery.names(knobs)]
    else:
        shown = [_fitted(operation(image)) for operation in rivals(knobs, len(image)).values()]
    return ranged(torch.stack(shown).numpy(), 0, 1)


def _embossed(image: Tensor, kernel: Tensor) -> Tensor:
    """The image under a kernel, of the same size, in [0, 1]."""
    rim = len(kernel) // 2
    x = F.pad(image[None, None], (rim,) * 4, mode="replicate")
    found = F.conv2d(x, kernel[None, None])[0, 0]
    if float(kernel.sum()) > 0.5:
        return found
    return 0.5 + 0.5 * found / max(float(torch.quantile(found.abs().flatten(), QUANTILE)), 1e-6)


def _fitted(image: Tensor) -> Tensor:
    """An output of any size as 64 x 64 pixels, each repeated; one that has both signs about mid-grey."""
    most = float(torch.quantile(image.abs().flatten(), QUANTILE)) or 1.0
    levels = 0.5 + 0.5 * image / most if float(image.min()) < -0.05 * most else image / max(most, 1)
    return F.interpolate(levels[None, None], size=(SMALL, SMALL), mode="nearest")[0, 0]


def _table(image: Tensor, knobs: Knobs) -> Measured:
    """For each way to make the picture smaller: its output's side, pixels covered, change under a shift."""
    metrics: dict[str, float] = {}
    sides = []
    for name, operation in rivals(knobs, len(image)).items():
        sides.append(len(operation(image)))
        metrics[f"covered.{name}"] = covered(image, knobs, name)
        metrics[f"shift.{name}"] = shift_change(image, operation)
    columns = {
        kind: np.array([100 * value for name, value in metrics.items() if name.startswith(f"{kind}.")], np.float32)
        for kind in ("covered", "shift")
    }
    return metrics, {**columns, "sides": np.array(sides, np.float32)}


def _labels(image: NDArray[np.float32], response: Tensor, corner: tuple[int, int]) -> dict[str, Array]:
    """The piece's outline in shares of the picture, and both sizes for their captions."""
    side = len(image)
    row, column = corner
    box = geometry.cell((0, 0, 1, 1), (side, side), [row, row + SIDE - 1], [column, column + SIDE - 1])
    x, y = geometry.outline(box)
    return {"piece_x": x, "piece_y": y, "picture_side": _count(side), "response_side": _count(len(response))}


def _count(value: int) -> NDArray[np.int32]:
    return np.full(1, value, np.int32)
