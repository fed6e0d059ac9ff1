"""A rare class under cross-entropy, weighted cross-entropy and focal loss, over several seeds."""

from __future__ import annotations

from playground.concepts.losses.imbalance import panels
from playground.concepts.losses.imbalance.knobs import Knobs
from playground.concepts.losses.imbalance.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Imbalance"
CLOCK = "step"
SMALL = Knobs(samples=200, steps=50, seeds=2, rare_share=10.0)

PRESETS = (
    Preset("One in twenty", "Cross-entropy leaves most rare points on the wrong side; weights move the line.", Knobs()),
    Preset("Balanced", "Half and half: all three losses draw the same line.", Knobs(rare_share=50.0)),
    Preset(
        "Move the threshold", "Plain cross-entropy with a lower threshold: no weights, and what it says stays true.",
        Knobs(threshold=0.1, weight_power=0.0),
    ),
    Preset("Half a weight", "A weight between none and full trades recall for precision.", Knobs(weight_power=0.5)),
    Preset(
        "Break it: one in a hundred", "Nearly nothing is called rare, and accuracy would still say 99 %.",
        Knobs(rare_share=1.0, separation=1.5, samples=1000), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("recall.cross_entropy", "Recall, cross-entropy", "percent"),
    Readout("recall.weighted", "Recall, weighted", "percent"),
    Readout("recall.focal", "Recall, focal", "percent"),
    Readout("calibration_error.weighted", "Miscalibration, weighted"),
    Readout("calibration_error.focal", "Miscalibration, focal"),
)

MATHS = (
    (
        "Cross-entropy: every point counts the same.",
        r"L = -\frac{1}{N} \sum_n \log p_n = \cell{train_loss.cross_entropy}",
    ),
    (
        "Weighted: a rare point counts w times, w being the ratio of common to rare to a power.",
        r"L = -\frac{1}{N} \sum_n w_n \log p_n = \cell{train_loss.weighted}",
    ),
    (
        "Focal: a point that goes well already hardly counts.",
        r"L = -\frac{1}{N} \sum_n (1 - p_n)^\gamma \log p_n = \cell{train_loss.focal}",
    ),
    (
        "Recall: how many of the rare points are found. Precision: how many of those found are rare.",
        r"\text{recall} = \frac{TP}{TP + FN} = \cell{recall.cross_entropy}, \quad "
        r"\text{precision} = \frac{TP}{TP + FP} = \cell{precision.cross_entropy}",
    ),
    (
        "Calibration error: how far what is said is from what is found, over ten bins of the probability.",
        r"ECE = \sum_b \frac{n_b}{N} |\bar{p}_b - r_b| = \cell{calibration_error.cross_entropy}",
    ),
)

SOURCES = (
    Source("Two Gaussian clouds, drawn anew by NumPy from the seed; measured on 4,000 further points a repeat."),
    Source("Focal: Lin and others, Focal loss for dense object detection, 2017."),
    Source("Calibration error: Naeini, Cooper and Hauskrecht, Obtaining well calibrated probabilities, 2015."),
)


def _by_threshold(knobs: Knobs, history: History) -> bool:
    """Whether plain cross-entropy finds four fifths of a class of 5 % or less."""
    return knobs.rare_share <= 5 and knobs.separation <= 2 and history.last("recall.cross_entropy") >= 0.8


def _precise(knobs: Knobs, history: History) -> bool:
    """Whether weights reach half recall and half precision at once."""
    found = history.last("recall.weighted") >= 0.5 and history.last("precision.weighted") >= 0.5
    return knobs.rare_share <= 5 and knobs.separation <= 2 and knobs.threshold == 0.5 and bool(found)


CHALLENGES = (
    Challenge(
        "Find 80 % of a class of 5 % with plain cross-entropy, at a separation of 2: the weights do not touch it.",
        _by_threshold, {"rare_share": 5.0},
    ),
    Challenge(
        "Choose the weight so that weighted cross-entropy has recall and precision of 50 % at once, threshold 0.5.",
        _precise, {"rare_share": 5.0},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The plane with the boundaries; recall and precision step by step; calibration; the numbers."""
    return (
        panels.plane(), panels.curves(knobs, "recall", "Recall: rare points found"),
        panels.curves(knobs, "precision", "Precision: flagged points that are rare"), panels.reliability(),
        panels.table(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
