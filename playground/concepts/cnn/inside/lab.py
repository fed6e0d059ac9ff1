"""Inside a small convolutional network: what its layers make of a picture, and what in the picture decides."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.cnn.inside import panels
from playground.concepts.cnn.inside.drawings import BAR, FIVE, FOUR_IN_A_CORNER
from playground.concepts.cnn.inside.knobs import Knobs
from playground.concepts.cnn.inside.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Inside"
CLOCK = "epoch"
DEVICE = "cpu"  # one picture at a time: to bring a small network to a GPU takes longer than to look into it
SMALL = Knobs(data="digits", network="own", layers="c4-m2-c4", epochs=1, layer=2)

PRESETS = (
    Preset("A clear 9", "With its top covered the 9 is read as a 4, with its left covered as a 7: point at the map.",
           Knobs()),
    Preset("4 or 9?", "Two bars share the answer; the map says which pixels are in dispute.", Knobs(image=185)),
    Preset("Ink on a 4", "One drawn line closes the 4 at its top: now the network reads a 9.",
           Knobs(image=32, drawing=BAR)),
    Preset("Misread", "Sure of a 0, but the label says 9: cover a place and see what the 0 hangs on.",
           Knobs(image=112)),
    Preset("Drawn", "A 5 drawn on a blank sheet. It is scaled and centred before the network gets it.",
           Knobs(picture="sheet", drawing=FIVE)),
    Preset("A dress", "Covered in the middle of its hem, the dress has two legs: it reads trousers.",
           Knobs(data="fashion", image=161)),
    Preset("LeNet-5", "Six layers: behind the last pictures 120 and 84 units, each of which sees all pixels.",
           Knobs(network="lenet", layer=5)),
    Preset("8 × 8", "Even 64 pixels are enough for ten digits; a unit soon sees all of them.",
           Knobs(data="digits", image=9)),
    Preset("Break it: corner", "A neat 4, but small and in a corner: it is sure of a 7. Then switch centring on.",
           Knobs(picture="sheet", drawing=FOUR_IN_A_CORNER, centre=False), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("digit", "It reads", "count"),
    Readout("confidence", "Sure of it", "percent"),
    Readout("cover_drop", "One covered place costs", "percent"),
    Readout("cover_turns", "Places that turn it", "percent"),
    Readout("test_accuracy", "Test accuracy", "percent"),
)

MATHS = (
    (
        "Softmax makes probabilities of the logits; the answer is the largest one.",
        r"p_c = \frac{e^{z_c}}{\sum_k e^{z_k}}, \quad z_c = \cell{logit}, \quad p_c = \cell{explained_probability}",
    ),
    (
        "A covered place costs the difference of two answers: for the picture x, and for x with a square m covered.",
        r"\Delta_m = p_c(x) - p_c(x \text{ without } m), \quad \max_m \Delta_m = \cell{cover_drop}, \quad "
        r"p_c \text{ as shown} = \cell{covered_probability}",
    ),
    (
        "Saliency: how fast the logit changes with each pixel. Gradient times pixel shares it out among the ink.",
        r"\sum_i \left| \frac{\partial z_c}{\partial x_i} \right| = \cell{saliency}, \quad "
        r"\sum_i x_i \frac{\partial z_c}{\partial x_i} = \cell{attribution}",
    ),
    (
        "The receptive field grows with each layer's kernel k, by as many pixels as its units lie apart (j); strides s "
        "set them farther apart. For the layer of the unit looked at:",
        r"r_l = r_{l-1} + (k_l - 1) j_{l-1}, \quad j_l = j_{l-1} s_l, \quad r = \cell{field}",
    ),
)

SOURCES = (
    replace(SETS["mnist_subset"], when=("data", ("mnist",))),
    replace(SETS["fashion_mnist_subset"], when=("data", ("fashion",))),
    replace(SETS["digits"], when=("data", ("digits",))),
    Source("Centring, as MNIST was made, and LeNet-5, of which this one has fewer restrictions: LeCun, Bottou, Bengio "
           "and Haffner, Gradient-based learning applied to document recognition, 1998.",
           url="https://doi.org/10.1109/5.726791"),
    Source("Covered places: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2014.",
           url="https://arxiv.org/abs/1311.2901"),
    Source("Saliency: Simonyan, Vedaldi and Zisserman, Deep inside convolutional networks, 2013.",
           url="https://arxiv.org/abs/1312.6034"),
    Source("Receptive fields: Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks, "
           "2019.", url="https://doi.org/10.23915/distill.00021"),
)  # fmt: skip

FEW_PIXELS = 20


def _three(knobs: Knobs, history: History) -> bool:
    """Whether a drawing on a blank sheet is read as a 3 with over 95 %."""
    drawn = knobs.picture == "sheet" and knobs.drawing != "" and knobs.data != "fashion"
    return drawn and history.last("trained") == 1 and history.last("probability.3") > 0.95


def _spoilt(knobs: Knobs, history: History) -> bool:
    """Whether a little ink on the clear 9 leaves it at most half sure of the label."""
    asked = knobs.data == "mnist" and knobs.picture == "image" and knobs.image == Knobs().image
    little = 0 < history.last("ink") <= FEW_PIXELS
    return asked and little and history.last("trained") == 1 and history.last("probability.9") <= 0.5


CHALLENGES = (
    Challenge("Draw a 3 that the network reads as a 3 with over 95 %.", _three, {"picture": "sheet"}),
    Challenge(
        f"Spoil the clear 9: with ink on at most {FEW_PIXELS} pixels, make the network at most 50 % sure of 9.",
        _spoilt, {"picture": "image"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The way through the network; the sheet; covered places; saliency; a unit's field; layers; learning."""
    return (
        panels.network(knobs), panels.sheet(knobs), panels.cover(knobs), panels.saliency(knobs), panels.field(knobs),
        panels.table(knobs), panels.learning(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "DEVICE", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
