"""The own activation as a line of Python."""

from __future__ import annotations

from playground.expression import parse
from playground.expression_code import code as written

VARIABLES = ("z",)


def code(text: str) -> str:
    """The expression in `z` and `torch` that a formula means."""
    return written(parse(text, VARIABLES))
