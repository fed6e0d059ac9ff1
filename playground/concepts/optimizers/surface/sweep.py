"""Every learning rate and momentum on the bowl (x² + k y²) / 2 at once: how fast each converges, against theory.

All N pairs take their steps together, each rescaled as it goes, which changes nothing on a bowl, so that none leaves
the numbers that a float holds. The factor measured at step t is the mean by which the error (its last two points)
shrank each step since step t / 2. Besides the grid there are three pairs that torch.optim.SGD runs for the curves:
`own` (the visitor's), `best` (Polyak's) and `plain` (no momentum, at its best rate).

Metrics, for each of the three: `factor.<name>`, `theory.<name>`, `rate.<name>`, `beta.<name>`, `loss.<name>`; for the
best of the grid measured_rate (times the largest curvature), measured_beta, measured_factor; limit (of the own
momentum, times the largest curvature), off (relative, of the factor measured at Polyak's pair). Arrays: in frame 0
cut_x and cut_theory (321,), marks, bowl (81, 81), table; in each frame rates (50, 80), cut (40,) and
the table. Series: step, loss.<name>, path_x, path_y (3 a step).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.optimizers.surface import theory
from playground.concepts.optimizers.surface.ground import Ground
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.race import Race
from playground.concepts.optimizers.surface.surfaces import MAP_SHADES, MOMENTA, PAIRS, REACHES
from playground.contract import Frame, ranged
from playground.training.pace import frame_steps
from playground.wire import narrow

FRAMES = 160
ROOT = 0.4  # the map's colours tell factors near 1 apart
LEAST = 1e-30
ORIGIN = (-1.7, 0.6)  # the three runs' start
CUT = REACHES[::2]

Numbers = NDArray[np.float64]


class Pairs:
    """N pairs of rate and momentum, each on its own bowl; `logs` holds the error's logarithm (N,) of every step."""

    def __init__(self, rates: Numbers, momenta: Numbers, condition: float) -> None:
        self.rates, self.momenta = torch.from_numpy(rates)[:, None], torch.from_numpy(momenta)[:, None]
        self.curvatures = torch.tensor([1.0, condition], dtype=torch.float64)
        self.points = torch.ones(len(rates), 2, dtype=torch.float64)
        self.velocities = torch.zeros_like(self.points)
        self.scale = torch.zeros(len(rates), dtype=torch.float64)
        self.logs = [self.scale]

    def step(self) -> None:
        """One update of all, as torch.optim.SGD makes it."""
        before = self.points
        self.velocities = self.momenta * self.velocities + self.curvatures * before
        self.points = before - self.rates * self.velocities
        size = torch.cat([self.points, before], 1).norm(dim=1).clamp(min=1e-300)
        self.points, self.velocities = self.points / size[:, None], self.velocities / size[:, None]
        self.scale = self.scale + size.log()
        self.logs.append(self.scale)

    def factors(self) -> Tensor:
        """By what each error shrank a step (N,), over the last half of the run."""
        step = len(self.logs) - 1
        half = step // 2
        return ((self.logs[step] - self.logs[half]) / max(step - half, 1)).exp()


def frames(knobs: Knobs) -> Iterator[Frame]:
    """The map as it grows, step by step."""
    sweep, shown = Sweep(knobs), frozenset(frame_steps(knobs.steps, FRAMES))
    yield sweep.frame(0)
    for step in range(1, knobs.steps + 1):
        sweep.step(step)
        if step in shown:
            yield sweep.frame(step)


