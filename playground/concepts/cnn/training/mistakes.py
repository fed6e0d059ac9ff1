"""What a network gets wrong: the confusion matrix, the pair that is confused most, and the worst test images.

Arrays: `confusion` (K, K), a row a class: the share of its images taken for each class; off the diagonal its cube
root, so that few mistakes are seen too. `counts` (K K,), the numbers in the cells; `number_y` (K K,), their
heights, NaN where none is.
`worst` (n, H, W) or (n, H, W, 3), the misclassified images with the highest loss, blank where there are fewer;
`truth_y`, `said_y` (n K,), at which height the name of class k stands under image i, NaN where another does; `sure`
(n,), the probability of the wrong class, `sure_y` (n,); `none_y` (1,), where it says that there are none.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.cnn.training import gallery
from playground.concepts.cnn.training.images import Split
from playground.concepts.cnn.training.insides import Arrays, pictures
from playground.contract import ranged

PALEST = 2.3  # times the largest share: the palest part of the scale, on which numbers can be read


def confusion(labels: Tensor, predicted: Tensor, classes: int) -> NDArray[np.int64]:
    """How many images of each class (rows) are taken for each class (columns): (K, K)."""
    cells = torch.bincount(labels * classes + predicted, minlength=classes**2)
    return cells.view(classes, classes).cpu().numpy()


def matrix(counts: NDArray[np.int64]) -> Arrays:
    """The confusion matrix as a picture and as numbers."""
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    diagonal = np.eye(len(counts), dtype=bool)
    shown = np.where(diagonal, shares, np.cbrt(shares))
    heights = np.broadcast_to(np.arange(len(counts), dtype=np.float32)[:, None], counts.shape)
    found = {"counts": counts.ravel().astype(np.float32)}
    found["number_y"] = np.where(counts > 0, heights, np.float32(np.nan)).ravel()
    return {"confusion": ranged(shown, 0, PALEST), **found}


def pair(counts: NDArray[np.int64]) -> dict[str, float]:
    """The metrics of the most frequent mistake: `pair_from`, `pair_to`, `pair_count` of `pair_of` images."""
    wrong = counts - np.diag(np.diag(counts))
    row, column = divmod(int(wrong.argmax()), len(counts))
    found = {"pair_from": row, "pair_to": column, "pair_count": wrong[row, column], "pair_of": counts[row].sum()}
    return {name: float(value) for name, value in found.items()}


def worst(logits: Tensor, tested: Split, classes: int) -> Arrays:
    """The misclassified images with the highest loss, and what is said of them."""
    most = gallery.count(tested.images.shape[1])
    losses = F.cross_entropy(logits, tested.labels, reduction="none")
    predicted = logits.argmax(1)
    losses = torch.where(predicted == tested.labels, -1.0, losses.nan_to_num(0.0))
    order = losses.topk(min(most, len(losses))).indices
    rows = order[losses[order] >= 0]
    blank = tested.images.new_zeros(most - len(rows), *tested.images.shape[1:])
    sure = torch.softmax(logits[rows], 1).amax(1).cpu().numpy()
    captions = gallery.captions(tested.labels[rows].cpu().numpy(), predicted[rows].cpu().numpy(), sure, most, classes)
    return {"worst": pictures(torch.cat([tested.images[rows], blank])), **captions}
