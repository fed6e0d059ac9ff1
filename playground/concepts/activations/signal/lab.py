"""The signal: what many layers do to activations on the way in, and to the gradient on the way back."""

from __future__ import annotations

from playground.concepts.activations.signal import panels
from playground.concepts.activations.signal.knobs import Knobs
from playground.concepts.activations.signal.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Signal"
CLOCK = "layer"
DEVICE = "any"
SMALL = Knobs(depth=4, width=16, samples=32)

PRESETS = (
    Preset(
        "Sigmoid, Xavier", "The signal keeps its size, yet each layer passes on less than a quarter of the gradient.",
        Knobs(activation="sigmoid", initialiser="xavier"),
    ),
    Preset(
        "Tanh, gain 5/3", "Slightly larger weights make up for what tanh squeezes: thirty layers alike.",
        Knobs(activation="tanh", initialiser="xavier_tanh"),
    ),
    Preset(
        "ReLU, He", "ReLU halves the signal's power, weights of twice the variance restore it.",
        Knobs(activation="relu", initialiser="he"),
    ),
    Preset(
        "ReLU, Xavier", "Without that factor of two each layer loses a third: after thirty nothing is left.",
        Knobs(activation="relu", initialiser="xavier"),
    ),
    Preset(
        "SELU pulls back", "Inputs three times too large: each layer draws them nearer to standard deviation 1.",
        Knobs(activation="selu", initialiser="xavier", input_std=3.0),
    ),
    Preset(
        "Break it: N(0, 0.01)",
        "Sigmoid with tiny weights: the first layer's gradient falls below float32's smallest normal number.",
        Knobs(activation="sigmoid", initialiser="normal", weight_std=0.01), breaks=True,
    ),
    Preset(
        "Break it: N(0, 0.2)", "ReLU with large weights: signal and gradient double in every layer.",
        Knobs(activation="relu", initialiser="normal", weight_std=0.2), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("layer", "Layer", "count"),
    Readout("std", "Standard deviation"),
    Readout("spread", "Between inputs"),
    Readout("saturated_share", "Saturated", "percent"),
    Readout("gradient_ratio", "Gradient / last layer's"),
)

MATHS = (
    (
        "Forwards: a weighted sum, then the bend. The activations of the layer shown have this standard deviation.",
        r"z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}, \quad a^{(l)} = f\left(z^{(l)}\right), \quad "
        r"\operatorname{std} a^{(l)} = \cell{std}",
    ),
    (
        "Backwards: the weights turned round, and the slope of the bend.",
        r"\frac{\partial L}{\partial z^{(l)}} = \left(W^{(l+1)\top} \frac{\partial L}{\partial z^{(l+1)}}\right) \cdot "
        r"f'\left(z^{(l)}\right), \quad \text{ratio to the last layer } = \cell{gradient_ratio}",
    ),
    (
        "Xavier keeps the size where f is close to the identity (times a gain g), He where f is ReLU.",
        r"\operatorname{Var}_{Xavier} = \frac{2 g^2}{n_{in} + n_{out}}, \quad "
        r"\operatorname{Var}_{He} = \frac{2}{n_{in}}",
    ),
)

SOURCES = (
    Source("Inputs are normal numbers, drawn by NumPy from the seed. Nothing is trained here."),
    Source("Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010."),
    Source("He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015. Klambauer et al., SELU, 2017."),
)


def _within(history: History, low: float, high: float) -> bool:
    return low <= history.last("gradient_ratio") <= high


def _deep_tanh(knobs: Knobs, history: History) -> bool:
    own = knobs.initialiser == "normal" and knobs.activation == "tanh"
    return own and knobs.depth == 50 and _within(history, 1 / 3, 3)


def _sigmoid(knobs: Knobs, history: History) -> bool:
    own = knobs.initialiser == "normal" and knobs.activation == "sigmoid"
    return own and knobs.depth >= 20 and _within(history, 1 / 3, 3)


CHALLENGES = (
    Challenge(
        "Find the spread of weights with which 50 tanh layers keep the gradient within a factor of 3.", _deep_tanh,
        {"activation": "tanh", "initialiser": "normal", "depth": 50},
    ),
    Challenge(
        "Now 20 layers of sigmoid. What does the picture of the activations look like then?", _sigmoid,
        {"activation": "sigmoid", "initialiser": "normal", "depth": 20, "weight_std": 0.1},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """Activations, size of signal and gradient, flat shares, and the layer shown."""
    return (panels.density(knobs), panels.size(), panels.gradient(), panels.flat(), panels.bars(knobs))


__all__ = ["CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts"]
