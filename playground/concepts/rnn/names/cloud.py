"""The hidden states that a word's are seen among: of held-out lines, by the kind of character that was just read."""

from __future__ import annotations

import unicodedata

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import Corpus
from playground.concepts.rnn.names.network import Network
from playground.concepts.rnn.names.plane import Plane
from playground.concepts.rnn.names.words import KINDS, LANGUAGES
from playground.contract import Array

MOST = 260
VOWELS = "aeiouyаеёиоуыэюяαεηιουω"


def kind(character: str) -> int:
    """0 for a vowel, 1 for another letter, 2 for anything else; accents do not count."""
    if not character.isalpha():
        return 2
    return 0 if unicodedata.normalize("NFD", character.lower())[0] in VOWELS else 1


class Cloud:
    """At most 260 hidden states of held-out lines: all of a line, or of a surname the last; `groups` (M,) say which."""

    def __init__(self, knobs: Knobs, lines: Corpus) -> None:
        inputs, targets = lines.coded(lines.test, lines.test_labels)
        places = np.argwhere(targets >= 0)[:MOST]  # (M, 2): line, step
        self.rows, self.steps = torch.from_numpy(places[:, 0]), torch.from_numpy(places[:, 1])
        self.inputs = torch.from_numpy(inputs[: int(places[:, 0].max()) + 1, : int(places[:, 1].max()) + 1])
        if knobs.writes:
            kinds = np.array([2, *map(kind, lines.alphabet)])
            self.groups, self.count = kinds[inputs[places[:, 0], places[:, 1]]], len(KINDS)
        else:
            self.groups, self.count = lines.test_labels[places[:, 0]], len(LANGUAGES)
        self.plane = Plane()

    @torch.no_grad()
    def __call__(self, network: Network, path: Tensor) -> tuple[dict[str, Array], NDArray[np.float32], float]:
        """Where the states of each group lie, and those (T, H) of a word, also (T, 2); the share of variance seen."""
        hidden = network.read(network.embedding(self.inputs))[1][self.rows, self.steps]  # (M, H)
        cloud, word, shown = self.plane(hidden, path)
        found: dict[str, Array] = {"path_x": word[:, :1].numpy(), "path_y": word[:, 1:].numpy()}
        for k in range(self.count):
            found[f"cloud_x_{k}"], found[f"cloud_y_{k}"] = cloud[self.groups == k].T.numpy()
        return found, word.numpy(), shown
