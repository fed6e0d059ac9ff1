"""A formula's line of Python means what the formula means."""

from __future__ import annotations

import pytest
import torch

from playground.expression import parse
from playground.expression_code import code


@pytest.mark.parametrize(
    "formula",
    ["x^2 + y^2", "-(x - 1)^2 / 3", "100 * (y - x^2)^2 + (1 - x)^2", "max(x, 2 * pi) - min(1, y)", "sin(2) * y",
     "softplus(x * y) - sigmoid(-y)", "log(0) + x", "3", "abs(x)^0.5 - e^-y"],
)  # fmt: skip
def test_two_variables_give_the_formula_s_values(formula: str) -> None:
    x, y = torch.meshgrid(*2 * [torch.linspace(-2, 2, 9, dtype=torch.float64)], indexing="xy")
    parsed = parse(formula, ("x", "y"))
    theirs = eval(code(parsed), {"torch": torch, "x": x, "y": y, "float": float})  # noqa: S307
    assert torch.allclose(theirs, parsed(x=x, y=y), equal_nan=True)


def test_whole_numbers_are_short_and_constants_are_one_number() -> None:
    assert code(parse("2 * x^3 - (1 + 1) / 4", ("x",))) == "(2 * (x ** 3)) - 0.5"
    assert code(parse("2^2", ("x", "y"))) == "torch.full_like(x, 4)"
