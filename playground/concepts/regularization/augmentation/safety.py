"""Whether augmented images keep their label, as a network judges that learns from all training images.

The judge sees them slightly turned, moved and scaled, and clothes mirrored, so that it is at home with small changes.
Of the test images that it reads rightly as they are, an image is misread where, once augmented, it is sure (SURE) of
another class; under mixup and cutmix the partner's label is as good as the own one. Metrics: `judge_accuracy` on the
test images; `misread`, the share of all; `misread.<augmentation>`, with that one alone (at the end); of the most
frequent mistake `worst_from`, `worst_to` (classes) and `worst_share` (of the first class's images), and `turned_*`, the
same of sixes taken for nines, or of the worst clothes, where every image is turned by the most that is drawn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, optim

from playground.concepts.regularization.augmentation.images import Images
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.networks import CLASSES, alone
from playground.training.augment_draw import Recipe, altered, blended, draw
from playground.training.seeding import aside

BATCH = 48
CHANNELS = (16, 32)
DRAWS = 3  # of each test image
SURE = 0.8  # probability

Arrays = dict[str, NDArray[np.generic]]


def mild(knobs: Knobs) -> Recipe:
    """What the judge sees of the training images: changes that leave the class as it is."""
    names = ("rotate", "shift", "scale", "mirror") if knobs.data == "fashion" else ("rotate", "shift", "scale")
    return Recipe(names, degrees=15.0, pixels=knobs.size / 14, zoom=0.1)


def confusion(labels: Tensor, predictions: Tensor) -> NDArray[np.float64]:
    """The share (K, K) of each label's images (rows) that is read as each class; 0 where a label has none."""
    counts = torch.bincount(labels * CLASSES + predictions, minlength=CLASSES**2).view(CLASSES, CLASSES).double()
    return np.asarray((counts / counts.sum(1, keepdim=True).clamp(min=1)).numpy())


def _shares(labels: Tensor) -> NDArray[np.float64]:
    """The share (K,) of each class."""
    return np.asarray(np.bincount(labels.numpy(), minlength=CLASSES) / max(len(labels), 1))


def _largest(name: str, table: NDArray[np.float64]) -> dict[str, float]:
    """The most frequent mistake of a table (K, K): its classes and its share of the first."""
    source, target = np.unravel_index(int(table.argmax()), table.shape)
    return _mistake(name, table, (int(source), int(target)))


def _mistake(name: str, table: NDArray[np.float64], at: tuple[int, int]) -> dict[str, float]:
    return {f"{name}_from": float(at[0]), f"{name}_to": float(at[1]), f"{name}_share": float(table[at])}


class Judge:
    """One network on all training images, drawn from a stream of its own; it learns as the run goes on."""

    def __init__(self, knobs: Knobs, found: Images, recipe: Recipe) -> None:
        self.found, self.recipe, self.mild = found, recipe, mild(knobs)
        self.digits = knobs.data != "fashion"
        with aside():
            torch.manual_seed(knobs.seed)
            self.network = alone(knobs.size, CHANNELS)
            self.stream = torch.get_rng_state()
        self.optimizer = optim.Adam(self.network.parameters(), lr=0.01)
        self.scheduler = optim.lr_scheduler.LinearLR(self.optimizer, 1.0, 0.01, knobs.steps)
        self.images, self.labels = found.test.repeat(DRAWS, 1, 1), found.test_labels.repeat(DRAWS)

    def learn(self) -> None:
        """Updates the judge once."""
        with aside():
            torch.set_rng_state(self.stream)
            rows = torch.randint(len(self.found.train), (BATCH,))
            inputs = self.found.train[rows]
            inputs = altered(inputs, draw(self.mild, BATCH, inputs.shape[-1]))
            self.stream = torch.get_rng_state()
        self.optimizer.zero_grad()
        F.cross_entropy(self.network(inputs[:, None]), self.found.train_labels[rows]).backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.scheduler.step()

    def accuracy(self) -> float:
        """The share of the test images that the judge reads rightly."""
        return float((self.reads(self.found.test)[0] == self.found.test_labels).double().mean())

    def reads(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The classes (N,) of images (N, S, S), and how probable the judge finds them."""
        probabilities, classes = self.network(images[:, None]).softmax(1).max(1)
        return classes, probabilities

    def misread(self, images: Tensor, labels: Tensor, others: Tensor | None) -> Tensor:
        """The classes (N,) that the judge is sure of where these are wrong, else the labels (N,)."""
        read, probable = self.reads(images)
        fine = (read == labels) | (probable <= SURE)
        fine = fine if others is None else fine | (read == others)
        return torch.where(fine, labels, read)

    def __call__(self) -> tuple[Arrays, dict[str, float]]:
        """Arrays by class, and metrics."""
        images, labels = self._known()
        table = self._confusion(images, labels, self.recipe)
        metrics = {"misread": float(_shares(labels) @ table.sum(1)), **_largest("worst", table)}
        lost = table.sum(1)
        arrays = {
            "lost": np.where(lost > 0, lost, np.nan).astype(np.float32),
            "read_as": table.argmax(1).astype(np.float32),
        }
        return dict(arrays), metrics

    def each(self) -> dict[str, float]:
        """The share misread under each augmentation alone, and what the largest rotation that is drawn does.

        Of digits it says how many sixes become nines, of clothes what the most frequent mistake is.
        """
        images, labels = self._known()
        share = _shares(labels)
        alone = {
            name: self._confusion(images, labels, replace(self.recipe, names=(name,))) for name in self.recipe.names
        }
        found = {f"misread.{name}": float(share @ table.sum(1)) for name, table in alone.items()}
        if "rotate" in alone:
            drawn = {"degrees": torch.full((len(images),), self.recipe.degrees)}
            table = self._table(altered(images, drawn), labels, None)
            found |= _mistake("turned", table, (6, 9)) if self.digits else _largest("turned", table)
        return found

    def _known(self) -> tuple[Tensor, Tensor]:
        """The test images that the judge reads rightly as they are, and their labels."""
        known = self.reads(self.images)[0] == self.labels
        return self.images[known], self.labels[known]

    def _confusion(self, images: Tensor, labels: Tensor, recipe: Recipe) -> NDArray[np.float64]:
        """The share (K, K) of each class's images (rows) that are taken for another class; 0 on the diagonal."""
        drawn = draw(recipe, len(images), images.shape[-1])
        moved = altered(images, drawn)
        others = labels.roll(1) if {"mixup", "cutmix"} & set(recipe.names) else None
        return self._table(blended(moved, moved.roll(1, 0), drawn), labels, others)

    def _table(self, images: Tensor, labels: Tensor, others: Tensor | None) -> NDArray[np.float64]:
        table = confusion(labels, self.misread(images, labels, others))
        np.fill_diagonal(table, 0)
        return table
