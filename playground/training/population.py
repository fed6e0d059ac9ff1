"""Populations: variants of one network trained as one model with a leading member axis.

M members, N samples of a batch, D inputs, P parameters of a member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any

import torch
from torch import Tensor, nn

from playground.models.dropout import mask
from playground.models.mlp import mlp
from playground.training.activations import ACTIVATIONS
from playground.training.initialisers import initialise
from playground.training.seeding import aside


@dataclass(frozen=True)
class Member:
    """What may differ between the networks of a population; `hyper` are torch's arguments of the optimizer.

    `l1` and `l2` weigh the sums of absolute and of squared weights in its loss; `dropout` is the rate after each hidden
    layer. `schedule` moves its learning rate where the training loop steps `PopulationSchedulers`.
    """

    seed: int = 0
    activation: str = "tanh"
    optimizer: str = "sgd"
    learning_rate: float = 0.01
    hyper: Mapping[str, Any] = field(default_factory=dict)
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    schedule: str = "constant"


def parameter_slices(sizes: Sequence[int]) -> list[tuple[slice, tuple[int, int]]]:
    """Where in a member's row (P,) its parameters lie, layer by layer: weight (in, out), then bias (1, out)."""
    found, start = [], 0
    for before, after in pairwise(sizes):
        for shape in ((before, after), (1, after)):
            end = start + shape[0] * shape[1]
            found.append((slice(start, end), shape))
            start = end
    return found


def neighbours(keys: Sequence[Any]) -> list[slice]:
    """The runs of equal keys that lie side by side."""
    ends = [0]
    for _, run in groupby(keys):
        ends.append(ends[-1] + len(list(run)))
    return [slice(start, end) for start, end in pairwise(ends)]


class Population:
    """M multilayer perceptrons of the same sizes, each built under its own seed, as it would be alone.

    All parameters lie in one table `values` (M, P) and their gradients in `gradients` (M, P); `layers()` gives
    weights (M, in, out) and biases (M, 1, out), views of it. Each member goes on drawing from its own stream, so
    its batches and dropout masks are those it would draw alone. `alive` (M,) is False for a member whose loss or
    gradient was not finite: it is frozen.
    """

    def __init__(
        self,
        members: Sequence[Member],
        sizes: Sequence[int],
        *,
        initialiser: str = "default",
        dtype: torch.dtype = torch.float32,
        device: str = "cpu",
    ) -> None:
        self.members, self.sizes = tuple(members), tuple(sizes)
        built = {seed: _built(seed, sizes, initialiser) for seed in dict.fromkeys(member.seed for member in members)}
        self.generators = [_generator(built[member.seed][1]) for member in members]
        self.values = torch.stack([built[member.seed][0] for member in members]).to(device, dtype)  # (M, P)
        self.gradients = torch.zeros_like(self.values)
        self.leaf = self.values.detach().requires_grad_()  # the same storage, for autograd
        self.leaf.grad = self.gradients
        self.alive = torch.ones(len(members), dtype=torch.bool, device=device)
        self.runs = neighbours([member.activation for member in members])
        self.bends = [ACTIVATIONS[members[run.start].activation]() for run in self.runs]
        self.l1, self.l2 = (torch.tensor([getattr(m, name) for m in members]).to(self.values) for name in ("l1", "l2"))
        self.drops = any(member.dropout for member in members)
        self.penalised = any(member.l1 or member.l2 for member in members)

    def layers(self) -> list[tuple[Tensor, Tensor]]:
        """Weights (M, in, out) and biases (M, 1, out) of each layer, as autograd sees them."""
        slices = parameter_slices(self.sizes)
        parts = torch.split(self.leaf, [columns.stop - columns.start for columns, _ in slices], dim=1)
        views = [part.view(-1, *shape) for part, (_, shape) in zip(parts, slices, strict=True)]
        return list(zip(views[::2], views[1::2], strict=True))

    def __call__(self, inputs: Tensor, *, training: bool = False) -> Tensor:
        """The outputs (M, N, K) for inputs (M, N, D), or (N, D) that all members share; dropout only in training."""
        return self.activations(inputs, training=training)[-1]

    def activations(self, inputs: Tensor, *, training: bool = False) -> list[Tensor]:
        """What each hidden layer puts out (M, N, units), first to last, and then the outputs (M, N, K)."""
        found, x = [], inputs.expand(len(self.members), -1, -1)
        *hidden, (weights, biases) = self.layers()
        for layer, (weight, bias) in enumerate(hidden):
            x = self._hidden(layer, torch.baddbmm(bias, x, weight), training)  # (M, N, out)
            found.append(x)
        return [*found, torch.baddbmm(biases, x, weights)]

    def _hidden(self, layer: int, sums: Tensor, training: bool) -> Tensor:
        """What a hidden layer makes of its weighted sums (M, N, units)."""
        x = self._activated(sums)
        return self._dropped(x) if training and self.drops else x

    def _activated(self, x: Tensor) -> Tensor:
        parts = [bend(x[run]) for run, bend in zip(self.runs, self.bends, strict=True)]
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _dropped(self, x: Tensor) -> Tensor:
        masks = [mask(x[0], m.dropout, g) for m, g in zip(self.members, self.generators, strict=True)]
        return x * torch.stack(masks).to(x.device)

    def penalties(self) -> Tensor:
        """What each member's l1 and l2 add to its loss (M,)."""
        weights = torch.cat([weight.flatten(1) for weight, _ in self.layers()], 1)
        return self.l1 * weights.abs().sum(1) + self.l2 * (weights**2).sum(1)

    def network(self, index: int) -> nn.Sequential:
        """A member as a network of its own, with a copy of its parameters."""
        model = mlp(self.sizes, ACTIVATIONS[self.members[index].activation], self.members[index].dropout or None).to(
            self.values
        )
        for parameter, (rows, shape) in zip(model.parameters(), parameter_slices(self.sizes), strict=True):
            values = self.values[index, rows]
            parameter.data = values.view(shape).T.clone() if parameter.dim() == 2 else values.clone()
        return model


def _built(seed: int, sizes: Sequence[int], initialiser: str) -> tuple[Tensor, Tensor]:
    """The parameters (P,) of a network built under a seed, and the state in which that leaves torch's generator."""
    with aside():
        torch.manual_seed(seed)
        model = mlp(sizes, nn.Identity)
        initialise(model, initialiser)
        return _row(model), torch.get_rng_state()


def _generator(state: Tensor) -> torch.Generator:
    """A generator that goes on from a state."""
    generator = torch.Generator()
    generator.set_state(state)
    return generator


def _row(model: nn.Module) -> Tensor:
    """All parameters of a network in a row (P,), weights turned to (in, out)."""
    return torch.cat([p.detach().T.flatten() if p.dim() == 2 else p.detach() for p in model.parameters()])
