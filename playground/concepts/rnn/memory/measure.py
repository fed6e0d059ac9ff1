"""What a frame of the training shows: how well each cell remembers at each lag, and what goes on inside.

Scores are means over the last 10 batches, of fresh sequences, before training on them. Metrics, for cell in rnn, lstm,
gru: `accuracy.cell` (adding: `error.cell`, the squared error), `train_loss.cell` and `gradient_norm.cell` (before
clipping) at the longest lag; `accuracy.cell_<lag>`; `reach.cell`, the longest lag up to which it remembers;
`clipped_share.cell`, of its networks' last 10 gradients; `gradient_ratio.cell`, `apart.cell` of the first repeat at the
longest lag (`inside`); where one broke `nan_step.cell` and `lost.cell`, how many; and `baseline`, what guessing scores.

L lags, R repeats, T steps, Q probes. Arrays: in frame 0 `lags` (L,), `dot_x.cell` (L R,), `back_x` (T,); in every frame
`scores` (L, 3), `dot_y.cell` (L R,), `back` (T, 3), `hidden.cell` (H, T), `path_x`, `path_y` (T, 3 Q), the table's
`column_<name>` (3,); `base` (2,). Series: step, `train_loss.cell`, `gradient_norm.cell`, `reach.cell`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.memory import inside, tasks
from playground.concepts.rnn.memory.knobs import Knobs
from playground.concepts.rnn.memory.networks import Networks
from playground.concepts.rnn.memory.places import DODGE, SHIFTS, middles
from playground.concepts.rnn.plane import Plane
from playground.contract import Frame, Ranged, ranged
from playground.wire import narrow

WINDOW = 10  # batches
LEAST = 1e-38  # what a logarithmic axis still shows
FLOOR = 1e-4  # the lowest squared error that is drawn
CURVES = ("train_loss", "gradient_norm", "reach")

Floats = NDArray[np.float64]
Arrays = dict[str, Any]


def reach(lags: tuple[int, ...], scores: Floats, knobs: Knobs) -> int:
    """The longest of the lags (the longest first) up to which all scores (L,) are good enough; 0 for none."""
    good = scores <= knobs.enough if knobs.task == "adding" else scores >= knobs.enough
    found = 0
    for lag, fine in zip(lags[::-1], good[::-1], strict=True):
        if not fine:
            break
        found = lag
    return found


def mean(values: Floats) -> Floats:
    """The mean over the last axis of what is a number; NaN where nothing is."""
    counted = np.isfinite(values).sum(-1)
    return np.where(counted, np.nansum(values, -1) / np.maximum(counted, 1), np.nan)


class Watched:
    """What was seen of one kind of network in its last batches: losses, scores and gradient norms (M,) of each."""

    def __init__(self, networks: Networks) -> None:
        self.networks = networks
        self.losses: deque[Tensor] = deque(maxlen=WINDOW)
        self.scores: deque[Tensor] = deque(maxlen=WINDOW)
        self.norms: deque[Tensor] = deque(maxlen=WINDOW)
        self.nan_step = 0
        self.plane = Plane()

    def see(self, step: int, losses: Tensor, scores: Tensor, norms: Tensor) -> None:
        """Takes note of a batch; the untrained networks' is forgotten at the first update."""
        for kept, values in ((self.losses, losses.detach()), (self.scores, scores), (self.norms, norms)):
            if step == 1:
                kept.clear()
            kept.append(values)
        if not self.nan_step and not self.networks.alive.all():
            self.nan_step = step

    @property
    def broken(self) -> dict[str, float]:
        """When the first network broke and how many have, where any has."""
        lost = int((~self.networks.alive).sum())
        return {"nan_step": float(self.nan_step), "lost": float(lost)} if lost else {}

    def mean(self, kept: deque[Tensor]) -> Floats:
        """The mean (L, R) over the last batches; NaN for a network that is frozen."""
        found = torch.where(self.networks.alive, torch.stack(list(kept)).double().mean(0), float("nan"))
        return found.view(len(self.networks.lengths), -1).numpy()


@dataclass(frozen=True)
class Cell:
    """What a frame shows of one kind: scores (L, R), paths (T, Q, 2), a look inside, metrics."""

    scores: Floats
    paths: Floats
    look: inside.Look
    metrics: Mapping[str, float]

    @property
    def picture(self) -> Ranged:
        """The hidden states (H, T) while the first probe is read."""
        hidden = self.look.hidden[:, 0].T
        size = max(1.0, float(np.abs(hidden).max()))
        return ranged(hidden, -size, size)


