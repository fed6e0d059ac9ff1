"""Networks without dropout and with it, trained together as one population from the same starts.

`repeats` networks have rate 0, then as many have rate p, with seeds from `seed` on. The first with dropout is the one
whose masks and passes are shown. Metrics, arrays and series: see `measure.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.regularization.dropout.knobs import Knobs
from playground.concepts.regularization.dropout.measure import Measure, loss_of
from playground.concepts.regularization.dropout.points import points
from playground.concepts.regularization.dropout.thinned import Dropping
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.population import Member
from playground.training.population_updates import updates

FRAMES = 70


def members(knobs: Knobs) -> list[Member]:
    """The networks: without dropout under every seed, then with it."""
    seeds = range(knobs.seed, knobs.seed + knobs.repeats)
    return [
        Member(seed, knobs.activation, "adam", knobs.learning_rate, dropout=rate)
        for rate in (0.0, knobs.rate)
        for seed in seeds
    ]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the comparison."""
    data = points(knobs)
    population = Dropping(members(knobs), knobs.sizes, inputs=knobs.where == "both", device=device)
    measure = Measure(knobs, population, data)
    inputs, targets = (part.to(device) for part in measure.rows["train"])
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure(0)
    losses = updates(population, loss_of(knobs), inputs, targets, batch_size=knobs.batch_size, steps=knobs.steps)
    for step, _ in enumerate(losses, 1):
        if step in shown:
            yield measure(step)
