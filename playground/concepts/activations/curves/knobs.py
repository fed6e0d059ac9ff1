"""The curves' knobs: which functions, their parameters, and the logits of a softmax."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator

from playground.concepts.activations.curves.code import VARIABLES, code
from playground.concepts.activations.words import LABELS
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.expression import parse

CLASSES = ("class_1", "class_2", "class_3")

FUNCTIONS = ("view", ("functions",))
SOFTMAX = ("view", ("softmax",))


def _readable(text: str) -> str:
    """The text of a formula in z, without blanks around it. Raises ExpressionError, a ValueError with a position."""
    return str(parse(text, VARIABLES))


class Knobs(Base):
    view: Literal["functions", "softmax"] = knob(
        "functions", title="Show", labels={"functions": "Functions of z", "softmax": "Softmax"},
        help="Softmax turns three logits into probabilities: z is the first of them.",
    )  # fmt: skip
    functions: tuple[
        Literal[
            "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu", "mish", "softplus",
            "hard_swish", "sine", "identity", "own",
        ], ...
    ] = knob(
        ("sigmoid", "tanh", "relu", "leaky_relu"), title="Functions", min_length=1, labels=LABELS, when=FUNCTIONS,
    )  # fmt: skip
    formula: Annotated[str, AfterValidator(_readable)] = knob(
        "z * sigmoid(1.702 * z)", title="Own formula in z", max_length=80, when=("functions", ("own",)),
        help="Numbers, z, pi, e, + - * / ^ and sin, cos, tanh, exp, log, sqrt, abs, min, max, sigmoid, relu, softplus.",
    )  # fmt: skip
    leaky_slope: float = knob(
        0.1, title="Leaky ReLU: slope left of 0", ge=0, le=1, when=("functions", ("leaky_relu",)),
        help="PyTorch's default is 0.01, hardly to be told from ReLU.",
    )  # fmt: skip
    prelu_slope: float = knob(
        0.25, title="PReLU: slope left of 0", ge=-1, le=1, when=("functions", ("prelu",)),
        help="A network learns this slope; 0.25 is where PyTorch lets it start.",
    )  # fmt: skip
    elu_alpha: float = knob(1.0, title="ELU: alpha", ge=0, le=3, when=("functions", ("elu",)))
    softplus_beta: float = knob(1.0, title="Softplus: beta", ge=0.1, le=5, when=("functions", ("softplus",)))
    sine_frequency: float = knob(1.0, title="Sine: frequency", ge=0.1, le=5, when=("functions", ("sine",)))
    logit_2: float = knob(1.0, title="Logit of class 2", ge=-6, le=6, when=SOFTMAX)
    logit_3: float = knob(-1.0, title="Logit of class 3", ge=-6, le=6, when=SOFTMAX)
    temperature: float = knob(
        1.0, title="Temperature", ge=0.1, le=10, log=True, when=SOFTMAX,
        help="Divides all logits: low sharpens, high flattens.",
    )  # fmt: skip
    reach: int = knob(
        5, title="Range of z", ge=2, le=10, group="more", help="z runs from minus this value to this value."
    )

    @property
    def names(self) -> tuple[str, ...]:
        """The curves shown, each once."""
        return CLASSES if self.view == "softmax" else tuple(dict.fromkeys(self.functions))

    @property
    def formula_code(self) -> str:
        """The own formula as a script writes it."""
        return code(self.formula)
