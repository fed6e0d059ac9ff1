"""The signal's knobs: the bend, how weights are drawn, and the size of the network."""

from __future__ import annotations

from typing import Literal

from playground.concepts.activations.words import LABELS
from playground.contract import Knobs as Base
from playground.contract import knob

INITIALISERS = {
    "default": "PyTorch's default", "xavier": "Xavier", "xavier_tanh": "Xavier, gain 5/3", "he": "He",
    "orthogonal": "Orthogonal", "normal": "Normal, own spread",
}  # fmt: skip

DEEPEST = 50  # layers


class Knobs(Base):
    activation: Literal[
        "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sine", "identity",
    ] = knob("tanh", title="Activation", labels=LABELS)  # fmt: skip
    initialiser: Literal["default", "xavier", "xavier_tanh", "he", "orthogonal", "normal"] = knob(
        "default", title="Initialiser", labels=INITIALISERS,
        help="How the weights are drawn before any training. All but PyTorch's default start with biases of 0.",
    )  # fmt: skip
    weight_std: float = knob(
        0.01, title="Standard deviation of the weights", ge=1e-4, le=2, log=True, when=("initialiser", ("normal",))
    )
    depth: int = knob(30, title="Layers", ge=1, le=DEEPEST)
    width: int = knob(256, title="Units in a layer", ge=16, le=512)
    input_std: float = knob(
        1.0, title="Standard deviation of the inputs", ge=0.01, le=10, log=True, group="more",
        help="Inputs are drawn from a normal distribution with mean 0.",
    )  # fmt: skip
    samples: int = knob(256, title="Inputs", ge=32, le=512, group="more")
