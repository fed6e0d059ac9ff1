"""Training: the same network under several activations, side by side, from the same start on the same batches."""

from __future__ import annotations

from playground.concepts.activations.training import panels
from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.training.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Training"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(data="circles", samples=60, activations=("tanh", "relu", "sine"), hidden_sizes=(4,), steps=60)

PRESETS = (
    Preset(
        "Circles, plain SGD", "Tanh and the ReLUs fence the disc in; sigmoid does not leave chance.",
        Knobs(data="circles", optimizer="sgd", learning_rate=0.1),
    ),
    Preset(
        "Kinked or smooth", "ReLU loses units and falls behind; the smooth ones lose none.",
        Knobs(activations=("relu", "leaky_relu", "elu", "gelu", "silu", "mish")),
    ),
    Preset(
        "Six layers deep", "Three times as many layers: sigmoid learns next to nothing, GELU does not mind.",
        Knobs(hidden_sizes=(8, 8, 8, 8, 8, 8), learning_rate=0.01),
    ),
    Preset(
        "Checkerboard", "Sixteen squares, sixteen units a layer: watch which squares each bend gets right first.",
        Knobs(data="checkerboard", activations=("tanh", "relu", "gelu", "sine"), hidden_sizes=(16, 16)),
    ),
    Preset(
        "Break it: ReLU at rate 1", "On data that all solve at a calm rate, most ReLU units die within a few steps.",
        Knobs(data="circles", activations=("tanh", "relu", "leaky_relu"), learning_rate=1.0, steps=600), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("best_accuracy", "Best test accuracy", "percent"),
    Readout("worst_accuracy", "Worst test accuracy", "percent"),
    Readout("most_dead", "Most dead units", "percent"),
    Readout("epoch", "Epoch", "count"),
)

MATHS = (
    (
        "Every network is the same but for f; from the weights of its seed on, all see the same batches.",
        r"\hat{y} = \sigma\left(w^\top f\left(W_2 f\left(W_1 x + b_1\right) + b_2\right) + b\right)",
    ),
    (
        "A unit is dead where the slope of f is (nearly) zero for every training point: its weights get no gradient.",
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a} \, f'(z) \, x, \quad "
        r"f'(z_n) \approx 0 \text{ for all } n, \quad \text{most dead: } \cell{most_dead}",
    ),
)

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed; 60 % are trained on, the rest are test points."),
    Source("Dying ReLUs: Maas, Hannun and Ng, Rectifier nonlinearities improve neural network acoustic models, 2013."),
)


def _sigmoid(knobs: Knobs, history: History) -> bool:
    return knobs.data == "spiral" and history.last("test_accuracy.sigmoid") >= 0.95


def _alive(knobs: Knobs, history: History) -> bool:
    accurate = history.last("test_accuracy.relu") >= 0.95
    return knobs.data == "spiral" and accurate and history.last("dead_share.relu") < 0.05


CHALLENGES = (
    Challenge(
        "Solve the spiral with sigmoid (mean test accuracy 0.95).", _sigmoid, {"activations": ("sigmoid",)},
    ),
    Challenge(
        "Solve the spiral with ReLU and lose under 5 % of its units.", _alive, {"activations": ("relu", "leaky_relu")},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The maps, the curves and the table."""
    return (
        panels.maps(knobs), panels.loss(knobs), panels.accuracy(knobs), panels.dead(knobs), panels.table(knobs),
    )  # fmt: skip


__all__ = ["CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts"]
