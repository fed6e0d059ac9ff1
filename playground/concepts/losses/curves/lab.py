"""Losses over the model's output, with their slopes: what each asks for, and how hard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from playground.concepts.losses.curves import panels
from playground.concepts.losses.curves.knobs import Knobs
from playground.concepts.losses.curves.words import MATHS
from playground.concepts.losses.names import LABELS, written
from playground.contract import Challenge, History, Preset, Readout, Source, Verdict
from playground.stage import Part

TITLE = "Curves"
CLOCK = "output"
RANDOM = False
SMALL = Knobs(losses=("mse", "cross_entropy", "kl", "huber", "focal"), target=0.5, class_count=4)

PRESETS = (
    Preset("MSE, cross-entropy, KL", "Watch the slope: MSE's grows without end, the others' never passes 1.", Knobs()),
    Preset(
        "Regression", "Five losses, all least at the target; only the quantile's price differs on its two sides.",
        Knobs(losses=("mse", "mae", "huber", "log_cosh", "quantile")),
    ),
    Preset(
        "Margin: MSE, BCE, hinge", "Three losses of one score: right by far costs MSE more and more, hinge nothing.",
        Knobs(losses=("mse", "bce", "hinge")),
    ),
    Preset(
        "Soften cross-entropy", "Label smoothing has its least loss at a finite logit, focal is soon satisfied.",
        Knobs(losses=("cross_entropy", "label_smoothed", "focal"), smoothing=0.2),
    ),
    Preset(
        "Break it: silent hinge", "Beyond the margin the slope is exactly zero: no such sample teaches anything.",
        Knobs(losses=("hinge", "focal"), gamma=5.0), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("output", "Output"),
    Readout("gradient.mse", "Slope of MSE"),
    Readout("gradient.cross_entropy", "Slope of cross-entropy"),
    Readout("gradient.kl", "Slope of KL"),
)

SOURCES = (
    Source("Computed on the spot by PyTorch and its autograd; no data."),
    Source("Huber: Robust estimation of a location parameter, 1964."),
    Source("Quantile: Koenker and Bassett, Regression quantiles, 1978."),
    Source("Label smoothing: Szegedy and others, Rethinking the Inception architecture, 2016."),
    Source("Focal: Lin and others, Focal loss for dense object detection, 2017."),
)


def _same_shape(knobs: Knobs, history: History) -> bool:
    """Whether the quantile loss is half the absolute one all along, both chosen."""
    both = {"mae", "quantile"} <= set(knobs.losses)
    return both and np.allclose(2 * history.metrics["loss.quantile"], history.metrics["loss.mae"], atol=1e-9)


def _finite_best(knobs: Knobs, history: History) -> bool:
    """Whether the label-smoothed loss, chosen, is least between outputs 1 and 2."""
    best = history.metrics["output"][np.argmin(history.metrics["loss.label_smoothed"])]
    return "label_smoothed" in knobs.losses and bool(1 <= best <= 2)


CHALLENGES = (
    Challenge(
        "Make the quantile loss the same as MAE, but for a factor.", _same_shape, {"losses": ("mae", "quantile")}
    ),
    Challenge(
        "Smooth the labels until the best logit lies between 1 and 2.", _finite_best,
        {"losses": ("cross_entropy", "label_smoothed")},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """Losses, slopes and likelihoods over one axis, and a table that names the noise each loss stands for."""
    likelihood = panels.likelihood(knobs)
    return panels.loss(knobs), panels.slope(knobs), *([likelihood] if likelihood else []), panels.table(knobs)


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """What the slopes mean for training, two sentences at most."""
    if not len(history):
        return ()
    return tuple([*_silent(knobs, history), *_steers(knobs, history), *_turns_back(knobs, history)][:2])


def _steers(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """How much harder than another chosen loss MSE pulls at the far left."""
    others = [name for name in knobs.losses if name not in ("mse", "hinge")]
    if "mse" not in knobs.losses or not others:
        return
    output = history.metrics["output"][0]
    far, name = min((abs(history.metrics[f"gradient.{name}"][0]), name) for name in others)
    mse = abs(history.metrics["gradient.mse"][0])
    yield Verdict(
        f"At an output of {written(output)} MSE pulls with {mse:.2g}, {LABELS[name]} with {far:.2g}: one sample that "
        f"far off counts {mse / max(far, 1e-12):.2g} times as much.", 0, _beside(knobs, "mse", "huber"),
    )  # fmt: skip


def _beside(knobs: Knobs, *names: str) -> Mapping[str, Any]:
    """The knobs that show a loss beside a calmer one; none where they do already."""
    return {} if knobs.losses == names else {"losses": names}


def _silent(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """From which output on a chosen loss hardly pulls any more."""
    for name in (name for name in ("hinge", "focal") if name in knobs.losses):
        quiet = np.abs(history.metrics[f"gradient.{name}"]) < 1e-3
        if quiet[-1]:
            first = int(len(quiet) - np.argmin(quiet[::-1]))
            output = history.metrics["output"][first]
            mend = {"gamma": 1.0} if name == "focal" else _beside(knobs, "bce", "hinge")
            yield Verdict(f"{LABELS[name]} falls silent at an output of {written(output)}: its slope is below 0.001 "
                          f"for {quiet.mean():.0%} of the outputs shown.", int(history.steps[first]), mend)  # fmt: skip


def _turns_back(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Where a loss with a soft target is least."""
    for name in (name for name in ("label_smoothed", "kl") if name in knobs.losses):
        best = int(np.argmin(history.metrics[f"loss.{name}"]))
        if best < len(history) - 1:
            output = history.metrics["output"][best]
            hard = {"smoothing": 0.0} if name == "label_smoothed" else {"target_probability": 1.0}
            yield Verdict(f"{LABELS[name]} is least at an output of {written(output)}: beyond it a surer model is "
                          "pulled back.", int(history.steps[best]), hard)  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "RANDOM", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
