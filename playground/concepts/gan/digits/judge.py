"""A classifier that learns from the real images beside the game, and reads the samples: their classes, how surely."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn, optim

from playground.concepts.gan.digits.images import Images
from playground.concepts.gan.digits.knobs import Knobs
from playground.training.seeding import aside

CLASSES = 10
BATCH = 64
UPDATES = 400
HASTE = 4  # its updates are done after this part of the game
ABLE = {"digits": 0.9, "mnist": 0.9, "fashion": 0.75}  # test accuracy from which on its word is shown


def reader(knobs: Knobs) -> nn.Sequential:
    """A small convolutional network: images (N, 1, S, S) to logits (N, 10); images of 28 x 28 are halved first."""
    halve = [nn.AvgPool2d(2)] if knobs.side == 28 else []
    left = 4 if halve else 2  # what two strides leave of the side
    return nn.Sequential(
        *halve,
        nn.Conv2d(1, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(32 * left**2, CLASSES),
    )  # fmt: skip


class Judge:
    """One network on all training images; what it draws comes from streams of its own."""

    def __init__(self, knobs: Knobs, real: Images) -> None:
        self.real, self.able = real, ABLE[knobs.data]
        with aside():
            torch.manual_seed(knobs.seed)
            self.network = reader(knobs).to(real.train.device)
        self.stream = torch.Generator().manual_seed(knobs.seed)
        self.optimizer = optim.Adam(self.network.parameters(), lr=0.005)
        self.left, self.slice = UPDATES, max(1, -(-HASTE * UPDATES // knobs.steps))

    def learn(self) -> None:
        """Does the updates that are due with one step of the game."""
        for _ in range(min(self.slice, self.left)):
            rows = torch.randint(len(self.real.train), (BATCH,), generator=self.stream).to(self.real.train.device)
            self.optimizer.zero_grad()
            F.cross_entropy(self.network(self.real.train[rows]), self.real.train_labels[rows]).backward()  # type: ignore[no-untyped-call]
            self.optimizer.step()
            self.left -= 1

    def reads(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """The probability (N,) of the likeliest class of each image, and that class (N,)."""
        confidence, classes = self.network(images).softmax(1).max(1)
        return confidence, classes

    def on_test(self) -> tuple[float, float]:
        """Its accuracy on the test images, and its mean confidence there."""
        confidence, classes = self.reads(self.real.test)
        return float((classes == self.real.test_labels).double().mean()), float(confidence.double().mean())
