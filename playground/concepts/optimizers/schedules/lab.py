"""Schedules: the same networks under torch's learning-rate schedules, beside the test that says how large it may be."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.optimizers.schedules import panels
from playground.concepts.optimizers.schedules.knobs import EVERY, TOYS, Knobs
from playground.concepts.optimizers.schedules.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Schedules"
CLOCK = "step"
SPLITS = ("train", "validation")
SMALL = Knobs(
    schedules=EVERY, samples=60, hidden_sizes=(4,), repeats=2, steps=60, range_steps=50, range_high=100.0, patience=0,
)  # fmt: skip

PRESETS = (
    Preset(
        "All nine", "Nine plans for one rate: every one that falls ends below the constant rate.",
        Knobs(schedules=EVERY),
    ),
    Preset(
        "Big batches, little noise",
        "Batches of 256: the constant rate has the lowest training loss and the worst validation loss.",
        Knobs(schedules=("constant", "step", "cosine", "restarts", "one_cycle"), batch_size=256, steps=1500),
    ),
    Preset(
        "Little time", "A quarter of the steps: what falls early, as step does, stops short.",
        Knobs(schedules=("constant", "step", "exponential", "cosine", "one_cycle", "warm_up"), steps=500),
    ),
    Preset("Adam falls too", "Adam scales its steps by itself, and still ends lower with a rate that falls.",
           Knobs(optimizer="adam", learning_rate=0.03)),
    Preset(
        "Real digits", "Handwritten digits, 64 inputs: the same story in a larger network.",
        Knobs(schedules=("constant", "step", "cosine", "one_cycle"), data="digits", learning_rate=0.1,
              hidden_sizes=(16,), steps=1500),
    ),
    Preset(
        "Break it: ten times the peak", "One-cycle learns until its rate passes the suggested maximum, then forgets.",
        Knobs(schedules=("constant", "cosine", "one_cycle"), peak=10.0, rise=0.6), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("train_loss.constant", "Training loss, constant"),
    Readout("train_loss.cosine", "Training loss, cosine"),
    Readout("train_loss.one_cycle", "Training loss, one-cycle"),
    Readout("suggested_maximum", "Suggested maximum rate"),
    Readout("epoch", "Epoch", "count"),
)

MATHS = (
    ("One update: the gradient of a batch, scaled by the rate of this step.",
     r"\theta_{t+1} = \theta_t - \eta_t \, g_t"),
    ("Constant: the rate stays.", r"\eta_t = \eta = \cell{rate.constant}"),
    ("Step: after every k steps the rate drops by a factor.",
     r"\eta_t = \eta \, \gamma^{\lfloor t / k \rfloor} = \cell{rate.step}"),
    ("Exponential: every step shrinks the rate by the same factor.",
     r"\eta_t = \eta \, f^{\, t / T} = \cell{rate.exponential}"),
    ("Linear: a straight line down to a share f of the rate.",
     r"\eta_t = \eta \left(1 - (1 - f) \frac{t}{T}\right) = \cell{rate.linear}"),
    ("Cosine: slow at first, fast in the middle, slow at the end (Loshchilov and Hutter 2017).",
     r"\eta_t = \eta_{min} + \frac{\eta - \eta_{min}}{2} \left(1 + \cos \frac{\pi t}{T}\right) = \cell{rate.cosine}"),
    ("Restarts: a cosine again and again, each cycle twice as long as the one before.",
     r"\eta_t = \eta_{min} + \frac{\eta - \eta_{min}}{2} \left(1 + \cos \frac{\pi t_{cycle}}{T_{cycle}}\right) "
     r"= \cell{rate.restarts}"),
    ("One-cycle: up to the peak and down to nearly nothing; momentum moves the other way (Smith 2018).",
     r"\frac{\eta_{peak}}{25} \to \eta_{peak} \to \frac{\eta_{peak}}{25 \cdot 10^4}, \quad "
     r"\eta_t = \cell{rate.one_cycle}"),
    ("Warm-up: a straight line up for w steps, then a cosine down.",
     r"\eta_t = \eta \left(\frac{1}{100} + \frac{99}{100} \frac{t}{w}\right) \text{ for } t < w, \quad "
     r"\eta_t = \cell{rate.warm_up}"),
    ("Plateau: the rate drops when the validation loss has not fallen for some epochs.",
     r"\eta \leftarrow \gamma \, \eta, \quad \eta_t = \cell{rate.plateau}"),
    ("Range test: the rate grows until the smoothed loss exceeds 1.5 times its lowest value, at the rate b "
     "(Smith 2017; the factors 1.5 and 5 are this page's rule).",
     r"\eta_{max} = \frac{b}{5} = \cell{suggested_maximum}"),
)  # fmt: skip

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed; 60 % train, the rest validate.", when=("data", TOYS)),
    replace(DATA["digits"], when=("data", ("digits",))),
    Source("Range test: Smith, Cyclical learning rates for training neural networks, 2017."),
    Source("One-cycle: Smith and Topin, Super-convergence, 2018; Smith, A disciplined approach, 2018."),
    Source("Cosine and restarts: Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts, 2017."),
)


def _constant(knobs: Knobs, history: History) -> bool:
    """Whether a constant rate that was not lowered keeps up with cosine on both splits."""
    as_set = knobs.data == "rings" and knobs.optimizer == "momentum" and knobs.learning_rate >= 0.07
    pairs = [[history.last(f"{split}_loss.{name}") for name in ("constant", "cosine")] for split in SPLITS]
    return as_set and all(constant <= 1.05 * cosine and cosine < 0.2 for constant, cosine in pairs)


def _hurry(knobs: Knobs, history: History) -> bool:
    """Whether some schedule solves the rings in a few small batches."""
    as_set = knobs.data == "rings" and knobs.steps <= 500 and knobs.batch_size <= 8 and knobs.noise >= 0.3
    return as_set and history.last("best_loss") <= 0.2


CHALLENGES = (
    Challenge(
        "Let the constant rate end within 5 % of cosine, in training and in validation loss, without lowering the rate "
        "of 0.07.", _constant, {"schedules": ("constant", "cosine")},
    ),
    Challenge(
        "Bring the training loss to 0.2 within 500 steps of eight samples.", _hurry, {"steps": 500},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """Losses, rates, the range test and the table."""
    return panels.losses(knobs), panels.rates(knobs), panels.range_test(knobs), panels.table(knobs)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
