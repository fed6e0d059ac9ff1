"""What counting alone achieves: characters by their frequency, by the one before, and languages by both."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SMOOTHINGS = (0.001, 0.01, 0.1, 1.0)
"""Counts that are added to every pair; the held-out lines choose, which favours the baseline."""


def bigram(inputs: np.ndarray, targets: np.ndarray, symbols: int, smoothing: float) -> np.ndarray:
    """Log probabilities (V, V) of each symbol after each, from inputs and targets (N, T) with -100 for no target."""
    known = targets >= 0
    counts = np.full((symbols, symbols), smoothing)
    np.add.at(counts, (inputs[known], targets[known]), 1)
    logs: np.ndarray = np.log(counts / counts.sum(1, keepdims=True))
    return logs


def mean_nll(table: Floats, inputs: Ints, targets: Ints) -> float:
    """The mean negative log probability of the targets, in nats, under a table of `bigram`."""
    known = targets >= 0
    return float(-table[inputs[known], targets[known]].mean())


def bigram_nll(train: tuple[Ints, Ints], test: tuple[Ints, Ints], symbols: int, smoothings: tuple[float, ...]) -> float:
    """The held-out nll of a bigram model at its best smoothing."""
    return min(mean_nll(bigram(*train, symbols, smoothing), *test) for smoothing in smoothings)


def unigram_nll(
    train: tuple[Ints, Ints], test: tuple[Ints, Ints], symbols: int, smoothings: tuple[float, ...]
) -> float:
    """The same of a model that knows only how frequent each symbol is."""
    blind = [(np.zeros_like(inputs), targets) for inputs, targets in (train, test)]
    return bigram_nll(blind[0], blind[1], symbols, smoothings)


def language_scores(
    train: tuple[Ints, Ints], labels: Ints, test: tuple[Ints, Ints], symbols: int, smoothing: float
) -> Floats:
    """Log probabilities (N, K), but for a constant, of each language: its share times its own bigram model."""
    scores = []
    for label in range(int(labels.max()) + 1):
        rows = labels == label
        table = bigram(train[0][rows], train[1][rows], symbols, smoothing)
        each = np.where(test[1] >= 0, table[test[0], np.maximum(test[1], 0)], 0).sum(1)
        scores.append(each + np.log(max(rows.mean(), 1e-9)))
    return np.stack(scores, 1)


def best_accuracy(score: Callable[[float], Floats], labels: Ints, smoothings: tuple[float, ...]) -> float:
    """The share of labels told right at the best smoothing."""
    return max(float((score(smoothing).argmax(1) == labels).mean()) for smoothing in smoothings)
