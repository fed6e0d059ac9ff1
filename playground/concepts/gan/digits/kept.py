"""What is kept of a game: the trained generator, and what it was at moments on the way.

So a walk or a point chosen later is seen all along the training without training again.
"""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.gan.digits import grid
from playground.concepts.gan.digits.knobs import Knobs
from playground.concepts.gan.digits.latents import fixed, plane, slerp, straight
from playground.concepts.gan.digits.networks import generator
from playground.contract import Frame
from playground.training.pace import frame_steps

FRAMES = 90
MOST_BYTES = 6 * 1024 * 1024


def pixels(images: Tensor) -> NDArray[np.uint8]:
    """Images (N, 1, S, S) in [-1, 1] as uint8 pictures (N, S, S); what is not a number is black."""
    return ((images[:, 0].nan_to_num(-1) + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).cpu().numpy()


class Kept(nn.Module):
    """The generator of a run and its states (K, P) at every `apart`-th frame, as many as there is room for."""

    states: Tensor

    def __init__(self, knobs: Knobs, device: str) -> None:
        super().__init__()
        self.generator = generator(knobs).to(device)
        size, frames = len(flat(self.generator)), len(frame_steps(knobs.steps, FRAMES))
        room = max(2, MOST_BYTES // (4 * size))
        turns = 3 if knobs.side == 28 else 1  # between frames that hold the plane or the pairs
        self.apart = turns * max(1, math.ceil(frames / room / turns))
        self.register_buffer("states", torch.zeros(-(-frames // self.apart), size))

    def keep(self, frame: int) -> None:
        """Keeps the generator's state at a frame, where that is one of those."""
        if frame % self.apart == 0:
            self.states[frame // self.apart] = flat(self.generator)


def flat(network: nn.Module) -> Tensor:
    """All parameters and running statistics of a network, one after the other (P,)."""
    return torch.cat([value.detach().flatten().cpu() for value in _floats(network)])


def fill(network: nn.Module, state: Tensor) -> None:
    """Puts a state (P,) that `flat` gave back into a network."""
    values = list(_floats(network))
    for value, part in zip(values, torch.split(state, [value.numel() for value in values]), strict=True):
        value.copy_(part.view_as(value))


def _floats(network: nn.Module) -> list[Tensor]:
    return [value for value in network.state_dict().values() if value.is_floating_point()]


class Look:
    """Adds to frames what the visitor chose to look at: both walks (2 w, S, S) and the plane's point (S, S), uint8."""

    def __init__(self, knobs: Knobs, kept: Kept, device: str) -> None:
        self.kept, self.steps = kept, knobs.steps
        self.shown = copy.deepcopy(kept.generator).eval()
        start, end = fixed(knobs, grid.samples(knobs))[[knobs.first - 1, knobs.second - 1]]
        shares = torch.linspace(0, 1, grid.walk(knobs))
        point = torch.tensor([knobs.point]) @ plane(knobs)
        ways = slerp(start, end, shares), straight(start, end, shares)
        self.latents = torch.cat([point, *ways]).to(device)  # (1 + 2 w, L)

    def __call__(self, frame: Frame, number: int) -> Frame:
        """The frame of that number, with what is looked at where its state was kept or the run ends."""
        kept, ends = self.kept, frame.step == self.steps or "nan_step" in frame.metrics
        if not ends and number % kept.apart:
            return frame
        fill(self.shown, flat(kept.generator) if ends else kept.states[number // kept.apart])
        with torch.no_grad():
            pictures = pixels(self.shown(self.latents))
        return replace(frame, arrays={**frame.arrays, "point": pictures[0], "walk": pictures[1:]})
