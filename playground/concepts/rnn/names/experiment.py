"""A recurrent network reads lines character by character: it writes new ones, or tells the language of a surname.

The training's frames hold the network (`measure`) and are kept. Temperature, top-k, beginning and the word looked at
only apply it: a run that differs in those alone recalls the frames, and `view` draws from the network of each anew.
Metrics, arrays and series: see `measure` and `view`.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import optim

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import Corpus, corpus
from playground.concepts.rnn.names.measure import Measure
from playground.concepts.rnn.names.network import Network, objective
from playground.concepts.rnn.names.view import View
from playground.concepts.rnn.names.words import LANGUAGES
from playground.contract import Frame
from playground.training.supervised import record, updates
from playground.training.weights import name_of, remembered

FRAMES = 70


def training(knobs: Knobs, lines: Corpus, network: Network) -> Iterator[Frame]:
    """The frames of the training, each with the network."""
    measure = Measure(knobs, lines, network)
    steps = knobs.epochs * measure.an_epoch
    optimizer = optim.Adam(network.parameters(), lr=knobs.learning_rate)
    losses = updates(objective(network), optimizer, *measure.train, batch_size=knobs.batch_size, steps=steps)
    yield from record(losses, measure, steps, FRAMES)


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a run."""
    lines = corpus(knobs)
    network = Network(knobs, lines.symbols, lines.symbols if knobs.writes else len(LANGUAGES))
    view = View(knobs, lines, network)
    kept = remembered(name_of("rnn/names", knobs.training(), "cpu"), network, training(knobs, lines, network))
    yield from map(view, kept)
