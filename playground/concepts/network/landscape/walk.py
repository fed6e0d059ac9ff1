"""The frames of the landscape: a look ahead while the network trains, the map, then the walk over it.

Metrics of every frame: those of the sandbox, `update` (updates done), `trained` (1 from the map on). Once trained:
explained and explained_first (of the path's variance, by the plane and by its first direction), map_low, map_high,
bumps (see `ground.bumps`), barrier (how far the loss on the straight line from start to end rises above both),
path_length and distance (of parameters, along the path and straight), outside (share of the walk beyond the
picture), plane_gap (mean distance between the loss on the plane and that of the path above it). In the walk
`curvature`, the largest eigenvalue of the objective's Hessian on the first 512 training points, last measured.
Arrays: `path_x`, `path_y` (t,), the path in the picture; once trained `landscape` (S, S), `ramp_losses` (n,), round,
`ramp_x`, `ramp_y` (n,), where they stand, ticks
(`ticks_x`, `labels_x` ...), start, end and lowest point (1,), the straight line `straight_x` ... (2,); with the map at
its finest `contours` (0 at the lowest to 1); `line_way`, `line_loss` (41,); `under_way`, `under_loss` (T,), the loss on
the plane under the path; `slice_x`, `slice_mean` (41,), `slices` (41, 10), the loss on lines through the end. The
sandbox's decision map and points. Series of the walk: step, way (0 to 1), each split's loss and score, `curved_step`
and `curvature`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from playground.concepts.network.landscape.ground import SLICES, Ground, bumps, heights, picture, slices
from playground.concepts.network.landscape.knobs import Knobs
from playground.concepts.network.landscape.training import STILL, Training
from playground.concepts.network.landscape.view import View, around_path, explained, round_values, view_of
from playground.contract import Array, Frame
from playground.wire import narrow

Floats = NDArray[np.float64]

AHEAD = 5  # every so many snapshots are shown while the network trains
CURVED = 8  # the curvature is measured at every so many
LINE = np.linspace(0, 1, 41)
PREVIEW_SIDE, PREVIEW_MARGIN = 3, 0.3
RAMP_SIDE, RAMP_LABELS_X = 1.88, 1.12  # how high the strip of colours is, from -1 on; its numbers beside it
CAPTION_X = -0.97  # of what is said while the network trains; no number hides it
RAMP = np.arange(64, dtype=np.uint8)[:, None] * 4 + 2


def ahead(snapshots: list[Frame]) -> Frame:
    """What is seen while the network trains: its path so far, laid flat."""
    last = snapshots[-1]
    rows = stacked(snapshots)
    rows = rows[np.isfinite(rows).all(1)]
    view = around_path(rows, PREVIEW_MARGIN, PREVIEW_SIDE)
    shown = {**seen(snapshots[-AHEAD:]), **narrow(_points("path", view.placed(rows))), **_ticks(view)}
    shown |= _nothing() if last.step == 0 else {}
    return Frame(last.step, {**last.metrics, "update": last.step, "trained": 0}, shown)


def _nothing() -> dict[str, Any]:
    """What is empty as long as the network trains."""
    empty = {name: [float("nan")] for name in ("line_way", "line_loss", "under_way", "under_loss", "slice_x")}
    empty |= {"slice_mean": empty["slice_x"], "rival_mean": empty["slice_x"], "slices": empty["slice_x"] * SLICES}
    return {"ramp": RAMP, "contours": np.zeros((2, 2), np.float32), **narrow({**empty, "caption_at": [CAPTION_X]})}


def stacked(snapshots: list[Frame]) -> Floats:
    """The networks (N, P) of the snapshots."""
    return np.array([np.asarray(one.arrays["row"]) for one in snapshots], np.float64)


def _ticks(view: View) -> dict[str, Floats]:
    """Round numbers for both axes, and where they lie in the picture."""
    found: dict[str, Floats] = {}
    for axis, name in enumerate("xy"):
        low, high = float(view.low[axis]), float(view.high[axis])
        values = round_values(low, high)
        found |= {f"labels_{name}": values, f"ticks_{name}": 2 * (values - low) / (high - low) - 1}
    return found


def seen(snapshots: list[Frame]) -> dict[str, Array]:
    """The newest arrays of snapshots that follow each other, without the states: what changes is sent when it does."""
    newest = {name: values for one in snapshots for name, values in one.arrays.items()}
    return {name: values for name, values in newest.items() if name not in ("row", "buffers")}


def _points(name: str, places: Floats) -> dict[str, Floats]:
    return {f"{name}_x": places[:, 0], f"{name}_y": places[:, 1]}


class Walk:
    """A trained network's landscape and the path that led to it."""

    def __init__(self, knobs: Knobs, training: Training, snapshots: list[Frame]) -> None:
        self.knobs, self.training, self.snapshots = knobs, training, snapshots
        self.ground = Ground(training, knobs.surface)
        self.kept = self._kept()
        self.end = [one for one, kept in zip(snapshots, self.kept, strict=True) if kept][-1]
        training.load(self.end)
        self.rows = stacked(snapshots)[self.kept]
        self.view = view_of(knobs, training.model, self.rows)
        self.places = self._places()
        self.said: dict[str, float] = {"trained": 1, **self._told()}
        self.first_step = snapshots[-1].step + 1

    def _kept(self) -> NDArray[np.bool_]:
        """Which snapshots (T,) are of the path: those whose numbers and whose loss are finite."""
        rows = stacked(self.snapshots)
        finite: NDArray[np.bool_] = np.asarray(np.isfinite(rows).all(1))
        self.training.load(self.snapshots[int(np.flatnonzero(finite)[-1])])
        finite[finite] = np.isfinite(self.ground.of(rows[finite]))
        return finite

    def _places(self) -> Floats:
        """Where the snapshots lie in the picture (T, 2); NaN for one that is not of the path."""
        found = np.full((len(self.snapshots), 2), np.nan)
        found[self.kept] = self.view.placed(self.rows)
        return found

    def _told(self) -> dict[str, float]:
        first, both = explained(self.rows, self.view.plane)
        steps = np.linalg.norm(np.diff(self.rows, axis=0), axis=1)
        away = float(np.linalg.norm(self.rows[-1] - self.rows[0]))
        return {"explained": both, "explained_first": first, "path_length": float(steps.sum()), "distance": away}

    def survey(self) -> Iterator[Frame]:
        """The frames in which the map is made."""
        losses = np.zeros((1, 1))
        for number, losses in enumerate(self.ground.maps(self.view, self.knobs.resolution)):
            shown, marks, places = picture(losses, self.knobs.log_scale)
            arrays: dict[str, Any] = {"landscape": shown, "ramp_losses": marks, "ramp_y": places * RAMP_SIDE - 1}
            arrays["ramp_x"] = np.full(len(marks), RAMP_LABELS_X)
            yield self._frame(self.end, arrays | (self._still() if number == 0 else {}), {"update": self.end.step})
        contours = replace(picture(losses, self.knobs.log_scale)[0], low=0.0, high=1.0)
        arrays = {"contours": contours, **narrow(self._lowest(losses))}
        arrays |= {**self._ways(), **slices(self.ground, self.rows[-1], self.knobs.seed)}
        finite = np.isfinite(losses)
        self.said |= {"map_low": float(losses[finite].min()), "map_high": float(losses[finite].max())}
        self.said |= {"bumps": bumps(losses)}
        yield self._frame(self.end, arrays, {"update": self.end.step})

    def _frame(self, snapshot: Frame, arrays: dict[str, Any], metrics: dict[str, float], **series: Any) -> Frame:
        step, self.first_step = self.first_step, self.first_step + 1
        return Frame(step, {**snapshot.metrics, **self.said, **metrics}, arrays, narrow(series))

    def _still(self) -> dict[str, Any]:
        """What holds for the map whatever its resolution."""
        ends = self.view.placed(self.rows[[0, -1]])
        both = narrow({**_points("path", self.places), **_points("straight", ends)})
        both |= narrow({**_points("start", ends[:1]), **_points("end", ends[1:])})
        both |= narrow({"caption_at": [float("nan")]})
        return {**both, **_ticks(self.view), **seen(self.snapshots[-AHEAD:])}

    def _lowest(self, losses: Floats) -> dict[str, Floats]:
        at = int(np.nanargmin(np.where(np.isfinite(losses), losses, np.inf)))
        return _points("lowest", self.view.pictured(self.view.lattice(len(losses))[[at]]))

    @torch.no_grad()
    def _ways(self) -> dict[str, Any]:
        """The loss on the straight line from start to end, and on the plane under the path."""
        start, end = self.rows[0], self.rows[-1]
        line = self.ground.of(start + LINE[:, None] * (end - start))
        under = self.ground.surface(self.view, np.asarray(self.view.plane.coordinates(self.rows)))
        gap = np.abs(heights(under, log_scale=True) - heights(self.ground.of(self.rows), log_scale=True))
        self.said |= {"barrier": float(line.max() - max(line[0], line[-1])), "plane_gap": float(gap.mean())}
        way = np.array([one.step for one in self.snapshots], np.float64)[self.kept] / max(1, self.snapshots[-1].step)
        return narrow({"line_way": LINE, "line_loss": line, "under_way": way, "under_loss": under})

    def frames(self) -> Iterator[Frame]:
        """The walk from start to end, snapshot by snapshot."""
        last = len(self.snapshots) - 1
        sharp = float("nan")
        for i, snapshot in enumerate(self.snapshots):
            arrays = {name: values for name, values in seen([snapshot]).items() if name not in STILL}
            arrays |= narrow(_points("path", self.places[: i + 1]))
            series: dict[str, Any] = {"way": [snapshot.step / max(1, self.snapshots[-1].step)], **snapshot.series}
            if self.kept[i] and (i % CURVED == 0 or i == last):
                sharp = self.training.curvature(snapshot)
                series |= {"curved_step": [snapshot.step], "curvature": [sharp]}
            beyond = ~(np.abs(self.places[: i + 1]).max(1) <= 1)
            metrics = {"update": snapshot.step, "curvature": sharp, "outside": float(beyond.mean())}
            yield self._frame(snapshot, arrays, metrics, **series)
