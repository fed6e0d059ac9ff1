"""What is measured of a game at a frame, beside its losses: what the samples are, and how far from real images.

Metrics: `epoch`; `discriminator_loss`, `generator_loss`, `real_score`, `fake_score`, the means of the last 10 steps;
of a crowd of samples, the first of which fill the grid, `diversity` (mean distance between two of them) and
`neighbour_ratio` (mean distance to the nearest training image), both beside the same of real images, held between the
frames that measure them; `judge_accuracy` and `real_confidence` (on test images); once the judge is able, `confidence`
(mean), `classes` (how many have SEEN of the crowd), `top_class` and `top_share`; `nan_step` where a loss is no number.

Arrays, uint8: `samples` (n, S, S); now and then `plane` (64, s, s), the images of the plane, halved where S is 28,
and `pairs` (2 p, S, S), the samples that are nearest to a training image and then these; in frame 0 `real` (c, S, S).
`shares` (10,), the crowd by class; in frame 0 `real_shares`. `point`, `walk`: see `kept`. Series: step, the losses and
scores, `confidence`, `real_confidence`, `covered` (share of the classes); `apart_step`, `diversity`, `neighbour_ratio`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, fields
from statistics import fmean

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.gan.digits import grid
from playground.concepts.gan.digits.game import Scores
from playground.concepts.gan.digits.images import Images
from playground.concepts.gan.digits.judge import CLASSES, Judge
from playground.concepts.gan.digits.kept import Kept, pixels
from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.latents import fixed, lattice, plane
from playground.contract import Frame
from playground.wire import narrow

AVERAGED = 10  # steps
SEEN = 0.02  # of the crowd: a fifth of an even share
CROWD = {"digits": 200, "mnist": 120, "fashion": 120}
NEAR = 60  # samples of the crowd whose nearest training image is looked for
SPARSE, PLANE_AT, PAIRS_AT = 6, 1, 4  # of six frames one has the plane, another the pairs

Arrays = dict[str, NDArray[np.generic]]


class Measure:
    """Measures a game frame by frame."""

    def __init__(self, knobs: Knobs, real: Images, kept: Kept, judge: Judge) -> None:
        self.knobs, self.real, self.kept, self.judge = knobs, real, kept, judge
        device = real.train.device
        self.crowd = fixed(knobs, CROWD[knobs.data]).to(device)
        self.plane = (lattice(grid.PLANE) @ plane(knobs)).to(device)
        self.train = real.train.flatten(1)
        count = len(self.crowd)
        self.real_diversity = torch.pdist(self.train[:count]).mean().item()
        self.real_distance = self._nearest(real.test[:NEAR])[0].mean().item()
        self.scores: deque[Scores] = deque(maxlen=AVERAGED)
        self.frames = 0
        self.held: dict[str, float] = {}

    def note(self, scores: Scores) -> None:
        """Remembers what a step measured."""
        self.scores.append(scores)

    def __call__(self, step: int, *, ends: bool) -> Frame:
        """The frame of a step; what is measured now and then is measured at the start and the end in any case."""
        whole, turn = step == 0 or ends, self.frames % SPARSE
        self.kept.keep(self.frames)
        self.frames += 1
        self.kept.generator.eval()
        samples = self.kept.generator(self.crowd)  # (n, 1, S, S)
        arrays: Arrays = {"samples": pixels(samples[: grid.samples(self.knobs)])}
        arrays |= self._plane() if whole or turn == PLANE_AT else {}
        self.kept.generator.train()
        far = self._distances(samples) if whole or turn == PAIRS_AT else None
        arrays |= {} if far is None else far
        found, read = self._read(samples)
        metrics = {"epoch": self._epoch(step), **self._means(), **self.held, **read}
        arrays |= found | ({} if step else self._fixed())
        return Frame(step, metrics, arrays, self._series(step, metrics, measured=far is not None))

    def _epoch(self, step: int) -> float:
        return step * self.knobs.discriminator_steps / self.knobs.batches

    def _means(self) -> dict[str, float]:
        """Losses and scores, averaged over the last steps."""
        rows = [asdict(scores) for scores in self.scores]
        return {name: fmean(row[name] for row in rows) for name in rows[0]}

    def _plane(self) -> Arrays:
        """The images of the plane, row by row."""
        images = self.kept.generator(self.plane)
        return {"plane": pixels(F.avg_pool2d(images, 2) if self.knobs.side == 28 else images)}

    def _distances(self, samples: Tensor) -> Arrays:
        """Holds both distances beside those of real images; gives the samples that are nearest, and to what."""
        distances, nearest = self._nearest(samples[:NEAR])
        spread = torch.pdist(samples.flatten(1)).mean().item()
        self.held = {
            "diversity": spread / self.real_diversity,
            "neighbour_ratio": distances.mean().item() / self.real_distance,
        }
        closest = distances.argsort()[: grid.pairs(self.knobs)]
        return {"pairs": pixels(torch.cat([samples[closest], self.real.train[nearest[closest]]]))}

    def _nearest(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The distance (N,) of each image to the nearest training image, and its row (N,)."""
        distances, rows = torch.cdist(images.flatten(1), self.train).min(1)
        return distances, rows

    def _read(self, samples: Tensor) -> tuple[Arrays, dict[str, float]]:
        """What the judge reads in the crowd; nothing but how able it is while it is not able."""
        accuracy, sure = self.judge.on_test()
        known = {"judge_accuracy": accuracy, "real_confidence": sure}
        if accuracy < self.judge.able:
            return {}, known
        confidence, classes = self.judge.reads(samples)
        shares = torch.bincount(classes, minlength=CLASSES).double() / len(samples)
        known |= {"confidence": confidence.mean().item(), "classes": int((shares >= SEEN).sum())}
        known |= {"top_class": int(shares.argmax()), "top_share": shares.max().item()}
        return {"shares": shares.cpu().numpy().astype(np.float32)}, known

    def _fixed(self) -> Arrays:
        """What never changes: some real images, and how the training images are shared out among the classes."""
        shares = torch.bincount(self.real.train_labels, minlength=CLASSES) / len(self.train)
        shown = self.real.train[: grid.columns(self.knobs)]
        nothing = np.zeros(CLASSES, np.float32)
        return {"real": pixels(shown), "real_shares": shares.cpu().numpy(), "shares": nothing}

    def _series(self, step: int, metrics: Mapping[str, float], *, measured: bool) -> Arrays:
        """The curves' new points; what was not measured leaves a gap."""
        names = (*(one.name for one in fields(Scores)), "confidence", "real_confidence")
        found = {"step": step, **{name: metrics.get(name, math.nan) for name in names}}
        found["covered"] = metrics.get("classes", math.nan) / CLASSES
        found |= {"apart_step": step, **self.held} if measured else {}
        return dict(narrow({name: [value] for name, value in found.items()}))
