"""The comparison's knobs: which activations, on which data, in which network, at which rate."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playground.concepts.activations.words import LABELS
from playground.contract import Knobs as Base
from playground.contract import knob

Width = Annotated[int, Field(ge=1, le=32)]


class Knobs(Base):
    data: Literal["spiral", "circles", "xor", "moons", "checkerboard", "gaussians"] = knob(
        "spiral", title="Data",
        labels={
            "spiral": "Spiral", "circles": "Circles", "xor": "XOR", "moons": "Moons", "checkerboard": "Checkerboard",
            "gaussians": "Two Gaussians",
        },
    )  # fmt: skip
    activations: tuple[
        Literal[
            "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sine",
            "identity",
        ], ...
    ] = knob(
        ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "identity"), title="Activations",
        min_length=1, max_length=8, labels=LABELS, help="Up to eight, trained together.",
    )  # fmt: skip
    hidden_sizes: tuple[Width, ...] = knob(
        (8, 8), title="Hidden layers", min_length=1, max_length=6,
        help="Units of each hidden layer, joined by -: 8-8 is two layers of eight.",
    )  # fmt: skip
    learning_rate: float = knob(0.03, title="Learning rate", ge=1e-4, le=10, log=True)
    repeats: Literal[1, 3, 5] = knob(
        3, title="Networks of each", help="Each starts from a seed of its own; the band spans them all."
    )
    optimizer: Literal["adam", "sgd"] = knob(
        "adam", title="Optimizer", group="more", labels={"adam": "Adam", "sgd": "SGD"}
    )
    initialiser: Literal["default", "xavier_normal", "he_normal", "orthogonal"] = knob(
        "default", title="Initialiser", group="more",
        labels={"default": "PyTorch's default", "xavier_normal": "Xavier", "he_normal": "He"},
    )  # fmt: skip
    noise: float = knob(0.1, title="Noise", ge=0, le=1, group="more", help="Spread of the points.")
    samples: int = knob(600, title="Samples", ge=50, le=2000, group="more")
    batch_size: int = knob(
        32, title="Batch size", ge=0, le="samples", group="more",
        help="Samples in one update; 0 is the full training set.",
    )  # fmt: skip
    steps: int = knob(1500, title="Steps", ge=50, le=5000, group="more")

    @property
    def names(self) -> tuple[str, ...]:
        """The activations that are compared, each once."""
        return tuple(dict.fromkeys(self.activations))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of every layer: two inputs, hidden layers, one logit."""
        return (2, *self.hidden_sizes, 1)
