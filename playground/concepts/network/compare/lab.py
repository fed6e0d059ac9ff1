"""Sweep: up to 64 runs of the sandbox that differ in one knob, in two or in the seed, trained together."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.network.compare import panels
from playground.concepts.network.compare.knobs import Knobs
from playground.concepts.network.compare.verdicts import verdicts
from playground.concepts.network.sandbox.data_knobs import REAL_CLASSES, TOYS
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Sweep"
CLOCK = "step"
DEVICE = "any"
SMALL = Knobs(data="circles", samples=60, hidden_sizes=(4,), steps=100, values=16, repeats=2)

PRESETS = (
    Preset("64 rates", "The valley of the loss: too low gets nowhere, too high never settles.", Knobs()),
    Preset(
        "Luck of the seed", "Nothing but the seed differs: see how wide the band is before you trust one run.",
        Knobs(mode="seeds", hidden_sizes=(4, 4), seeds=32, steps=1500),
    ),
    Preset(
        "How much L2?", "Few noisy moons: to the right the training loss rises, the other two fall, then rise.",
        Knobs(swept="l2", lowest=1e-5, highest=0.3, data="moons", samples=120, noise=0.6, hidden_sizes=(16, 16),
              values=16, repeats=4, steps=1500),
    ),
    Preset(
        "Rate × L2", "Two knobs, 64 cells: pointing names a cell, a click trains it alone in the sandbox.",
        Knobs(mode="two", lowest=1e-3, highest=1.0, data="moons", samples=120, noise=0.6, hidden_sizes=(16, 16),
              steps=1000),
    ),
    Preset(
        "Noisy labels", "More and more training labels are redrawn: the loss on true labels climbs.",
        Knobs(swept="label_noise", data="circles", values=32, steps=1000),
    ),
    Preset(
        "Momentum", "The same small rate for all: only with much momentum does SGD arrive in time.",
        Knobs(swept="momentum", optimizer="sgd", data="circles", learning_rate=0.003, values=16, steps=1000),
    ),
    Preset(
        "Break it: up to 10", "SGD with momentum at rates up to 10: at the right every network is lost.",
        Knobs(data="circles", activation="relu", optimizer="sgd", lowest=0.01, steps=600), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("networks", "Networks", "count"),
    Readout("best_value", "Best value"),
    Readout("best_other", "Best second value"),
    Readout("best_validation_loss", "Its validation loss"),
    Readout("best_test_accuracy", "Its test accuracy", "percent"),
    Readout("best_test_r2", "Its test R²"),
    Readout("spread", "Standard deviation of the test score"),
    Readout("gone", "Above their start", "count"),
    Readout("parted", "Twins that parted", "count"),
)

MATHS = (
    (
        "Every network has parameters and a loss of its own; one backward pass serves them all.",
        r"L = \sum_{m=1}^{M} L_m(\theta_m), \quad \frac{\partial L}{\partial \theta_m} = "
        r"\frac{\partial L_m}{\partial \theta_m}, \quad M = \cell{networks}",
    ),
    (
        "The best value has the least validation loss (or the highest score); the test points only judge it.",
        r"\lambda^* = \operatorname{argmin}_\lambda L_{val}(\lambda) = \cell{best_value}, \quad "
        r"L_{val} = \cell{best_validation_loss}, \quad L_{test} = \cell{best_test_loss}",
    ),
    (
        "A twin's start is one unit in the last place off; where training is chaotic the distance grows step by step.",
        r"\theta'_0 = \theta_0 (1 + \epsilon), \; \epsilon \le 2^{-23}, \quad "
        r"\lvert L' - L \rvert > 0.05 \, L \text{ for } \cell{parted} \text{ twins}",
    ),
)

SOURCES = (
    Source("Toy points, drawn anew by NumPy from the seed.", when=("data", TOYS)),
    Source("Your own points, as you painted them: they are in the link.", when=("data", ("painted",))),
    Source("Your own table: the first 2,000 rows, kept by the server for a while.", when=("data", ("table",))),
    *(replace(DATA[name], when=("data", (name,))) for name in REAL_CLASSES),
    Source("Bergstra and Bengio, Random search for hyper-parameter optimization, 2012: rates belong on a log scale.",
           url="https://jmlr.org/papers/v13/bergstra12a.html"),
    Source("Bouthillier et al., Accounting for variance in machine learning benchmarks, 2021: what a seed changes.",
           url="https://arxiv.org/abs/2103.03098"),
)  # fmt: skip


def _steady(knobs: Knobs, history: History) -> bool:
    return (
        knobs.mode == "seeds"
        and knobs.data == "spiral"
        and knobs.seeds >= 16
        and knobs.steps <= 1500
        and history.last("low_score") >= 0.95
    )


def _worth_it(knobs: Knobs, history: History) -> bool:
    noisy = knobs.data == "moons" and knobs.samples <= 120 and knobs.noise >= 0.6
    penalised = knobs.swept in ("l1", "l2", "dropout") and knobs.seed_count == 4
    return noisy and penalised and history.last("best_test_accuracy") >= 0.94


CHALLENGES = (
    Challenge(
        "Make the spiral safe: 16 seeds or more, at most 1,500 steps, and the worst still at 0.95 test accuracy.",
        _steady, {"mode": "seeds", "seeds": 16, "hidden_sizes": (4, 4), "steps": 1500},
    ),
    Challenge(
        "Find a penalty: 120 noisy moons (noise 0.6) reach 0.94 test accuracy, averaged over 4 seeds.", _worth_it,
        {"swept": "l2", "data": "moons", "samples": 120, "noise": 0.6, "hidden_sizes": (16, 16), "values": 16},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The sweep, every network's curve (for seeds the scores), what some say, and their numbers."""
    if knobs.refusal():
        return ()
    main = {"one": panels.against_value, "two": panels.over_two, "seeds": panels.over_seeds}[knobs.mode](knobs)
    beside = panels.histogram(knobs) if knobs.mode == "seeds" else panels.curves(knobs)
    said = panels.lines(knobs) if knobs.data == "sine" else panels.maps(knobs)
    return (main, beside, said, panels.table(knobs))


__all__ = ["CHALLENGES", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts"]
