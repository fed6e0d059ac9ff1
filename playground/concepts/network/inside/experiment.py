"""The sandbox's training, seen from inside: equal to it bit for bit, since looking draws and changes nothing.

Metrics, arrays and series: `measure.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.measure import Measure
from playground.concepts.network.sandbox.changes import losses
from playground.concepts.network.sandbox.experiment import FRAMES, loss_fn, network, objective
from playground.concepts.network.sandbox.measure import Network, all_rows
from playground.concepts.network.sandbox.points import points
from playground.concepts.network.sandbox.stops import until
from playground.contract import Frame
from playground.training.initialisers import initialise
from playground.training.optimizers import optimizer
from playground.training.supervised import record


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a training run: data, then parameters layer by layer, then a permutation an epoch are drawn."""
    data = points(knobs)
    model = network(knobs)
    initialise(model, knobs.initialiser)
    model.to(device)
    trained = Network(model, loss_fn(knobs), objective(knobs, model), not knobs.is_classes)
    rows = all_rows(knobs, data, device)
    chosen = optimizer(knobs.optimizer, model.parameters(), knobs.learning_rate, **knobs.hyper)
    updates = losses(knobs, model, chosen, lambda now: objective(now, model), *rows.train)
    measure = Measure(knobs, trained, data, rows, chosen)
    going = measure.timed(until(knobs, trained, rows, updates))
    yield from record(going, measure, knobs.steps, FRAMES, [step for step, *_ in knobs.made])
