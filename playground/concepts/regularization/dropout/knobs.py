"""The knobs of the dropout lab: points, network, what is dropped, training, passes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playground.contract import Knobs as Base
from playground.contract import knob

Width = Annotated[int, Field(ge=2, le=64)]

CLASSES = ("moons", "circles", "xor", "spiral", "gaussians")
LINES = ("sine", "gap")


class Knobs(Base):
    data: Literal["moons", "circles", "xor", "spiral", "gaussians", "sine", "gap"] = knob(
        "moons", title="Data",
        labels={
            "moons": "Moons", "circles": "Circles", "xor": "XOR", "spiral": "Spiral", "gaussians": "Two Gaussians",
            "sine": "Sine, one input (regression)", "gap": "Sine with a gap (regression)",
        },
    )  # fmt: skip
    rate: float = knob(
        0.5, title="Dropout rate p", ge=0.05, le=0.95,
        help="The probability that a unit is dropped, drawn anew for each sample of each batch.",
    )  # fmt: skip
    hidden_sizes: tuple[Width, ...] = knob(
        (48, 48), title="Hidden layers", min_length=1, max_length=3,
        help="Units of each hidden layer, joined by -: 32-32 is two layers of 32.",
    )  # fmt: skip
    samples: int = knob(60, title="Samples", ge=10, le=400, help="Training points; 400 more are drawn to test.")
    noise: float = knob(0.8, title="Noise", ge=0, le=1, help="Spread of the points, or of the targets.")

    where: Literal["hidden", "both"] = knob(
        "hidden", title="What is dropped", group="more",
        labels={"hidden": "hidden units", "both": "hidden units and inputs"},
    )  # fmt: skip
    passes: int = knob(
        50, title="Passes", ge=10, le=100, group="more",
        help="Thinned networks that predict together for the uncertainty (MC dropout).",
    )  # fmt: skip
    spread: Literal["logit", "probability", "information"] = knob(
        "logit", title="Uncertainty shown", group="more", when=("data", CLASSES),
        labels={
            "logit": "spread of the logit", "probability": "spread of the probability",
            "information": "mutual information",
        },
        help="The standard deviation over the passes, or what knowing the mask would tell about the class.",
    )  # fmt: skip
    activation: Literal["relu", "tanh"] = knob("relu", title="Activation", group="more", labels={"relu": "ReLU"})
    learning_rate: float = knob(0.01, title="Learning rate", ge=1e-4, le=0.1, log=True, group="more")
    batch_size: int = knob(32, title="Batch size", ge=1, le="samples", group="more")
    steps: int = knob(400, title="Steps", ge=20, le=2000, group="more")
    repeats: int = knob(3, title="Networks each", ge=1, le=5, group="more", help="Each with its own seed.")

    @property
    def is_classes(self) -> bool:
        """Whether the targets are two classes; else one value."""
        return self.data in CLASSES

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, hidden units layer by layer, and the one output."""
        return (2 if self.is_classes else 1, *self.hidden_sizes, 1)
