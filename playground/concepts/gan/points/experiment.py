"""Two networks play on points in the plane: one game, the same game turn by turn, or several with different losses.

Metrics: see `measure`; arrays: see `pictures` and `phases`. Series, a point a frame, of one game: step,
discriminator_loss, generator_loss, sliced_wasserstein, floor, and covered_share, good_share or near_share,
reached_share; of several games sliced_wasserstein.<loss>, floor and `all_<share>`, M values a point. Several games
also have the table's columns `table_<metric>` (M,) and of each `said_<loss>` (1,), how much it covers, where that
changes. In slow motion a step is an update of either player, else a turn, which ends with the generator's update.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from torch import Tensor

from playground.concepts.gan.points import coverage
from playground.concepts.gan.points.knobs import Knobs
from playground.concepts.gan.points.measure import Eye, Look, data, mode_numbers, numbers
from playground.concepts.gan.points.phases import Phases
from playground.concepts.gan.points.pictures import Arrays, Pictures, SideBySide
from playground.concepts.gan.points.players import Game
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.seeding import aside
from playground.wire import narrow

FRAMES, FRAMES_EACH = 120, 80  # of one game, of several
BEFORE = 20  # frames of slow motion before it slows down
CURVES = ("discriminator_loss", "generator_loss", "sliced_wasserstein", "covered_share", "good_share", "near_share",
          "reached_share")  # fmt: skip
COLUMNS = ("modes_covered", "good_share", "near_share", "reached_share", "sliced_wasserstein", "real_score",
           "fake_score", "told_apart", "push")  # fmt: skip


class Watch:
    """Makes the frames of a game, or of several."""

    def __init__(self, knobs: Knobs) -> None:
        self.knobs, self.data = knobs, data(knobs)
        self.game = Game(knobs, self.data.train)
        self.eye = Eye(self.game, self.data)
        self.several = len(self.game.names) > 1
        updates = knobs.last_step * (knobs.discriminator_steps + 1) if knobs.view == "slow" else knobs.last_step
        self.pictures = SideBySide(self.game) if self.several else Pictures(self.game, updates)
        self.phases = Phases() if knobs.view == "slow" else None
        self.before: dict[str, Tensor] = {}
        self.said: dict[str, float] = {}

    def __call__(self, step: int, turn: str = "") -> Frame:
        """The frame after that many steps."""
        with aside():
            looks = self.eye()
            measured = {name: self._numbers(name, look) for name, look in zip(self.game.names, looks, strict=True)}
            broken = [name for name, look in zip(self.game.names, looks, strict=True) if not look.finite]
            arrays = self._several(looks, measured) if self.several else self._one(step, looks[0], turn)
        arrays |= self.pictures.still(self.data.test) if step == 0 else {}
        metrics = self._named(measured)
        metrics |= {self._name("nan_step", name): float(step) for name in broken}
        metrics |= {"floor": self.data.floor} if step == 0 else {}
        return Frame(step, metrics, arrays, self._series(step, metrics))

    def _name(self, metric: str, loss: str) -> str:
        return f"{metric}.{loss}" if self.several else metric

    def _named(self, measured: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
        return {self._name(metric, loss): value for loss, found in measured.items() for metric, value in found.items()}

    def _numbers(self, name: str, look: Look) -> dict[str, float]:
        found = numbers(name, look, self.data)
        if not len(self.data.modes) or not look.finite:
            return found
        labels = coverage.mode_labels(look.fake, self.data.modes, self.knobs.spread)
        found |= mode_numbers(labels, len(self.data.modes), self.before.get(name))
        self.before[name] = labels
        return found

    def _one(self, step: int, look: Look, turn: str) -> Arrays:
        assert isinstance(self.pictures, Pictures)
        arrays = self.pictures(look)
        if self.phases:
            return arrays | self.phases(self.pictures, look, turn)
        if len(self.data.modes) and look.finite:
            labels = self.before[self.game.names[0]]
            arrays |= self.pictures.raster(step, coverage.mode_shares(labels, len(self.data.modes)))
        return arrays

    def _several(self, looks: list[Look], measured: Mapping[str, Mapping[str, float]]) -> Arrays:
        assert isinstance(self.pictures, SideBySide)
        rows = [[one.get(metric, math.nan) for one in measured.values()] for metric in COLUMNS]
        table = {f"table_{metric}": row for metric, row in zip(COLUMNS, rows, strict=True)}
        return self.pictures(looks) | narrow({**table, **self._titles(measured)})

    def _titles(self, measured: Mapping[str, Mapping[str, float]]) -> Arrays:
        """How much each game covers, where that has changed: a title is text, which takes long to draw."""
        metric = "modes_covered" if len(self.data.modes) else "reached_share"
        now = {name: round(found.get(metric, math.nan), 2) for name, found in measured.items()}
        changed = {f"said_{name}": [value] for name, value in now.items() if self.said.get(name) != value}
        self.said = now
        return changed

    def _series(self, step: int, metrics: Mapping[str, float]) -> Arrays:
        found: Arrays = {"step": [step], "floor": [self.data.floor]}
        for curve in filter(self._measured, CURVES):
            values = [metrics.get(self._name(curve, loss), math.nan) for loss in self.game.names]
            if self.several and curve.endswith("share"):
                found[f"all_{curve}"] = values  # M values a point: painted as one
            else:
                found |= {self._name(curve, loss): [v] for loss, v in zip(self.game.names, values, strict=True)}
        return narrow(found)

    def _measured(self, curve: str) -> bool:
        """Whether a curve is shown: shares belong to data with modes or without, losses to one game alone."""
        if curve.endswith("share"):
            return (curve in ("covered_share", "good_share")) == bool(len(self.data.modes))
        return not (self.several and curve.endswith("loss"))


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the games; they end where no game goes on."""
    watch = Watch(knobs)
    yield watch(0)
    yield from _slowly(knobs, watch) if knobs.view == "slow" else _whole_turns(knobs, watch)


def _whole_turns(knobs: Knobs, watch: Watch) -> Iterator[Frame]:
    shown = frozenset(frame_steps(knobs.steps, FRAMES_EACH if watch.several else FRAMES))
    for step in range(1, knobs.steps + 1):
        over = not watch.game.turn(step).isfinite().all(0).any()
        if step in shown or over:
            yield watch(step)
        if over:
            return


def _slowly(knobs: Knobs, watch: Watch) -> Iterator[Frame]:
    """Turns at the usual pace up to `slow_from`, then a frame for each update."""
    each = knobs.discriminator_steps + 1
    shown = set(np.linspace(0, knobs.slow_from, BEFORE + 1).round().astype(int).tolist())
    for step in range(1, knobs.slow_from + 1):
        over = not watch.game.turn(step).isfinite().all()
        if step in shown or over:
            yield watch(each * step)
        if over:
            return
    for step in range(knobs.slow_from + 1, knobs.last_step + 1):
        for phase in range(1, each + 1):
            turn = "generator" if phase == each else "discriminator"
            (watch.game.generator_step if phase == each else watch.game.discriminator_step)(step)
            yield watch(each * (step - 1) + phase, turn)
