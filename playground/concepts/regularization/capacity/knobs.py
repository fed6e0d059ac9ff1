"""The knobs of the capacity sweep: what is to be learnt, from how many points, by which model, under which ridge."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import field_validator

from playground.contract import Knobs as Base
from playground.contract import knob
from playground.expression import Expression, parse
from playground.expression_code import code

VARIABLES = ("x",)
TRUTHS = {"sine": "sin(pi * x)", "step": "sign(x)", "cubic": "4 * x^3 - 3 * x", "runge": "1 / (1 + 25 * x^2)"}
WORDS = {"sine": "Sine", "step": "Step", "cubic": "Cubic", "runge": "Runge's bell", "own": "Own formula"}
LARGEST = 1e6  # of a formula, either way: squares of errors then still have all their digits


class Knobs(Base):
    function: Literal["sine", "step", "cubic", "runge", "own"] = knob("sine", title="True function", labels=WORDS)
    formula: str = knob(
        "x * sin(5 * x)", title="Own formula in x", max_length=80, when=("function", ("own",)),
        help="Numbers, x, pi, e, + - * / ^ and sin, cos, tanh, exp, log, sqrt, abs, min, max, sign; x is -1 to 1.",
    )  # fmt: skip
    model: Literal["polynomial", "features"] = knob(
        "polynomial", title="Model", labels={"polynomial": "Polynomial", "features": "Random features"},
        help="A polynomial of rising degree, or a network of random cosine units of rising width whose last layer "
        "alone is fitted.",
    )  # fmt: skip
    samples: int = knob(10, title="Samples", ge=5, le=100, help="Points in each re-sampling.")
    noise: float = knob(0.3, title="Noise", ge=0, le=1, help="Its standard deviation about the true function.")
    ridge: float = knob(
        0.0, title="Ridge", ge=0, le=1, log=True,
        help="What the squared size of the coefficients costs beside the mean squared error. At 0 the smallest of all "
        "best fits is taken.",
    )  # fmt: skip
    most: int = knob(
        60, title="Largest capacity", ge=5, le=400, group="more", help="Parameters at the end of the sweep."
    )
    resamplings: int = knob(
        20, title="Re-samplings", ge=5, le=50, group="more", help="Each draws its own points and fits them."
    )
    falloff: Literal[0, 1, 2] = knob(
        1, title="Scale of the terms", group="more", labels={0: "all alike", 1: "1 / (degree + 1)", 2: "squared"},
        when=("model", ("polynomial",)),
        help="Where high degrees are scaled down they need large coefficients: a small norm then means a smooth curve.",
    )  # fmt: skip
    frequency: float = knob(
        12.0, title="Typical frequency", ge=1, le=40, group="more", when=("model", ("features",)),
        help="Of the random cosines, in radians: half of them are slower, half faster.",
    )  # fmt: skip

    @field_validator("formula")
    @classmethod
    def _defined(cls, text: str) -> str:
        """The text without blanks around it. Raises ValueError where it is no number, or huge, on -1 to 1."""
        found = parse(text, VARIABLES)
        x = np.linspace(-1, 1, 201)
        bad = x[~(np.abs(found(x=x)) <= LARGEST)]
        if len(bad):
            raise ValueError(
                f"The formula needs values within {LARGEST:g} from x = -1 to 1: it has none at {bad[0]:g}."
            )
        return str(found)

    @property
    def truth(self) -> Expression:
        """The true function of x."""
        return parse(TRUTHS.get(self.function, self.formula), VARIABLES)

    @property
    def truth_code(self) -> str:
        """The true function as a script writes it."""
        return code(self.truth)
