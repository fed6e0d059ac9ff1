"""The lab's knobs: how to regularize which network on which points; and the plane of two weights."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from playground.concepts.regularization.overfitting.methods import METHODS, TITLES, Method
from playground.contract import Knobs as Base
from playground.contract import knob

Width = Annotated[int, Field(ge=2, le=64)]
NETWORK = ("view", ("network",))
GEOMETRY = ("view", ("geometry",))
Coordinate = Annotated[float, Field(ge=-2, le=2)]


class Knobs(Base):
    view: Literal["network", "geometry"] = knob(
        "network", title="View", labels={"network": "Network", "geometry": "Two weights"},
        help="Two weights: why L1 ends in corners and L2 does not.",
    )  # fmt: skip
    method: Literal[
        "l1", "l2", "dropout", "weight_decay", "elastic", "early_stopping", "batch_norm", "data_noise", "width",
        "averaging",
    ] = knob("l2", title="Method", labels=TITLES, when=NETWORK, help="Eight strengths train together.")  # fmt: skip
    data: Literal["circles", "moons", "xor", "gaussians", "checkerboard", "spiral"] = knob(
        "circles", title="Data", when=NETWORK,
        labels={
            "circles": "Circles", "moons": "Moons", "xor": "XOR", "gaussians": "Two Gaussians",
            "checkerboard": "Checkerboard", "spiral": "Spiral",
        },
    )  # fmt: skip
    samples: int = knob(40, title="Training points", ge=20, le=200, when=NETWORK)
    noise: float = knob(0.8, title="Noise", ge=0, le=1, when=NETWORK, help="Spread of the points.")
    mix: float = knob(0.5, title="Share of L1 (α)", ge=0, le=1, when=("method", ("elastic",)), help="1 is L1, 0 is L2.")
    batch_size: int = knob(
        8, title="Batch size", ge=0, le="samples", when=("method", ("early_stopping",)),
        help="Samples in one update; 0 is all of them. Small batches make the validation loss rough: patience matters.",
    )  # fmt: skip
    penalty: Literal["l1", "l2", "elastic"] = knob(
        "l1", title="Penalty", labels={"l1": "L1", "l2": "L2", "elastic": "Elastic"}, when=GEOMETRY
    )
    minimum: tuple[Coordinate, Coordinate] = knob(
        (0.5, 1.4), title="Minimum of the loss", when=GEOMETRY,
        help="Drag the handle on the picture, or write both weights joined by _.",
    )  # fmt: skip
    stretch: float = knob(
        2.0, title="Stretch", ge=1, le=10, log=True, when=GEOMETRY,
        help="How many times as long as wide the valley is, squared: the loss's condition number.",
    )  # fmt: skip
    tilt: int = knob(30, title="Tilt", ge=-90, le=90, unit="°", when=GEOMETRY, help="Which way the valley lies.")
    repeats: Literal[1, 3, 5] = knob(
        3, title="Repeats", group="more", when=NETWORK,
        help="Each draws its own points and starting weights; the band spans them all, the maps show the first.",
    )  # fmt: skip
    activation: Literal["tanh", "relu"] = knob(
        "tanh", title="Activation", group="more", labels={"relu": "ReLU"}, when=NETWORK
    )
    hidden_sizes: tuple[Width, ...] = knob(
        (32, 32), title="Hidden layers", min_length=1, max_length=3, group="more", when=NETWORK,
        help="Units of each hidden layer, joined by -: 32-32 is two layers of 32.",
    )  # fmt: skip
    learning_rate: float = knob(
        0.02, title="Learning rate", ge=1e-3, le=0.1, log=True, group="more", when=NETWORK,
        help="Adam's; it falls evenly to 0, so that the weights come to rest.",
    )  # fmt: skip
    steps: int = knob(500, title="Steps", ge=50, le=2000, group="more", when=NETWORK)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The units of every layer: two inputs, hidden layers, one logit."""
        return (2, *self.hidden_sizes, 1)

    @property
    def swept(self) -> Method:
        """The method, its strengths and words."""
        return METHODS[self.method]
