"""The same network under several activations, trained together as one population.

All start from the same weights and see the same batches; each activation has `repeats` networks, with seeds from
`seed` on. Metrics, arrays and series: see `measure.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.activations.training.knobs import Knobs
from playground.concepts.activations.training.measure import Measure
from playground.concepts.activations.training.points import points
from playground.contract import Frame
from playground.training.losses import binary_cross_entropy
from playground.training.pace import frame_steps
from playground.training.population import Member, Population
from playground.training.population_updates import updates

FRAMES = 100


def members(knobs: Knobs) -> list[Member]:
    """The networks: activation by activation, each under every seed."""
    seeds = range(knobs.seed, knobs.seed + knobs.repeats)
    return [Member(seed, name, knobs.optimizer, knobs.learning_rate) for name in knobs.names for seed in seeds]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the comparison; a network whose loss is no number stops, the others go on."""
    data = points(knobs)
    population = Population(members(knobs), knobs.sizes, initialiser=knobs.initialiser, device=device)
    measure = Measure(knobs, population, data)
    inputs, targets = data.inputs["train"].to(device), data.targets["train"].to(device)
    losses = updates(population, binary_cross_entropy, inputs, targets, batch_size=knobs.batch_size, steps=knobs.steps)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure(0)
    for step, _ in enumerate(losses, 1):
        if step in shown:
            yield measure(step)
