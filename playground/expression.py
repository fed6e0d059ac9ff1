"""The safe grammar for a visitor's formula: parsed here into a small tree, never evaluated as Python.

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = ("-" | "+") signed | power
    power   = atom [ ("^" | "**") signed ]
    atom    = number | variable | constant | function "(" sum { "," sum } ")" | "(" sum ")"

So -2^2 is -4 and 2^3^2 is 2^9. Everything is a float: no power grows beyond what a float holds.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, NoReturn

import numpy as np

LONGEST = 200  # characters
DEEPEST = 30  # parentheses, signs and powers within each other
LARGEST = 1e30  # number, which float32 holds
CONSTANTS = {"pi": math.pi, "e": math.e}
NUMBER = r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
TOKEN = re.compile(rf"{NUMBER}|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<sign>\*\*|[-+*/^(),])|(?P<odd>\S)")


class ExpressionError(ValueError):
    """A formula that cannot be read: one sentence, and the position (from 0) of what is wrong."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


@dataclass(frozen=True)
class Number:
    """A number that is not negative."""

    value: float


@dataclass(frozen=True)
class Name:
    """A variable or a constant."""

    name: str


@dataclass(frozen=True)
class Apply:
    """An operator (`+ - * / ^`, or `negative`) or a function on its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Apply


def _softplus(xp: Any, z: Any) -> Any:
    return xp.logaddexp(z, xp.zeros_like(z))


def _sigmoid(xp: Any, z: Any) -> Any:
    return xp.exp(-_softplus(xp, -z))


def _relu(xp: Any, z: Any) -> Any:
    return xp.where(z <= 0, xp.zeros_like(z), z)


def _own(name: str, xp: Any, *arguments: Any) -> Any:
    return getattr(xp, name)(*arguments)


UPRIGHT = ("sign", "sigmoid", "relu", "softplus")  # functions that LaTeX does not know
ONE = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs", *UPRIGHT)
TWO = ("min", "max")
# Each computes from (module, arguments): NumPy and torch name and mean these functions alike.
COMPUTE: dict[str, Callable[..., Any]] = {
    "+": lambda xp, a, b: a + b,
    "-": lambda xp, a, b: a - b,
    "*": lambda xp, a, b: a * b,
    "/": lambda xp, a, b: a / b,
    "^": lambda xp, a, b: a**b,
    "negative": lambda xp, a: -a,
    **{name: partial(_own, name) for name in ONE},
    "min": partial(_own, "minimum"), "max": partial(_own, "maximum"),
    "sigmoid": _sigmoid, "relu": _relu, "softplus": _softplus,
}  # fmt: skip


class Form(NamedTuple):
    """How LaTeX writes an application: how tightly it binds, how tightly its arguments must, and its template."""

    binds: int
    arguments: tuple[int, ...]
    template: str


ANY, SUM, SIGNED, PRODUCT, POWER, ATOM = range(6)
FORMS = {
    "+": Form(SUM, (SUM, PRODUCT), "{} + {}"),
    "-": Form(SUM, (SUM, PRODUCT), "{} - {}"),
    "*": Form(PRODUCT, (SIGNED, POWER), r"{} \cdot {}"),
    "/": Form(POWER, (ANY, ANY), r"\frac{{{}}}{{{}}}"),
    "^": Form(POWER, (ATOM, ANY), "{}^{{{}}}"),
    "negative": Form(SIGNED, (PRODUCT,), "-{}"),
    **{name: Form(ATOM, (ANY,), rf"\{name}\left({{}}\right)") for name in ONE},
    **{name: Form(ATOM, (ANY, ANY), rf"\{name}\left({{}}, {{}}\right)") for name in TWO},
    **{name: Form(ATOM, (ANY,), rf"\operatorname{{{{{name}}}}}\left({{}}\right)") for name in UPRIGHT},
    "sqrt": Form(ATOM, (ANY,), r"\sqrt{{{}}}"),
    "abs": Form(ATOM, (ANY,), r"\left|{}\right|"),
}


@dataclass(frozen=True)
class Expression:
    """A formula in some variables; `str` gives the text that it was read from."""

    text: str
    tree: Node
    variables: tuple[str, ...]

    def __call__(self, **values: Any) -> Any:
        """The formula's value on NumPy arrays or torch tensors of one shape, one for each variable.

        Where it is not defined it is nan or infinite, without a warning. Raises TypeError on other variables.
        """
        if set(values) != set(self.variables):
            raise TypeError(f"The formula is in {', '.join(self.variables)}, not in {', '.join(values) or 'nothing'}.")
        xp = _module(values.values())
        arrays = {name: (np.asarray(value) if xp is np else value) * 1.0 for name, value in values.items()}
        with np.errstate(all="ignore"):
            return _value(self.tree, arrays, xp)

    def __str__(self) -> str:
        return self.text

    def latex(self) -> str:
        """The formula in LaTeX."""
        return _latex(self.tree, ANY)


def _module(values: Any) -> Any:
    """torch where a value is its tensor, else NumPy: this module imports torch for nobody."""
    owners = {type(value).__module__.partition(".")[0] for value in values}
    return sys.modules["torch"] if "torch" in owners else np


def _value(node: Node, arrays: Mapping[str, Any], xp: Any) -> Any:
    if isinstance(node, Apply):
        return COMPUTE[node.function](xp, *(_value(argument, arrays, xp) for argument in node.arguments))
    if isinstance(node, Name) and node.name in arrays:
        return arrays[node.name]
    number = CONSTANTS[node.name] if isinstance(node, Name) else node.value
    return xp.full_like(next(iter(arrays.values())), number)


def _latex(node: Node, binds: int) -> str:
    """The node in LaTeX, in brackets where it binds less tightly than `binds`."""
    if isinstance(node, Number):
        return _latex_number(node.value)
    if isinstance(node, Name):
        return _latex_name(node.name)
    form = FORMS[node.function]
    pairs = zip(node.arguments, form.arguments, strict=True)
    text = form.template.format(*(_latex(argument, least) for argument, least in pairs))
    return text if form.binds >= binds else rf"\left({text}\right)"


def _latex_number(value: float) -> str:
    mantissa, _, exponent = f"{value:.12g}".partition("e")
    return rf"\left({mantissa} \cdot 10^{{{int(exponent)}}}\right)" if exponent else mantissa


def _latex_name(name: str) -> str:
    if name in CONSTANTS:
        return {"pi": r"\pi", "e": r"\mathrm{e}"}[name]
    indexed = re.fullmatch(r"([A-Za-z])_?([0-9]+)", name)
    return f"{indexed[1]}_{{{indexed[2]}}}" if indexed else name


class Token(NamedTuple):
    """A word of a formula; `kind` is number, name, sign, odd or end."""

    kind: str
    text: str
    position: int


def parse(text: str, variables: Sequence[str]) -> Expression:
    """The formula that a text means in the given variables. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(f"The formula has {len(text)} characters; it may have {LONGEST}.", LONGEST)
    tree = _Parser(_tokens(text), tuple(variables)).whole()
    return Expression(text.strip(), tree, tuple(variables))


