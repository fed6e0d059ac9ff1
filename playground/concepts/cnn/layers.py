"""A convolutional network as a short text: its layers, their shapes, parameters and FLOPs. No torch.

`c16-m2-c32k5-m2-f64` are a convolution to 16 channels, max pooling by 2, a convolution of 5 x 5 to 32, pooling, and a
linear layer of 64 units; the linear layer to the classes always follows.

| item | layer |
|---|---|
| c16 | convolution to 16 channels; k5: kernel 5 x 5 (else 3), s2: stride 2, p0: padding 0 (else the size is kept) |
| r16 | residual block: two 3 x 3 convolutions with batch norm beside a shortcut; s2: stride 2 |
| m2, a2 | max or average pooling by 2; s1: stride 1 |
| g | global average pooling: one number a channel |
| n | batch norm |
| d0.25 | dropout of a quarter |
| f64 | linear layer of 64 units |

An activation follows each c and f, or the n behind it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LAYERS, MOST_CHANNELS, MOST_UNITS = 16, 128, 1024
MOST_PARAMETERS, MOST_FLOPS = 2_000_000, 60_000_000  # FLOPs of one image forward
SIZED = re.compile(r"([crmaf])([0-9]{1,4})((?:[ksp][0-9])*)")
DROPOUT = re.compile(r"d(0?\.[0-9]{1,3}|0)")
MOST = {"c": MOST_CHANNELS, "r": MOST_CHANNELS, "f": MOST_UNITS, "m": 8, "a": 8}
TAKES = {"c": "ksp", "r": "s", "m": "s", "a": "s", "f": ""}
KINDS = {"c": "conv", "r": "residual", "m": "max_pool", "a": "average_pool", "f": "linear"}

Shape = tuple[int, ...]


class LayersError(ValueError):
    """A sentence on what cannot be built: which layer, and why."""


@dataclass(frozen=True)
class Layer:
    """One layer: `size` are its channels, units or window, `share` what a dropout layer drops."""

    kind: str
    size: int = 0
    kernel_size: int = 3
    stride: int = 1
    padding: int = 0
    share: float = 0.0

    @property
    def title(self) -> str:
        """What a reader calls it."""
        window = f"{self.kernel_size} × {self.kernel_size}"
        stride = f", stride {self.stride}" if self.stride > 1 else ""
        padding = f", padding {self.padding}" if self.padding != self.kernel_size // 2 else ""
        names = {
            "conv": f"convolution {window}{stride}{padding}", "residual": f"residual block{stride}",
            "max_pool": f"max pooling {self.size} × {self.size}", "linear": "linear", "norm": "batch norm",
            "average_pool": f"average pooling {self.size} × {self.size}", "global_pool": "global average pooling",
            "dropout": f"dropout {self.share:g}", "flatten": "flatten",
        }  # fmt: skip
        pooled = self.kind in ("max_pool", "average_pool") and self.stride != self.size
        return names[self.kind] + (f", stride {self.stride}" if pooled else "")

    @property
    def brief(self) -> tuple[str, ...]:
        """The same in one or two words: what it does, and the window it does it in."""
        pool, kernel = f"{self.size}×{self.size}", f"{self.kernel_size}×{self.kernel_size}"
        names = {
            "conv": ("conv", kernel), "residual": ("res", kernel), "max_pool": ("max", pool),
            "average_pool": ("avg", pool), "global_pool": ("avg", "all"), "linear": ("linear",),
        }  # fmt: skip
        return names.get(self.kind, (self.title,))


@dataclass(frozen=True)
class Row:
    """A layer in its place: the shape (C, H, W) or (D,) that leaves it, its parameters, its FLOPs for one image."""

    layer: Layer
    shape: Shape
    parameters: int
    flops: int


def read(text: str) -> tuple[Layer, ...]:
    """The layers that a text names. Raises LayersError with the number of the item that cannot be read."""
    items = [item for item in text.split("-") if item] if text != "none" else []
    if len(items) > MOST_LAYERS:
        raise LayersError(f"{len(items)} layers are named; at most {MOST_LAYERS} are built.")
    return tuple(_layer(number, item) for number, item in enumerate(items, 1))


def _layer(number: int, item: str) -> Layer:
    if item == "g":
        return Layer("global_pool")
    if item == "n":
        return Layer("norm")
    if found := DROPOUT.fullmatch(item):
        return Layer("dropout", share=float(found[1]))
    if not (found := SIZED.fullmatch(item)):
        known = "c16, r16, m2, a2, g, n, d0.25 or f64"
        raise LayersError(f"Layer {number}, {item[:20]!r}, is none that is known; it can be like {known}.")
    return _sized(number, item, found[1], int(found[2]), dict(re.findall(r"([ksp])(\d)", found[3])))


def _sized(number: int, item: str, letter: str, size: int, more: dict[str, str]) -> Layer:
    if not 1 <= size <= MOST[letter]:
        raise LayersError(f"Layer {number}, {item!r}: {size} is not between 1 and {MOST[letter]}.")
    for odd in sorted(set(more) - set(TAKES[letter])):
        raise LayersError(f"Layer {number}, {item!r}: {odd!r} means nothing there.")
    kernel_size, stride = int(more.get("k", 3)), int(more.get("s", size if letter in "ma" else 1))
    if not (1 <= kernel_size <= 7 and stride >= 1):
        raise LayersError(f"Layer {number}, {item!r}: a kernel has 1 to 7 pixels a side, a stride at least 1.")
    padding = int(more.get("p", kernel_size // 2 if letter in "cr" else 0))
    return Layer(KINDS[letter], size, kernel_size, stride, padding)


def trace(layers: tuple[Layer, ...], shape: Shape, classes: int) -> tuple[Row, ...]:
    """Every layer with what leaves it, for images of a shape (C, H, W); flatten and the classes' layer are added.

    Raises LayersError with the number of the layer that is impossible, and why.
    """
    rows: list[Row] = []
    for number, layer in enumerate(layers, 1):
        for row in _rows(number, layer, rows[-1].shape if rows else shape):
            rows.append(row)
    rows += _rows(len(layers) + 1, Layer("linear", classes), rows[-1].shape if rows else shape)
    for most, name, total in (
        (MOST_PARAMETERS, "parameters", sum(row.parameters for row in rows)),
        (MOST_FLOPS, "FLOPs an image", sum(row.flops for row in rows)),
    ):
        if total > most:
            raise LayersError(f"The network has {total:,} {name}; at most {most:,} are trained here.")
    return tuple(rows)


def _rows(number: int, layer: Layer, shape: Shape) -> Iterator[Row]:
    """The row of a layer, behind one that flattens where that is needed first."""
    flat = len(shape) == 1
    if layer.kind == "linear":
        if not flat:
            shape = (math.prod(shape),)
            yield Row(Layer("flatten"), shape, 0, 0)
        yield Row(layer, (layer.size,), (shape[0] + 1) * layer.size, 2 * shape[0] * layer.size)
    elif layer.kind == "norm":
        yield Row(layer, shape, 2 * shape[0], 0)
    elif layer.kind == "dropout":
        yield Row(layer, shape, 0, 0)
    elif flat:
        name = f"Layer {number}, {layer.title},"
        raise LayersError(f"{name} needs a picture, but the linear layer before it has left {shape[0]} numbers.")
    else:
        yield _spatial(number, layer, shape)


def _spatial(number: int, layer: Layer, shape: Shape) -> Row:
    """The row of a layer that slides a window over a picture."""
    channels, height, width = shape
    if layer.kind == "global_pool":
        return Row(layer, (channels, 1, 1), 0, 0)
    window = layer.kernel_size if layer.kind in ("conv", "residual") else layer.size
    sides = [(side + 2 * layer.padding - window) // layer.stride + 1 for side in (height, width)]
    if min(height, width) + 2 * layer.padding < window:
        room = f"{height} × {width}" + (f" with a padding of {layer.padding}" if layer.padding else "")
        raise LayersError(f"Layer {number}, {layer.title}, does not fit: what comes in is only {room}.")
    if layer.kind in ("max_pool", "average_pool"):
        return Row(layer, (channels, *sides), 0, 0)
    out = (layer.size, *sides)
    if layer.kind == "conv":
        weights = layer.size * channels * layer.kernel_size**2
        return Row(layer, out, weights + layer.size, 2 * weights * math.prod(sides))
    return Row(layer, out, *_residual(layer, channels, math.prod(sides)))


def _residual(layer: Layer, channels: int, places: int) -> tuple[int, int]:
    """(parameters, FLOPs) of two 3 x 3 convolutions with batch norm, and of a 1 x 1 shortcut where sizes differ."""
    weights = layer.size * channels * 9 + layer.size**2 * 9
    norms = 4 * layer.size
    if projects(layer, channels):
        weights += layer.size * channels
        norms += 2 * layer.size
    return weights + norms, 2 * weights * places


def projects(layer: Layer, channels: int) -> bool:
    """Whether a residual block's shortcut needs a convolution of 1 x 1 to match what the block gives."""
    return layer.stride > 1 or layer.size != channels


def bends(rows: tuple[Row, ...], place: int) -> bool:
    """Whether an activation follows the layer at a place: each conv and linear layer's, but the last one's.

    Where a batch norm follows such a layer, the activation is behind the norm.
    """
    weighs = ("conv", "linear")
    kinds = [row.layer.kind for row in rows]
    if place == len(rows) - 1:
        return False
    if kinds[place] == "norm":
        return place > 0 and kinds[place - 1] in weighs
    return kinds[place] in weighs and kinds[place + 1] != "norm"
