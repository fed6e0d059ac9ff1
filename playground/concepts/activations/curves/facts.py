"""What is known of each function without computing it: its formula in words, and between which values it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf

from playground.concepts.activations.curves.code import VARIABLES
from playground.concepts.activations.curves.knobs import Knobs
from playground.expression import Apply, Node, parse


def _times(factor: float) -> str:
    """A factor before a letter; nothing for 1."""
    return "" if factor == 1 else f"{factor:g} "


FORMULAS: Mapping[str, Callable[[Knobs], str]] = {
    "sigmoid": lambda knobs: "1 / (1 + e⁻ᶻ)",
    "tanh": lambda knobs: "(eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
    "relu": lambda knobs: "max(0, z)",
    "leaky_relu": lambda knobs: f"max(0, z) + {_times(knobs.leaky_slope)}min(0, z)",
    "prelu": lambda knobs: f"max(0, z) + {_times(knobs.prelu_slope)}min(0, z)",
    "elu": lambda knobs: f"max(0, z) + {_times(knobs.elu_alpha)}min(0, eᶻ − 1)",
    "selu": lambda knobs: "1.0507 (max(0, z) + 1.6733 min(0, eᶻ − 1))",
    "gelu": lambda knobs: "z Φ(z)",
    "silu": lambda knobs: "z / (1 + e⁻ᶻ)",
    "mish": lambda knobs: "z tanh(ln(1 + eᶻ))",
    "softplus": lambda knobs: _softplus(knobs.softplus_beta),
    "hard_swish": lambda knobs: "z min(6, max(0, z + 3)) / 6",
    "sine": lambda knobs: f"sin({_times(knobs.sine_frequency)}z)",
    "identity": lambda knobs: "z",
    "own": lambda knobs: knobs.formula,
}
"""Each function's formula in words, with its parameters."""


def _softplus(beta: float) -> str:
    return "ln(1 + eᶻ)" if beta == 1 else f"ln(1 + exp({beta:g} z)) / {beta:g}"


RANGES: Mapping[str, Callable[[Knobs], tuple[float, float]]] = {
    "sigmoid": lambda knobs: (0, 1),
    "tanh": lambda knobs: (-1, 1),
    "relu": lambda knobs: (0, inf),
    "leaky_relu": lambda knobs: (-inf if knobs.leaky_slope > 0 else 0, inf),
    "prelu": lambda knobs: (-inf if knobs.prelu_slope > 0 else 0, inf),
    "elu": lambda knobs: (-knobs.elu_alpha, inf),
    "selu": lambda knobs: (-1.758099, inf),
    "gelu": lambda knobs: (-0.169971, inf),
    "silu": lambda knobs: (-0.278465, inf),
    "mish": lambda knobs: (-0.308843, inf),
    "softplus": lambda knobs: (0, inf),
    "hard_swish": lambda knobs: (-0.375, inf),
    "sine": lambda knobs: (-1, 1),
    "identity": lambda knobs: (-inf, inf),
}
"""(lowest, highest): the bounds that f(z) comes as close to as one likes."""

CALLS: Mapping[str, int] = {
    "sigmoid": 1, "tanh": 1, "relu": 0, "leaky_relu": 0, "prelu": 0, "elu": 1, "selu": 1, "gelu": 1, "silu": 1,
    "mish": 3, "softplus": 2, "hard_swish": 0, "sine": 1, "identity": 0,
}  # fmt: skip
"""How often one value needs exp, log, tanh, sin or erf, which cost several times what + and * do."""

OWN_CALLS: Mapping[str, int] = {
    "sin": 1, "cos": 1, "tan": 1, "sinh": 1, "cosh": 1, "tanh": 1, "exp": 1, "log": 1, "sqrt": 1, "^": 1,
    "sigmoid": 1, "softplus": 2,
}  # fmt: skip
"""The same for the words of the grammar; those that are absent need none."""


def span(name: str, knobs: Knobs) -> str:
    """The range of a function in words: `0 … 1`; a dash for a visitor's own, of which it is not known."""
    if name == "own":
        return "–"
    return " … ".join(f"{value:.3g}".replace("inf", "∞").replace("-", "−") for value in RANGES[name](knobs))


def calls(name: str, knobs: Knobs) -> int:
    """How many calls of exp, log and their like one value costs."""
    return _calls(parse(knobs.formula, VARIABLES).tree) if name == "own" else CALLS[name]


def _calls(node: Node) -> int:
    if not isinstance(node, Apply):
        return 0
    return OWN_CALLS.get(node.function, 0) + sum(map(_calls, node.arguments))
