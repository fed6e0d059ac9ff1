"""Training: a convolutional network, built of layers, learns real images; an MLP may learn beside it."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.cnn.training import against, panels
from playground.concepts.cnn.training.knobs import Knobs
from playground.concepts.cnn.training.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Training"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(data="digits", architecture="own", own="c4-n-m2-d0.1-f8", epochs=1, batch_size=256)

PRESETS = (
    Preset("MNIST", "Random weights become strokes: every map lights up at its own part of the image.", Knobs()),
    Preset("LeNet-5", "The network of 1998: five times the parameters of the small one, few of them in filters.",
           Knobs(architecture="lenet", activation="tanh", learning_rate=0.005)),
    Preset("One layer", "A single convolution gets more test images right than either MLP.",
           Knobs(architecture="one", learning_rate=0.005)),
    Preset("MLP 128", "784-128-10: every unit weighs the whole picture, and knows best the images it learnt from.",
           Knobs(architecture="mlp128", learning_rate=0.002)),
    Preset("MLP 512", "784-512-10: four times the units hardly help, so size is not what is missing.",
           Knobs(architecture="mlp512", learning_rate=0.002)),
    Preset("Clothes", "Shirt, T-shirt, pullover, coat and dress: see in the matrix what is taken for what.",
           Knobs(data="fashion")),
    Preset("8 × 8", "64 pixels are enough to tell 98 % of the digits.",
           Knobs(data="digits", architecture="own", own="c16-m2-c32-m2", epochs=20)),
    Preset("Textures", "No pixel means anything by its place: the MLP beside it has as many parameters, and fails.",
           Knobs(data="textures", architecture="own", own="c16-m2-c32-m2-g", view="mlp", batch_size=32)),
    Preset("Textures: MLP", "Thirteen times the parameters of that CNN, and all it learns is the training images.",
           Knobs(data="textures", architecture="own", own="f64", learning_rate=0.002, batch_size=32)),
    Preset("Break it: sigmoid", "The filters hardly change: behind four sigmoids hardly any gradient is left for them.",
           Knobs(architecture="own", own="c8-m2-c8-m2-c8-m2-f32", activation="sigmoid", optimizer="momentum", epochs=4),
           breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("test_accuracy", "Test accuracy", "percent"),
    Readout("test_accuracy.mlp", "Test accuracy, MLP", "percent"),
    Readout("train_accuracy", "Training accuracy", "percent"),
    Readout("test_loss", "Test loss"),
    Readout("parameters", "Parameters", "count"),
    Readout("epoch", "Epoch", "count"),
)

MATHS = (
    (
        "A convolution: at every place the same small window of weights, for each channel c that leaves it.",
        r"a_{c,i,j} = f\left(b_c + \sum_{d} \sum_{u=1}^{k} \sum_{v=1}^{k} w_{c,d,u,v} \, x_{d,\,si+u,\,sj+v}\right)",
    ),
    (
        "How large its picture is, from a side n, kernel k, padding p and stride s; and how many parameters it has. "
        "All layers together have",
        r"n' = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1, \quad "
        r"C_\text{out} (k^2 C_\text{in} + 1), \quad \textstyle\sum = \cell{parameters}",
    ),
    (
        "The loss, cross-entropy: how surprised the network is by the right class y.",
        r"L = - \frac{1}{N} \sum_{n} \log \frac{e^{z_{y_n}}}{\sum_k e^{z_k}} = \cell{train_loss}, \quad "
        r"L_\text{test} = \cell{test_loss}",
    ),
    (
        "The learning rate of the next step, under the schedule.",
        r"\eta_t = \cell{learning_rate}",
    ),
)

SOURCES = (
    replace(SETS["mnist_subset"], when=("data", ("mnist",))),
    replace(SETS["fashion_mnist_subset"], when=("data", ("fashion",))),
    replace(SETS["digits"], when=("data", ("digits",))),
    replace(SETS["textures"], when=("data", ("textures",))),
    replace(SETS["mnist"], when=("data", ("mnist_full",))),
    replace(SETS["fashion_mnist"], when=("data", ("fashion_full",))),
    replace(SETS["cifar10"], when=("data", ("cifar10",))),
    Source("Textures: 600 patches of each photo for training and 200 for the test, from parts that do not overlap.",
           when=("data", ("textures",))),
    Source("Of a full set 2,000 test images are measured while training, and all of them at the end.",
           when=("data", ("mnist_full", "fashion_full", "cifar10"))),
    Source("LeNet-5: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998. "
           "Here with plain average pooling, all channels connected, and softmax at the end.",
           url="https://doi.org/10.1109/5.726791", when=("architecture", ("lenet",))),
    Source("Residual blocks: He, Zhang, Ren and Sun, Deep residual learning for image recognition, 2016.",
           url="https://arxiv.org/abs/1512.03385", when=("architecture", ("own",))),
    Source("One-cycle schedule: Smith and Topin, Super-convergence, 2018.", url="https://arxiv.org/abs/1708.07120",
           when=("schedule", ("one_cycle",))),
)  # fmt: skip


def _small(knobs: Knobs, history: History) -> bool:
    """Whether a network of under 5,000 parameters reads 97 % of the MNIST subset."""
    return knobs.data == "mnist" and knobs.parameters < 5000 and history.last("test_accuracy") >= 0.97


def _textures(knobs: Knobs, history: History) -> bool:
    """Whether a network of under 1,000 parameters tells 95 % of the textures."""
    return knobs.data == "textures" and knobs.parameters < 1000 and history.last("test_accuracy") >= 0.95


CHALLENGES = (
    Challenge("Reach 97 % on the MNIST subset with under 5,000 parameters.", _small,
              {"data": "mnist", "architecture": "own"}),
    Challenge("Tell 95 % of the textures with under 1,000 parameters.", _textures,
              {"data": "textures", "architecture": "own"}),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """What the network sees and its mistakes, or how it stands beside an MLP; curves, confusion, layers."""
    first = against.robustness(knobs) if knobs.compares else panels.insides(knobs)
    beside = against.table(knobs) if knobs.compares else panels.mistakes(knobs)
    curves = panels.accuracy(knobs), panels.loss(knobs)
    return (first, *curves, panels.confusion(knobs), beside, panels.table(knobs))


__all__ = [
    "CHALLENGES", "CLOCK", "DEVICE", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
