"""A small convolutional network in training and behind it, all through the eyes of one picture.

First come the frames of the training, kept with the weights by the knobs that shape it: for another picture they are
recalled and looked at anew. Then a square wanders over the picture. Metrics, arrays and series: see `measure`.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from torch import nn

from playground.concepts.cnn.inside.knobs import Knobs
from playground.concepts.cnn.inside.measure import View
from playground.concepts.cnn.inside.training import training
from playground.concepts.cnn.layers import LayersError, read
from playground.concepts.cnn.networks import convnet
from playground.concepts.cnn.sets import SHAPES, arrays
from playground.contract import Frame
from playground.data.published import DataError
from playground.training import weights


def built(knobs: Knobs) -> nn.Sequential:
    """The network. Raises DataError with a sentence where it cannot be built."""
    try:
        _ = knobs.rows
        return convnet(read(knobs.text), SHAPES[knobs.data], len(knobs.names), knobs.activation)
    except LayersError as error:
        raise DataError(str(error)) from None


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames: the training as this picture sees it, then the square at each of its places."""
    model = built(knobs).to(device)
    sets = arrays(knobs.data, knobs.seed)
    view = View(knobs, deepcopy(model), sets, device)
    name = weights.name_of("cnn/inside", knobs.training(), device)
    step = 0
    for snapshot in weights.remembered(name, model, training(knobs, model, sets, device)):
        yield view.at(snapshot)
        step = snapshot.step
    if step == knobs.steps:  # else the loss was not finite
        yield from view.wander()
