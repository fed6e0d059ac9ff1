"""The sandbox: data, a network and its training, all in sight, all to be changed."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.network.sandbox import panels, score_panels
from playground.concepts.network.sandbox.data_knobs import REAL_CLASSES, TOYS
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Sandbox"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(data="circles", samples=60, hidden_sizes=(4,), steps=100, map_size=32)

PRESETS = (
    Preset(
        "XOR", "Four quarters, no straight cut: watch the hidden units find two cuts.",
        Knobs(data="xor", hidden_sizes=(4,)),
    ),
    Preset("Circles", "Three units are enough to fence in a disc.", Knobs(data="circles", hidden_sizes=(3,))),
    Preset("Linear", "No hidden layer: the border stays straight.", Knobs(data="circles", hidden_sizes=())),
    Preset("Five blobs", "Five classes, five outputs, five regions.", Knobs(data="blobs", class_count=5)),
    Preset("Sine", "A curve from one input: see it bend towards the truth.", Knobs(data="sine", hidden_sizes=(16, 16))),
    Preset("Iris", "Real flowers: two petal sizes tell three species apart.", Knobs(data="iris", train_share=50)),
    Preset(
        "Paint your own", "Choose a colour above the picture and click: each point starts the training anew.",
        Knobs(data="painted"),
    ),
    Preset(
        "Brake mid-run", "At step 1000 the learning rate falls to a thirtieth, and the jumping loss calms down.",
        Knobs(data="moons", noise=0.8, learning_rate=0.3, changes=((1000, "learning_rate", 0.01),), steps=2000),
    ),
    Preset(
        "Overfit", "Forty noisy points and a big net: training accuracy climbs, test accuracy does not.",
        Knobs(data="moons", samples=40, noise=0.6, label_noise=0.1, hidden_sizes=(32, 32), train_share=50),
    ),
    Preset(
        "Break it: rate 10", "The learning rate is far too large: the loss leaps and never settles.",
        Knobs(data="circles", activation="relu", optimizer="sgd", learning_rate=10.0), breaks=True,
    ),
)  # fmt: skip

GUIDE = (
    Preset("Watch", "Four units learn to fence in a disc: press play, and see the border close around it.",
           Knobs(data="circles", hidden_sizes=(4,))),
    Preset("Take away", "Without hidden units the border stays straight; a third of the points are on its wrong side.",
           Knobs(data="circles", hidden_sizes=())),
    Preset("Give room", "Two layers of eight bend the border around two spirals. Point at a unit to see what it says.",
           Knobs()),
    Preset("Break", "At a learning rate of 10 the loss leaps and never settles. The page says why, and mends it.",
           PRESETS[-1].knobs),
)  # fmt: skip

READOUTS = (
    Readout("test_accuracy", "Test accuracy", "percent"),
    Readout("train_accuracy", "Training accuracy", "percent"),
    Readout("test_r2", "Test R²"),
    Readout("train_r2", "Training R²"),
    Readout("test_loss", "Test loss"),
    Readout("train_loss", "Training loss"),
    Readout("epoch", "Epoch", "count"),
    Readout("step_ms", "ms per step"),
)

MATHS = (
    (
        "One layer: a weighted sum of what comes in, then a bend.",
        r"a^{(l)} = f\left(W^{(l)} a^{(l-1)} + b^{(l)}\right)",
    ),
    (
        "The loss on the training points at this moment.",
        r"L = \frac{1}{N} \sum_{n=1}^{N} \ell\left(\hat{y}_n, y_n\right) = \cell{train_loss}",
    ),
    (
        "One update: every weight moves against its gradient, whose length is shown.",
        r"\theta \leftarrow \theta - \eta \nabla_\theta L, \quad \lVert \nabla_\theta L \rVert = \cell{gradient_norm}",
    ),
)

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed.", when=("data", TOYS)),
    Source("Your own points, as you painted them: they are in the link.", when=("data", ("painted",))),
    Source(
        "Your own table: the first 2,000 rows. The server keeps it for a while; the script holds the numbers.",
        when=("data", ("table",)),
    ),
    *(replace(DATA[name], when=("data", (name,))) for name in REAL_CLASSES),
)


def _few_units(knobs: Knobs, history: History) -> bool:
    return knobs.data == "spiral" and sum(knobs.hidden_sizes) <= 12 and history.last("test_accuracy") >= 0.95


def _few_steps(knobs: Knobs, history: History) -> bool:
    return knobs.data == "xor" and knobs.steps <= 100 and history.last("test_accuracy") >= 0.95


def _linear_units(knobs: Knobs, history: History) -> bool:
    return knobs.data == "circles" and not knobs.hidden_sizes and history.last("test_accuracy") >= 0.95


CHALLENGES = (
    Challenge(
        "Solve the spiral (test accuracy 0.95) with at most 12 hidden units.", _few_units,
        {"data": "spiral", "hidden_sizes": (6,)},
    ),
    Challenge(
        "Solve XOR (test accuracy 0.95) within 100 steps.", _few_steps, {"data": "xor", "steps": 100},
    ),
    Challenge(
        "Solve the circles (test accuracy 0.95) with no hidden layer at all: choose the features well.", _linear_units,
        {"data": "circles", "hidden_sizes": ()},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """What the network says, the network, its curves, how well it tells the test points, its layers."""
    picture = panels.curve(knobs) if knobs.data == "sine" else panels.decision_map(knobs)
    told: tuple[Part, ...] = (score_panels.residuals(score_panels.reach(knobs)),)
    if knobs.is_classes:
        names = panels.class_names(knobs)
        told = (score_panels.class_table(names), score_panels.confusion(names), score_panels.calibration())
    return (picture, panels.network_graph(knobs), *panels.curves(knobs), *told, panels.layer_table(knobs))


__all__ = [
    "CHALLENGES",
    "GUIDE",
    "MATHS",
    "PRESETS",
    "READOUTS",
    "SMALL",
    "SOURCES",
    "TITLE",
    "Knobs",
    "stage",
    "verdicts",
]
