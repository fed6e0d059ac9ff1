"""Dropout: the mask of each step, training against evaluation, and what many masks together do not know."""

from __future__ import annotations

from playground.concepts.regularization.dropout import panels
from playground.concepts.regularization.dropout.knobs import CLASSES, LINES, Knobs
from playground.concepts.regularization.dropout.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Dropout"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(hidden_sizes=(8, 4), samples=20, passes=10, batch_size=8, steps=30, repeats=2, where="both")

PRESETS = (
    Preset(
        "A band over the line", "Watch the band widen where the points end; orange is evaluation.",
        Knobs(data="sine", rate=0.1, noise=0.5),
    ),
    Preset(
        "A hole in the data", "No points in the middle: the band hardly notices, it mostly grows beyond the ends.",
        Knobs(data="gap", rate=0.1, noise=0.3),
    ),
    Preset(
        "One hidden layer: exact", "What is dropped enters a linear layer only: the blue dots lie on the diagonal.",
        Knobs(hidden_sizes=(64,)),
    ),
    Preset(
        "What the class does not say", "Mutual information: wedges between the classes stay dark however far out.",
        Knobs(spread="information"),
    ),
    Preset(
        "Break it: p = 0.9 on 6 units", "Most samples lose a whole layer: what is left learns next to nothing.",
        Knobs(rate=0.9, hidden_sizes=(6, 6), noise=0.3), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("test_loss.dropout", "Test loss, dropout"),
    Readout("test_loss.plain", "Test loss, none"),
    Readout("growth", "Spread far / near"),
    Readout("kept_share", "Units kept", "percent"),
)

MATHS = (
    (
        "Inverted dropout: each unit is dropped with probability p and the kept ones are scaled up, so that the mean "
        "over masks is what goes in. At evaluation nothing is done.",
        r"\tilde{h}_j = \frac{m_j}{1 - p} h_j, \quad m_j \sim \text{Bernoulli}(1 - p), \quad E[\tilde{h}_j] = h_j; "
        r"\quad \text{kept now: } \cell{kept}",
    ),
    (
        "The output at evaluation equals the mean over masks exactly where what follows is linear. Measured over 400 "
        "masks, with the standard error that their number leaves.",
        r"\sqrt{\overline{\left(\frac{1}{400} \sum_m f_m(x) - f(x)\right)^2}} = \cell{expectation_gap} \pm "
        r"\cell{expectation_error}, \quad \text{one mask: } \cell{jitter}",
    ),
    (
        "MC dropout: masks stay on, T passes are samples of what the network might say; their spread grows away from "
        "the points.",
        r"s(x)^2 = \frac{1}{T - 1} \sum_{t=1}^{T} \left(f_t(x) - \bar{f}(x)\right)^2, \quad "
        r"\frac{\bar{s}(\text{twice the radius})}{\bar{s}(\text{points})} = "
        r"\frac{\cell{uncertainty_outside}}{\cell{uncertainty_inside}} = \cell{growth}",
    ),
)  # fmt: skip

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed; 400 more of the same kind are test points."),
    Source(
        "Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: a simple way to prevent neural networks "
        "from overfitting, 2014."
    ),
    Source(
        "Gal and Ghahramani, Dropout as a Bayesian approximation: representing model uncertainty in deep learning, "
        "2016."
    ),
    Source(
        "Mutual information: Houlsby, Huszár, Ghahramani and Lengyel, Bayesian active learning, 2011.",
        when=("data", CLASSES),
    ),
    Source(
        "Uncertainty between the points: Foong, Burt, Li and Turner, On the expressiveness of approximate inference in "
        "Bayesian neural networks, 2020.",
        when=("data", LINES),
    ),
)  # fmt: skip


def _better(knobs: Knobs, history: History) -> bool:
    """Whether dropout takes two fifths off the test loss, on average over enough networks."""
    return knobs.repeats >= 3 and history.last("test_loss.dropout") <= 0.6 * history.last("test_loss.plain")


def _bent(knobs: Knobs, history: History) -> bool:
    """Whether evaluation is far from the mean over masks."""
    return history.last("expectation_gap") >= 5 * history.last("expectation_error")


CHALLENGES = (
    Challenge("Lower the test loss by 40 % with dropout, on average over three networks or more.", _better),
    Challenge(
        "Make evaluation miss the mean over masks by five standard errors: which knob bends the mean?", _bent,
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The passes, the mask, the expectation, the losses and the numbers."""
    main = panels.maps(knobs) if knobs.is_classes else panels.band(knobs)
    return main, panels.graph(knobs), panels.expectation(knobs), panels.losses(knobs), panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
