"""What an operation does: torch's own functions on a whole picture, and each window by hand, as it is shown.

A picture is (S, S). By hand a window is a patch (k, k), what each of its pixels is multiplied by, the products, their
sum and what becomes of it; that all windows give torch's output is a test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.cnn.kernel.knobs import Knobs, adaptive_windows
from playground.concepts.cnn.kernel.picture import SIDE

PAD = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}

Values = NDArray[np.float64]


def padded(image: Tensor, knobs: Knobs) -> Tensor:
    """The image (S, S) with its padding; -inf around it where the maximum is sought."""
    fill = float("-inf") if knobs.operation == "max" else 0.0
    mode = PAD[knobs.mode] if knobs.convolves else "constant"
    around = (knobs.rim,) * 4
    return F.pad(image[None, None], around, mode, fill if mode == "constant" else None)[0, 0]


def convolved(image: Tensor, kernel: Tensor, knobs: Knobs) -> Tensor:
    """The image (S, S) under a kernel (k, k), as the knobs pad, stride and dilate it."""
    x, weight = padded(image, knobs)[None, None], kernel[None, None].to(image.dtype)
    bias = torch.full((1,), knobs.bias, dtype=image.dtype)
    return F.conv2d(x, weight, bias, stride=knobs.stride, dilation=knobs.dilation)[0, 0]


def pooled(image: Tensor, operation: str, window: int, stride: int, padding: int = 0, dilation: int = 1) -> Tensor:
    """The image (S, S) under max, average or L2 pooling. An L2 pool has no padding in torch: zeros are put around."""
    x = image[None, None]
    if operation == "max":
        return F.max_pool2d(x, window, stride, padding, dilation)[0, 0]
    if operation == "average":
        return F.avg_pool2d(x, window, stride, padding)[0, 0]
    return F.lp_pool2d(F.pad(x, (padding,) * 4), 2, window, stride)[0, 0]


def applied(image: Tensor, knobs: Knobs) -> Tensor:
    """The output of the knobs' operation on an image (S, S)."""
    if knobs.operation == "adaptive_average":
        return F.adaptive_avg_pool2d(image[None, None], knobs.output)[0, 0]
    if knobs.operation == "adaptive_max":
        return F.adaptive_max_pool2d(image[None, None], knobs.output)[0, 0]
    if knobs.convolves:
        return convolved(image, torch.tensor(knobs.weights), knobs)
    return pooled(image, knobs.operation, knobs.window, knobs.pool_stride, knobs.rim, knobs.spacing)


def taps(knobs: Knobs) -> list[list[int]]:
    """For each place along a side, the rows (or columns) of the padded piece at which the window looks."""
    if knobs.adapts:
        return [list(range(start, stop)) for start, stop in adaptive_windows(SIDE, knobs.output)]
    offsets = [knobs.spacing * i for i in range(knobs.side)]
    return [[place * knobs.step + offset for offset in offsets] for place in range(knobs.places)]


@dataclass(frozen=True)
class Window:
    """One window by hand: `patch`, `weights`, `products` (h, w), the `total` of the products and the `value`."""

    patch: Values
    weights: Values
    products: Values
    total: float
    value: float


def by_hand(patch: Values, knobs: Knobs) -> Window:
    """What the operation makes of a patch (h, w)."""
    weights = weights_on(patch, knobs)
    products = np.where(weights == 0, 0, patch) * weights  # a padding of -inf counts for nothing
    total = float(products.sum())
    value = total + knobs.bias if knobs.convolves else total
    return Window(patch, weights, products, total, float(np.sqrt(value)) if knobs.operation == "l2" else value)


def weights_on(patch: Values, knobs: Knobs) -> Values:
    """What each pixel of a patch is multiplied by: the kernel, 1 / n, 1 for the largest alone, or itself."""
    if knobs.convolves:
        return knobs.weights
    if knobs.operation in ("average", "adaptive_average"):
        return np.full(patch.shape, 1 / patch.size)
    if knobs.operation == "l2":
        return patch
    winner = np.zeros(patch.size)
    winner[patch.argmax()] = 1
    return winner.reshape(patch.shape)
