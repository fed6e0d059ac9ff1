"""The same network trained at another batch size: how sharp its path and how wide its valley is.

Metrics: those of the walk's last frame, `rival_update` and `rival_curvature`. Series: `rival_step`, `rival_curvature`.
Array of the last frame: `rival_mean` (41,), the mean loss on lines through its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from playground.concepts.network.landscape.ground import Ground, slices
from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.landscape.training import Training, finite
from playground.contract import Frame
from playground.training import weights
from playground.wire import narrow

EVERY = 8  # snapshots between two measurements


def rival(knobs: Knobs, device: str, walked: Frame) -> Iterator[Frame]:
    """The frames that follow the walk's last one. A network that diverges is measured as long as it is finite."""
    settings = knobs.rival()
    looking = Training(settings, device)
    torch.manual_seed(knobs.seed)
    training = Training(settings, device)
    name = weights.name_of("network/landscape", settings.training(), device)
    last, step = None, walked.step
    for number, snapshot in enumerate(weights.remembered(name, training.model, training.snapshots())):
        if not finite(snapshot):
            continue
        last = snapshot
        if number % EVERY == 0:
            step += 1
            yield measured(walked, step, looking, snapshot)
    if last is not None:
        sharp = measured(walked, step + 1, looking, last)
        row = np.asarray(last.arrays["row"], np.float64)
        mean = slices(Ground(looking, knobs.surface), row, knobs.seed)["slice_mean"]
        yield replace(sharp, arrays={"rival_mean": mean})


def measured(walked: Frame, step: int, looking: Training, snapshot: Frame) -> Frame:
    """A frame with the rival's curvature at a snapshot."""
    sharp = looking.curvature(snapshot)
    metrics = {**walked.metrics, "rival_update": snapshot.step, "rival_curvature": sharp}
    return Frame(step, metrics, {}, narrow({"rival_step": [snapshot.step], "rival_curvature": [sharp]}))
