"""Receptive fields: which pixels a unit of a layer can depend on, by the layers' arithmetic alone.

Along one side, a layer with kernel k, stride s and padding p turns a field of r pixels, whose neighbours lie j pixels
apart and whose first one begins at pixel b, into r + (k - 1) j, j s and b - p j (Araujo, Norris and Sim, 2019).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from playground.concepts.cnn.layers import Layer, Row

POOLS = ("max_pool", "average_pool")


@dataclass(frozen=True)
class Field:
    """Along one side: the pixels that a unit sees, those between neighbours, and where the first one's field begins."""

    size: int = 1
    jump: int = 1
    begin: int = 0

    def through(self, kernel_size: int, stride: int, padding: int) -> Field:
        """The field behind one more window."""
        reach = (kernel_size - 1) * self.jump
        return Field(self.size + reach, self.jump * stride, self.begin - padding * self.jump)

    def span(self, unit: int, side: int) -> tuple[int, int]:
        """The first pixel that unit number `unit` sees and the one behind its last, within a picture of that side."""
        start = self.begin + unit * self.jump
        return max(0, min(start, side)), max(0, min(start + self.size, side))


def fields(rows: Iterable[Row], side: int) -> tuple[Field, ...]:
    """The field behind each layer, for pictures of that side; linear and global layers see the whole picture."""
    found, now = [], Field()
    for row in rows:
        now = _through(now, row.layer, side)
        found.append(now)
    return tuple(found)


def _through(now: Field, layer: Layer, side: int) -> Field:
    if layer.kind == "conv":
        return now.through(layer.kernel_size, layer.stride, layer.padding)
    if layer.kind == "residual":
        return now.through(3, layer.stride, 1).through(3, 1, 1)
    if layer.kind in POOLS:
        return now.through(layer.size, layer.stride, 0)
    if layer.kind in ("global_pool", "flatten", "linear"):
        return Field(side, side, 0)
    return now
