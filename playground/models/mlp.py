"""The multilayer perceptron."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from torch import nn


def mlp(sizes: Sequence[int], activation: Callable[[], nn.Module], dropout: float | None = None) -> nn.Sequential:
    """Linear layers of the sizes (inputs, hidden ..., outputs), each hidden one followed by the activation
    and, unless dropout is None, by Dropout.
    """
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(sizes[:-1]):
        layers += [nn.Linear(before, after), activation()]
        layers += [] if dropout is None else [nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))