class Measure:
    """Measures all cells: called with the number of updates done, it returns the frame."""

    def __init__(self, knobs: Knobs, cells: Mapping[str, Networks]) -> None:
        self.knobs = knobs
        self.watched = {kind: Watched(networks) for kind, networks in cells.items()}
        self.probes = inside.probes(knobs)
        self.guesses: deque[float] = deque(maxlen=WINDOW)

    def see(self, step: int, targets: Tensor) -> None:
        """Takes note of what guessing would have scored: any symbol, or 1, the mean of the sums."""
        floating = targets.is_floating_point()
        self.guesses.append(float(((targets - 1) ** 2).mean()) if floating else 1 / self.knobs.symbols)

    @torch.no_grad()
    def untrained(self) -> None:
        """Scores the networks as they start on a batch that training does not see."""
        inputs, targets = tasks.draw(self.knobs, self.knobs.batch_size)
        self.see(0, targets)
        for watched in self.watched.values():
            outputs = watched.networks(inputs)
            losses, scores = tasks.losses(outputs, targets), tasks.scores(outputs, targets)
            watched.see(0, losses, scores, torch.full_like(losses, torch.nan))

    def __call__(self, step: int) -> Frame:
        """The frame after that many updates; frame 0 also holds what never changes."""
        base = float(np.mean(self.guesses))
        cells = {kind: self._cell(kind) for kind in self.watched}
        metrics = {f"{name}.{kind}": v for kind, cell in cells.items() for name, v in cell.metrics.items()}
        metrics |= {f"{self.knobs.score}.{kind}_{lag}": float(v) for kind, cell in cells.items()
                    for lag, v in zip(self.knobs.lags, mean(cell.scores), strict=True)}  # fmt: skip
        arrays = {**(self._still() if step == 0 else {}), "base": [base, base], **self._arrays(cells)}
        pictures = {f"hidden.{kind}": cell.picture for kind, cell in cells.items()}
        series = {f"{name}.{kind}": [cell.metrics[name]] for kind, cell in cells.items() for name in CURVES}
        return Frame(
            step, {"baseline": base, **metrics}, {**narrow(arrays), **pictures}, narrow({"step": [step], **series})
        )

    def _cell(self, kind: str) -> Cell:
        watched, knobs = self.watched[kind], self.knobs
        scores, look = watched.mean(watched.scores), inside.look(watched.networks, self.probes)
        norms = torch.stack(list(watched.norms)).double()
        clipped = (norms > knobs.clip).double().mean() if knobs.clip else torch.zeros(())
        metrics = {
            knobs.score: float(mean(scores)[0]), "train_loss": float(mean(watched.mean(watched.losses))[0]),
            "reach": float(reach(knobs.lags, mean(scores), knobs)), "clipped_share": float(clipped),
            "gradient_norm": float(norms[-1, : knobs.repeats].mean()), "gradient_ratio": look.ratio,
            "apart": look.apart(-1 - knobs.kept), **watched.broken,
        }  # fmt: skip
        return Cell(scores, watched.plane(look.state), look, metrics)

    def _arrays(self, cells: Mapping[str, Cell]) -> Arrays:
        """What the panels and the table show of all cells together."""
        found: Arrays = {f"dot_y.{kind}": self._shown(cell.scores).ravel() for kind, cell in cells.items()}
        found["scores"] = np.stack([self._shown(mean(cell.scores)) for cell in cells.values()], 1)
        found["back"] = np.stack([np.fmax(cell.look.back[::-1], LEAST) for cell in cells.values()], 1)
        paths = [cell.paths + np.array([x, 0.0]) for cell, x in zip(cells.values(), middles(), strict=True)]
        found["path_x"], found["path_y"] = (np.concatenate([one[..., k] for one in paths], 1) for k in (0, 1))
        columns = {name: [cell.metrics[name] for cell in cells.values()] for name in self.knobs.columns}
        return found | {f"column_{name}": values for name, values in columns.items()}

    def _shown(self, values: Floats) -> Floats:
        """Scores as the axis can show them: errors lie on a logarithmic one."""
        return np.maximum(values, FLOOR) if self.knobs.task == "adding" else values

    def _still(self) -> Arrays:
        """Lags, and the steps back from the answer."""
        lags = np.array(self.knobs.lags)
        dots = np.repeat(lags, self.knobs.repeats)
        found: Arrays = {f"dot_x.{kind}": dots + DODGE * lags[0] * shift for kind, shift in SHIFTS.items()}
        return {**found, "lags": lags, "back_x": np.arange(self.knobs.length(lags[0])), "base_x": [0, 2 * lags[0]]}
