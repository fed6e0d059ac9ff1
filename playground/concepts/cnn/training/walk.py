"""A network's modules beside the rows of its layers, and what leaves each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from playground.concepts.cnn.layers import Row
from playground.concepts.cnn.networks import Residual
from playground.concepts.cnn.training.layout import SPATIAL, weighed
from playground.training import activations

BUILT = (
    nn.Conv2d, Residual, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.BatchNorm1d, nn.BatchNorm2d, nn.Dropout,
    nn.Flatten, nn.Linear,
)  # fmt: skip
CHUNK = 250  # images at a time


def places(model: nn.Sequential) -> list[int]:
    """For each row its module's number: all modules but the activations."""
    return [i for i, module in enumerate(model) if isinstance(module, BUILT)]


def ends(model: nn.Sequential, rows: Sequence[Row]) -> list[int]:
    """For each row the module with which it ends: its batch norm and its activation are counted to it."""
    starts = [*places(model), len(model)]
    found = []
    for place in range(len(rows)):
        following = place + 1
        if rows[place].layer.kind in (*SPATIAL, "linear"):
            following += following < len(rows) and rows[following].layer.kind == "norm"
        found.append(starts[following] - 1)
    return found


def outputs(model: nn.Sequential, inputs: Tensor) -> list[Tensor]:
    """What leaves each module."""
    found = []
    for module in model:
        inputs = module(inputs)
        found.append(inputs)
    return found


def chunks(inputs: Tensor) -> Iterator[Tensor]:
    """The inputs, a few at a time: all activations of all images would take much memory."""
    return iter(torch.split(inputs, CHUNK))


def quiet(name: str, kind: str, sums: Tensor) -> Tensor:
    """Which units (U,) are at a flat end for every image and place, by what enters their activation.

    That is (N, U) or (N, U, H, W); of a residual block, which ends in a ReLU, what leaves it tells the same.
    """
    flat = sums.flatten(2) if sums.ndim == 4 else sums[:, :, None]  # (N, U, H W)
    return activations.quiet("relu" if kind == "residual" else name, flat).all(2).all(0)


def hidden(rows: Sequence[Row]) -> list[int]:
    """The rows with weights, but for the classes' layer."""
    return weighed(rows)[:-1]
