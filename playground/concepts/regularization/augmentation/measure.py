"""What is measured of the networks: accuracies, robustness, whether labels survive, and the pictures of the gallery.

Metrics, for arm in plain, augmented the mean over the R repeats: `train_loss.arm`, `test_loss.arm` (cross-entropy of
images as they are), `train_accuracy.arm`, `test_accuracy.arm`, `robust_accuracy.arm` (the robustness curve's mean);
`gain` in test accuracy, `wins` (repeats that augmentation helped); `best_at`, `best_plain`, `best_augmented`, where on
the robustness curve it helps most; `mixed_share`, mixup's of the gallery's first version; and those of `safety`. What
takes longer is measured now and then, and held.

Arrays: `pictures` (4 or 8, S, S) uint8; for each augmentation `caption_<name>` (n,) or (n, k), what the gallery says of
its n versions, and `height_<name>` (n,), where, NaN where it does not apply; `caption_read`, `height_read`, of what is
misread; `kept_x`, `kept_y`, `lost_x`, `lost_y`, the marks; `curve_<arm>` (P,), `curve_band_<arm>` (2 P,); by class
`lost` (10,), the share misread (NaN where none is), with `lost_range` (2,), its axis, and `read_as` (10,), as what;
from frame 0 on `at`, `around`, `trained` (4,); the table's `column_<kind>` (2,). Series: step, judge_accuracy, and for
each arm test_accuracy with low and high, train_accuracy.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.regularization.augmentation.images import Images
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.networks import Networks
from playground.concepts.regularization.augmentation.pictures import Gallery
from playground.concepts.regularization.augmentation.safety import Judge
from playground.concepts.regularization.augmentation.words import ARMS, POINTS
from playground.contract import Frame
from playground.training import augment

SPARSE = 7  # every so many frames the gallery is drawn anew and the robustness curve measured
CURVE_TESTED = 150
TRAIN_MEASURED = 50  # of each repeat's images, where it has more
CEILINGS = (0.1, 0.25, 0.5, 1.0)  # where the axis of the shares misread may end
ABLE = 0.7  # test accuracy from which on the judge's word is shown

Arrays = dict[str, NDArray[np.generic]]
Scores = dict[str, NDArray[np.float64]]


def under(kind: str, value: float, images: Tensor) -> Tensor:
    """The images (N, S, S) turned by so many degrees, moved by so many pixels, enlarged so many times or with noise.

    The noise is the same for every strength but for its size.
    """
    each = torch.full((len(images),), value)
    if kind == "noise":
        noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(0))
        return augment.add_noise(images, value * noise)
    if kind == "shift":
        return augment.warp(images, augment.translation(each, torch.zeros_like(each), images.shape[-1]))
    return augment.warp(images, (augment.rotation if kind == "rotation" else augment.scaling)(each))


class Measure:
    """Measures the networks at a step."""

    def __init__(self, knobs: Knobs, found: Images, networks: Networks, judge: Judge) -> None:
        self.knobs, self.found, self.networks, self.judge = knobs, found, networks, judge
        self.arms = dict(zip(ARMS, (slice(0, knobs.seeds), slice(knobs.seeds, None)), strict=True))
        self.gallery = Gallery(knobs, found, judge.recipe)
        self.train_rows = found.rows[:, :TRAIN_MEASURED].repeat(2, 1)  # (M, n)
        self.frames, self.ceiling = 0, CEILINGS[0]
        self.held: dict[str, float] = {}

    def __call__(self, step: int) -> Frame:
        """The frame of a step."""
        scores, read = self._scores(), self.judge.accuracy()
        arrays = self._columns(scores)
        arrays |= self._fixed() if step == 0 else {}
        if self.frames % SPARSE == 0 or step == self.knobs.steps:
            arrays |= self._sparse(step, able=read > ABLE)
        self.frames += 1
        metrics = {**self._means(scores), "judge_accuracy": read, **self.held}
        return Frame(step, metrics, arrays, self._series(step, scores, read))

    def _means(self, scores: Scores) -> dict[str, float]:
        """Each arm's scores, and what augmentation gained."""
        means = {f"{kind}.{arm}": float(values[rows].mean())
                 for kind, values in scores.items() for arm, rows in self.arms.items()}  # fmt: skip
        plain, changed = (scores["test_accuracy"][rows] for rows in self.arms.values())
        return {**means, "gain": float((changed - plain).mean()), "wins": float((changed > plain).sum())}

    def _scores(self) -> Scores:
        """Loss and accuracy (M,) of every member on its own training images, and on the test images."""
        found = {}
        sets = {
            "train": (self.found.train[self.train_rows], self.found.train_labels[self.train_rows]),
            "test": (self.found.test, self.found.test_labels.expand(self.networks.count, -1)),
        }
        for split, (inputs, labels) in sets.items():
            logits = self.networks(inputs)  # (M, N, K)
            losses = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
            found[f"{split}_loss"] = losses.view(labels.shape).mean(1).double().numpy()
            found[f"{split}_accuracy"] = (logits.argmax(2) == labels).double().mean(1).numpy()
        return found

    def _columns(self, scores: Scores) -> Arrays:
        """The table's columns: of each arm the means, and the least and the most test accuracy."""
        columns = {f"column_{kind}": [v[rows].mean() for rows in self.arms.values()] for kind, v in scores.items()}
        accuracy = scores["test_accuracy"]
        columns["column_low"] = [accuracy[rows].min() for rows in self.arms.values()]
        columns["column_high"] = [accuracy[rows].max() for rows in self.arms.values()]
        return {name: np.array(values, np.float32) for name, values in columns.items()}

    def _fixed(self) -> Arrays:
        """The curve's axis and what training draws; no bar stands before the judge can read."""
        at, (low, high) = np.array(POINTS[self.knobs.test], np.float32), self.knobs.trained
        found: Arrays = {"at": at, "around": np.append(at, at[::-1])}
        found["trained"] = np.array([low, low, high, high], np.float32)
        lost = np.full(10, np.nan, np.float32)
        return found | {"lost": lost, "read_as": np.zeros(10, np.float32), **self._range(lost)}

    def _sparse(self, step: int, able: bool) -> Arrays:
        """The gallery drawn anew; but for the first frame, which is to come at once, the curve and the labels too."""
        torch.manual_seed(self.knobs.seed + step)
        arrays = self.gallery.draw(self.judge if able else None)
        if "caption_mixup" in arrays:
            self.held["mixed_share"] = 1 - float(arrays["caption_mixup"][0, 0])
        if step:
            torch.manual_seed(self.knobs.seed)
            found, metrics = self.judge()
            self.held |= metrics | (self.judge.each() if step == self.knobs.steps else {})
            arrays |= self._robustness() | (found | self._range(found["lost"]) if able else {})
        return arrays

    def _range(self, lost: NDArray[np.generic]) -> Arrays:
        """The axis of the shares misread: the first ceiling above these and all before, so that it never shrinks."""
        most = float(np.nan_to_num(lost.astype(float)).max())
        self.ceiling = max(self.ceiling, next(top for top in CEILINGS if most <= top))
        return {"lost_range": np.array([0, 1.05 * self.ceiling], np.float32)}

    def _robustness(self) -> Arrays:
        """The accuracy of each arm on test images that are changed more and more."""
        kind, test = self.knobs.test, self.found.test[:CURVE_TESTED]
        labels = self.found.test_labels[:CURVE_TESTED]
        rows = [(self.networks(under(kind, at, test)).argmax(2) == labels).double().mean(1)
                for at in POINTS[kind]]  # fmt: skip
        curves = torch.stack(rows, 1).numpy()  # (M, P)
        means = {arm: curves[chosen].mean(0) for arm, chosen in self.arms.items()}
        gains = means["augmented"] - means["plain"]
        best = int(gains.argmax())
        self.held |= {f"robust_accuracy.{arm}": float(mean.mean()) for arm, mean in means.items()}
        self.held |= {"best_at": POINTS[kind][best], "best_plain": float(means["plain"][best]),
                      "best_augmented": float(means["augmented"][best])}  # fmt: skip
        found = {f"curve_{arm}": mean for arm, mean in means.items()}
        bands = {f"curve_band_{arm}": np.append(curves[rows].min(0), curves[rows].max(0)[::-1])
                 for arm, rows in self.arms.items()}  # fmt: skip
        return {name: values.astype(np.float32) for name, values in {**found, **bands}.items()}

    def _series(self, step: int, scores: Scores, read: float) -> Arrays:
        """Test accuracy of each arm with its least and most, and training accuracy."""
        found: dict[str, float] = {"step": step, "judge_accuracy": read}
        for arm, rows in self.arms.items():
            values = scores["test_accuracy"][rows]
            found |= {f"test_accuracy.{arm}": values.mean(), f"low.{arm}": values.min(), f"high.{arm}": values.max(),
                      f"train_accuracy.{arm}": scores["train_accuracy"][rows].mean()}  # fmt: skip
        return {name: np.array([value], np.float32) for name, value in found.items()}
