"""A visitor's formula as a line of Python: written from its parsed tree, never from its text."""

from __future__ import annotations

import math

import numpy as np

from playground.expression import Apply, Expression, Name, Node, parse

VARIABLES = ("z",)
SIGNS = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})", "/": "({} / {})", "^": "({} ** {})", "negative": "(-{})"}
TORCH = {"min": "torch.minimum", "max": "torch.maximum", "softplus": "nn.functional.softplus"}


def code(text: str) -> str:
    """The expression in `z`, `torch` and `nn` that a formula means; what is constant in it is one number."""
    tree = parse(text, VARIABLES).tree
    return _tensor(tree)


def _tensor(node: Node) -> str:
    """The node where a tensor must stand, without brackets around the whole."""
    written = _code(node)
    if _is_constant(node):
        return f"torch.full_like(z, {written})"
    return written[1:-1] if written.startswith("(") else written


def _code(node: Node) -> str:
    if _is_constant(node):
        return _number(float(Expression("", node, VARIABLES)(z=np.zeros(()))))
    if not isinstance(node, Apply):
        return "z"
    if node.function in SIGNS:
        return SIGNS[node.function].format(*map(_code, node.arguments))
    called = TORCH.get(node.function, f"torch.{node.function}")
    return f"{called}({', '.join(map(_tensor, node.arguments))})"


def _is_constant(node: Node) -> bool:
    if isinstance(node, Apply):
        return all(map(_is_constant, node.arguments))
    return not (isinstance(node, Name) and node.name in VARIABLES)


def _number(value: float) -> str:
    """A number as Python reads it, in brackets where it starts with a sign."""
    if not math.isfinite(value):
        return f'float("{value}")'
    return f"({value!r})" if value < 0 else f"{value!r}"
