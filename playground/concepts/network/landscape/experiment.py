"""A network's training, the loss landscape about its path, and the walk along the path over it.

The map needs the end of training: a plane through it, or the plane of the whole path. So the network trains first, as
fast as it can, with few frames; then the map appears, from coarse to fine; then the path is walked again over the
finished map, at the pace of the player. Training is kept, so that another plane does not train anew. Where another
batch size is compared, it trains while the path is walked. Metrics, arrays and series: see `walk` and `rival`.
"""

from __future__ import annotations

from collections.abc import Iterator

from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.landscape.rival import rival
from playground.concepts.network.landscape.training import Training
from playground.concepts.network.landscape.walk import AHEAD, Walk, ahead
from playground.contract import Frame
from playground.training import weights


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the training, of the map and of the walk."""
    training = Training(knobs, device)
    name = weights.name_of("network/landscape", knobs.training(), device)
    snapshots: list[Frame] = []
    for snapshot in weights.remembered(name, training.model, training.snapshots()):
        snapshots.append(snapshot)
        if len(snapshots) % AHEAD == 1:
            yield ahead(snapshots)
    walk = Walk(knobs, training, snapshots)
    yield from walk.survey()
    frame = snapshots[-1]
    for frame in walk.frames():
        yield frame
    if knobs.beside != "none":
        yield from rival(knobs, device, frame)
