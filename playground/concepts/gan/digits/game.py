"""The game: updates of the discriminator on real images and samples, then one of the generator."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import astuple, dataclass

import torch
from torch import Tensor, nn, optim

from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.networks import discriminator, discriminator_loss, generator_loss
from playground.training.seeding import aside
from playground.training.supervised import batches

BETAS = (0.5, 0.99)  # the first as DCGAN has it


@dataclass(frozen=True)
class Scores:
    """What one step measured on its last batch: both losses, the mean sigmoid of the logits of real images and samples.

    The discriminator's figures are from before its last update, the generator's loss from before its own.
    """

    discriminator_loss: float
    generator_loss: float
    real_score: float
    fake_score: float

    @property
    def finite(self) -> bool:
        """Whether all of them are numbers."""
        return all(map(math.isfinite, astuple(self)))


class Game:
    """A generator, whose parameters are drawn already, and a discriminator, each with its optimizer."""

    def __init__(self, knobs: Knobs, generator: nn.Module, train: Tensor) -> None:
        self.knobs, self.generator, self.train = knobs, generator, train
        self.discriminator = discriminator(knobs).to(train.device)
        self.generator_optimizer = _adam(generator, knobs.generator_rate)
        self.discriminator_optimizer = _adam(self.discriminator, knobs.discriminator_rate)
        self.rows = batches(len(train), knobs.batch_size)

    def step(self) -> Scores:
        """Plays one step."""
        for _ in range(self.knobs.discriminator_steps):
            real = self._real(self.rows)
            samples = self.generator(self._latents(len(real)))
            real_logits, fake_logits = self.discriminator(real), self.discriminator(samples.detach())
            loss = discriminator_loss(self.knobs, real_logits, fake_logits)
            _update(self.discriminator_optimizer, loss)
        own = generator_loss(self.knobs, self.discriminator(samples))
        _update(self.generator_optimizer, own)
        return _scores(loss, own, real_logits, fake_logits)

    def before(self) -> Scores:
        """What a first batch shows before any update; networks and stream stay as they are."""
        generator, judge = copy.deepcopy((self.generator, self.discriminator))
        with aside(), torch.no_grad():
            real = self._real(batches(len(self.train), self.knobs.batch_size))
            real_logits, fake_logits = judge(real), judge(generator(self._latents(len(real))))
        loss = discriminator_loss(self.knobs, real_logits, fake_logits)
        return _scores(loss, generator_loss(self.knobs, fake_logits), real_logits, fake_logits)

    def _real(self, rows: Iterator[Tensor]) -> Tensor:
        return self.train[next(rows).to(self.train.device)]

    def _latents(self, count: int) -> Tensor:
        return torch.randn(count, self.knobs.latent).to(self.train.device)


def _adam(network: nn.Module, learning_rate: float) -> optim.Optimizer:
    return optim.Adam(network.parameters(), lr=learning_rate, betas=BETAS)


def _update(optimizer: optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def _scores(loss: Tensor, own: Tensor, real_logits: Tensor, fake_logits: Tensor) -> Scores:
    shares = (logits.detach().sigmoid().mean().item() for logits in (real_logits, fake_logits))
    return Scores(loss.item(), own.item(), *shares)
