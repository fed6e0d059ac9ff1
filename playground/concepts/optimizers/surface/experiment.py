"""Either a race of torch's optimizers on a surface, or every learning rate and momentum on a bowl (`sweep.py`).

M optimizers. Metrics of a race, for each: `loss.<name>`, `distance.<name>` (to the nearest lowest point),
`gradient_norm.<name>`, `step_size.<name>` (of the last update), `curvature.<name>` and `least_curvature.<name>`
(eigenvalues of the Hessian), `steepest.<name>` (the largest curvature so far on the map), `turns.<name>` (updates that
went against the one before); once it holds `arrived_step.<name>` (first loss within 0.001 of the lowest) and
`left_step.<name>` (ran away and was frozen); `rate.<name>` in frame 0, or in frame 1 where it was sought. Of the last
update along x: `gradient_x.<name>`, `change_x.<name>`, and `m_x`, `v_x`, `m_hat_x`, `v_hat_x`, `d_x`, `s_x` where the
optimizer keeps them. Also `arrived` and `left`, counts, and in frame 0 lowest_height, the surface's lowest value, with
lowest_x and lowest_y, where that is, of an own formula.

Arrays: in frame 0 map (81, 81), heights (57, 57), lowest_x, lowest_y (K,), start_x, start_y (1,), and a range for each
axis of the curves; in each frame arrows_x, arrows_y (2, 2), the table of the race (M,), and of the one in focus (2,)
its point, gradient, state, change and effective rate. Series: step; path_x, path_y (M a step); excess.<name> (loss
above the lowest), distances, gradients, sizes (M a frame). In 3-D also relief (180, 180), lowest_u, lowest_v, start_u,
start_v, and the series path_u, path_v.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.concepts.optimizers.surface import relief, sweep
from playground.concepts.optimizers.surface.ground import Ground, curvatures, slopes
from playground.concepts.optimizers.surface.inner import inner
from playground.concepts.optimizers.surface.knobs import Knobs
from playground.concepts.optimizers.surface.race import Race, Racer
from playground.concepts.optimizers.surface.surfaces import CONTOUR_CELLS, MAP_SHADES, RATES
from playground.concepts.optimizers.surface.tuning import best_rates
from playground.contract import Frame, ranged
from playground.training.pace import frame_steps
from playground.wire import narrow

FRAMES = 200
NEAR = 1e-3  # a loss this little above the lowest has arrived
LEAST = 1e-16  # the lowest that a logarithmic curve shows
ARROW = 0.14  # times the map's width
RELIEF_CELLS = 500
RELIEF_SHADES = (0.0, 1.7)
STILL = 1e-5  # times the map's width: a shorter step has no arrows

Arrays = dict[str, NDArray[np.float64]]


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the race, or of the sweep over all rates; on the CPU, since a point is two numbers."""
    return sweep.frames(knobs) if knobs.surface == RATES else Recording(knobs).frames()


