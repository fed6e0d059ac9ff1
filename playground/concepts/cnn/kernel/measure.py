"""Where gradients go, and how much an output changes when the picture moves by one pixel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.windows import applied, pooled

Operation = Callable[[Tensor], Tensor]


def gradients(image: Tensor, knobs: Knobs) -> Tensor:
    """The gradient (P, S, S) of each of the P output pixels on the image (S, S), by autograd."""
    x = image.clone().requires_grad_()
    outputs = applied(x, knobs).flatten()
    return torch.stack([torch.autograd.grad(one, x, retain_graph=True)[0] for one in outputs])


def reach(image: Tensor, operation: Operation) -> Tensor:
    """The gradient (S, S) of the sum of all outputs."""
    x = image.clone().requires_grad_()
    return torch.autograd.grad(operation(x).sum(), x)[0]


def shift_change(image: Tensor, operation: Operation) -> float:
    """How much the output changes when the image moves one pixel to the left, beside its own spread.

    The root of the mean squared difference, divided by the standard deviation of the output; 0 where that is 0. The
    column that comes in at the right is the image's own: nothing is made up.
    """
    before, after = operation(image[:, :-1]), operation(image[:, 1:])
    spread = float(before.std(correction=0))
    return float((after - before).square().mean().sqrt()) / spread if spread > 1e-6 else 0.0


def rivals(knobs: Knobs, side: int) -> Mapping[str, Operation]:
    """Ways to make a picture of `side` pixels smaller, by name, with the window and stride of the knobs."""
    window, stride = knobs.pools
    kernel = torch.tensor(knobs.weights).float()

    def pooling(name: str) -> Operation:
        return lambda x: pooled(x, name, window, stride)

    return {
        "none": lambda x: x,
        "max": pooling("max"),
        "average": pooling("average"),
        "l2": pooling("l2"),
        "adaptive_average": lambda x: F.adaptive_avg_pool2d(x[None, None], max(side // stride, 1))[0, 0],
        "skip": lambda x: x[::stride, ::stride],
        "strided": lambda x: _strided(x, kernel, stride),
    }


def _strided(image: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return F.conv2d(image[None, None], kernel[None, None], stride=stride)[0, 0]


def covered(image: Tensor, knobs: Knobs, name: str) -> float:
    """The share of pixels on which any output depends; a kernel's weights count by size, lest they cancel."""
    operation = rivals(knobs, len(image))[name]
    if name == "strided":
        sizes = torch.from_numpy(abs(knobs.weights)).float()
        return float((reach(image, lambda x: _strided(x, sizes, knobs.pools[1])) != 0).float().mean())
    return float((reach(image, operation) != 0).float().mean())
