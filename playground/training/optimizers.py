"""Optimizers of torch.optim by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor, optim

OPTIMIZERS: Mapping[str, type[optim.Optimizer]] = {
    "sgd": optim.SGD,
    "adam": optim.Adam,
    "adamw": optim.AdamW,
    "rmsprop": optim.RMSprop,
    "adagrad": optim.Adagrad,
    "adamax": optim.Adamax,
    "nadam": optim.NAdam,
    "radam": optim.RAdam,
    "adadelta": optim.Adadelta,
    "rprop": optim.Rprop,
    "asgd": optim.ASGD,
    "adafactor": optim.Adafactor,
}


def optimizer(name: str, parameters: Iterable[Tensor], learning_rate: float, **hyper: Any) -> optim.Optimizer:
    """The named optimizer of the parameters; `hyper` are torch's own keyword arguments (momentum, betas, ...)."""
    made: optim.Optimizer = OPTIMIZERS[name](parameters, lr=learning_rate, **hyper)  # type: ignore[call-arg]
    return made
