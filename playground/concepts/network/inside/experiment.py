"""The sandbox's training, seen from inside: equal to it bit for bit, since looking draws and changes nothing.

Metrics, arrays and series: `measure.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.network.inside.knobs import Knobs
from playground.concepts.network.inside.measure import Measure
from playground.concepts.network.sandbox.experiment import watched
from playground.contract import Frame


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the sandbox's run with these knobs, as this lab measures it."""
    return watched(knobs, device, lambda *seen: Measure(knobs, *seen))
