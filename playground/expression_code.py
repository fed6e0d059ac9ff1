"""A visitor's formula as a line of Python: written from its parsed tree, never from its text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from playground.expression import Apply, Expression, Name, Node

SIGNS = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})", "/": "({} / {})", "^": "({} ** {})", "negative": "(-{})"}
TORCH = {"min": "torch.minimum", "max": "torch.maximum", "softplus": "torch.nn.functional.softplus"}


def code(formula: Expression) -> str:
    """The expression in the formula's variables and `torch` that it means; what is constant in it is one number."""
    return _tensor(formula.tree, formula.variables)


def _tensor(node: Node, variables: Sequence[str]) -> str:
    """The node where a tensor must stand, without brackets around the whole."""
    written = _code(node, variables)
    if _is_constant(node, variables):
        return f"torch.full_like({variables[0]}, {written})"
    return written[1:-1] if written.startswith("(") else written


def _code(node: Node, variables: Sequence[str]) -> str:
    if _is_constant(node, variables):
        zeros = dict.fromkeys(variables, np.zeros(()))
        return _number(float(Expression("", node, tuple(variables))(**zeros)))
    if not isinstance(node, Apply):
        assert isinstance(node, Name)
        return node.name
    if node.function in SIGNS:
        return SIGNS[node.function].format(*(_code(argument, variables) for argument in node.arguments))
    called = TORCH.get(node.function, f"torch.{node.function}")
    return f"{called}({', '.join(_tensor(argument, variables) for argument in node.arguments)})"


def _is_constant(node: Node, variables: Sequence[str]) -> bool:
    if isinstance(node, Apply):
        return all(_is_constant(argument, variables) for argument in node.arguments)
    return not (isinstance(node, Name) and node.name in variables)


def _number(value: float) -> str:
    """A number as Python reads it, in brackets where it starts with a sign."""
    if not math.isfinite(value):
        return f'float("{value}")'
    short = int(value) if value == int(value) and abs(value) < 1e15 else value
    return f"({short!r})" if value < 0 else f"{short!r}"
