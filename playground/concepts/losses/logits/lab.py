"""From logits to a loss and back: softmax, cross-entropy, and the gradient that is their difference."""

from __future__ import annotations

import numpy as np

from playground.concepts.losses.logits import panels
from playground.concepts.losses.logits.knobs import Knobs
from playground.concepts.losses.logits.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Logits"
CLOCK = "value"
RANDOM = False
SMALL = Knobs(class_count=4, label=2, smoothing=0.1)

PRESETS = (
    Preset("Temperature", "Cold: one class takes all. Hot: every class gets the same.", Knobs()),
    Preset(
        "One logit rises", "The right class's logit grows: the gradient (p − y) / T shrinks from −1 to 0.",
        Knobs(sweep="logit", logit_2=1.5, logit_3=0.0),
    ),
    Preset(
        "Sure and wrong", "The right class is third: at a low temperature the loss soars.",
        Knobs(label=3, logit_1=3.0, logit_2=1.0, logit_3=-1.0),
    ),
    Preset(
        "Smoothed labels", "The target keeps a share for all: a logit too large is pulled back.",
        Knobs(sweep="logit", smoothing=0.2, class_count=5),
    ),
    Preset(
        "Break it: logits near 1,000", "A constant added to every logit changes nothing; the naive softmax dies at 88.",
        Knobs(sweep="offset"), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("loss", "Loss, by log-sum-exp"),
    Readout("naive_loss", "Loss, naive"),
    Readout("probability", "Right class", "percent"),
    Readout("gradient", "Its gradient"),
    Readout("entropy", "Entropy (nats)"),
)

MATHS = (
    (
        "Softmax turns logits into probabilities; the temperature T divides them first.",
        r"p_k = \frac{e^{z_k / T}}{\sum_j e^{z_j / T}}, \quad T = \cell{temperature}",
    ),
    ("Cross-entropy with the target y.", r"L = -\sum_k y_k \log p_k = \cell{loss}"),
    (
        "The gradient on the logits: what is said minus what is right. That of the right class is shown.",
        r"\frac{\partial L}{\partial z_k} = \frac{p_k - y_k}{T}, \quad "
        r"\frac{\partial L}{\partial z_{\text{right}}} = \cell{gradient}",
    ),
    (
        "Naively, the exponentials come first: float32 holds none above 3.4e38.",
        r"\max_k e^{z_k / T} = \cell{largest_exponential}, \quad L_{\text{naive}} = \cell{naive_loss}",
    ),
    (
        "Stably, the largest logit m comes off first: no exponential exceeds 1.",
        r"\log \sum_k e^{z_k} = m + \log \sum_k e^{z_k - m}, \quad m = \max_k z_k",
    ),
)

SOURCES = (
    Source("Computed on the spot by PyTorch and its autograd in float32; no data."),
    Source("Label smoothing: Szegedy and others, Rethinking the Inception architecture, 2016."),
    Source("Temperature: Hinton, Vinyals and Dean, Distilling the knowledge in a neural network, 2015."),
)


def _sharp(knobs: Knobs, history: History) -> bool:
    """Whether small logits reach a small loss somewhere along the sweep."""
    small = knobs.sweep == "temperature" and max(map(abs, knobs.logits)) <= 0.5 and knobs.smoothing == 0
    return small and bool(np.nanmin(history.metrics["loss"]) < 0.001)


def _cold_overflow(knobs: Knobs, history: History) -> bool:
    """Whether the naive loss fails although neither a logit nor an offset is large."""
    small = knobs.sweep != "offset" and knobs.offset == 0
    return small and not np.isfinite(history.metrics["naive_loss"]).all()


CHALLENGES = (
    Challenge("Bring the loss below 0.001 with no logit beyond ±0.5, the temperature swept.", _sharp),
    Challenge("Make the naive loss fail without any offset.", _cold_overflow, {"sweep": "temperature"}),
)


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """Probabilities beside target and difference; the loss along the sweep; naive and stable; the numbers."""
    return panels.bars(knobs), panels.along(knobs), panels.overflow(knobs), panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "RANDOM", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
