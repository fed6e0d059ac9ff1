"""The multilayer perceptron."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

from torch import Tensor, nn

from playground.models.dropout import Dropout

Activation = Callable[[], nn.Module]

UNBENT = nn.Linear | nn.Dropout | nn.BatchNorm1d | nn.LayerNorm
"""The layers of a perceptron that are no activation."""

NORMS: Mapping[str, Callable[[int], nn.Module]] = {"batch": nn.BatchNorm1d, "layer": nn.LayerNorm}


class Residual(nn.Sequential):
    """Layers whose input (N, D) is added to what they give (He, Zhang, Ren and Sun, 2016)."""

    def forward(self, input: Tensor) -> Tensor:
        """The input plus what the layers make of it, (N, D)."""
        given = input
        for layer in self:
            given = layer(given)
        return input + given


def entering(layer: nn.Module, inputs: Tensor) -> Tensor:
    """What enters the activation (N, D) of a hidden layer's activation module or Residual, for what enters that."""
    if isinstance(layer, Residual):
        for part in layer:
            if not isinstance(part, UNBENT):
                break
            inputs = part(inputs)
    return inputs


def mlp(
    sizes: Sequence[int],
    activation: Activation | Sequence[Activation],
    dropout: float | None = None,
    norm: str = "none",
    residual: bool = False,
) -> nn.Sequential:
    """Linear layers of the sizes (inputs, hidden ..., outputs).

    Each hidden one is followed by the norm (batch, layer or none), the activation, one for all or one a layer, and,
    unless dropout is None, by Dropout. With `residual` one as wide as the hidden layer before it is a Residual.
    """
    hidden = list(itertools.pairwise(sizes[:-1]))
    activations = [activation] * len(hidden) if callable(activation) else activation
    layers: list[nn.Module] = []
    for number, ((before, after), one) in enumerate(zip(hidden, activations, strict=True)):
        block = [nn.Linear(before, after), *([NORMS[norm](after)] if norm in NORMS else []), one()]
        block += [] if dropout is None else [Dropout(dropout)]
        layers += [Residual(*block)] if residual and number and before == after else block
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def linear_layers(model: nn.Module) -> list[nn.Linear]:
    """The linear layers of a network, first to last."""
    return [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
