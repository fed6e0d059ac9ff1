"""What the main picture shows of a network: its first filters, feature maps of one test image, what it says of it.

Arrays: `filters` (n, h, w) or, on colour, (n, h, w, 3) uint8; `maps_0`, `maps_1` (n, h, w), n at most 16, each layer's
relative to its largest activation; `right_x`, `wrong_x` (2, K), where the classes' bars begin and end, by whether the
class is the image's own, NaN where a bar is too short to be seen. In frame 0 `image` (H, W) or (1, H, W, 3), `bar_y`
(2, K), and `label_y` (K,), the height of the label's word, NaN for other classes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.cnn.training import layout, walk
from playground.concepts.cnn.training.images import Images
from playground.concepts.cnn.training.knobs import Knobs
from playground.contract import Array, Ranged, ranged

SEEN = 0.004  # a probability whose bar can be seen

Arrays = dict[str, Array]


class Insides:
    """Pictures of one network at work on one test image."""

    def __init__(self, knobs: Knobs, found: Images, model: nn.Sequential) -> None:
        self.knobs, self.model = knobs, model
        self.number = knobs.picture % len(found.test.labels)
        self.image = found.test.images[self.number]  # (C, H, W)
        self.label = int(found.test.labels[self.number])
        self.inputs = found.scaled(self.image[None])
        self.ends = walk.ends(model, knobs.rows)

    def __call__(self) -> Arrays:
        """The arrays of a moment; the network is in evaluation mode."""
        outputs = walk.outputs(self.model, self.inputs)
        shown = {f"maps_{k}": self._maps(outputs, place) for k, place in enumerate(layout.mapped(self.knobs.rows))}
        return {"filters": self._filters(), **shown, **self._bars(torch.softmax(outputs[-1][0], 0))}

    def still(self) -> Arrays:
        """What never changes: the image, its label, where the bars lie."""
        heights = np.array(layout.bar_heights(len(self.knobs.classes)), np.float32)
        label_y = np.full(len(heights), np.nan, np.float32)
        label_y[self.label] = layout.image_box()[1] - layout.HEAD / 2
        return {"image": picture(self.image), "bar_y": np.tile(heights, (2, 1)), "label_y": label_y}

    def _filters(self) -> Array:
        """The first layer's weights, each filter relative to its largest: as colours on colour images, else by sign."""
        place = layout.weighed(self.knobs.rows)[0]
        module = self.model[walk.places(self.model)[place]]
        found: Any = getattr(module, "conv1", module)
        weights = found.weight.detach()[: layout.MOST]
        if weights.ndim == 2:  # a unit that sees the whole picture
            before = self.knobs.rows[place - 2].shape if place > 1 else self.knobs.shape
            weights = weights.view(-1, *before)
        weights = (weights / weights.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-12)).nan_to_num(0).cpu()
        if weights.shape[1] == 3:
            return pictures((127.5 + 127.5 * weights).round().byte())
        return ranged(weights[:, 0].numpy(), -1, 1)

    def _maps(self, outputs: list[Tensor], place: int) -> Ranged:
        """The activations of a layer's first units, on the image."""
        found = outputs[self.ends[place]][0, : layout.MOST]
        found = found.view(len(found), *(found.shape[1:] if found.ndim == 3 else (1, 1)))
        shown = (found / found.abs().max().clamp_min(1e-12)).nan_to_num(0).cpu().numpy()
        low = 0 if self._is_one_sided(place) else -1
        return ranged(shown, low, 1)

    def _is_one_sided(self, place: int) -> bool:
        residual = self.knobs.rows[place].layer.kind == "residual"
        return residual or self.knobs.activation in layout.ONE_SIDED

    def _bars(self, probabilities: Tensor) -> Arrays:
        shares = probabilities.cpu().numpy()
        start, end = layout.bars(self.knobs)
        ends = start + shares * (end - start)
        own = np.arange(len(shares)) == self.label
        return {
            name: np.stack([np.full(len(shares), start), np.where(which & (shares > SEEN), ends, np.nan)])
            .astype(np.float32)
            for name, which in (("right_x", own), ("wrong_x", ~own))
        }  # fmt: skip


def picture(image: Tensor) -> NDArray[np.uint8]:
    """An image (C, H, W) as a tile: (H, W), or (1, H, W, 3) in colour."""
    return pictures(image[None])[0] if len(image) == 1 else pictures(image[None])


def pictures(images: Tensor) -> NDArray[np.uint8]:
    """Images (N, C, H, W) as tiles (N, H, W), or (N, H, W, 3) in colour."""
    found = images[:, 0] if images.shape[1] == 1 else images.permute(0, 2, 3, 1).contiguous()
    tiles: NDArray[np.uint8] = found.cpu().numpy()
    return tiles
