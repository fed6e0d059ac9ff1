"""The network and the MLP on test images that are moved, turned or noisy, more and more.

Arrays, for kind in shift, rotation, noise: `<kind>_network`, `<kind>_mlp` (P,), accuracy at each strength, and
`<kind>_network_y`, `<kind>_mlp_y` (P,), their heights in the picture; `<kind>_images` (P, H, W) or (P, H, W, 3), the
shown test image at each strength, one kind in each of the first three frames. Metrics: those of `strips.METRICS`, each
also with `.mlp`: the accuracy at one middle strength.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from playground.concepts.cnn.training import strips
from playground.concepts.cnn.training.images import Images
from playground.concepts.cnn.training.insides import Arrays, pictures
from playground.concepts.cnn.training.knobs import Knobs
from playground.training import augment

TESTED = 120
ARMS = ("network", "mlp")


def under(kind: str, strength: float, images: Tensor) -> Tensor:
    """Images (N, C, S, S) in [0, 1], moved right by so many pixels, turned by so many degrees, or with so much noise.

    The noise is the same for every strength but for its size.
    """
    flat = images.flatten(0, 1)  # (N C, S, S)
    each = torch.full((len(flat),), strength, device=flat.device)
    if kind == "noise":
        noise = torch.randn(flat.shape, generator=torch.Generator().manual_seed(0)).to(flat.device)
        return augment.add_noise(flat, strength * noise).view_as(images)
    matrices = (
        augment.rotation(each)
        if kind == "rotation"
        else augment.translation(each, torch.zeros_like(each), flat.shape[-1])
    )
    return augment.warp(flat, matrices).view_as(images)


class Robustness:
    """Measures networks on the same changed test images."""

    def __init__(self, knobs: Knobs, found: Images, models: Sequence[nn.Sequential]) -> None:
        self.knobs, self.found = knobs, found
        self.models = dict(zip(ARMS, models, strict=True))
        self.tested = found.test.some(TESTED)
        self.shown = found.test.images[knobs.picture % len(found.test.labels)][None]
        self.held: dict[str, float] = {}

    def image_strip(self, kind: str) -> Arrays:
        """The shown test image under every strength."""
        changed = [under(kind, at, self.shown / 255) for at in strips.strengths(self.knobs)[kind]]
        return {f"{kind}_images": pictures((255 * torch.cat(changed)).round().byte())}

    def unknown(self) -> Arrays:
        """The curves before anything is measured."""
        return self._arrays({(kind, arm): [np.nan] * strips.POINTS for kind in strips.KINDS for arm in ARMS})

    def __call__(self) -> Arrays:
        """The curves, measured now; keeps the metrics in `held`."""
        found: dict[tuple[str, str], list[float]] = {(kind, arm): [] for kind in strips.KINDS for arm in ARMS}
        plain = self._accuracies(self.tested.images / 255)
        for kind in strips.KINDS:
            for at in strips.strengths(self.knobs)[kind]:
                scores = self._accuracies(under(kind, at, self.tested.images / 255)) if at else plain
                for arm in ARMS:
                    found[kind, arm].append(scores[arm])
            self.held[strips.METRICS[kind]] = found[kind, "network"][strips.MIDDLE]
            self.held[f"{strips.METRICS[kind]}.mlp"] = found[kind, "mlp"][strips.MIDDLE]
        return self._arrays(found)

    def _accuracies(self, images: Tensor) -> dict[str, float]:
        inputs, labels = self.found.scaled(255 * images), self.tested.labels
        return {arm: (model(inputs).argmax(1) == labels).float().mean().item() for arm, model in self.models.items()}

    def _arrays(self, found: Mapping[tuple[str, str], list[float]]) -> Arrays:
        arrays: Arrays = {}
        for (kind, arm), values in found.items():
            shares = np.array(values, np.float32)
            arrays |= {f"{kind}_{arm}": shares, f"{kind}_{arm}_y": strips.height(kind, shares)}
        return arrays
