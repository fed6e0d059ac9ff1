"""The grammar against NumPy, values and gradients against torch; whatever a visitor types is read or refused."""

import random
import subprocess
import sys

import numpy as np
import pytest
import torch
from latex2mathml.converter import convert

from playground.expression import COMPUTE, CONSTANTS, ONE, TWO, ExpressionError, parse

X = np.linspace(-3, 3, 61)
Y = np.linspace(0.5, 2, 61)

VALUES = {
    "x": lambda x, y: x,
    "-2^2": lambda x, y: -4 + 0 * x,
    "2^3^2": lambda x, y: 512 + 0 * x,
    "2^-x": lambda x, y: 2**-x,
    "2**x": lambda x, y: 2**x,
    "-x^2": lambda x, y: -(x**2),
    "(-x)^2": lambda x, y: x**2,
    "--x": lambda x, y: x,
    "+x - +y": lambda x, y: x - y,
    "x - y - 1": lambda x, y: (x - y) - 1,
    "x / y / 2": lambda x, y: (x / y) / 2,
    "x / y * 2": lambda x, y: (x / y) * 2,
    "1 + 2 * x": lambda x, y: 1 + (2 * x),
    "(1 + 2) * x": lambda x, y: 3 * x,
    "x * -y": lambda x, y: x * -y,
    "-x * y": lambda x, y: -(x * y),
    "3": lambda x, y: np.full_like(x, 3),
    "pi * e": lambda x, y: np.full_like(x, np.pi * np.e),
    "1e2 + .5 + 2.": lambda x, y: np.full_like(x, 102.5),
    "1.5E-1 * x": lambda x, y: 0.15 * x,
    " \t x\n+ y ": lambda x, y: x + y,
    "max(x, y)": lambda x, y: np.maximum(x, y),
    "min(x, min(y, 1))": lambda x, y: np.minimum(np.minimum(x, y), 1),
    "sigmoid(x)": lambda x, y: 1 / (1 + np.exp(-x)),
    "relu(x - 1)": lambda x, y: np.maximum(x - 1, 0),
    "softplus(x)": lambda x, y: np.log(1 + np.exp(x)),
    "(1 - x)^2 + 100 * (y - x^2)^2": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "exp(-x^2 / 2) / sqrt(2 * pi)": lambda x, y: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi),
    "sin(cos(tan(x)))": lambda x, y: np.sin(np.cos(np.tan(x))),
    "((((x))))": lambda x, y: x,
}


@pytest.mark.parametrize("text", VALUES)
def test_values_equal_numpys(text):
    expression = parse(text, ("x", "y"))
    assert np.allclose(expression(x=X, y=Y), VALUES[text](X, Y), rtol=1e-12, atol=1e-12)
    assert str(expression) == text.strip()


@pytest.mark.parametrize("name", [name for name in ONE if hasattr(np, name)])
def test_functions_are_numpys(name):
    assert np.array_equal(parse(f"{name}(y)", ("y",))(y=Y), getattr(np, name)(Y))


GRADIENTS = {
    **{f"{name}(x)": getattr(torch, name) for name in ONE if hasattr(torch, name) and name not in ("log", "sqrt")},
    "softplus(x)": torch.nn.functional.softplus,
    "log(x^2 + 1)": lambda x: torch.log(x**2 + 1),
    "sqrt(x^2 + 1)": lambda x: torch.sqrt(x**2 + 1),
    "x^3": lambda x: x**3,
    "2^x": lambda x: 2**x,
    "x / (1 + abs(x))": torch.nn.functional.softsign,
    "x * sigmoid(x)": torch.nn.functional.silu,
    "max(x, 0.5)": lambda x: torch.clamp(x, min=0.5),
    "x * tanh(softplus(x))": torch.nn.functional.mish,
    "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))": lambda x: torch.nn.functional.gelu(
        x, approximate="tanh"
    ),
}


@pytest.mark.parametrize("text", GRADIENTS)
def test_values_and_gradients_equal_torchs(text):
    """Also at 0, where a sloppy relu or softplus has a gradient of its own."""
    x = torch.linspace(-3, 3, 61, dtype=torch.float64, requires_grad=True)
    oracle = GRADIENTS[text](x)
    found = parse(text, ("x",))(x=x)
    assert torch.allclose(found, oracle, rtol=1e-12, atol=1e-12)
    slopes = [torch.autograd.grad(value.sum(), x)[0] for value in (found, oracle)]
    assert torch.allclose(*slopes, rtol=1e-9, atol=1e-12)


def test_a_gradient_in_two_variables_passes_gradcheck():
    bowl = parse("(x^2 + y - 11)^2 + (x + y^2 - 7)^2", ("x", "y"))
    points = torch.randn(2, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda p: bowl(x=p[0], y=p[1]), points)
    assert torch.autograd.gradgradcheck(lambda p: bowl(x=p[0], y=p[1]), points)


def test_the_type_of_a_number_is_kept():
    for dtype in (torch.float32, torch.float64):
        assert parse("x * 2 + pi", ("x",))(x=torch.ones(3, dtype=dtype)).dtype == dtype
    assert parse("x * 2 + pi", ("x",))(x=np.ones(3, np.float32)).dtype == np.float32
    assert parse("x / 2", ("x",))(x=np.array([1, 2])).tolist() == [0.5, 1.0]
    assert parse("x / 2", ("x",))(x=torch.tensor([1, 2])).tolist() == [0.5, 1.0]


