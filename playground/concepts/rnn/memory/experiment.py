"""Three kinds of recurrent networks learn at several lags together; or the spectral radius of a fixed one is swept.

View `lag`: one population a kind, all on the same sequences, drawn anew for every update; metrics and arrays: see
`measure`. View `gradient`: see `sweep`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from playground.concepts.rnn.memory import sweep, tasks
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.measure import Measure
from playground.concepts.rnn.memory.networks import Networks
from playground.concepts.rnn.words import LABELS
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.seeding import aside

FRAMES = 62


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the view that the knobs ask for."""
    yield from sweep.frames(knobs) if knobs.view == "gradient" else trained(knobs)


def trained(knobs: Knobs) -> Iterator[Frame]:
    """The frames of all the updates; a network whose loss was no number stays as it is from then on."""
    cells = {kind: Networks(knobs, kind) for kind in LABELS}
    measure = Measure(knobs, cells)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    with aside():
        measure.untrained()
        yield measure(0)
    for step in range(1, knobs.steps + 1):
        update(knobs, cells, measure, step)
        if step in shown:
            with aside():
                yield measure(step)


def update(knobs: Knobs, cells: Mapping[str, Networks], measure: Measure, step: int) -> None:
    """Draws fresh sequences, lets every network answer, and then learn from them."""
    inputs, targets = tasks.draw(knobs, knobs.batch_size)
    measure.see(step, targets)
    for kind, networks in cells.items():
        outputs = networks(inputs)
        losses = tasks.losses(outputs, targets)
        norms = networks.update(losses)
        measure.watched[kind].see(step, losses, tasks.scores(outputs.detach(), targets), norms)
