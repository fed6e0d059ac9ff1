"""Landscape: the loss around a trained network, on a plane of parameter space, with the path of its training."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.network.landscape import panels
from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.landscape.verdicts import verdicts
from playground.concepts.network.sandbox.data_knobs import REAL_CLASSES, TOYS
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Landscape"
CLOCK = "update"  # of the walk; the map shows the network after the last one
DEVICE = "any"
SMALL = Knobs(data="circles", samples=60, hidden_sizes=(4,), steps=100, resolution=17)

LARGE_BATCH = Knobs(
    data="moons", noise=0.6, hidden_sizes=(16, 16), optimizer="sgd", momentum=0.0, learning_rate=0.3, batch_size=0,
    plane="random",
)  # fmt: skip
DEEP = Knobs(hidden_sizes=(16,) * 8, activation="relu", learning_rate=0.003, steps=1500, plane="random")

PRESETS = (
    Preset("The path's plane", "Two directions of 105 hold most of a long way down into the valley.", Knobs()),
    Preset(
        "Random plane", "The same training: on a plane of random directions its path all but vanishes.",
        Knobs(plane="random"),
    ),
    Preset(
        "Large batch", "Every step sees all points: the sharpness climbs to 2 / rate and stays about there.",
        LARGE_BATCH,
    ),
    Preset(
        "Small batch", "Four points a step, beside the full batch at the same rate: several times less sharp.",
        LARGE_BATCH.model_copy(update={"batch_size": 4, "beside": "full"}),
    ),
    Preset("Eight layers", "A deep plain network: its map is full of creases, and its loss leaps.", DEEP),
    Preset(
        "Residual", "The same depth, but each layer adds to its input: a smooth map, and the spiral is solved.",
        DEEP.model_copy(update={"residual": True}),
    ),
    Preset(
        "Tanh", "Eight plain layers of tanh: a wide flat on which the loss hardly falls.",
        DEEP.model_copy(update={"activation": "tanh"}),
    ),
    Preset(
        "Break it: rate 10", "Far too large a rate: it leaps from wall to wall of a canyon and never finds the floor.",
        Knobs(data="circles", activation="relu", optimizer="sgd", learning_rate=10.0), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("explained", "Of the path's variance, on the plane", "percent"),
    Readout("test_accuracy", "Test accuracy", "percent"),
    Readout("test_r2", "Test R²"),
    Readout("curvature", "Largest curvature"),
    Readout("barrier", "Rise on the straight line"),
    Readout("bumps", "Ups and downs of the map", "percent"),
)

MATHS = (
    (
        "The map: the loss of the networks on a plane through the trained one.",
        r"f(a, b) = L\left(\theta^* + a\, \delta + b\, \eta\right), \quad \min f = \cell{map_low}, \; "
        r"\max f = \cell{map_high}",
    ),
    (
        "Random directions are made as long as the network itself, unit by unit (filter normalisation).",
        r"\delta_{l,i} \leftarrow \frac{\delta_{l,i}}{\lVert \delta_{l,i} \rVert} \lVert \theta^*_{l,i} \rVert",
    ),
    (
        "The path's plane: its principal directions, from the singular values of the snapshots.",
        r"\Theta - \bar{\theta} = U S V^\top, \quad \frac{s_1^2 + s_2^2}{\sum_i s_i^2} = \cell{explained}",
    ),
    (
        "The straight line from start to end, and how far the loss rises on it.",
        r"L\left((1 - \alpha)\, \theta_0 + \alpha\, \theta^*\right), \quad 0 \le \alpha \le 1, \quad "
        r"\text{rise} = \cell{barrier}",
    ),
    (
        "Sharpness: the largest eigenvalue of the Hessian. Gradient descent is thrown out of a valley sharper than "
        "2 / learning rate.",
        r"\lambda_{\max}\left(\nabla^2 L\right) = \cell{curvature}",
    ),
)

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed.", when=("data", TOYS)),
    Source("Your own points, as you painted them: they are in the link.", when=("data", ("painted",))),
    Source("Your own table: the first 2,000 rows, kept by the server for a while.", when=("data", ("table",))),
    *(replace(DATA[name], when=("data", (name,))) for name in REAL_CLASSES),
    Source("Li, Xu, Taylor, Studer and Goldstein, Visualizing the loss landscape of neural nets, 2018.",
           url="https://arxiv.org/abs/1712.09913"),
    Source("Goodfellow, Vinyals and Saxe, Qualitatively characterizing neural network optimization problems, 2015.",
           url="https://arxiv.org/abs/1412.6544"),
    Source("Keskar and others, On large-batch training for deep learning: generalization gap and sharp minima, 2017.",
           url="https://arxiv.org/abs/1609.04836"),
    Source("Cohen and others, Gradient descent on neural networks typically occurs at the edge of stability, 2021.",
           url="https://arxiv.org/abs/2103.00065"),
)  # fmt: skip


def _flat(knobs: Knobs, history: History) -> bool:
    noisy = knobs.data == "moons" and knobs.noise >= 0.6 and knobs.optimizer == "sgd"
    return noisy and history.last("test_accuracy") >= 0.9 and history.last("curvature") <= 1


def _straight(knobs: Knobs, history: History) -> bool:
    solved = knobs.data == "spiral" and history.last("test_accuracy") >= 0.95
    return solved and history.last("barrier") <= 0.001


CHALLENGES = (
    Challenge(
        "End in a flat place: noisy moons (0.6), SGD, test accuracy 0.9, and a largest curvature of at most 1.", _flat,
        {"data": "moons", "noise": 0.6, "hidden_sizes": (16, 16), "optimizer": "sgd", "momentum": 0.0,
         "learning_rate": 0.3, "batch_size": 0},
    ),
    Challenge(
        "Solve the spiral (test accuracy 0.95) so that the loss never rises on the straight line from start to end.",
        _straight,
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The map with the path, the ways to the end, what the network says, its curves, its sharpness, its valley."""
    first = (panels.landscape(knobs), panels.ways(knobs), panels.said(knobs))
    return (*first, panels.curvature(knobs), panels.valley(knobs), *panels.curves(knobs))


__all__ = ["CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts"]
