"""Inside a small network while it learns: warped space, what flows through the layers, one sample's arithmetic."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.network.inside import layers_panels, space_panels, trace_panels
from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.verdicts import verdicts
from playground.concepts.network.sandbox.data_knobs import REAL_CLASSES, TOYS
from playground.concepts.network.sandbox.panels import curves
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Inside"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(data="circles", samples=60, hidden_sizes=(4, 2), steps=100)
SIX = (6, 6, 6, 6, 6, 6)

PRESETS = (
    Preset(
        "Circles", "Layer 2 has two units: it gathers the disc in a corner, and one straight cut is enough.",
        Knobs(data="circles", hidden_sizes=(6, 2), steps=600, seed=5),
    ),
    Preset("Spiral", "Eight units pull the two arms apart, until one straight line parts them.", Knobs()),
    Preset("Rings", "Three classes, two units: each ring gets a corner of its own.",
           Knobs(data="rings", hidden_sizes=(8, 2))),
    Preset(
        "One sample", "A number for everything: what each unit adds up, and the error on its way back.",
        Knobs(view="trace", data="xor", hidden_sizes=(4, 3)),
    ),
    Preset(
        "A wrong one", "Its label was redrawn, and the network insists on the other class: see its loss and its δ.",
        Knobs(view="trace", data="moons", noise=0.4, label_noise=0.05, hidden_sizes=(4, 3), point=(0.851, -0.338)),
    ),
    Preset(
        "Vanishing", "Six layers of sigmoid: the gradient dwindles from layer to layer on its way back.",
        Knobs(view="layers", data="circles", hidden_sizes=SIX, activation="sigmoid", optimizer="sgd",
              learning_rate=0.1),
    ),
    Preset(
        "Batch norm", "The same six layers, normalised: every layer gets a gradient, and the circles are solved.",
        Knobs(view="layers", data="circles", hidden_sizes=SIX, activation="sigmoid", norm="batch",
              optimizer="sgd", learning_rate=0.1),
    ),
    Preset(
        "Exploding", "Residual sums without norm: activations grow layer by layer, and the first loss is huge.",
        Knobs(view="layers", data="circles", hidden_sizes=(32,) * 8, activation="relu", residual=True,
              initialiser="he_normal"),
    ),
    Preset(
        "Break it: dead ReLUs", "One large step, and units fall silent for all points: they never come back.",
        Knobs(view="layers", data="circles", hidden_sizes=(8, 8), activation="relu", learning_rate=1.0), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("straight_cut", "A straight cut here", "percent"),
    Readout("plane_share", "Variance shown", "percent"),
    Readout("sample_loss", "Loss of the sample"),
    Readout("unit_z", "z of the unit"),
    Readout("unit_delta", "δ of the unit"),
    Readout("dead_units", "Dead units", "count"),
    Readout("saturated_units", "Saturated units", "count"),
    Readout("gradient_ratio", "Gradient, first layer / last"),
    Readout("update_ratio", "Update / weights"),
    Readout("test_accuracy", "Test accuracy", "percent"),
    Readout("test_r2", "Test R²"),
    Readout("train_loss", "Training loss"),
)

MATHS = (
    (
        "A layer warps space: it turns and stretches it (W), moves it (b), then bends it, axis by axis (f).",
        r"a^{(l)} = f\left(W^{(l)} a^{(l-1)} + b^{(l)}\right)",
    ),
    (
        "A wide layer is shown on the plane that keeps most of the variance of the training points.",
        r"\frac{\lambda_1 + \lambda_2}{\sum_i \lambda_i} = \cell{plane_share}",
    ),
    (
        "The straight cut: least squares on a layer's activations, and the share of points on their right side.",
        r"\min_{v, c} \sum_n \left(v^\top a_n + c - y_n\right)^2, \quad \cell{straight_cut}",
    ),
    (
        "Forwards: the unit adds up what comes in, weighted.",
        r"z_j = \sum_i w_{ji} a_i + b_j = \cell{unit_z}, \quad a_j = f(z_j) = \cell{unit_a}",
    ),
    (
        "Backwards: what the loss of this sample asks of the unit's activation, times the slope of the bend.",
        r"\delta_j = \frac{\partial L}{\partial z_j} = f'(z_j) \sum_k w_{kj} \delta_k = \cell{unit_delta}, \quad "
        r"L = \cell{sample_loss}, \quad \sum_k w_{kj} \delta_k = \cell{unit_wanted}",
    ),
    (
        "The gradient of a weight is the delta behind it times the activation before it; over all that enter:",
        r"\frac{\partial L}{\partial w_{ji}} = \delta_j a_i, \quad \lVert \nabla_{w_j} L \rVert = \cell{unit_gradient}",
    ),
    (
        "An update beside the weights that it changes (the median of the layers), and the first layer's root mean "
        "square gradient beside the last one's.",
        r"\frac{\lVert \Delta W \rVert}{\lVert W \rVert} = \cell{update_ratio}, \quad "
        r"\frac{g_1}{g_L} = \cell{gradient_ratio}",
    ),
)

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed.", when=("data", TOYS)),
    Source("Your own points, as you painted them: they are in the link.", when=("data", ("painted",))),
    Source("Your own table: the first 2,000 rows, kept by the server for a while.", when=("data", ("table",))),
    *(replace(DATA[name], when=("data", (name,))) for name in REAL_CLASSES),
    Source("Warped space: after the classification demo of ConvNetJS, Karpathy, 2014.", licence="MIT",
           url="https://cs.stanford.edu/people/karpathy/convnetjs/demo/classify2d.html", when=("view", ("space",))),
    Source("Straight cuts: Alain and Bengio, Understanding intermediate layers using linear classifier probes, 2016.",
           url="https://arxiv.org/abs/1610.01644", when=("view", ("space",))),
    Source("Vanishing and exploding gradients: Glorot and Bengio, Understanding the difficulty of training deep "
           "feedforward neural networks, 2010.", url="https://proceedings.mlr.press/v9/glorot10a.html",
           when=("view", ("layers",))),
    Source("Updates of about a thousandth of the weights: Stanford's course CS231n, Neural networks part 3.",
           url="https://cs231n.github.io/neural-networks-3/", when=("view", ("layers",))),
    Source("Deltas: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986.",
           url="https://doi.org/10.1038/323533a0", when=("view", ("trace",))),
)  # fmt: skip


def _narrow(knobs: Knobs, history: History) -> bool:
    """Whether the spiral passes through a layer of two units and is told apart behind it."""
    last = knobs.hidden_sizes[-1:] == (2,)
    return knobs.data == "spiral" and last and history.last("test_accuracy") >= 0.95


def _deep(knobs: Knobs, history: History) -> bool:
    """Whether eight sigmoid layers learn the circles."""
    deep = len(knobs.hidden_sizes) == 8 and set(knobs.activations) == {"sigmoid"} and knobs.features == ("x1", "x2")
    return deep and knobs.data == "circles" and history.last("test_accuracy") >= 0.95


CHALLENGES = (
    Challenge(
        "Squeeze the spiral through two units: a last hidden layer of 2, and 0.95 test accuracy.", _narrow,
        {"data": "spiral", "hidden_sizes": (8, 2)},
    ),
    Challenge(
        "Wake eight layers: all sigmoid, features x₁ and x₂ alone, and the circles at 0.95 test accuracy.", _deep,
        {"data": "circles", "hidden_sizes": (6,) * 8, "activation": "sigmoid", "view": "layers"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The view that was chosen, and how training goes."""
    if knobs.view == "space":
        return (space_panels.space(knobs), space_panels.plane(knobs), space_panels.units(knobs),
                space_panels.cuts(knobs), curves(knobs)[0])  # fmt: skip
    if knobs.view == "layers":
        return (layers_panels.histograms(knobs), layers_panels.gradient(knobs), layers_panels.update(knobs),
                *curves(knobs), layers_panels.table(knobs))  # fmt: skip
    return (trace_panels.graph(knobs), space_panels.plane(knobs), trace_panels.loss(knobs),
            trace_panels.unit_table(knobs), trace_panels.deltas(knobs), trace_panels.all_table(knobs))  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