class Sweep:
    """The grid, the three pairs beside it, and their races."""

    def __init__(self, knobs: Knobs) -> None:
        self.knobs, self.condition, self.ground = knobs, knobs.condition, Ground(knobs)
        self.pairs = _three(knobs)
        grid_x, grid_y = np.meshgrid(REACHES, MOMENTA)
        own = np.array(list(self.pairs.values()))
        rates = np.append(grid_x.ravel() / self.condition, own[:, 0])
        self.members = Pairs(rates, np.append(grid_y.ravel(), own[:, 1]), self.condition)
        self.cut = Pairs(np.array(CUT) / self.condition, np.full(len(CUT), knobs.pair[1]), self.condition)
        entries = [("momentum", rate, {"momentum": momentum}) for rate, momentum in self.pairs.values()]
        self.race = Race(knobs.ground, self.ground.f, ORIGIN, entries)
        self.trail = [self.race.points.tolist()]

    def step(self, step: int) -> None:
        """One update of everyone."""
        self.members.step()
        self.cut.step()
        self.race.update(step)
        self.trail.append(self.race.points.tolist())

    def frame(self, step: int) -> Frame:
        """What is measured so far."""
        factors = self.members.factors().numpy()
        grid = factors[: -len(PAIRS)].reshape(len(MOMENTA), len(REACHES))
        heights = self.ground.f(self.race.points[:, 0], self.race.points[:, 1]).tolist()
        losses = {name: max(height, LEAST) for name, height in zip(PAIRS, heights, strict=True)}
        arrays = {"cut": self.cut.factors().numpy(), "pair_measured": factors[-len(PAIRS) :]}
        best = np.unravel_index(int(np.argmin(grid)), grid.shape)
        arrays |= {"measured_x": np.array([REACHES[best[1]]]), "measured_y": np.array([MOMENTA[best[0]]])}
        points = np.array(self.trail)
        self.trail = []
        series = {"step": [step], "path_x": points[..., 0].ravel(), "path_y": points[..., 1].ravel()}
        series |= {f"loss.{name}": [loss] for name, loss in losses.items()}
        metrics = self._metrics(factors, losses)
        metrics |= {"measured_rate": REACHES[best[1]], "measured_beta": MOMENTA[best[0]], "measured_factor": grid[best]}
        fixed = self._fixed() if step == 0 else {}
        colours = {"rates": ranged(_shade(grid if step else np.ones_like(grid)), -1, 1)}
        return Frame(step, metrics, {**fixed, **colours, **narrow(arrays)}, narrow(series))

    def _metrics(self, factors: Numbers, losses: dict[str, float]) -> dict[str, float]:
        found: dict[str, float] = {"limit": float(theory.limit(self.knobs.pair[1], 1.0))}
        for k, (name, (rate, momentum)) in enumerate(self.pairs.items()):
            measured = float(factors[k - len(PAIRS)])
            expected = float(theory.worst(rate, momentum, self.condition))
            found |= {f"factor.{name}": measured, f"theory.{name}": expected, f"loss.{name}": losses[name]}
            found |= {f"rate.{name}": rate, f"beta.{name}": momentum}
        return {**found, "off": found["factor.best"] / max(found["theory.best"], 1e-12) - 1}

    def _fixed(self) -> dict[str, Any]:
        """What theory says, and where its marks lie."""
        k, momentum = self.condition, self.knobs.pair[1]
        fine = np.linspace(0, 4, 321)
        rate, beta = self.pairs["best"]
        pairs = np.array(list(self.pairs.values()))
        marks = {"best_x": [rate * k], "best_y": [beta], "own_line": [self.knobs.pair[0]] * 2}
        table = {
            "pair_rates": pairs[:, 0], "pair_scaled": pairs[:, 0] * k, "pair_betas": pairs[:, 1],
            "pair_theory": theory.worst(pairs[:, 0], pairs[:, 1], k),
        }  # fmt: skip
        cut = {"cut_grid": CUT, "cut_x": fine, "cut_theory": theory.worst(fine / k, momentum, k)}
        return {"bowl": ranged(self.ground.heights, *MAP_SHADES), **narrow({**marks, **table, **cut})}


def _three(knobs: Knobs) -> dict[str, tuple[float, float]]:
    """(learning rate, momentum) of each of the three pairs."""
    k = knobs.condition
    own, best, plain = PAIRS
    return {own: (knobs.pair[0] / k, knobs.pair[1]), best: theory.best_pair(k), plain: (2 / (1 + k), 0.0)}


def _shade(factors: Numbers) -> Numbers:
    """-1 to 1: below 0 where it converges, white where nothing moves."""
    return np.asarray(np.sign(factors - 1) * np.abs(np.minimum(factors, 2) - 1) ** ROOT)
