"""Network: the same network under several optimizers, from the same starts on the same batches."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.optimizers.network import panels
from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Network"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(optimizers=("sgd", "adam"), rates="tuned", hidden_sizes=(4,), target=0.3, steps=20)

PRESETS = (
    Preset(
        "A fair race", "Every optimizer first finds its best rate with the same budget: most of the lead is gone.",
        Knobs(rates="tuned"),
    ),
    Preset(
        "One rate for all: 0.03", "The same number is a crawl for SGD and a sprint for Adam.",
        Knobs(rates="one", learning_rate=0.03),
    ),
    Preset(
        "The Adam family", "Five relatives, each at its best rate, end within a few points of each other.",
        Knobs(optimizers=("adam", "adamw", "nadam", "radam", "adamax"), rates="tuned"),
    ),
    Preset(
        "A single valley", "No hidden layer, a convex loss: all end within a few points, SGD at a far larger rate.",
        Knobs(hidden_sizes=(), rates="tuned"),
    ),
    Preset(
        "Clothes", "Fashion-MNIST, tuned and twice as long: harder pictures, and still no clear winner.",
        Knobs(data="fashion", optimizers=("sgd", "momentum", "adam", "rmsprop"), rates="tuned", target=0.75, steps=600),
    ),
    Preset(
        "Break it: rate 1 for all", "SGD learns well at a rate at which Adam never leaves chance.",
        Knobs(rates="one", learning_rate=1.0), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("best_accuracy", "Best test accuracy", "percent"),
    Readout("worst_accuracy", "Worst test accuracy", "percent"),
    Readout("there", "Optimizers at the target", "count"),
    Readout("explained", "Of the paths, in the plane", "percent"),
    Readout("epoch", "Epoch", "count"),
)

MATHS = (
    (
        "Every optimizer gets the gradient of the same batches and makes its own step of it; the first three:",
        r"\text{SGD: } \theta \leftarrow \theta - \alpha g \qquad "
        r"\text{Momentum: } v \leftarrow 0.9\, v + g, \; \theta \leftarrow \theta - \alpha v \qquad "
        r"\text{Adam: } \theta \leftarrow \theta - \alpha \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon}",
    ),
    (
        "Time to the target is steps to the target times the time of a step: a dear step may pay.",
        r"t_\text{target} = n_\text{target} \cdot t_\text{step}, \quad \text{first to arrive: } "
        r"n_\text{target} = \cell{first_arrival}",
    ),
    (
        "The plane of the paths: the two directions along which their points differ most, from the singular values.",
        r"\Theta - \bar{\theta} = U S V^\top, \quad "
        r"\frac{s_1^2 + s_2^2}{\sum_i s_i^2} = \cell{explained}",
    ),
)

SOURCES = (
    replace(SETS["digits"], when=("data", ("digits",))),
    replace(SETS["fashion_mnist_subset"], when=("data", ("fashion",))),
    Source("Adam: Kingma and Ba, Adam: A method for stochastic optimization, 2015."),
    Source("Paths on a principal plane: Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape, 2018."),
    Source("Tuning decides who wins: Choi and others, On empirical comparisons of optimizers for deep learning, 2019."),
)


def _sgd(knobs: Knobs, history: History) -> bool:
    ahead = history.last("test_accuracy_low.sgd") > history.last("test_accuracy_high.adam")
    return knobs.rates == "one" and ahead and history.last("test_accuracy.adam") >= 0.5


def _quick(knobs: Knobs, history: History) -> bool:
    return knobs.data == "digits" and knobs.target >= 0.9 and history.last("first_arrival") <= 15


CHALLENGES = (
    Challenge(
        "Find one rate for all at which every SGD network beats every Adam network, while Adam averages over 50 %.",
        _sgd,
        {"rates": "one"},
    ),
    Challenge("Take all networks of one optimizer to 90 % on the digits within 15 steps.", _quick, {"rates": "one"}),
)


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The race, the losses, the paths on the landscape and the table."""
    return (
        panels.accuracy(knobs), panels.landscape(knobs), panels.loss(knobs, "train", "Training loss"),
        panels.loss(knobs, "test", "Test loss"), panels.train_accuracy(knobs), panels.table(knobs),
    )  # fmt: skip


__all__ = ["CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts"]
