"""Capacity: bias, variance and the error of a growing model, past the point where it fits everything."""

from __future__ import annotations

from playground.concepts.regularization.capacity import panels
from playground.concepts.regularization.capacity.knobs import Knobs
from playground.concepts.regularization.capacity.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Capacity"
CLOCK = "parameters"
SMALL = Knobs(function="own", samples=5, most=12, resamplings=5, ridge=0.001)

PRESETS = (
    Preset("Down, up, down", "Watch the fits at 10 parameters, as many as points: then they calm down again.", Knobs()),
    Preset(
        "Double descent", "A network of random units: 300 of them err less than any network that is smaller than the "
        "data.",
        Knobs(model="features", samples=20, most=300),
    ),
    Preset(
        "Ridge flattens the peak", "The dotted line is the same sweep without ridge: the peak is gone, the ends stay.",
        Knobs(samples=20, ridge=0.01),
    ),
    Preset(
        "A step", "No polynomial has a jump: with 60 points bias² is the larger part up to many parameters.",
        Knobs(function="step", samples=60, most=20),
    ),
    Preset(
        "A norm that forgets", "Beyond the threshold the smallest coefficients are spikes on nothing: the error falls, "
        "but not back.",
        Knobs(falloff=0),
    ),
    Preset(
        "Break it: degree 14, 15 points", "One parameter a point and no ridge: every point is hit, everything between "
        "is missed.",
        Knobs(samples=15, most=15), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("parameters", "Parameters", "count"),
    Readout("test_error", "Test error"),
    Readout("bias_squared", "Bias²"),
    Readout("variance", "Variance"),
    Readout("train_error", "Training error"),
)

MATHS = (
    (
        "The expected error on a fresh noisy point has three parts; the measured one agrees within its band.",
        r"E\left[(y - \hat{f}(x))^2\right] = \text{bias}^2 + \text{variance} + \sigma^2 = \cell{bias_squared} + "
        r"\cell{variance} + \cell{noise} = \cell{expected_error}, \quad \text{measured } \cell{test_error} \pm "
        r"\cell{test_band}",
    ),
    (
        "Bias: how far the mean of the fits is from the true function, on average over x.",
        r"\text{bias}^2 = \overline{\left(\bar{f}(x) - f(x)\right)^2} = \cell{bias_squared}, \quad "
        r"\bar{f} = \frac{1}{R} \sum_{r=1}^{R} \hat{f}_r",
    ),
    (
        "Variance: how far the fits are from their mean. The mean of R fits is uncertain itself, which alone makes "
        "this much of bias².",
        r"\text{variance} = \frac{1}{R} \sum_{r=1}^{R} \overline{\left(\hat{f}_r(x) - \bar{f}(x)\right)^2} = "
        r"\cell{variance}, \quad \frac{\text{variance}}{R - 1} = \cell{chance}",
    ),
    (
        "The fit: least squares with a ridge. Where it goes to 0 and parameters outnumber points, the smallest of the "
        "many exact fits.",
        r"w = \arg\min_w \frac{1}{N} \left|y - \Phi w\right|^2 + \lambda |w|^2 = \Phi^\top \left(\Phi \Phi^\top + "
        r"N \lambda I\right)^{-1} y, \quad |w| = \cell{size}",
    ),
)  # fmt: skip

SOURCES = (
    Source("Points drawn anew by NumPy from the seed; fits by PyTorch's SVD in float64. Nothing is trained by steps."),
    Source("Geman, Bienenstock and Doursat, Neural networks and the bias/variance dilemma, 1992."),
    Source(
        "Belkin, Hsu, Ma and Mandal, Reconciling modern machine-learning practice and the classical bias-variance "
        "trade-off, 2019."
    ),
    Source("Nakkiran and others, Deep double descent: where bigger models and more data hurt, 2019."),
    Source(
        "Random cosine units: Rahimi and Recht, Random features for large-scale kernel machines, 2007.",
        when=("model", ("features",)),
    ),
    Source("Ridge: Hoerl and Kennard, Ridge regression, 1970."),
)  # fmt: skip


def _near_the_floor(knobs: Knobs, history: History) -> bool:
    """Whether some capacity errs at most a tenth more than the noise alone."""
    return knobs.noise >= 0.2 and bool(history.metrics["test_error"].min() <= 1.1 * knobs.noise**2)


def _harmless(knobs: Knobs, history: History) -> bool:
    """Whether the error with as many parameters as points is at most 1.3 times the noise."""
    at = history.metrics["parameters"] == knobs.samples
    fair = knobs.noise >= 0.2 and 10 <= knobs.samples <= 20 and bool(at.any())
    return fair and bool(history.metrics["test_error"][at][0] <= 1.3 * knobs.noise**2)


CHALLENGES = (
    Challenge(
        "With noise of 0.2 or more, bring the test error within 10 % of the noise floor at some capacity.",
        _near_the_floor,
    ),
    Challenge(
        "Make as many parameters as points harmless: an error of at most 1.3 times the noise floor there, with 10 to "
        "20 points and noise of 0.2 or more.", _harmless,
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The fits, the error in its parts, the size of the coefficients, and the numbers."""
    return panels.fits(knobs), panels.errors(knobs), panels.size(knobs), panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