class Recording:
    """All optimizers on one surface, and what is noted of them."""

    def __init__(self, knobs: Knobs) -> None:
        self.knobs, self.names = knobs, knobs.optimizers
        self.ground = Ground(knobs)
        self.race = self._race([knobs.learning_rate] * len(self.names))
        self.trail: list[list[list[float]]] = []  # points of all racers, step by step, since the last frame
        self.turns, self.steepest = np.zeros(len(self.names)), np.zeros(len(self.names))
        self.arrived: dict[str, int] = {}
        self.last = [racer.change for racer in self.race.racers]

    def _race(self, rates: Sequence[float]) -> Race:
        """Everyone at the start, each with its own rate."""
        entries = [(name, rate, self.knobs.hyper(name)) for name, rate in zip(self.names, rates, strict=True)]
        return Race(self.knobs.ground, self.ground.f, self.knobs.origin, entries)

    @property
    def racers(self) -> Sequence[Racer]:
        """Each optimizer."""
        return self.race.racers

    def frames(self) -> Iterator[Frame]:
        """Frame 0 at once; then, if each is to have its best rate, the search for it; then the race."""
        shown = frozenset(frame_steps(self.knobs.steps, FRAMES))
        self._look()
        yield self._frame(0)
        if self.knobs.rates == "best":
            self.race = self._race(best_rates(self.knobs, self.ground.f))
        for step in range(1, self.knobs.steps + 1):
            self._update(step)
            if step in shown:
                yield self._frame(step)

    def _update(self, step: int) -> None:
        self.race.update(step)
        for k, racer in enumerate(self.racers):
            self.turns[k] += racer.left is None and bool(racer.change @ self.last[k] < 0)
        self.last = [racer.change for racer in self.racers]
        self._look()
        for name, excess, racer in zip(self.names, self.excess, self.racers, strict=True):
            if excess < NEAR and racer.left is None:
                self.arrived.setdefault(name, step)

    def _look(self) -> None:
        """Notes where everyone is and how high."""
        self.points = self.race.points
        self.trail.append(self.points.tolist())
        self.excess = (self.ground.f(self.points[:, 0], self.points[:, 1]) - self.ground.floor).numpy()

    def _frame(self, step: int) -> Frame:
        columns = self._columns(step)
        left = {racer.name: racer.left for racer in self.racers if racer.left is not None}
        metrics = {f"{kind}.{name}": column[k] for kind, column in columns.items() for k, name in enumerate(self.names)}
        metrics |= {f"arrived_step.{name}": at for name, at in self.arrived.items()}
        metrics |= {f"left_step.{name}": at for name, at in left.items()}
        for racer in self.racers:
            metrics |= {f"{kind}_x.{racer.name}": pair[0] for kind, pair in self._inside(racer).items()}
        metrics |= {"arrived": len(self.arrived), "left": len(left)}
        metrics |= self._lowest() if step == 0 else {}
        arrays = self._arrows() | self._tables(columns, left)
        fixed = self._fixed(columns) if step == 0 else {}
        numbers = {name: float(value) for name, value in metrics.items()}
        return Frame(step, numbers, {**fixed, **narrow(arrays)}, self._series(step, columns))

    def _lowest(self) -> dict[str, Any]:
        """How low the surface is, and where, if that is not known beforehand."""
        found = (
            {} if self.knobs.ground.lowest else dict(zip(("lowest_x", "lowest_y"), self.ground.lowest[0], strict=True))
        )
        return {"lowest_height": self.ground.floor, **found}

    def _columns(self, step: int) -> Arrays:
        """What is measured of each racer (M,)."""
        values, gradients, hessians = slopes(self.ground.f, self.points)
        flattest, bends = curvatures(hessians)
        self.steepest = np.fmax(self.steepest, np.where(self.ground.holds(self.points), bends, np.nan))
        sizes = [float(racer.change.norm()) for racer in self.racers]
        rate = {} if step > 1 or (step == 0 and self.knobs.rates == "best") else {"rate": self._rates()}
        return {
            "loss": values.numpy(), "distance": self._distances(), "gradient_norm": gradients.norm(dim=1).numpy(),
            "step_size": np.array(sizes), "curvature": bends, "least_curvature": flattest,
            "steepest": self.steepest.copy(), "turns": self.turns.copy(), **rate,
        }  # fmt: skip

    def _rates(self) -> NDArray[np.float64]:
        return np.array([racer.rate for racer in self.racers])

    def _distances(self) -> NDArray[np.float64]:
        """From each racer to the lowest point that is nearest (M,)."""
        found: NDArray[np.float64] = torch.cdist(self.points, self.ground.lowest).amin(1).numpy()
        return found

    def _inside(self, racer: Racer) -> Mapping[str, Any]:
        """Gradient, state and change (2,) of a racer's last update; only the first two before it."""
        pairs = {"gradient": racer.gradient, "change": racer.change}
        return {**pairs, **inner(racer.name, racer.state, self.knobs.hyper(racer.name))}

    @property
    def focus(self) -> Racer:
        """The racer whose update is drawn and tabled."""
        return self.racers[self.names.index(self.knobs.focused)]

    def _arrows(self) -> Arrays:
        """Points (2, 2) of two arrows from where the last update began: straight downhill, and the update's way.

        They are equally long, and NaN where the step was too short to have a way.
        """
        racer, width = self.focus, self.knobs.ground.width
        size = ARROW * width if racer.change.norm() > STILL * width else np.nan
        ways = [_unit(-racer.gradient), _unit(racer.change)]
        ends = [(racer.before + size * way).tolist() for way in ways]
        start = racer.before.tolist()
        return {f"arrows_{axis}": np.array([[start[k]] * 2, [end[k] for end in ends]]) for k, axis in enumerate("xy")}

    def _tables(self, columns: Arrays, left: Mapping[str, int]) -> Arrays:
        racer, names = self.focus, ("loss", "distance", "gradient_norm", "step_size", "curvature", "rate")
        steps = {"arrived": self.arrived, "left": left}
        when = {f"race_{k}": np.array([found.get(n, np.nan) for n in self.names]) for k, found in steps.items()}
        race = {f"race_{name}": columns[name] for name in names if name in columns}
        inside = {f"focus_{name}": pair.numpy() for name, pair in self._inside(racer).items()}
        own = {"focus_point": racer.point.numpy().copy(), "focus_rate": _effective(racer)}
        return {**race, **when, **inside, **own}

    def _fixed(self, columns: Arrays) -> dict[str, Any]:
        """What never changes: the map, its marks, and how far the curves' axes reach."""
        ground = self.ground
        top = np.log10(max(float(self.excess[0]), 1e-3))
        marks = {"lowest_x": ground.lowest[:, 0].numpy(), "lowest_y": ground.lowest[:, 1].numpy()}
        start = dict(zip(("start_x", "start_y"), np.array(self.knobs.origin)[:, None], strict=True))
        slope = np.log10(max(float(columns["gradient_norm"][0]), 1e-3))
        width = np.log10(self.knobs.ground.width)
        axes = {
            "loss_range": np.array([top - 9, top + 1]), "size_range": np.array([-6, width]),
            "distance_range": np.array([-5, width + 0.3]), "gradient_range": np.array([slope - 8, slope + 1]),
        }  # fmt: skip
        heights = {
            "heights": ground.height(ground.values(CONTOUR_CELLS)[1].numpy())
        }  # in full, else the contours would follow 256 steps
        maps = {"map": ranged(ground.heights, *MAP_SHADES), **narrow({**heights, **marks, **start, **axes})}
        return maps | self._relief({**marks, **start}) if self.knobs.view == "side" else maps

    def _relief(self, marks: Arrays) -> dict[str, Any]:
        """The picture in 3-D, and where the map's marks lie in it."""
        ground, found = self.knobs.ground, {}
        for name in ("lowest", "start"):
            x, y = marks[f"{name}_x"], marks[f"{name}_y"]
            found[f"{name}_u"], found[f"{name}_v"] = relief.project(x, y, self._height(x, y), ground)
        picture = relief.picture(self.ground.rise(self.ground.values(RELIEF_CELLS)[1].numpy()), ground)
        return {"relief": ranged(picture, *RELIEF_SHADES), **narrow(found)}

    def _height(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """How high points lie, from 0 to 1."""
        return self.ground.rise(self.ground.f(torch.from_numpy(x), torch.from_numpy(y)).numpy())

    def _series(self, step: int, columns: Arrays) -> Mapping[str, NDArray[np.float32]]:
        points = np.array(self.trail)  # (T, M, 2)
        self.trail = []
        running = np.array([racer.left is None or racer.left >= step for racer in self.racers])
        curves = {
            "distances": columns["distance"], "gradients": columns["gradient_norm"], "sizes": columns["step_size"],
        }  # fmt: skip
        excess = np.where(running, np.maximum(self.excess, LEAST), np.nan)
        found = {
            "step": np.array([float(step)]), "path_x": points[..., 0].ravel(), "path_y": points[..., 1].ravel(),
            **{name: np.where(running, column, np.nan) for name, column in curves.items()},
            **{f"excess.{name}": excess[k : k + 1] for k, name in enumerate(self.names)},
        }  # fmt: skip
        if self.knobs.view == "side":
            x, y = (np.ascontiguousarray(points[..., k].ravel()) for k in range(2))
            found["path_u"], found["path_v"] = relief.project(x, y, self._height(x, y), self.knobs.ground)
        return narrow(found)


def _unit(vector: torch.Tensor) -> torch.Tensor:
    """The vector at length 1; NaN where it has none."""
    return torch.div(vector, vector.norm())


def _effective(racer: Racer) -> NDArray[np.float64]:
    """The rate (2,) at which plain SGD would have made the same change."""
    found: NDArray[np.float64] = (-racer.change / racer.gradient).numpy()
    return found
