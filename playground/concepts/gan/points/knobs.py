"""The knobs of the GAN on points: data, losses, rates, networks, and how the game is watched."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from playground.concepts.gan.points.words import LOSSES, SETS
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.data.painted import LATTICE, MOST_POINTS, PATTERN
from playground.data.painted import points as painted

Width = Annotated[int, Field(ge=1, le=128)]
Loss = Literal["minimax", "non_saturating", "least_squares", "hinge", "wgan", "wgan_gp"]
Optimizer = Literal["adam", "rmsprop", "sgd"]

ONE = ("one", "slow")
MOST_MODES = 25  # painted points up to which each is a mode
TURNS, MOST_PHASES = 40, 90  # slow motion: turns of the game, and frames that they may take
HEART = "QK5TdZZdhdbZcYZYGJTkBQBhMkBIGJD4ZC7ZG9hM9Z"
OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "sgd": "SGD"}


class Knobs(Base):
    view: Literal["one", "compare", "slow"] = knob(
        "one", title="View", labels={"one": "One game", "compare": "Compare", "slow": "Slow motion"},
        help="Compare plays one game for each of several losses. Slow motion shows each update by itself: the "
        "discriminator's, then the generator's.",
    )  # fmt: skip
    data: Literal["ring", "grid", "moons", "swiss_roll", "spiral", "own"] = knob("ring", title="Data", labels=SETS)
    loss: Loss = knob("non_saturating", title="Loss", labels=LOSSES, when=("view", ONE))
    losses: tuple[Loss, ...] = knob(
        ("minimax", "non_saturating", "hinge", "wgan_gp"), title="Losses", labels=LOSSES, min_length=2, max_length=4,
        when=("view", ("compare",)),
        help="Two to four: same data, first weights and batches. WGAN clips at 0.1, WGAN-GP has a penalty of 1.",
    )  # fmt: skip
    generator_rate: float = knob(0.001, title="Generator's learning rate", ge=1e-5, le=0.1, log=True)
    discriminator_rate: float = knob(0.001, title="Discriminator's learning rate", ge=1e-5, le=0.1, log=True)
    discriminator_steps: int = knob(
        1,
        title="Discriminator steps a turn",
        ge=1,
        le=8,
        help="Updates of the discriminator before each of the generator.",
    )
    modes: int = knob(8, title="Modes", ge=1, le=16, group="more", when=("data", ("ring",)))
    spread: float = knob(
        0.15, title="Spread of the points", ge=0.02, le=0.4, group="more",
        help="Standard deviation about each mode, or about the curve.",
    )  # fmt: skip
    points: str = knob(
        HEART, title="Painted points", group="stage", max_length=3 * MOST_POINTS, pattern=PATTERN,
        when=("data", ("own",)),
    )  # fmt: skip
    clip: float = knob(
        0.1, title="Clip weights at", ge=0.01, le=1, log=True, group="more", when=("loss", ("wgan",)),
        help="After each update all weights of the discriminator are cut to this size. The paper has 0.01.",
    )  # fmt: skip
    penalty: float = knob(
        1.0, title="Gradient penalty", ge=0.01, le=100, log=True, group="more", when=("loss", ("wgan_gp",)),
        help="Weight of the penalty on slopes other than 1. The paper has 10 for images, its toy code 0.1.",
    )  # fmt: skip
    spectral_norm: bool = knob(
        False, title="Spectral normalization", group="more", when=("view", ONE),
        help="Divides each weight matrix of the discriminator by its largest singular value.",
    )  # fmt: skip
    instance_noise: float = knob(
        0.0, title="Instance noise", ge=0, le=2, group="more",
        help="Standard deviation of what is added to real and fake points; it falls to 0 at the last step.",
    )  # fmt: skip
    latent: int = knob(
        2, title="Latent size", ge=1, le=16, group="more", help="How many Gaussian numbers each sample is made from."
    )
    generator_sizes: tuple[Width, ...] = knob(
        (64, 64), title="Generator's layers", min_length=1, max_length=4, group="more",
        help="Units of each hidden layer, joined by -.",
    )  # fmt: skip
    discriminator_sizes: tuple[Width, ...] = knob(
        (64, 64), title="Discriminator's layers", min_length=1, max_length=4, group="more",
        help="Units of each hidden layer, joined by -.",
    )  # fmt: skip
    activation: Literal["leaky_relu", "relu", "tanh"] = knob(
        "leaky_relu", title="Activation", group="more", labels={"leaky_relu": "Leaky ReLU", "relu": "ReLU"}
    )
    generator_optimizer: Optimizer = knob("adam", title="Generator's optimizer", group="more", labels=OPTIMIZERS)
    discriminator_optimizer: Optimizer = knob(
        "adam", title="Discriminator's optimizer", group="more", labels=OPTIMIZERS
    )
    beta1: float = knob(
        0.5,
        title="Adam: beta 1",
        ge=0,
        le=0.99,
        group="more",
        help="Of both players; GANs like less momentum than 0.9.",
    )
    beta2: float = knob(0.99, title="Adam: beta 2", ge=0, le=0.9999, group="more")
    batch_size: int = knob(128, title="Batch size", ge=8, le=256, group="more")
    steps: int = knob(
        2000, title="Steps", ge=50, le=4000, group="more", when=("view", ("one", "compare")),
        help="Updates of the generator.",
    )  # fmt: skip
    slow_from: int = knob(
        200, title="Slow motion from step", ge=0, le=2000, group="more", when=("view", ("slow",)),
        help="Up to this step the game runs at its usual pace.",
    )  # fmt: skip

    @field_validator("losses")
    @classmethod
    def _each_once(cls, names: tuple[Loss, ...]) -> tuple[Loss, ...]:
        kept = tuple(name for name in LOSSES if name in names)
        if len(kept) < 2:
            raise ValueError("choose at least two different losses")
        return kept

    @property
    def names(self) -> tuple[str, ...]:
        """The losses that are played."""
        return self.losses if self.view == "compare" else (self.loss,)

    @property
    def lattice(self) -> tuple[tuple[int, int], ...]:
        """The painted points, each once, on the lattice of 128 x 128."""
        places, _ = painted(self.points)
        return tuple(sorted({(round(x), round(y)) for x, y in (places * (LATTICE - 1)).tolist()}))

    @property
    def mode_count(self) -> int:
        """How many modes the data have; 0 where they lie along a curve, or where many points are painted."""
        if self.data == "own":
            return len(self.lattice) if len(self.lattice) <= MOST_MODES else 0
        return {"ring": self.modes, "grid": 25}.get(self.data, 0)

    @property
    def turns(self) -> int:
        """How many turns of the game slow motion shows one by one."""
        return min(TURNS, MOST_PHASES // (self.discriminator_steps + 1))

    @property
    def last_step(self) -> int:
        """Updates of the generator in the whole run."""
        return self.slow_from + self.turns if self.view == "slow" else self.steps
