"""One small window over a whole picture: multiply, add, move on; and what pooling keeps of it."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.cnn.kernel import panels
from playground.concepts.cnn.kernel.knobs import Knobs
from playground.concepts.cnn.kernel.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Kernel"
CLOCK = "position"
RANDOM = False
SMALL = Knobs(picture="digit", stride=3, padding=1, dilation=2)

PRESETS = (
    Preset("Vertical edges", "Orange where it gets lighter to the right, blue where darker, white where nothing does.",
           Knobs()),
    Preset("Sharpen", "Edges overshoot: some output is lighter than white or darker than black.",
           Knobs(picture="camera", kernel="sharpen", place=(0.5, 0.66))),
    Preset("Padding", "The output is as large as the input, and its rim turns blue: the window saw zeros beside it.",
           Knobs(picture="brick", kernel="laplacian", size=5, padding=2)),
    Preset("Dilation", "Nine pixels far apart: a window of 7 with the weights of 3. Watch the loose squares.",
           Knobs(picture="camera", dilation=3, place=(0.58, 0.35))),
    Preset("Max pooling", "Only the largest of four pixels gets a gradient; the others learn nothing here.",
           Knobs(operation="max")),
    Preset("Adaptive", "Five windows over 14 pixels: some have 3, some 4, and neighbours share a row.",
           Knobs(operation="adaptive_average")),
    Preset("Break it: ones", "Nine weights of 1 add up what a mean would share: all becomes white.",
           Knobs(picture="grass", kernel="own", own="1 1 1; 1 1 1; 1 1 1"), breaks=True),
    Preset("Break it: holes", "The window jumps further than it is wide: pixels that nobody looks at get no gradient.",
           Knobs(picture="camera", stride=4, kernel="box", place=(0.58, 0.35)), breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("value", "Output pixel"),
    Readout("output_side", "Output, pixels a side", "count"),
    Readout("touched", "Pixels behind it", "count"),
    Readout("reached_so_far", "Input with a gradient", "percent"),
)

MATHS = (
    (
        "The output's side: places of a window that spans d (k − 1) + 1 pixels and moves by s.",
        r"o = \left\lfloor \frac{n + 2p - (d (k - 1) + 1)}{s} \right\rfloor + 1 = \left\lfloor \frac{\cell{input_side} "
        r"+ 2 \cdot \cell{padding} - \cell{extent}}{\cell{stride}} \right\rfloor + 1 = \cell{output_side}",
    ),
    (
        "Convolution: each pixel of the patch times its weight, summed. The kernel is not turned round, as everywhere "
        "in deep learning, so that mathematicians call it a cross-correlation.",
        r"y_{ij} = b + \sum_{u, v} w_{uv} \, x_{s i + d u, \, s j + d v}, \quad i = \cell{row}, \; j = \cell{column}, "
        r"\quad \sum = \cell{sum}, \quad y = \cell{value}",
    ),
    (
        "Pooling: the largest, the mean, or the root of the sum of squares. Nothing to learn.",
        r"\max_{u, v} x_{uv}, \qquad \frac{1}{k^2} \sum_{u, v} x_{uv}, \qquad \sqrt{\sum_{u, v} x_{uv}^2}",
    ),
    (
        "Adaptive pooling is told o. In rows, window i goes from start to stop; the one shown starts at row "
        "(counted from 0)",
        r"\left\lfloor \frac{i \, n}{o} \right\rfloor = \cell{first_row}, \quad \text{and its last row is} \quad "
        r"\left\lceil \frac{(i + 1) n}{o} \right\rceil - 1 = \cell{last_row}",
    ),
    (
        "Backwards: convolution spreads its weights, max pooling sends all to the winner, a mean shares, L2 pooling "
        "gives each pixel by its own size. Pixels that this output sends a gradient to:",
        r"\frac{\partial y}{\partial x_{uv}} = w_{uv}, \qquad \mathbb{1}[x_{uv} = \max x], \qquad \frac{1}{k^2}, "
        r"\qquad \frac{x_{uv}}{y} \qquad (\cell{touched})",
    ),
)

TEXTURES = ("brick", "grass", "gravel")
SOURCES = (
    replace(SETS["photos"], text="Cat: Chelsea, colour, 300 × 451, of which the middle square, from scikit-image.",
            file="chelsea.png", when=("picture", ("cat",))),
    replace(SETS["photos"], text="Cameraman: grey, 512 × 512, from scikit-image.", file="camera.png",
            when=("picture", ("camera",))),
    *(replace(SETS["textures"], text=f"Texture: {name}, grey, 512 × 512, from scikit-image.", file=f"{name}.png",
              when=("picture", (name,))) for name in TEXTURES),
    replace(SETS["mnist_subset"], when=("picture", ("digit",))),
    Source("A picture is shown by its middle square, made smaller by the mean of blocks to at most 128 × 128 pixels, "
           "in one channel; one of fewer than 14 pixels is continued by its rim. Black is 0, white is 1."),
    Source("Convolutional networks: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document "
           "recognition, 1998.", url="https://doi.org/10.1109/5.726791"),
    Source("Sizes: Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.",
           url="https://arxiv.org/abs/1603.07285"),
    Source("Dilation: Yu and Koltun, Multi-scale context aggregation by dilated convolutions, 2016.",
           url="https://arxiv.org/abs/1511.07122", when=("operation", ("convolution", "max"))),
    Source("Shifts: Zhang, Making convolutional networks shift-invariant again, 2019.",
           url="https://arxiv.org/abs/1904.11486"),
)  # fmt: skip


def _same(knobs: Knobs, history: History) -> bool:
    """Whether a 5 x 5 kernel at dilation 2 keeps the size."""
    wide = knobs.convolves and knobs.side == 5 and knobs.dilation == 2
    return wide and history.last("output_side") == history.last("input_side")


def _edges(knobs: Knobs, history: History) -> bool:
    """Whether an own kernel of 3 x 3 keeps most of the cameraman's edges and little else."""
    own = knobs.convolves and knobs.kernel == "own" and knobs.picture == "camera"
    return own and history.last("strong_share") <= 0.1 and history.last("edge_share") >= 0.8


CHALLENGES = (
    Challenge(
        "Keep the size: a 5 × 5 kernel at dilation 2 whose output is as large as the input.",
        _same, {"size": 5, "dilation": 2},
    ),
    Challenge(
        "Write a kernel of nine numbers that finds the cameraman's edges: at most 10 % of the output beyond ±0.2, and "
        "among it four fifths of the steepest 5 % of the photo.",
        _edges, {"picture": "camera", "kernel": "own", "own": "0 0 0; 0 1 0; 0 0 0"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The window; the whole picture; the gradient; the gallery; the poolings."""
    return (
        panels.window(knobs), panels.whole(knobs), panels.gradient(knobs), panels.small(knobs), panels.table(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "RANDOM", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
