"""A line under each loss, all on the same points with a few wild ones among them."""

from __future__ import annotations

from playground.concepts.losses.outliers import panels
from playground.concepts.losses.outliers.knobs import Knobs
from playground.concepts.losses.outliers.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Outliers"
CLOCK = "step"
SMALL = Knobs(samples=20, steps=60)

PRESETS = (
    Preset("Three wild points", "MSE's line is dragged down; MAE's hardly moves. Drag the handle.", Knobs()),
    Preset(
        "Mean, median, quantile", "A constant on skewed points: MSE goes to the mean, MAE to the median.",
        Knobs(model="constant", outlier_count=0, samples=61, noise=1.0, noise_kind="skewed", steps=1000),
    ),
    Preset(
        "A band", "Without wild points, the 90 % line leaves a tenth of the points above it.",
        Knobs(losses=("mae", "quantile"), outlier_count=0, samples=100, noise=1.0),
    ),
    Preset("Too many", "Twelve wild points of 32: now every line is dragged.", Knobs(samples=20, outlier_count=12)),
    Preset(
        "Break it: rate 0.5", "MSE runs away, the losses with a bounded slope only rattle.",
        Knobs(learning_rate=0.5), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("error.mse", "MSE: off the true line"),
    Readout("error.mae", "MAE: off the true line"),
    Readout("error.huber", "Huber: off the true line"),
    Readout("outlier_share.mse", "MSE: outliers' pull", "percent"),
    Readout("outlier_share.mae", "MAE: outliers' pull", "percent"),
)

MATHS = (
    (
        "Every model is the same line; its loss alone differs.",
        r"\hat{y}_n = a + b x_n, \quad L = \frac{1}{N} \sum_{n=1}^{N} \ell(\hat{y}_n - y_n)",
    ),
    (
        "MSE: each point pulls as hard as it is far off, and the least loss of a constant is the mean.",
        r"\ell = e^2, \quad \ell' = 2 e, \quad a = \cell{intercept.mse}, \quad b = \cell{slope.mse}",
    ),
    (
        "MAE: each point pulls equally hard, and the least loss of a constant is the median.",
        r"\ell = |e|, \quad \ell' = \operatorname{sign}(e), \quad a = \cell{intercept.mae}, \quad b = \cell{slope.mae}",
    ),
    (
        "Huber: as MSE near the line, as MAE beyond delta.",
        r"\ell' = \max(-\delta, \min(\delta, e)), \quad a = \cell{intercept.huber}, \quad b = \cell{slope.huber}",
    ),
    (
        "Quantile: pulls up and down in the ratio that leaves a share tau of the points below.",
        r"\ell = \max(-\tau e, (1 - \tau) e), \quad a = \cell{intercept.quantile}, \quad b = \cell{slope.quantile}",
    ),
)

SOURCES = (
    Source("Points drawn anew by NumPy from the seed."),
    Source("Huber: Robust estimation of a location parameter, 1964."),
    Source("Quantile: Koenker and Bassett, Regression quantiles, 1978."),
)


def _apart(history: History) -> bool:
    return history.last("error.mse") > 0.8 and history.last("error.mae") < 0.2


def _dragged(knobs: Knobs, history: History) -> bool:
    moved = knobs.outlier != Knobs().outlier
    return moved and knobs.model == "line" and knobs.outlier_count <= 3 and _apart(history)


def _mean_as_quantile(knobs: Knobs, history: History) -> bool:
    gap = history.last("intercept.quantile") - history.last("intercept.mse")
    return knobs.model == "constant" and knobs.noise_kind == "skewed" and knobs.noise >= 0.5 and abs(gap) < 0.03


CHALLENGES = (
    Challenge(
        "Drag at most three outliers until MSE is more than 0.8 off the true line, while MAE stays within 0.2.",
        _dragged, {"outlier_count": 3},
    ),
    Challenge(
        "On skewed points the mean is not the median. Which quantile is it? Bring the quantile's constant within "
        "0.03 of MSE's.", _mean_as_quantile,
        {"model": "constant", "outlier_count": 0, "samples": 61, "noise": 1.0, "noise_kind": "skewed"},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The points with all lines, who steers them, how far they end from the true line, and the numbers."""
    wild = [panels.steers(knobs)] if knobs.outlier_count else []
    return panels.fits(knobs), *wild, panels.errors(knobs), panels.shares(knobs), panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
