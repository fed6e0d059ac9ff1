"""How well the test points are told: confusion, precision, recall, F1, calibration; residuals of a regression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 10
MOST_RESIDUALS = 200

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]


def confusion(labels: Labels, predicted: Labels, classes: int) -> NDArray[np.int32]:
    """(K, K): how many points of the class of a row were taken for the class of a column."""
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes).astype(np.int32)


def shares(counts: NDArray[np.int32]) -> Floats:
    """Each row's shares (K, K); 0 where a class has no point."""
    found: Floats = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    return found


def by_class(counts: NDArray[np.int32]) -> tuple[Floats, Floats, Floats]:
    """(precision, recall, F1) of each class (K,), from the confusion matrix; 0 where no point is there."""
    right = counts.diagonal().astype(np.float64)
    precision, recall = (right / np.maximum(counts.sum(axis), 1) for axis in (0, 1))
    f1 = 2 * right / np.maximum(counts.sum(0) + counts.sum(1), 1)
    return precision, recall, f1


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats, float]:
    """The mean confidence (10,) and the share that is right (10,) in ten bins, and the expected calibration error.

    Confidences (N,) are probabilities of the predicted class; a bin without points is NaN. The error is the mean gap
    between the two, weighted by the bins' points (Guo, Pleiss, Sun and Weinberger 2017, equation 3).
    """
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    sums = [np.bincount(places, values, BINS) for values in (confidence, right.astype(np.float64))]
    said, found = (np.where(counts > 0, total / np.maximum(counts, 1), np.nan) for total in sums)
    return said, found, float(np.nansum(np.abs(said - found) * counts) / max(1, counts.sum()))
