"""The gallery's pictures: one or two training images, what is drawn of them anew, and what a caption says of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.regularization.augmentation import gallery
from playground.concepts.regularization.augmentation.images import Images
from playground.concepts.regularization.augmentation.knobs import Knobs
from playground.concepts.regularization.augmentation.safety import Judge
from playground.training import augment
from playground.training.augment_draw import Drawn, Recipe, altered, blended, draw

Arrays = dict[str, NDArray[np.generic]]
Said = tuple[Tensor, Tensor]
EACH = gallery.COLUMNS - 1
MARK = 0.09  # from a picture's corner


def _always(values: Tensor) -> Said:
    return values, torch.ones(len(values), dtype=torch.bool)


def _where(values: Tensor, others: Tensor) -> Said:
    """Shares with the partner's label; said where the share is above 0."""
    return torch.stack([values, others], 1), values > 0


def _area(boxes: Tensor, size: int) -> Tensor:
    return augment.inside(boxes, size).float().mean((1, 2))


SAID: dict[str, Callable[[Drawn, Tensor, int], Said]] = {
    "rotate": lambda drawn, others, size: _always(drawn["degrees"]),
    "shift": lambda drawn, others, size: _always(torch.stack([drawn["right"], drawn["down"]], 1)),
    "scale": lambda drawn, others, size: _always(drawn["factor"]),
    "crop": lambda drawn, others, size: _always(drawn["crop"][:, 2]),
    "mirror": lambda drawn, others, size: (drawn["mirrored"], drawn["mirrored"]),
    "upend": lambda drawn, others, size: (drawn["upended"], drawn["upended"]),
    "noise": lambda drawn, others, size: _always(drawn["noise_level"]),
    "erase": lambda drawn, others, size: _always(_area(drawn["erased"], size)),
    "mixup": lambda drawn, others, size: _where(1 - drawn["share"], others),
    "cutmix": lambda drawn, others, size: _where(_area(drawn["cut"], size), others),
}
"""For each augmentation its drawn values (N,) or (N, k) as a caption has them, and which images it changed."""


class Gallery:
    """Draws the gallery of a run."""

    def __init__(self, knobs: Knobs, found: Images, recipe: Recipe) -> None:
        self.knobs, self.recipe = knobs, recipe
        self.images, self.labels = found.train[found.rows[0]], found.train_labels[found.rows[0]]
        firsts = [int((self.labels == label).int().argmax()) for label in gallery.rows(len(knobs.names) + 1)]
        self.rows = torch.tensor(firsts).repeat_interleave(EACH)  # (n,)
        self.boxes = np.array(gallery.augmented(len(knobs.names) + 1))

    def draw(self, judge: Judge | None) -> Arrays:
        """Pictures, captions and, where there is a judge, marks; the first picture of a row is as it was."""
        count = len(self.rows)
        partners = torch.randint(len(self.images), (count,))
        drawn = draw(self.recipe, 2 * count, self.knobs.size)
        moved = altered(self.images[torch.cat([self.rows, partners])], drawn)
        first = {name: values[:count] for name, values in drawn.items()}
        shown = blended(moved[:count], moved[count:], first)
        rows = torch.cat([self.images[self.rows[::EACH], None], shown.view(-1, EACH, *shown.shape[1:])], 1)
        arrays: Arrays = {"pictures": (rows.flatten(0, 1) * 255).round().byte().numpy()}
        others = self.labels[partners]
        return arrays | self._captions(first, others) | self._marks(judge, shown, others)

    def _captions(self, drawn: Drawn, others: Tensor) -> Arrays:
        found: Arrays = {}
        for line, name in enumerate(self.knobs.names):
            values, applies = SAID[name](drawn, others, self.knobs.size)
            found[f"caption_{name}"] = values.float().numpy()
            found[f"height_{name}"] = self._heights(line, applies)
        return found

    def _heights(self, line: int, applies: Tensor) -> NDArray[np.float32]:
        """Where that line of the captions stands; NaN where it is left out."""
        at = self.boxes[:, 1] - gallery.LINE * (line + 0.6)
        return np.where(applies.numpy(), at, np.nan).astype(np.float32)

    def _marks(self, judge: Judge | None, shown: Tensor, others: Tensor) -> Arrays:
        """A mark in the corner of each picture that keeps its label, and of each that is misread."""
        labels, line = self.labels[self.rows], len(self.knobs.names)
        mixed = bool({"mixup", "cutmix"} & set(self.knobs.names))
        read = judge.misread(shown, labels, others if mixed else None) if judge else labels
        found: Arrays = {"caption_read": read.float().numpy(), "height_read": self._heights(line, read != labels)}
        for name, chosen in (("kept", read == labels), ("lost", read != labels)):
            corners = self.boxes[chosen.numpy() if judge else np.zeros(len(read), bool), 2:] - MARK
            found |= {f"{name}_{axis}": corners[:, k].astype(np.float32) for k, axis in enumerate("xy")}
        return found
