"""The population of a sweep: every member as the sandbox would start and train it, and twins of some.

M members, T twins, N training points, R rows of all splits, F features.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import torch
from torch import Tensor

from playground.concepts.network.compare.knobs import MAP_SIZE, Knobs
from playground.concepts.network.compare.settings import settings, shown, twinned
from playground.concepts.network.sandbox.experiment import loss_fn
from playground.concepts.network.sandbox.knobs import Knobs as Sandbox
from playground.concepts.network.sandbox.measure import Rows, all_rows
from playground.concepts.network.sandbox.points import SPLITS, points
from playground.training.population import Member, Population
from playground.training.population_optimizer import PopulationOptimizer
from playground.training.population_updates import member_batches, streams, train_step

SAME_POINTS = ("seed", "noise", "label_noise")


def member(setting: Sandbox) -> Member:
    """A run of the sandbox as a member of a population."""
    return Member(
        setting.seed, setting.activation, setting.optimizer, setting.learning_rate, setting.hyper, setting.l1,
        setting.l2, setting.dropout,
    )  # fmt: skip


class Training:
    """M members and T twins, which start one unit in the last place away from some of those.

    `inputs` (S, R, F) and `targets` by split, (S, N, ...), where S is 1 for points that all share, else M + T.
    """

    def __init__(self, knobs: Knobs, device: str, dtype: torch.dtype = torch.float32) -> None:
        self.knobs, self.shown, self.twinned = knobs, list(shown(knobs)), list(twinned(knobs))
        own = settings(knobs)
        self.settings = (*own, *(own[i] for i in self.twinned))
        self.count = len(own)
        members = [member(setting) for setting in self.settings]
        self.population = Population(members, knobs.sizes, initialiser=knobs.initialiser, dtype=dtype, device=device)
        twins = self.population.values[self.count :]
        twins.copy_(torch.nextafter(twins, torch.full_like(twins, torch.inf)))
        self.loss_fn = loss_fn(own[0])
        self._take(device, dtype)

    def _take(self, device: str, dtype: torch.dtype) -> None:
        """The points: one set for all, or one for each member."""
        keys = [tuple(getattr(setting, name) for name in SAME_POINTS) for setting in self.settings]
        keys = keys if self.knobs.in_sets else keys[:1]
        sets = {key: self._rows(key, device) for key in dict.fromkeys(keys)}
        chosen = [sets[key] for key in keys]
        first = chosen[0]
        self.ends = [sum(first.counts[: k + 1]) for k in range(4)]
        self.picture = first.inputs[self.ends[2] : self.ends[3]].to(dtype)
        self.inputs = torch.stack([rows.inputs[: self.ends[2]] for rows in chosen]).to(dtype)
        self.targets = {split: _like(torch.stack([rows.targets[split] for rows in chosen]), dtype) for split in SPLITS}

    def _rows(self, key: Sequence[float], device: str) -> Rows:
        setting = self.settings[0].model_copy(update={**dict(zip(SAME_POINTS, key, strict=True)), "map_size": MAP_SIZE})
        return all_rows(setting, points(setting), device)

    def losses(self) -> Iterator[Tensor]:
        """The losses (M + T,) of each update, which is done."""
        optimizer = PopulationOptimizer(self.population)
        count = self.ends[0]
        drawn = member_batches(streams(self.population), count, self.knobs.batch_size)
        for rows in islice(drawn, self.knobs.steps):
            yield train_step(self.population, optimizer, self.loss_fn, *self._batch(rows.to(self.inputs.device)))

    def _batch(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Inputs (M + T or 1, B, F) and targets of the rows (M + T or 1, B)."""
        inputs, targets = self.inputs[:, : self.ends[0]], self.targets["train"]
        if len(inputs) == 1:
            return inputs[0][rows], targets[0][rows]
        if len(rows) == 1:
            return inputs[:, rows[0]], targets[:, rows[0]]
        sets = torch.arange(len(rows), device=rows.device)[:, None]
        return inputs[sets, rows], targets[sets, rows]


def _like(targets: Tensor, dtype: torch.dtype) -> Tensor:
    return targets.to(dtype) if targets.is_floating_point() else targets
