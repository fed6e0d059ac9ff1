"""The networks of a sweep: eight settings of one method times R repeats, trained as one population.

S settings, R repeats, M = S * R members, setting by setting; N points, P parameters of a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.training.population import Member, Population, parameter_slices

OTHER_START = 1000  # from the seed of one averaged network to that of the next
MOMENTUM, EPSILON = 0.1, 1e-5  # torch's defaults of batch norm


def member(knobs: Knobs, setting: int, repeat: int) -> Member:
    """The network of one setting and repeat: all settings of a repeat start alike, but for those that are averaged."""
    strength, method = knobs.swept.strengths[setting], knobs.method
    seed = knobs.seed + repeat + (OTHER_START * setting if method == "averaging" else 0)
    changed: dict[str, dict[str, Any]] = {
        "l1": {"l1": strength},
        "l2": {"l2": strength},
        "elastic": {"l1": knobs.mix * strength, "l2": (1 - knobs.mix) * strength},
        "dropout": {"dropout": strength},
        "weight_decay": {"optimizer": "adamw", "hyper": {"weight_decay": strength}},
    }
    return Member(**{"seed": seed, "activation": knobs.activation, "optimizer": "adam",
                     "learning_rate": knobs.learning_rate, **changed.get(method, {})})  # fmt: skip


def networks(knobs: Knobs, device: str) -> Population:
    """The population of a sweep as it starts."""
    settings = range(len(knobs.swept.strengths))
    members = [member(knobs, setting, repeat) for setting in settings for repeat in range(knobs.repeats)]
    if knobs.method == "batch_norm":
        groups = [int(strength) for strength in knobs.swept.strengths for _ in range(knobs.repeats)]
        return Normalized(members, knobs.sizes, groups, device)
    population = Population(members, knobs.sizes, device=device)
    if knobs.method == "width":
        for index, one in enumerate(members):
            narrow(population, index, one, widths(knobs, index // knobs.repeats))
    return population


def widths(knobs: Knobs, setting: int) -> tuple[int, ...]:
    """The units of every layer where a share of the hidden ones is left."""
    share = knobs.swept.strengths[setting]
    return (2, *(max(1, round(share * units)) for units in knobs.hidden_sizes), 1)


def narrow(population: Population, index: int, one: Member, sizes: Sequence[int]) -> None:
    """Makes a member the smaller network of these sizes, built under its own seed, in a corner of the wide one.

    The units outside have no weights. Where f(0) = 0, as with tanh and ReLU, neither they nor their weights get a
    gradient: the member trains exactly as the smaller network does.
    """
    small = Population([one], sizes).values[0]
    row = torch.zeros(population.values.shape[1])
    pairs = zip(parameter_slices(population.sizes), parameter_slices(sizes), strict=True)
    for (columns, shape), (part, (height, width)) in pairs:
        row[columns].view(shape)[:height, :width] = small[part].view(height, width)
    population.values[index] = row


def weights(population: Population) -> Tensor:
    """All weights (M, W), without the biases."""
    return torch.cat([weight.detach().flatten(1) for weight, _ in population.layers()], 1)


class Normalized(Population):
    """A population whose hidden sums are normalized (Ioffe and Szegedy, 2015) before the bias, without a scale.

    In training a member's points are shuffled into `groups` of equal size, each normalized by its own mean and variance
    (ghost batches: Hoffer, Hubara and Soudry, 2017); else by running averages of these. A member of 0 groups is plain.
    """

    def __init__(self, members: Sequence[Member], sizes: Sequence[int], groups: Sequence[int], device: str) -> None:
        super().__init__(members, sizes, device=device)
        self.groups = tuple(groups)
        self.on = torch.tensor([count > 0 for count in groups], device=device)[:, None, None]
        self.means = [torch.zeros(len(members), 1, units, device=device) for units in sizes[1:-1]]
        self.variances = [torch.ones_like(mean) for mean in self.means]
        self.shares = torch.empty(0)

    def _hidden(self, layer: int, sums: Tensor, training: bool) -> Tensor:
        if training and layer == 0:
            self.shares = self._shuffled(sums.shape[1]).to(sums)
        bias = self.layers()[layer][1]
        bare = sums - bias
        mean, variance = self._moments(layer, bare) if training else (self.means[layer], self.variances[layer])
        normalized = (bare - mean) * torch.rsqrt(variance + EPSILON) + bias
        return super()._hidden(layer, torch.where(self.on, normalized, sums), training)

    def _shuffled(self, count: int) -> Tensor:
        """What share (M, N, N) each point has in each other's mean: 1 / size within a group, else 0."""
        drawn = zip(self.groups, self.generators, strict=True)
        group = torch.stack([torch.randperm(count, generator=g) % k if k > 1 else torch.zeros(count) for k, g in drawn])
        same = (group[:, :, None] == group[:, None, :]).float()
        return same / same.sum(2, keepdim=True)

    def _moments(self, layer: int, sums: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance (M, N, units) of each point's group; the running averages follow them, as torch's do."""
        mean = torch.bmm(self.shares, sums)
        variance = torch.bmm(self.shares, (sums - mean) ** 2)
        sizes = 1 / self.shares.amax(2, keepdim=True)  # (M, N, 1)
        unbiased = variance.detach() * sizes / (sizes - 1)
        self.means[layer].lerp_(mean.detach().mean(1, keepdim=True), MOMENTUM)
        self.variances[layer].lerp_(unbiased.mean(1, keepdim=True), MOMENTUM)
        return mean, variance
