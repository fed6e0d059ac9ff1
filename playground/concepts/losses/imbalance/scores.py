"""What is measured of the rare class: recall, precision, calibration, boundary; M members, N points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS = 10

Numbers = NDArray[np.float64]


def recall(flagged: NDArray[np.bool_], labels: Numbers) -> Numbers:
    """The share (M,) of the rare points that are flagged, (M, N)."""
    return np.asarray((flagged & (labels == 1)).sum(1) / (labels == 1).sum(1))


def precision(flagged: NDArray[np.bool_], labels: Numbers) -> Numbers:
    """The share (M,) of the flagged points that are rare; 0 where none is flagged, as in scikit-learn."""
    return np.asarray((flagged & (labels == 1)).sum(1) / np.maximum(flagged.sum(1), 1))


def calibration(probabilities: Numbers, labels: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """(mean probability, share of rare points, points) of each of BINS equal bins, all (M, BINS); nan where empty."""
    members = len(probabilities)
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    cells = (bins + BINS * np.arange(members)[:, None]).ravel()

    def total(weights: Numbers) -> Numbers:
        return np.bincount(cells, weights.ravel(), members * BINS).astype(np.float64).reshape(members, BINS)

    counts = total(np.ones_like(probabilities))
    with np.errstate(invalid="ignore"):
        return total(probabilities) / counts, total(labels) / counts, counts


def calibration_error(said: Numbers, found: Numbers, counts: Numbers) -> Numbers:
    """The expected calibration error (M,): |said - found| averaged over the points (Naeini and others, 2015)."""
    gaps = np.abs(np.nan_to_num(said) - np.nan_to_num(found))
    return np.asarray((counts * gaps).sum(1) / counts.sum(1))


def crossings(values: Numbers, x: Numbers) -> Numbers:
    """Where rows (..., X) of values over x first rise above 0, by linear interpolation; x[-1] where they never do."""
    above = values > 0
    first = above.argmax(-1)
    at = np.clip(first, 1, len(x) - 1)[..., None]
    before, after = (np.take_along_axis(values, at - shift, -1)[..., 0] for shift in (1, 0))
    share = np.clip(-before / np.where(after == before, 1, after - before), 0, 1)
    found = x[at[..., 0] - 1] + share * (x[1] - x[0])
    return np.asarray(np.where(above.any(-1), np.where(first == 0, x[0], found), x[-1]))
