"""What goes on inside a network at the longest lag: gradients back in time, hidden states, and their paths.

T steps, Q probes, H units. The probes are sequences that differ in nothing but what is to be remembered: where their
states run together, it is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.memory import tasks
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.networks import Networks, State, answers, states
from playground.training.seeding import aside

Floats = NDArray[np.float64]


def probes(knobs: Knobs) -> tasks.Batch:
    """Inputs (T, 1, Q, D) and targets (1, Q, S): one sequence, and what is to be remembered in each of Q ways."""
    count, steps, lags = knobs.probes, knobs.length(knobs.longest), [knobs.longest]
    with aside():
        torch.manual_seed(knobs.seed)
        if knobs.task == "adding":
            values = torch.rand(steps, 1, 1).repeat(1, 1, count)
            values[0] = torch.linspace(0, 1, count)
            return tasks.adding(values, torch.tensor([0.0, 0.5]).view(2, 1, 1).repeat(1, 1, count), lags)
        fillers = torch.randint(knobs.symbols, (steps, 1, 1)).repeat(1, 1, count)
        symbols = fillers[: knobs.kept].clone()
        symbols[0, 0] = torch.arange(count)
        return tasks.recall(symbols, fillers, lags, knobs.symbols, knobs.silent)


def back_in_time(passed: Sequence[State], loss: Tensor) -> Tensor:
    """The norm (T,) of the gradient on the state after each step, the mean over sequences.

    Of the LSTM it is that on the hidden and the cell state together: the way back leads through both.
    """
    hidden, cells = ([state[k] for state in passed] for k in (0, 1))
    both = [*hidden, *(cells if cells[0].requires_grad else [])]
    gradients = torch.stack(torch.autograd.grad(loss, both, allow_unused=True, materialize_grads=True))
    squares = (gradients**2).sum(-1).view(-1, len(hidden), gradients.shape[-2]).sum(0)  # (T, N)
    return squares.sqrt().mean(1)


@dataclass(frozen=True)
class Look:
    """What was seen of one network: gradient norms (T,), hidden states and whole states (T, Q, H)."""

    back: Floats
    hidden: Floats
    state: Floats

    @property
    def ratio(self) -> float:
        """The first step's gradient beside the last one's."""
        usable = np.isfinite(self.back[[0, -1]]).all() and self.back[-1] > 0
        return float(self.back[0] / self.back[-1]) if usable else float("nan")

    def apart(self, end: int) -> float:
        """How far the probes' states are from each other after step `end`, beside where they are farthest."""
        spread = np.linalg.norm(self.state - self.state.mean(1, keepdims=True), axis=2).mean(1)
        usable = np.isfinite(self.back).all() and spread.max() > 0
        return float(spread[end] / spread.max()) if usable else float("nan")


def look(networks: Networks, batch: tasks.Batch) -> Look:
    """Looks into the first repeat at the longest lag while it reads the probes."""
    inputs, targets = batch
    *weights, w_out, b_out = (part[:1] for part in networks.parts())
    passed = states(networks.step, inputs, networks.lengths[:1], tuple(weights), networks.units)
    asked = answers([hidden for hidden, _ in passed], networks.lengths[:1], networks.kept)
    outputs = torch.baddbmm(b_out, asked.flatten(1, 2), w_out).view(*asked.shape[:3], -1)
    back = back_in_time(passed, tasks.losses(outputs, targets).sum())
    hidden, cell = (torch.stack([state[k][0] for state in passed]).detach() for k in (0, 1))  # (T, Q, H)
    state = torch.cat([hidden, cell], 2) if networks.kind == "lstm" else hidden
    kept = (torch.nan_to_num(one, 0.0, 0.0, 0.0) for one in (hidden, state))  # a network may have broken
    return Look(*(one.double().numpy() for one in (back, *kept)))
