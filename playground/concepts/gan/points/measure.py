"""What is measured of a game: where the fakes are, what the discriminator says, how the generator is pushed.

`tests` are 1,000 real points that training never sees, the fakes are made of the same 1,000 latents in every frame.
Metrics of a game, `<metric>` or beside others `<metric>.<loss>`: discriminator_loss, generator_loss (on those points,
without penalty); real_score, fake_score (means of D: the logit's sigmoid for cross-entropies, else the output itself);
told_apart (area under the ROC curve); push (mean length of a fake's own gradient of the generator's loss) and slope
(mean length of the discriminator's gradient at points between real and fake); sliced_wasserstein. With modes:
modes_covered, covered_share, good_share, top_share (of all samples, in the fullest mode), top_mode, turnover (share of
the latents whose sample has come to, left or changed its mode since the last frame). Without: near_share,
reached_share. In frame 0 floor, the distance of real points from other real ones. In the frame in which a loss or a
sample is not finite nan_step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.concepts.gan.points import coverage, losses
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.players import Game
from playground.concepts.gan.points.sets import centres, real_points
from playground.concepts.gan.points.words import PROBABILITY

TRAIN, TEST = 2000, 1000
Arrays = dict[str, Any]


@dataclass(frozen=True)
class Data:
    """`train` (2000, 2), `test` and `others` (1000, 2), `modes` (K, 2), the `radius` within which points are near each
    other, and `floor`, the distance of two real sets.
    """

    train: Tensor
    test: Tensor
    others: Tensor
    modes: Tensor
    radius: float
    floor: float


def data(knobs: Knobs) -> Data:
    """The points of a run: those to learn from, then those to measure with."""
    generator = np.random.default_rng(knobs.seed)
    train, test, others = (torch.from_numpy(real_points(knobs, n, generator)) for n in (TRAIN, TEST, TEST))
    modes = torch.from_numpy(centres(knobs)).float() if knobs.mode_count else torch.zeros(0, 2)
    radius = coverage.own_radius(test, others)
    return Data(train, test, others, modes, radius, coverage.sliced_wasserstein(test, others))


@dataclass(frozen=True)
class Look:
    """One game at one moment: fake points (1000, 2), logits (1000,) of the tests and of the fakes, pushes (1000, 2)."""

    fake: Tensor
    real_logits: Tensor
    fake_logits: Tensor
    pushes: Tensor
    slope: float

    @property
    def finite(self) -> bool:
        """Whether the game still goes on."""
        return bool(self.fake.isfinite().all() and self.fake_logits.isfinite().all())


def scores(name: str, logits: Tensor) -> Tensor:
    """D: the logit's sigmoid where the loss is a cross-entropy, else the output itself."""
    return torch.sigmoid(logits) if name in PROBABILITY else logits


class Eye:
    """Looks at the games with latents and places that stay the same."""

    def __init__(self, game: Game, found: Data) -> None:
        self.game, self.data = game, found
        generator = torch.Generator().manual_seed(game.knobs.seed)
        self.latents = torch.randn(TEST, game.knobs.latent, generator=generator)
        self.shares = torch.rand(TEST, 1, generator=generator)

    def __call__(self) -> list[Look]:
        """A look at each game."""
        game = self.game
        game.discriminator.eval()
        with torch.no_grad():
            fake = game.generator(self.latents)
        fake.requires_grad_()
        between = (self.shares * self.data.test + (1 - self.shares) * fake.detach()).requires_grad_()
        logits, middle = game.discriminator(fake), game.discriminator(between)
        told = [losses.GENERATOR[name](one) for name, one in zip(game.names, game.members(logits), strict=True)]
        (pushes,) = torch.autograd.grad(torch.stack(told).sum(), fake)
        (slopes,) = torch.autograd.grad(middle.sum(), between)
        with torch.no_grad():
            real = game.discriminator(self.data.test)
        game.discriminator.train()
        return [
            Look(points, one[:, 0], other[:, 0], -TEST * push, slope.norm(dim=1).mean().item())
            for points, one, other, push, slope in zip(
                *map(game.members, (fake.detach(), real, logits.detach(), pushes, slopes)), strict=True
            )
        ]


def numbers(name: str, look: Look, found: Data) -> dict[str, float]:
    """The metrics of a look at the game with that loss; NaN where the game has broken down."""
    real, fake = look.real_logits[:, None], look.fake_logits[:, None]
    measured = {
        "discriminator_loss": losses.DISCRIMINATOR[name](real, fake).item(),
        "generator_loss": losses.GENERATOR[name](fake).item(),
        "real_score": scores(name, real).mean().item(),
        "fake_score": scores(name, fake).mean().item(),
        "push": look.pushes.norm(dim=1).mean().item(),
        "slope": look.slope,
    }
    if not look.finite:
        return measured
    measured["told_apart"] = coverage.told_apart(real, fake)
    measured["sliced_wasserstein"] = coverage.sliced_wasserstein(look.fake, found.test)
    return measured | _coverage(look, found)


def _coverage(look: Look, found: Data) -> dict[str, float]:
    if not len(found.modes):
        near = coverage.near_share(look.fake, found.others, found.radius)
        return {"near_share": near, "reached_share": coverage.near_share(found.test, look.fake, found.radius)}
    return {}


def mode_numbers(labels: Tensor, count: int, before: Tensor | None) -> dict[str, float]:
    """The metrics of the samples' modes (N,), and how many samples have another mode than in the last frame."""
    shares = coverage.mode_shares(labels, count)
    covered, top = coverage.covered(shares), int(shares.argmax())
    moved = math.nan if before is None else (labels != before).double().mean().item()
    found = {"modes_covered": float(covered), "covered_share": covered / count, "top_mode": float(top)}
    return {**found, "good_share": shares.sum().item(), "top_share": shares[top].item(), "turnover": moved}
