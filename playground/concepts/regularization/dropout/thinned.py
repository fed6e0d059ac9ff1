"""Networks with units dropped: in training each sample has masks of its own, in a pass all inputs share them.

M members, N samples, T passes. A mask holds 0 for a dropped unit and 1 / (1 - p) for a kept one (inverted dropout).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from playground.training.population import Member, Population


class Dropping(Population):
    """A population that may drop inputs too; `masks` are those of the last training pass, (M, N, units) a layer."""

    def __init__(self, members: Sequence[Member], sizes: Sequence[int], *, inputs: bool, device: str = "cpu") -> None:
        super().__init__(members, sizes, device=device)
        self.drops_inputs = inputs
        self.masks: list[Tensor] = []

    def activations(self, inputs: Tensor, *, training: bool = False) -> list[Tensor]:
        """What each hidden layer puts out (M, N, units), and then the outputs (M, N, 1)."""
        if training:
            self.masks = []
            inputs = self._dropped(inputs.expand(len(self.members), -1, -1)) if self.drops_inputs else inputs
        return super().activations(inputs, training=training)

    def _dropped(self, x: Tensor) -> Tensor:
        self.masks.append(super()._dropped(torch.ones_like(x)))
        return x * self.masks[-1]


def draw_masks(count: int, sizes: Sequence[int], rate: float, inputs: bool, generator: torch.Generator) -> list[Tensor]:
    """A mask (T, units) for the inputs and for each hidden layer; (1, D) of ones where inputs are not dropped."""
    masks = [torch.empty(count, units).bernoulli_(1 - rate, generator=generator) / (1 - rate) for units in sizes[:-1]]
    return masks if inputs else [torch.ones(1, sizes[0]), *masks[1:]]


def predict(
    layers: Sequence[tuple[Tensor, Tensor]], bend: nn.Module, inputs: Tensor, masks: Sequence[Tensor]
) -> Tensor:
    """The outputs (T, N) of T thinned networks together, for inputs (N, D) and a mask (T or 1, units) a layer.

    `layers` are weights (in, out) and biases (1, out), where they are it is computed. A dropped unit is the same as its
    outgoing weights at 0.
    """
    x = inputs[None].to(layers[0][0].device)  # (1, N, D)
    for i, ((weight, bias), mask) in enumerate(zip(layers, masks, strict=True)):
        x = torch.matmul(bend(x) if i else x, mask[:, :, None].to(weight.device) * weight) + bias  # (T, N, out)
    return x[..., 0].cpu()


def whole(sizes: Sequence[int]) -> list[Tensor]:
    """The masks of a network that drops nothing: evaluation."""
    return [torch.ones(1, units) for units in sizes[:-1]]
