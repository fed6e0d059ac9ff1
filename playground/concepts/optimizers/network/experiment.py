"""The same network under several optimizers, each under several seeds, trained together as one population.

All networks of a seed start from the same weights and see the same batches. Metrics, arrays and series: see
`measure.py` and, for the loss landscape, `paths.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from playground.concepts.optimizers.network.knobs import Knobs
from playground.concepts.optimizers.network.measure import Measure
from playground.concepts.optimizers.network.rates import member, rates
from playground.concepts.optimizers.network.sets import splits
from playground.concepts.optimizers.network.timing import Stopwatch
from playground.contract import Frame
from playground.training.losses import cross_entropy
from playground.training.pace import frame_steps
from playground.training.population import Member, Population
from playground.training.population_updates import member_batches

FRAMES = 80


def members(knobs: Knobs, chosen: Mapping[str, float]) -> list[Member]:
    """The networks: optimizer by optimizer, each under every seed, at the chosen rates."""
    seeds = range(knobs.seed, knobs.seed + knobs.seeds)
    return [member(name, chosen[name], seed) for name in knobs.names for seed in seeds]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the race; a network whose loss is no number stops, the others go on.

    Frame 0 comes before the rates are tuned: it needs none of them.
    """
    data = splits(knobs, device)
    measure = Measure(knobs, data)
    untrained = members(knobs, dict.fromkeys(knobs.names, 0.0))
    yield measure.start(Population(untrained, knobs.sizes, device=device))
    chosen = rates(knobs, data)
    population = Population(members(knobs, chosen), knobs.sizes, device=device)
    watch = Stopwatch(population, cross_entropy, knobs.seeds)
    inputs, labels = data["train"]
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    batches = member_batches(population.generators, len(inputs), knobs.batch_size)
    for step, rows in enumerate(islice(batches, knobs.steps), 1):
        watch.step(inputs[rows.to(device)], labels[rows.to(device)])
        if step in shown:
            yield measure(step, population, chosen, watch.step_ms())
