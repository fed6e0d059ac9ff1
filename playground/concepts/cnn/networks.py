"""The builder's networks: layers read by `layers.read` as plain PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch.nn.functional as F
from torch import Tensor, nn

from playground.concepts.cnn.layers import Layer, Shape, bends, projects, trace
from playground.models.dropout import Dropout
from playground.training.activations import ACTIVATIONS


class Residual(nn.Module):
    """A residual block (He, Zhang, Ren and Sun, 2016): (N, C, H, W) to (N, channels, H / stride, W / stride)."""

    def __init__(self, inputs: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.shortcut: nn.Module = nn.Identity()
        if projects(Layer("residual", channels, stride=stride), inputs):
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        """What two convolutions add to the shortcut, through ReLU."""
        inner = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(inner)) + self.shortcut(x))


def convnet(layers: tuple[Layer, ...], shape: Shape, classes: int, activation: str = "relu") -> nn.Sequential:
    """The network for images (N, C, H, W) of a shape (C, H, W); it gives logits (N, classes).

    An activation follows each convolution and each linear layer but the last, behind a batch norm that follows it.
    Raises LayersError where a layer is impossible.
    """
    rows = trace(layers, shape, classes)
    before = [shape, *(row.shape for row in rows)]
    built: list[nn.Module] = []
    for place, row in enumerate(rows):
        built.append(MODULES[row.layer.kind](row.layer, before[place]))
        if bends(rows, place):
            built.append(ACTIVATIONS[activation]())
    return nn.Sequential(*built)


def _conv(layer: Layer, shape: Shape) -> nn.Module:
    return nn.Conv2d(shape[0], layer.size, layer.kernel_size, layer.stride, layer.padding)


def _norm(layer: Layer, shape: Shape) -> nn.Module:
    return nn.BatchNorm2d(shape[0]) if len(shape) == 3 else nn.BatchNorm1d(shape[0])


MODULES: Mapping[str, Callable[[Layer, Shape], nn.Module]] = {
    "conv": _conv,
    "residual": lambda layer, shape: Residual(shape[0], layer.size, layer.stride),
    "max_pool": lambda layer, shape: nn.MaxPool2d(layer.size, layer.stride),
    "average_pool": lambda layer, shape: nn.AvgPool2d(layer.size, layer.stride),
    "global_pool": lambda layer, shape: nn.AdaptiveAvgPool2d(1),
    "norm": _norm,
    "dropout": lambda layer, shape: Dropout(layer.share),
    "flatten": lambda layer, shape: nn.Flatten(),
    "linear": lambda layer, shape: nn.Linear(shape[0], layer.size),
}