def test_stable_where_the_textbook_formula_is_not():
    extreme = np.array([-1000.0, 1000.0])
    assert parse("sigmoid(x)", ("x",))(x=extreme).tolist() == [0, 1]
    assert parse("softplus(x)", ("x",))(x=extreme).tolist() == [0, 1000]


@pytest.mark.parametrize(
    "text", ["1/0 + x", "log(-1) * x", "9^9^9^9 + x", "(-1)^0.5 * x", "exp(exp(99)) + x", "1e30^11*x"]
)
def test_what_is_undefined_is_not_finite_and_warns_nobody(text):
    """Huge powers are floats: they end at once, at infinity."""
    assert not np.isfinite(parse(text, ("x",))(x=np.ones(3))).any()
    assert not np.isfinite(parse(text, ("x",))(x=1.0)).any()
    assert not torch.isfinite(parse(text, ("x",))(x=torch.ones(3))).any()


BAD = {
    "": 0, "   ": 0, "+": 1, "-": 1, "x +": 3, "* x": 0, "x * * y": 4, "x ** ** y": 5, "x y": 2, "2x": 1, "2(x)": 1,
    "x(2)": 1, "(x": 2, "x)": 1, ")": 0, "()": 1, "((x)": 4, "(x))": 3, "sin": 0, "sin x": 0, "sin()": 4, "sin(x": 5,
    "sin(x, y)": 0, "max(x)": 0, "max(x, y, 1)": 0, "max(,)": 4, "x, y": 1, "sin(x,)": 6, "z": 0, "x + zeta": 4,
    "X": 0, "__import__('os')": 11, "x.real": 1, "x[0]": 1, "x = 1": 2, "x == y": 2, "lambda: x": 6, "x if x": 2,
    "1.2.3": 3, "1e": 1, "1e+": 1, "0x10": 1, "1e31": 0, "1e999": 0, "x; y": 1, "x # y": 2, "\"x\"": 0, "x'": 1,
    "x\0": 1, "é": 0, "x²": 1, "x − y": 2, "١": 0, "x^": 2, "^x": 0, "x//y": 2, "x % 2": 2, "x & y": 2, "{x}": 0,
    "f\"{x}\"": 1, "π": 0, "x" * 201: 200, "(" * 31 + "x" + ")" * 31: 30, "-" * 31 + "x": 30, "2^" * 31 + "x": 60,
}  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_a_bad_formula_is_one_sentence_and_a_position(text):
    with pytest.raises(ExpressionError) as caught:
        parse(text, ("x", "y"))
    assert caught.value.position == BAD[text]
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.isascii() and sentence.isprintable() and len(sentence) < 220


@pytest.mark.parametrize("text", ["+".join(["x"] * 100), "(" * 29 + "x" + ")" * 29, "-" * 29 + "x", "2^" * 29 + "x"])
def test_what_is_within_the_bounds_is_read(text):
    parse(text, ("x",))(x=X)
    convert(parse(text, ("x",)).latex())


def test_a_variable_may_be_named_like_a_constant():
    assert parse("e + 1", ("e",))(e=np.array(5.0)) == 6


def test_other_variables_are_refused():
    with pytest.raises(TypeError, match="in x, y, not in x"):
        parse("x + y", ("x", "y"))(x=X)


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x1^2 / (2 * pi)", r"\frac{x_{1}^{2}}{2 \cdot \pi}"),
        ("(x + y) * (x / y)^2", r"\left(x + y\right) \cdot \left(\frac{x}{y}\right)^{2}"),
        ("x - (y - 1)", r"x - \left(y - 1\right)"),
        ("x - -y", r"x - \left(-y\right)"),
        ("-x * y", r"-x \cdot y"),
        ("x^y^2", "x^{y^{2}}"),
        ("(x^y)^2", r"\left(x^{y}\right)^{2}"),
        ("sqrt(abs(x)) + e", r"\sqrt{\left|x\right|} + \mathrm{e}"),
        ("1.5e-7 * x", r"\left(1.5 \cdot 10^{-7}\right) \cdot x"),
        ("relu(max(x, 0.5))", r"\operatorname{relu}\left(\max\left(x, 0.5\right)\right)"),
    ],
)
def test_latex(text, latex):
    found = parse(text, ("x", "y", "x1")).latex()
    assert found == latex and convert(found).startswith("<math")


def test_every_function_has_its_latex():
    for name in (*ONE, *TWO):
        arguments = "x" if name in ONE else "x, y"
        assert convert(parse(f"{name}({arguments})", ("x", "y")).latex()).startswith("<math")
    assert set(COMPUTE) == {"+", "-", "*", "/", "^", "negative", *ONE, *TWO}


def test_random_text_is_read_or_refused():
    """Half of it is strung together from the grammar's own words, so that much of it is almost right."""
    draw = random.Random(0)
    words = [*"xy()+-*/^,.0123456789e ", "**", "(x", "x)", "1e9", *CONSTANTS, *ONE, *TWO]
    read = 0
    for _ in range(5000):
        letters = words if draw.random() < 0.5 else [chr(draw.randrange(0x3000)) for _ in range(20)]
        text = "".join(draw.choices(letters, k=draw.randrange(12)))
        try:
            expression = parse(text, ("x", "y"))
        except ExpressionError as error:
            assert 0 <= error.position <= len(text)
        else:
            read += 1
            assert expression(x=X, y=Y).shape == X.shape and expression.latex()
    assert read > 50


def test_torch_is_not_imported():
    code = "import sys; from playground.expression import parse; parse('x', 'x')(x=1.0); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"
