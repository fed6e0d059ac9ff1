"""How well languages are told: scores, and the table of what is taken for what."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.names.lines import Corpus, Ints
from playground.concepts.rnn.names.network import Network
from playground.concepts.rnn.names.words import LANGUAGES
from playground.contract import Array, ranged

Floats = NDArray[np.float64]


def ends(network: Network, inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Logits (N, K) at the step where each name has ended, and the labels (N,)."""
    at = (targets >= 0).int().argmax(1)  # (N,)
    rows = torch.arange(len(inputs))
    return network(inputs[:, : int(at.max()) + 1])[rows, at], targets[rows, at]


def score(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    """Loss and accuracy."""
    return F.cross_entropy(logits, labels).item(), float((logits.argmax(1) == labels).double().mean())


def confusion(told: Ints, labels: Ints) -> Floats:
    """Shares (K, K): of the names of language i, those taken for language j; a language without names has zeros."""
    count = len(LANGUAGES)
    table = np.bincount(labels * count + told, minlength=count**2).reshape(count, count).astype(np.float64)
    shares: Floats = table / np.maximum(table.sum(1, keepdims=True), 1)
    return shares


def worst(table: Floats) -> dict[str, float]:
    """The most frequent mistake: `worst_share` of language number `worst_from` are taken for `worst_to`."""
    wrong = table - np.diag(np.diag(table))
    source, target = np.unravel_index(wrong.argmax(), wrong.shape)
    return {"worst_share": float(wrong.max()), "worst_from": float(source), "worst_to": float(target)}


def as_text(table: Floats) -> dict[str, Array]:
    """The table as percentages to be read, `confusion` (K K, 3) code points, on their ground, `confusion_shade` (K K,).

    What rounds to nothing is left empty.
    """
    said = [f"{100 * share:.0f}" for share in table.flatten()]
    codes = [[ord(c) for c in text.ljust(3, "\0")] if text != "0" else [0, 0, 0] for text in said]
    return {"confusion": np.array(codes, np.int32), "confusion_shade": ranged(table.flatten(), 0, 1)}


def majority(lines: Corpus) -> float:
    """The share of held-out names in the language that is most frequent among the training names."""
    return float((lines.test_labels == np.bincount(lines.train_labels).argmax()).mean())
