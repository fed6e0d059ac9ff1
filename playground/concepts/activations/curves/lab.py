"""The curves: activations side by side, with slope and bend, under a probe that sweeps z."""

from __future__ import annotations

from playground.concepts.activations.curves import panels
from playground.concepts.activations.curves.knobs import Knobs
from playground.concepts.activations.curves.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Curves"
CLOCK = "z"
RANDOM = False
SMALL = Knobs(functions=("sigmoid", "relu", "own"), formula="z*exp(-z^2)")

PRESETS = (
    Preset(
        "Sigmoid and tanh", "Both are flat at the ends; only tanh is centred on zero, and four times as steep.",
        Knobs(functions=("sigmoid", "tanh")),
    ),
    Preset(
        "The ReLU family", "What is left of zero differs: nothing, a little, or a smooth way down.",
        Knobs(functions=("relu", "leaky_relu", "prelu", "elu", "softplus")),
    ),
    Preset(
        "Softmax", "As z grows past the other logits its probability takes over, and all slopes fall to zero.",
        Knobs(view="softmax"),
    ),
    Preset(
        "Smooth ReLUs", "GELU, SiLU and Mish dip below zero before they rise: their slope passes 1.",
        Knobs(functions=("relu", "gelu", "silu", "mish", "hard_swish")),
    ),
    Preset(
        "GELU by hand", "z times a steep sigmoid stays within 0.021 of GELU.",
        Knobs(functions=("gelu", "own"), formula="z * sigmoid(1.702 * z)"),
    ),
    Preset(
        "Break it: log", "A formula that is no number left of zero: every network with it ends in NaN.",
        Knobs(functions=("relu", "own"), formula="log(z)"), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("z", "Probe z"),
    Readout("largest_slope", "Largest slope at z"),
    Readout("smallest_slope", "Smallest slope at z"),
)

MATHS = (
    (
        "Sigmoid squeezes into 0 to 1.",
        r"\sigma(z) = \frac{1}{1 + e^{-z}} = \cell{value.sigmoid}, \quad "
        r"\sigma'(z) = \sigma(z) (1 - \sigma(z)) = \cell{slope.sigmoid}",
    ),
    (
        "Tanh squeezes into -1 to 1.",
        r"\tanh(z) = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}} = \cell{value.tanh}, \quad "
        r"\tanh'(z) = 1 - \tanh^2(z) = \cell{slope.tanh}",
    ),
    (
        "ReLU lets through what is positive.",
        r"\operatorname{ReLU}(z) = \max(0, z) = \cell{value.relu}, \quad \operatorname{ReLU}'(z) = \cell{slope.relu}",
    ),
    (
        "Leaky ReLU lets through a share a of what is negative.",
        r"f(z) = \max(0, z) + a \min(0, z) = \cell{value.leaky_relu}, \quad f'(z) = \cell{slope.leaky_relu}",
    ),
    (
        "Softmax turns logits into probabilities that sum to 1.",
        r"p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}, \quad p_1 = \cell{value.class_1}, \quad "
        r"\frac{\partial p_1}{\partial z_1} = \frac{p_1 (1 - p_1)}{T} = \cell{slope.class_1}",
    ),
)

SOURCES = (
    Source("Leaky ReLU: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013."),
    Source("PReLU and its gain: He, Zhang, Ren and Sun, Delving deep into rectifiers, 2015."),
    Source("ELU: Clevert, Unterthiner and Hochreiter, 2015. SELU: Klambauer et al., Self-normalizing networks, 2017."),
    Source("GELU: Hendrycks and Gimpel, 2016. SiLU: Elfwing et al., 2017; Swish: Ramachandran et al., 2017."),
    Source("Mish: Misra, 2019. Hard swish: Howard et al., Searching for MobileNetV3, 2019."),
)


def _kept(knobs: Knobs, history: History) -> bool:
    """Whether the own formula bends, is zero-centred and keeps the size of its input."""
    if "own" not in knobs.names:
        return False
    mean, gain = (float(history.metrics[f"{name}.own"][0]) for name in ("mean_output", "gain"))
    bends = abs(history.metrics["bend.own"]).max() > 0.1
    return bool(abs(mean) < 0.02 and abs(gain - 1) < 0.02 and bends)


CHALLENGES = (
    Challenge(
        "Write a formula that bends, has mean output 0 and gain 1 (both to 0.02): a layer that keeps its signal.",
        _kept, {"functions": ("tanh", "own"), "formula": "tanh(z)"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The curves, their slopes, their bends, and the table."""
    return (panels.value(knobs), panels.slope(knobs), panels.bend(knobs), panels.table(knobs))


__all__ = [
    "CHALLENGES",
    "MATHS",
    "PRESETS",
    "RANDOM",
    "READOUTS",
    "SMALL",
    "SOURCES",
    "TITLE",
    "Knobs",
    "stage",
    "verdicts",
]
