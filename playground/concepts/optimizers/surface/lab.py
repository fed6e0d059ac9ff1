"""Torch's optimizers race on a surface; and every learning rate and momentum on a bowl."""

from __future__ import annotations

from playground.concepts.optimizers.surface import panels, sweep_panels
from playground.concepts.optimizers.surface.knobs import NAMES, Knobs
from playground.concepts.optimizers.surface.maths import MATHS
from playground.concepts.optimizers.surface.surfaces import RATES
from playground.concepts.optimizers.surface.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Surface"
CLOCK = "step"
RANDOM = False
SMALL = Knobs(steps=20, optimizers=("sgd", "momentum", "adam"))

PRESETS = (
    Preset("Narrow valley", "SGD zigzags, momentum overshoots, Adam cuts the corner.", Knobs()),
    Preset(
        "Break it: above 2 / λmax", "The bowl bends by 50, so the limit is 0.04: at 0.05 SGD flies out.",
        Knobs(learning_rate=0.05, optimizers=("sgd", "momentum", "adam"), focus="sgd", steps=100), breaks=True,
    ),
    Preset(
        "Rosenbrock", "Each has its best of 25 rates: momentum gets round the bend first.",
        Knobs(surface="rosenbrock", rates="best", steps=400),
    ),
    Preset(
        "Saddle", "It starts a hair beside the ridge: SGD lingers, RMSprop and Adam are gone at once.",
        Knobs(surface="saddle", learning_rate=0.02, steps=300),
    ),
    Preset(
        "Many minima", "Rastrigin: three roll into the next hole; momentum, at 0.97, carries on to the lowest.",
        Knobs(
            surface="rastrigin", learning_rate=0.003, focus="momentum", momentum=0.97, start=(-3.45, 3.45), steps=400,
        ),
    ),
    Preset(
        "Break it: the cliff", "One look at the wall, and momentum is thrown off the map.",
        Knobs(surface="cliff", learning_rate=0.3, focus="momentum", steps=100), breaks=True,
    ),
    Preset(
        "All 13", "All optimizers of this page on Himmelblau, each at its best rate.",
        Knobs(surface="himmelblau", optimizers=NAMES, rates="best"),
    ),
    Preset(
        "All rates", "Colour is measured, lines are theory: click on any pair.",
        Knobs(surface=RATES),
    ),
)  # fmt: skip

READOUTS = (
    Readout("loss.sgd", "SGD: loss"),
    Readout("loss.momentum", "Momentum: loss"),
    Readout("loss.adam", "Adam: loss"),
    Readout("arrived", "Arrived", "count"),
    Readout("left", "Ran away", "count"),
    Readout("factor.own", "Error left a step, yours"),
    Readout("factor.best", "Error left a step, best pair"),
    Readout("theory.best", "The same by theory"),
    Readout("limit", "Limit of rate × λmax"),
)

SOURCES = (
    Source("Every path is computed by torch.optim; nothing is drawn at random."),
    Source("Rosenbrock: An automatic method for finding the greatest or least value of a function, 1960.",
           when=("surface", ("rosenbrock",))),
    Source("Beale: On an iterative method for finding a local minimum of a function of more than one variable, 1958.",
           when=("surface", ("beale",))),
    Source("Himmelblau: Applied nonlinear programming, 1972.", when=("surface", ("himmelblau",))),
    Source("Rastrigin: Systems of extremal control, 1974.", when=("surface", ("rastrigin",))),
    Source("Polyak: Some methods of speeding up the convergence of iteration methods, 1964."),
    Source("Goh: Why momentum really works, Distill, 2017.", url="https://distill.pub/2017/momentum/"),
    Source("Kingma and Ba: Adam, a method for stochastic optimization, 2015."),
)  # fmt: skip


def _through_the_valley(knobs: Knobs, history: History) -> bool:
    own = knobs.surface == "rosenbrock" and not knobs.start and knobs.steps <= 200
    return own and "momentum" in knobs.optimizers and history.last("arrived_step.momentum") <= 200


def _best_pair(knobs: Knobs, history: History) -> bool:
    if knobs.surface != RATES or knobs.condition < 20 or not len(history):
        return False
    return 1 - history.last("factor.own") > 0.95 * (1 - history.last("theory.best"))


CHALLENGES = (
    Challenge(
        "Bring momentum through Rosenbrock's valley, from the surface's own start, to a loss under 0.001 within 200 "
        "steps. Its learning rate, its momentum and Nesterov are yours to set.",
        _through_the_valley,
        {"surface": "rosenbrock", "optimizers": ("momentum",), "learning_rate": 0.0003, "steps": 200},
    ),
    Challenge(
        "On the map of all rates, find a pair that shrinks the error at 95 % of the best speed, with a condition "
        "number of 20 or more.",
        _best_pair, {"surface": RATES},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """The race: map, curves, standings, inner state. Or the map of all rates, three runs and a cut."""
    if knobs.surface == RATES:
        made = (sweep_panels.rates, sweep_panels.losses, sweep_panels.cut, sweep_panels.table, sweep_panels.paths)
        return tuple(one(knobs) for one in made)
    view = panels.side if knobs.view == "side" else panels.surface
    race = (view, panels.losses, panels.sizes, panels.standings, panels.gradients, panels.state, panels.distances)
    return tuple(one(knobs) for one in race)


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "RANDOM", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage",
    "verdicts",
]  # fmt: skip
