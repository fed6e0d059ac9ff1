"""What is measured while a network trains, and the network itself at that moment.

Metrics: `train_loss` (on at most 300 training lines) and `test_loss`, in nats a character or, of surnames, a name;
`epoch`; what is read: `train_lines`, `test_lines`, `symbols` (with that of start and end) and `share_read` of a text.
Beside names and texts `bigram_loss` and `unigram_loss`, of counting on the same held-out lines; of surnames
`train_accuracy`, `test_accuracy`, `majority_accuracy`, `bigram_accuracy`, and `worst_share`, `worst_from`, `worst_to`,
the most frequent mistake. Arrays: `parameters` (P,), which the view takes out; of surnames `confusion` (81, 3) int32,
the share told of each language in per cent, and `confusion_shade` (81,). Series: epoch, and the losses or accuracies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from playground.concepts.rnn.names import baselines, telling
from playground.concepts.rnn.names.baselines import SMOOTHINGS
from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import Corpus, Ints, coded
from playground.concepts.rnn.names.network import Network, as_vector, mean_loss
from playground.contract import Array, Frame
from playground.wire import narrow

MEASURED = 300  # training lines

Pair = tuple[Tensor, Tensor]


class Measure:
    """Measures a network that trains: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, lines: Corpus, network: Network) -> None:
        self.knobs, self.network = knobs, network
        train, test = lines.coded(lines.train, lines.train_labels), lines.coded(lines.test, lines.test_labels)
        self.counted = {
            **sizes(lines),
            **(counted(train, test, lines.symbols) if knobs.writes else counted_languages(lines)),
        }
        self.train, self.test = _tensors(train), _tensors(test)
        self.some: Pair = (self.train[0][:MEASURED], self.train[1][:MEASURED])
        self.an_epoch = math.ceil(len(lines.train) / knobs.batch_size)

    @torch.no_grad()
    def __call__(self, step: int) -> Frame:
        """The frame after so many updates."""
        self.network.eval()
        found, arrays = self._written() if self.knobs.writes else self._told()
        self.network.train()
        epoch = step / self.an_epoch
        arrays["parameters"] = as_vector(self.network).numpy()
        series = narrow({name: [value] for name, value in {"epoch": epoch, **found}.items()})
        return Frame(step, {**found, **self.counted, "epoch": epoch}, arrays, series)

    def _written(self) -> tuple[dict[str, float], dict[str, Array]]:
        pairs = {"train": self.some, "test": self.test}
        return {f"{split}_loss": mean_loss(self.network, *pair).item() for split, pair in pairs.items()}, {}

    def _told(self) -> tuple[dict[str, float], dict[str, Array]]:
        found: dict[str, float] = {}
        for split, pair in {"train": self.some, "test": self.test}.items():
            logits, labels = telling.ends(self.network, *pair)
            found[f"{split}_loss"], found[f"{split}_accuracy"] = telling.score(logits, labels)
        table = telling.confusion(logits.argmax(1).numpy(), labels.numpy())
        return {**found, **telling.worst(table)}, telling.as_text(table)


def _tensors(pair: tuple[Ints, Ints]) -> Pair:
    return torch.from_numpy(pair[0]), torch.from_numpy(pair[1])


def sizes(lines: Corpus) -> Mapping[str, float]:
    """How much is read."""
    return {
        "train_lines": len(lines.train), "test_lines": len(lines.test), "symbols": lines.symbols,
        "share_read": lines.share,
    }  # fmt: skip


def counted(train: tuple[Ints, Ints], test: tuple[Ints, Ints], symbols: int) -> Mapping[str, float]:
    """What counting pairs of characters, and single ones, achieves on the held-out lines."""
    return {
        "bigram_loss": baselines.bigram_nll(train, test, symbols, SMOOTHINGS),
        "unigram_loss": baselines.unigram_nll(train, test, symbols, SMOOTHINGS),
    }


def counted_languages(lines: Corpus) -> Mapping[str, float]:
    """What the most frequent language, and one bigram model a language, achieve on the held-out names."""
    train, test = (coded(list(part), lines.alphabet, lines.width) for part in (lines.train, lines.test))

    def scores(smoothing: float) -> baselines.Floats:
        return baselines.language_scores(train, lines.train_labels, test, lines.symbols, smoothing)

    return {
        "majority_accuracy": telling.majority(lines),
        "bigram_accuracy": baselines.best_accuracy(scores, lines.test_labels, SMOOTHINGS),
    }
