"""Eight strengths of one method trained together on a few noisy points; or a loss of two weights under a penalty.

Metrics, arrays and series: see `measure.py` for the networks and `geometry.py` for the two weights.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.regularization.overfitting.geometry import sweep
from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.concepts.regularization.overfitting.measure import Measure
from playground.concepts.regularization.overfitting.nets import networks
from playground.concepts.regularization.overfitting.points import points
from playground.concepts.regularization.overfitting.training import Training
from playground.contract import Frame
from playground.training.pace import frame_steps

FRAMES = 100


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the sweep, or of the geometry."""
    yield from sweep(knobs) if knobs.view == "geometry" else _trained(knobs, device)


def _trained(knobs: Knobs, device: str) -> Iterator[Frame]:
    data = points(knobs)
    training = Training(knobs, networks(knobs, device), data)
    measure = Measure(knobs, training, data)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure(0)
    for step in training.steps():
        if step in shown:
            yield measure(step)
