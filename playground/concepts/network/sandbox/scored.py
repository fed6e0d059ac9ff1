"""The arrays and metrics of the scores, from a network's outputs on the test points."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.network.sandbox import scores
from playground.contract import Ranged
from playground.training import metrics

PALE = 110  # of 255: a share of 1 stays pale enough to be written on

Arrays = dict[str, NDArray[np.float32] | NDArray[np.uint8] | NDArray[np.int32] | Ranged]


def same(one: Any, other: Any) -> bool:
    """Whether two arrays of a frame are equal."""
    if isinstance(one, Ranged):
        return isinstance(other, Ranged) and np.array_equal(one.q, other.q)
    return other is not None and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def classes(outputs: Tensor, labels: Tensor) -> tuple[dict[str, float], Arrays]:
    """Macro F1 and calibration error, and the arrays of confusion, scores by class and calibration.

    `outputs` are logits (N, K), or (N, 1) for two classes; `labels` (N,) or (N, 1).
    """
    truth = labels.reshape(-1).long().numpy()
    predicted = metrics.predictions(outputs).numpy()
    counts = scores.confusion(truth, predicted, max(2, outputs.shape[1]))
    both = torch.cat([torch.zeros_like(outputs), outputs], 1) if outputs.shape[1] == 1 else outputs
    confidence = torch.softmax(both, 1).amax(1).double().nan_to_num(0).numpy()
    said, found, error = scores.reliability(confidence, predicted == truth)
    named = dict(zip(("precision", "recall", "f1"), scores.by_class(counts), strict=True))
    arrays: Arrays = {name: values.astype(np.float32) for name, values in named.items()}
    arrays |= {"confusion": np.rint(PALE * scores.shares(counts)).astype(np.uint8), "counts": counts.reshape(-1)}
    arrays |= {"support": counts.sum(1).astype(np.float32), "reliability": found.astype(np.float32)}
    arrays["confidence"] = said.astype(np.float32)
    return {"test_f1": float(named["f1"].mean()), "calibration_error": error}, arrays


def regression(outputs: Tensor, targets: Tensor) -> Arrays:
    """The arrays of the residuals: predictions and what they miss, of at most 200 points."""
    predictions = outputs[: scores.MOST_RESIDUALS, 0].numpy()
    missed = targets[: scores.MOST_RESIDUALS, 0].numpy() - predictions
    return {"residual_x": np.ascontiguousarray(predictions), "residual_y": np.ascontiguousarray(missed)}
