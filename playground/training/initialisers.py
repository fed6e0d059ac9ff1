"""Initialisers by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import Tensor, nn

INITIALISERS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "xavier_uniform": nn.init.xavier_uniform_,
    "xavier_normal": nn.init.xavier_normal_,
    "he_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
    "he_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
    "orthogonal": nn.init.orthogonal_,
    "zeros": nn.init.zeros_,
}


def initialise(model: nn.Module, name: str) -> None:
    """Draws the weights of every linear layer anew, first to last, and zeroes its biases.

    `default` leaves the layers as torch built them (uniform within 1 / sqrt(inputs)).
    """
    if name == "default":
        return
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            INITIALISERS[name](layer.weight)
            nn.init.zeros_(layer.bias)
