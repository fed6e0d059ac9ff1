"""Every optimizer at every learning rate together, one population; then a race, each at its best rate, on fresh seeds.

In the sweep all networks share start and batches; each optimizer has one for each rate and one at torch's default rate.
Step N + s of the recording is step s of the race, N the steps of the sweep. Metrics and arrays: `measure.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playground.concepts.optimizers.sensitivity.knobs import DEFAULT_RATES, Knobs
from playground.concepts.optimizers.sensitivity.measure import RaceMeasure, SweepMeasure
from playground.concepts.optimizers.sensitivity.points import Points, points
from playground.concepts.optimizers.sensitivity.valley import rates
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.pace import frame_steps
from playground.training.population import Member, Population
from playground.training.population_updates import updates

SWEEP_FRAMES, RACE_FRAMES = 60, 40


def member(knobs: Knobs, name: str, seed: int, rate: float) -> Member:
    """A network under an optimizer of the page."""
    torch_name = "sgd" if name == "momentum" else name
    return Member(seed, knobs.activation, torch_name, rate, knobs.hyper(name))


def sweepers(knobs: Knobs) -> list[Member]:
    """The networks of the sweep: optimizer by optimizer, each rate and then torch's default."""
    grid = rates(knobs.lowest, knobs.highest, knobs.rates).tolist()
    return [member(knobs, name, knobs.seed, rate) for name in knobs.names for rate in (*grid, DEFAULT_RATES[name])]


def racers(knobs: Knobs, best: list[float]) -> list[Member]:
    """The networks of the race: each optimizer at its best rate, under the seeds that follow the sweep's."""
    seeds = range(knobs.seed + 1, knobs.seed + 1 + knobs.repeats)
    return [member(knobs, name, seed, rate) for name, rate in zip(knobs.names, best, strict=True) for seed in seeds]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the sweep and, where it is wanted, of the race."""
    data = points(knobs.seed)
    sweep = Population(sweepers(knobs), knobs.sizes, device=device)
    measure = SweepMeasure(knobs, sweep, data)
    yield measure(0)
    yield from trained(knobs, sweep, data, SWEEP_FRAMES, measure)
    if knobs.race:
        race = Population(racers(knobs, measure.best_rates()), knobs.sizes, device=device)
        yield from trained(knobs, race, data, RACE_FRAMES, RaceMeasure(knobs, race, data, measure.metrics))


def trained(
    knobs: Knobs, population: Population, data: Points, most: int, measure: Callable[[int], Frame]
) -> Iterator[Frame]:
    """The frames from step 1 on of a population that learns the training digits."""
    inputs, labels = (part["train"].to(population.values.device) for part in (data.inputs, data.labels))
    losses = updates(population, cross_entropy, inputs, labels, batch_size=knobs.batch_size, steps=knobs.steps)
    shown = frozenset(frame_steps(knobs.steps, most))
    for step, _ in enumerate(losses, 1):
        if step in shown:
            yield measure(step)
