"""Up to 64 runs of the sandbox that differ in one knob, in two or in the seed, trained as one population.

Metrics, arrays and series: `measure.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.network.compare.knobs import Knobs
from playground.concepts.network.compare.measure import Measure
from playground.concepts.network.compare.training import Training
from playground.contract import Frame
from playground.data.published import DataError
from playground.training.pace import frame_steps
from playground.training.seeding import aside

FRAMES = 90


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a sweep. Raises DataError with one sentence where these knobs cannot be swept."""
    if said := knobs.refusal():
        raise DataError(said)
    training = Training(knobs, device)
    measure = Measure(knobs, training)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure(0)
    for step, _ in enumerate(training.losses(), 1):
        if step in shown:
            with aside():
                frame = measure(step)
            yield frame
