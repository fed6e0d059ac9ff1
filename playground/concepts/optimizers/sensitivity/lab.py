"""Sensitivity: every optimizer at every learning rate, together; then a race, each at the rate that suits it."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.optimizers.sensitivity import panels
from playground.concepts.optimizers.sensitivity.knobs import Knobs
from playground.concepts.optimizers.sensitivity.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as DATA
from playground.stage import Part

TITLE = "Sensitivity"
CLOCK = "race step"  # of the race; the sweep before it has none, and counts its steps
DEVICE = "any"
SMALL = Knobs(optimizers=("sgd", "momentum", "adam"), rates=10, steps=20, hidden_units=4, repeats=3)

PRESETS = (
    Preset(
        "SGD and momentum", "The same valley, further left: with momentum 0.9 the best rate is a sixth to a ninth.",
        Knobs(optimizers=("sgd", "momentum")),
    ),
    Preset(
        "Adam's family", "Five relatives, nearly one valley: RAdam and Adamax want two to four times the rates.",
        Knobs(optimizers=("adam", "adamw", "nadam", "radam", "adamax"), highest=1.0),
    ),
    Preset(
        "No common scale", "Adadelta wants several hundred times Adam's rate: a rate alone says nothing.",
        Knobs(optimizers=("sgd", "adam", "adadelta"), highest=100.0),
    ),
    Preset(
        "Short budget", "Eighty steps: the low rates get nowhere, and every valley loses its left half.",
        Knobs(steps=80),
    ),
    Preset(
        "Race on eight seeds", "SGD, momentum and Adam, each at its best rate: watch whether their bands part.",
        Knobs(optimizers=("sgd", "momentum", "adam"), repeats=8, steps=800),
    ),
    Preset(
        "Break it: up to 100", "Half of the networks fly out: watch the rows of crosses grow from the right.",
        Knobs(optimizers=("sgd", "momentum", "adam", "rmsprop"), lowest=0.01, highest=100.0, race=False), breaks=True,
    ),
)  # fmt: skip

READOUTS = (
    Readout("networks", "Networks in the sweep", "count"),
    Readout("diverged", "Diverged", "count"),
    Readout("best_loss", "Best validation loss"),
    Readout("spread", "Decades between best rates"),
    Readout("best_test_loss", "Best mean test loss"),
)

MATHS = (
    (
        "One step: the learning rate times the direction u that the optimizer makes of the gradients g.",
        r"\theta_{t+1} = \theta_t - \eta \, u_t, \quad u_{SGD} = g_t, \quad u_{Momentum} = v_t = \mu v_{t-1} + g_t, "
        r"\quad u_{Adam} = \frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \epsilon}",
    ),
    (
        "SGD's direction is as long as the gradient, each entry of Adam's is near 1: so their best rates differ.",
        r"\log_{10} \frac{\max \eta^*}{\min \eta^*} = \cell{spread}, \quad "
        r"\eta^* = \operatorname{argmin}_\eta L(\eta)",
    ),
    (
        "Stable are the rates at which the loss came down by the share s, or more, of the descent at the best rate.",
        r"L(\eta) \le L_0 - s \left(L_0 - L(\eta^*)\right), \quad L_0 = \cell{start_loss}, \quad "
        r"\min L = \cell{best_loss}",
    ),
)

SOURCES = (
    replace(DATA["digits"], text=DATA["digits"].text + " 60 % train, 20 % choose the rate, 20 % test."),
    Source("Choi et al., On empirical comparisons of optimizers for deep learning, 2019: tuning decides such races."),
    Source("Schmidt, Schneider and Hennig, Descending through a crowded valley, 2021: many optimizers, many budgets."),
)


def _wide(knobs: Knobs, history: History) -> bool:
    return knobs.share >= 0.9 and history.last("decades.sgd") >= 2


def _clear(knobs: Knobs, history: History) -> bool:
    ranked = sorted((history.last(f"test_loss.{name}"), name) for name in knobs.names)
    lows = [history.last(f"test_low.{name}") for _, name in ranked[1:]]
    return len(ranked) >= 3 and min(lows) > history.last(f"test_high.{ranked[0][1]}")


CHALLENGES = (
    Challenge(
        "Widen plain SGD's stable range to two decades (at a share of 90 %).", _wide,
        {"optimizers": ("sgd", "adam"), "race": False},
    ),
    Challenge(
        "Set up a race of three or more with a clear winner: its band overlaps no other.", _clear,
        {"optimizers": ("sgd", "momentum", "adam")},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The sweep, the losses over steps, the race where there is one, and the table."""
    race = (panels.race(knobs),) if knobs.race else ()
    return (panels.sweep(knobs), panels.paths(knobs), *race, panels.table(knobs))


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
