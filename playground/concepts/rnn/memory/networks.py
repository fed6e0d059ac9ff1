"""Recurrent networks of one kind, trained as one model: M members, N sequences, T steps, H units, P parameters.

M = L * R: the R repeats of the longest lag, then those of the next. A step then costs only those members whose
sequences are not over.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from playground.concepts.rnn import gates
from playground.concepts.rnn.gates import Step, Weights
from playground.concepts.rnn.memory.knobs import Knobs
from playground.training.seeding import aside

State = tuple[Tensor, Tensor]


def states(step: Step, inputs: Tensor, lengths: Sequence[int], weights: Weights, units: int) -> list[State]:
    """Hidden and cell state (M_t, N, H) after each step, of the M_t members whose sequences go on.

    inputs (T, M, N, D); lengths (L,) of the lags' sequences, the longest first, M / L members each.
    """
    hidden = cell = inputs.new_zeros(*inputs.shape[1:3], units)
    repeats, found = inputs.shape[1] // len(lengths), []
    for t in range(lengths[0]):
        active = repeats * sum(length > t for length in lengths)
        if active < len(hidden):
            weights, (hidden, cell) = tuple(one[:active] for one in weights), (hidden[:active], cell[:active])
        hidden, cell, _ = step(inputs[t, :active], hidden, cell, weights)
        found.append((hidden, cell))
    return found


def answers(hidden: Sequence[Tensor], lengths: Sequence[int], kept: int) -> Tensor:
    """The hidden states (M, N, S, H) after the last S steps of each member's own sequences."""
    repeats, found = len(hidden[0]) // len(lengths), []
    for row, length in enumerate(lengths):
        own = slice(row * repeats, (row + 1) * repeats)
        found.append(torch.stack([hidden[t][own] for t in range(length - kept, length)], 2))
    return torch.cat(found)


def restart(matrix: Tensor, start: str, radius: float) -> None:
    """Draws a recurrent matrix (H, H) anew as it is to start; `radius` is a Gaussian one's largest |eigenvalue|."""
    if start == "orthogonal":
        nn.init.orthogonal_(matrix)
    elif start == "identity":
        nn.init.eye_(matrix)
    elif start == "radius":
        drawn = torch.randn(matrix.shape)
        matrix.copy_(drawn * (radius / torch.linalg.eigvals(drawn).abs().max()))


class Networks:
    """M networks of a kind with a linear read-out; each repeat has its own start, the same at every lag.

    All parameters lie in one table `values` (M, P). `alive` (M,) is False for a member whose loss or gradient was not
    finite: it is frozen.
    """

    def __init__(self, knobs: Knobs, kind: str, dtype: torch.dtype = torch.float32) -> None:
        self.kind, self.units, self.kept, self.clip = kind, knobs.hidden[kind], knobs.kept, knobs.clip
        self.lengths = [knobs.length(lag) for lag in knobs.lags]
        self.step: Step = partial(gates.rnn, bend=gates.BENDS[knobs.bend]) if kind == "rnn" else gates.STEPS[kind]
        rows = [_built(knobs, kind, knobs.seed + repeat) for repeat in range(knobs.repeats)]
        self.shapes = [part.shape for part in rows[0]]
        flat = torch.stack([torch.cat([part.flatten() for part in row]) for row in rows])
        self.values = flat.repeat(len(self.lengths), 1).to(dtype).requires_grad_()  # (M, P)
        self.alive = torch.ones(len(self.values), dtype=torch.bool)
        make = torch.optim.Adam if knobs.optimizer == "adam" else torch.optim.SGD
        self.optimizer = make([self.values], lr=knobs.learning_rate)

    def parts(self, member: int | None = None) -> tuple[Tensor, ...]:
        """Each parameter (M, ...), as autograd sees it; of one member alone (1, ...)."""
        rows = self.values if member is None else self.values[member : member + 1]
        found = torch.split(rows, [shape.numel() for shape in self.shapes], 1)
        return tuple(part.view(-1, *shape) for part, shape in zip(found, self.shapes, strict=True))

    def __call__(self, inputs: Tensor) -> Tensor:
        """The outputs (M, N, S, K) at the steps that ask for an answer."""
        *weights, w_out, b_out = self.parts()
        passed = states(self.step, inputs, self.lengths, tuple(weights), self.units)
        asked = answers([hidden for hidden, _ in passed], self.lengths, self.kept)
        return torch.baddbmm(b_out, asked.flatten(1, 2), w_out).view(*asked.shape[:3], -1)

    def update(self, losses: Tensor) -> Tensor:
        """Updates every living member once and returns the norm (M,) of its gradient before clipping."""
        self.optimizer.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        gradient = self.values.grad
        assert gradient is not None
        norms: Tensor = gradient.norm(dim=1)
        self.alive &= torch.isfinite(losses.detach()) & torch.isfinite(norms)
        if self.clip:
            gradient.mul_((self.clip / (norms + 1e-6)).clamp(max=1)[:, None])
        before = None if self.alive.all() else self.values.detach().clone()
        self.optimizer.step()
        if before is not None:
            self.values.data = torch.where(self.alive[:, None], self.values.data, before)
        return norms

    def __len__(self) -> int:
        return len(self.values)


def _built(knobs: Knobs, kind: str, seed: int) -> list[Tensor]:
    """The parameters of one network as it starts: the cell's weights, turned, then the read-out's."""
    inputs, outputs = knobs.sizes
    units = knobs.hidden[kind]
    with aside(), torch.no_grad():
        torch.manual_seed(seed)
        cell, out = gates.CELLS[kind](inputs, units), nn.Linear(units, outputs)
        if kind == "rnn":
            restart(cell.weight_hh, knobs.start, knobs.radius)
        else:  # rows H to 2 H: the LSTM's forget gate, the GRU's update gate
            cell.bias_hh[units : 2 * units] += knobs.gate_bias
        return [*gates.turned(cell), out.weight.T.clone(), out.bias[None].clone()]