def _tokens(text: str) -> list[Token]:
    found = [Token(match.lastgroup or "", match[0], match.start()) for match in TOKEN.finditer(text)]
    for _, _, position in (token for token in found if token.kind == "odd"):
        raise ExpressionError(f"At position {position + 1}: this character has no meaning in a formula.", position)
    return [*found, Token("end", "", len(text))]


class _Parser:
    """Reads tokens from left to right; its methods are the lines of the grammar."""

    def __init__(self, tokens: list[Token], variables: tuple[str, ...]) -> None:
        self.tokens = tokens
        self.variables = variables
        self.depth = 0

    def whole(self) -> Node:
        if self.tokens[0].kind == "end":
            raise ExpressionError("The formula is empty.", 0)
        node = self.sum()
        if self.tokens[0].kind != "end":
            closing = self.tokens[0].text == ")"
            self.fail("a ( is missing for the )" if closing else "an operator such as * is missing", self.tokens[0])
        return node

    def sum(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = Apply(sign.text, (node, self.product()))
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/"):
            node = Apply(sign.text, (node, self.signed()))
        return node

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"the formula is nested more than {DEEPEST} deep", self.tokens[0])
        sign = self.take("+", "-")
        node = self.signed() if sign else self.power()
        self.depth -= 1
        return Apply("negative", (node,)) if sign and sign.text == "-" else node

    def power(self) -> Node:
        node = self.atom()
        return Apply("^", (node, self.signed())) if self.take("^", "**") else node

    def atom(self) -> Node:
        token = self.tokens[0]
        if token.kind == "number":
            if float(token.text) > LARGEST:
                self.fail(f"a number may be {LARGEST:g} at most", token)
            return Number(float(self.tokens.pop(0).text))
        if token.kind == "name":
            return self.name()
        if not self.take("("):
            self.fail("a number, a name or a ( is missing", token)
        node = self.sum()
        self.close(token)
        return node

    def name(self) -> Node:
        token = self.tokens.pop(0)
        if token.text in self.variables or token.text in CONSTANTS:
            return Name(token.text)
        if token.text not in ONE + TWO:
            known = ", ".join((*self.variables, *CONSTANTS, *ONE, *TWO))
            self.fail(f"{token.text[:20]} is unknown; there are {known}", token)
        return Apply(token.text, self.arguments(token))

    def arguments(self, function: Token) -> tuple[Node, ...]:
        opening = self.take("(")
        if not opening:
            self.fail(f"{function.text} needs its argument in ( )", function)
        found = [self.sum()]
        while self.take(","):
            found.append(self.sum())
        self.close(opening)
        wanted = 1 if function.text in ONE else 2
        if len(found) != wanted:
            self.fail(f"{function.text} takes {wanted}, not {len(found)} arguments", function)
        return tuple(found)

    def take(self, *signs: str) -> Token | None:
        """The next token where it is one of these signs."""
        return self.tokens.pop(0) if self.tokens[0].text in signs else None

    def close(self, opening: Token) -> None:
        if not self.take(")"):
            self.fail(f"a ) is missing for the ( at position {opening.position + 1}", self.tokens[0])

    def fail(self, what: str, token: Token) -> NoReturn:
        raise ExpressionError(f"At position {token.position + 1}: {what}.", token.position)
