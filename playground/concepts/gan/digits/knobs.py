"""The knobs of the digits lab: which images, how the two networks are built and play, and what is looked at."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playground.contract import Knobs as Base
from playground.contract import knob

REACH = 2.0  # of the plane through the latent space, to each side
TRAINED = {"digits": 1437, "mnist": 4000, "fashion": 5000}  # images
SIDES = {"digits": 8, "mnist": 28, "fashion": 28}  # pixels
ENDS = 18  # samples of the grid that a walk may lead between

Coordinate = Annotated[float, Field(ge=-REACH, le=REACH)]


class Knobs(Base):
    data: Literal["digits", "mnist", "fashion"] = knob(
        "digits", title="Real images",
        labels={"digits": "digits, 8 × 8", "mnist": "MNIST (subset)", "fashion": "Fashion-MNIST (subset)"},
        help="1,437 digits of 8 × 8 pixels, 4,000 of MNIST's or 5,000 of Fashion-MNIST's of 28 × 28; the rest is for "
        "testing.",
    )  # fmt: skip
    epochs: int = knob(
        30, title="Epochs", ge=1, le=60, help="At 8 × 8 an epoch takes a tenth of a second, at 28 × 28 a whole one."
    )
    generator_rate: float = knob(0.002, title="Generator's learning rate", ge=1e-5, le=0.05, log=True)
    discriminator_rate: float = knob(0.002, title="Discriminator's learning rate", ge=1e-5, le=0.05, log=True)
    batch_norm: bool = knob(
        True, title="Batch norm",
        help="In both networks, as DCGAN has it; not where images come in and go out. It keeps samples apart.",
    )  # fmt: skip
    latent: int = knob(
        16, title="Latent numbers", ge=2, le=64,
        help="How many random numbers the generator makes an image of; with 2 the plane is the whole space.",
    )  # fmt: skip
    first: int = knob(
        1, title="Walk from sample", ge=1, le=ENDS, after=True,
        help="Counted in the grid, row by row; the walk leads from it to the next knob's sample.",
    )  # fmt: skip
    second: int = knob(10, title="Walk to sample", ge=1, le=ENDS, after=True)
    loss: Literal["non_saturating", "hinge"] = knob(
        "non_saturating", title="Loss", group="more",
        help="Non-saturating: log loss, the generator raises log D of its samples. Hinge: margins of the logits.",
    )  # fmt: skip
    smoothing: float = knob(
        0.0, title="Label smoothing", ge=0, le=0.3, group="more", when=("loss", ("non_saturating",)),
        help="One-sided: 0.1 asks the discriminator for 0.9 on real images, still for 0 on samples.",
    )  # fmt: skip
    discriminator_steps: int = knob(
        1, title="Discriminator updates a step", ge=1, le=8, group="more",
        help="Each on a batch of its own; then comes one update of the generator.",
    )  # fmt: skip
    generator_channels: int = knob(16, title="Generator channels", ge=2, le=32, group="more")
    discriminator_channels: int = knob(16, title="Discriminator channels", ge=2, le=32, group="more")
    batch_size: int = knob(64, title="Batch size", ge=16, le=128, group="more")
    point: tuple[Coordinate, Coordinate] = knob(
        (1.0, 0.5), title="Point of the plane", group="stage", after=True,
        help="Drag the handle: the latent point whose image is shown large.",
    )  # fmt: skip

    @property
    def side(self) -> int:
        """Pixels along the side of an image."""
        return SIDES[self.data]

    @property
    def batches(self) -> int:
        """Batches of real images an epoch, the short last one among them."""
        return -(-TRAINED[self.data] // self.batch_size)

    @property
    def steps(self) -> int:
        """Updates of the generator in all."""
        return max(1, self.epochs * self.batches // self.discriminator_steps)
