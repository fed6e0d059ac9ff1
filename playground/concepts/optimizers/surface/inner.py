"""The inner state of an optimizer after an update, and what bias correction makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

# State of torch by the letter that papers use: the name in torch.optim's state.
LETTERS: Mapping[str, Mapping[str, str]] = {
    "sgd": {},
    "momentum": {"m": "momentum_buffer"},
    "adam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "adamw": {"m": "exp_avg", "v": "exp_avg_sq"},
    "rmsprop": {"v": "square_avg"},
    "adagrad": {"v": "sum"},
    "adamax": {"m": "exp_avg", "v": "exp_inf"},
    "nadam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "radam": {"m": "exp_avg", "v": "exp_avg_sq"},
    "adadelta": {"v": "square_avg", "d": "acc_delta"},
    "rprop": {"s": "step_size"},
    "asgd": {"s": "eta"},
    "adafactor": {"v": "variance"},
}
CORRECTED = {
    "adam": ("m", "v"), "adamw": ("m", "v"), "adamax": ("m",), "nadam": ("v",), "radam": ("m", "v"),
}  # fmt: skip


def inner(name: str, state: Mapping[str, Any], hyper: Mapping[str, Any]) -> dict[str, Tensor]:
    """The state by letter, each (2,); `m_hat` and `v_hat` are corrected for the bias of their start at zero.

    m is a mean of gradients, v of squares (a sum for Adagrad, a maximum for Adamax), d of squared changes, s the
    step's own size. Momentum that is 0 keeps no m. With AMSGrad v_hat is of the largest v so far.
    """
    found = {letter: _pair(state[key]) for letter, key in LETTERS[name].items() if state.get(key) is not None}
    if name in CORRECTED and found:
        for letter, beta in zip(("m", "v"), hyper["betas"], strict=True):
            if letter in CORRECTED[name]:
                raw = _pair(state["max_exp_avg_sq"]) if letter == "v" and hyper.get("amsgrad") else found[letter]
                found[f"{letter}_hat"] = raw / (1 - beta ** float(state["step"]))
    return found


def _pair(value: Any) -> Tensor:
    """One number for each coordinate (2,)."""
    return torch.as_tensor(value, dtype=torch.float64).detach().expand(2).clone()
