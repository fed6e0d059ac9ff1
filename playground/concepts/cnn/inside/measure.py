"""What a frame of the inside lab shows of a network and a picture.

Metrics, of a training's moment those of `training.Snapshot` and `epoch`; `trained`, 1 from the end of training on;
`answer` (for digits also `digit`), `confidence`, `second`, `second_confidence`; `label` of a test image as it is;
`probability.<k>` of each class; `explained`, its `logit` and `explained_probability`; `attribution`, the sum of
gradient x pixel, `saliency`, that of |gradient|, `saliency_peak`; `cover_drop`, the most sureness that one covered
place costs, its `cover_x` and `cover_y`, and then `cover_probability`, `cover_answer`; `cover_turns`, the share of the
places that change the answer; `covered_probability`, of the class explained as shown now; `unit`, its value, `field`,
pixels along its field's side, `field_used`, the share of the field that moves it now; `silent_maps`, `dead_maps` of
`maps`; `ink`, inked pixels, `extent`, pixels along their longer side, `offset`, pixels from the middle.

Arrays of every moment: `input` (1, S, S); `maps.<k>` of column k, (n, h, w) or (1, rows, 4); `bars` (K, 1, 48);
`probabilities` (K,); `square_x`, `square_y` (5,), what is covered. Of a moment of training also `saliency`,
`attribution`, `unit_gradient` (S, S), `unit_map` (h, w), `drops` (G, G), `tick_x`, `tick_y` (3 K,), and by column
`silent`, `dead`. From frame 0 on `sheet` (S, S), `outline_x`, `outline_y`, `field_x`, `field_y` (5,), `label_x`,
`label_y` (5,). Series, a point a moment of training: at, train_accuracy, test_accuracy, confidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.cnn.inside import picture as pictures
from playground.concepts.cnn.inside.columns import columns, unit_at, unit_column, unit_field
from playground.concepts.cnn.inside.drawn import Arrays, bars, line, rising, spread, still, ticks, tiles
from playground.concepts.cnn.inside.knobs import ANSWER, Knobs
from playground.concepts.cnn.inside.look import covered, outputs, probabilities, slopes
from playground.concepts.cnn.inside.places import FILLS, FINE, SPARSE, spans, square, wanders
from playground.concepts.cnn.inside.training import restore
from playground.concepts.cnn.sets import Arrays as Sets
from playground.contract import Frame

Metrics = dict[str, float]
WEIGHING = ("conv", "residual")
NOWHERE = [math.nan] * 5


@dataclass(frozen=True)
class Shown:
    """What the network makes of one picture: what its modules give, and the probabilities (K,)."""

    outputs: list[Tensor]
    probabilities: NDArray[np.float32]


class View:
    """Looks at one picture through a network whose parameters change."""

    def __init__(self, knobs: Knobs, model: nn.Sequential, sets: Sets, device: str) -> None:
        self.knobs, self.model, self.sets, self.columns = knobs, model, sets, columns(knobs)
        self.picture = pictures.entering(knobs, sets.test_images)
        self.input = torch.from_numpy(self.picture.astype(np.float32))[None].to(device)  # (1, S, S)
        self.fill = FILLS[knobs.fill]
        self.wandering = self._covered(wanders(knobs.side))
        self.fixed = self._of_the_picture()
        self.metrics: Metrics = {}

    def _covered(self, count: int) -> Tensor:
        return covered(self.input, count, self.knobs.covered, self.fill)

    def at(self, snapshot: Frame) -> Frame:
        """The frame of a moment of training; frame 0 also holds what never changes."""
        restore(self.model, snapshot)
        knobs, step = self.knobs, snapshot.step
        shown = self._through(self.input[None])
        explained = self._explained(shown)
        found, arrays = self._inside(shown, explained)
        costs, drops = self._costs(shown, explained, fine=step == knobs.steps)
        dead = [np.array(snapshot.arrays[f"dead.{k}"]) for k in range(len(self.columns))]
        self.metrics = {
            **snapshot.metrics, "epoch": step * knobs.epochs / knobs.steps, "trained": int(step == knobs.steps),
            **self.fixed, **self._says(shown, explained), **found, **costs, **self._silence(shown, dead),
        }  # fmt: skip
        arrays |= {**self._seen(shown, self.input), **drops, **self._counts(shown, dead)}
        arrays |= ticks(knobs, shown.probabilities) | line("square", NOWHERE, NOWHERE)
        if step == 0:
            arrays |= still(knobs, self.picture, pictures.under(knobs, self.sets.test_images), self._label())
        series = {"at": "epoch", **{name: name for name in ("train_accuracy", "test_accuracy", "confidence")}}
        points = {name: np.array([self.metrics[metric]], np.float32) for name, metric in series.items()}
        return Frame(step, self.metrics, arrays, points)

    def wander(self) -> Iterator[Frame]:
        """The frames behind the training: the square at each of its places, row by row, and then nowhere."""
        knobs, count = self.knobs, wanders(self.knobs.side)
        explained = int(self.metrics["explained"])
        for place, one in enumerate(self.wandering):
            shown = self._through(one[None])
            arrays = self._seen(shown, one) | line("square", *square(knobs.side, count, knobs.covered, place))
            metrics = {**self.metrics, "covered_probability": float(shown.probabilities[explained])}
            yield Frame(knobs.steps + 1 + place, metrics, arrays)
        whole = self._seen(self._through(self.input[None]), self.input) | line("square", NOWHERE, NOWHERE)
        yield Frame(knobs.steps + 1 + count**2, self.metrics, whole)

    def _through(self, pictures: Tensor) -> Shown:
        with torch.no_grad():
            found = outputs(self.model, pictures)
        return Shown(found, torch.softmax(found[-1][0], 0).cpu().numpy())

    def _explained(self, shown: Shown) -> int:
        chosen = self.knobs.explained
        return int(shown.probabilities.argmax()) if chosen == ANSWER else int(chosen)

    def _says(self, shown: Shown, explained: int) -> Metrics:
        p = shown.probabilities
        second, first = np.argsort(p, kind="stable")[-2:]
        digit = {} if self.knobs.data == "fashion" else {"digit": int(first)}
        return {
            "answer": int(first), **digit, "confidence": float(p[first]), "second": int(second),
            "second_confidence": float(p[second]), **{f"probability.{k}": float(one) for k, one in enumerate(p)},
            "explained": explained, "explained_probability": float(p[explained]),
            "covered_probability": float(p[explained]), "logit": shown.outputs[-1][0, explained].item(),
        }  # fmt: skip

    def _seen(self, shown: Shown, entering: Tensor) -> Arrays:
        """What every moment shows: the picture as it enters, the maps, the bars."""
        maps = {f"maps.{k}": tiles(shown.outputs[one.module], one, self.signed) for k, one in enumerate(self.columns)}
        return {"input": rising(entering.cpu().numpy(), 1), **maps, **bars(self.knobs, shown.probabilities)}

    @property
    def signed(self) -> bool:
        """Whether activations have both signs."""
        return self.knobs.activation != "relu"

    def _inside(self, shown: Shown, explained: int) -> tuple[Metrics, Arrays]:
        """What moves the logit, and the unit looked at."""
        knobs, (_, column), at = self.knobs, unit_column(self.knobs), unit_at(self.knobs)
        found = slopes(self.model, self.input, explained, column, at)
        saliency, times = found.logit[0].abs().numpy(), (found.logit[0] * self.input[0].cpu()).numpy()
        unit = found.unit[0].abs().numpy()
        top, bottom, left, right = unit_field(knobs)
        inside = unit[top:bottom, left:right]
        metrics = {
            "saliency": float(saliency.sum()),
            "saliency_peak": float(saliency.max()),
            "attribution": float(times.sum()),
            "unit": found.value, "field": column.field.size, "field_used": float((inside > 0).mean()),
        }  # fmt: skip
        one = replace(column, drawn=column.shape[0])
        whole = tiles(shown.outputs[column.module], one, self.signed)
        channel = at[0] if column.is_map else 0
        arrays: Arrays = {"saliency": rising(saliency), "attribution": spread(times), "unit_gradient": rising(unit)}
        return metrics, {**arrays, "unit_map": replace(whole, q=whole.q[channel])}

    def _costs(self, shown: Shown, explained: int, fine: bool) -> tuple[Metrics, Arrays]:
        """What each covered place costs of the class's probability; coarse while the network is in training."""
        knobs = self.knobs
        count = FINE[knobs.side] if fine else wanders(knobs.side)
        said = probabilities(self.model, self._covered(count) if fine else self.wandering).numpy()
        drops = shown.probabilities[explained] - said[:, explained]
        worst = int(drops.argmax())
        middles = [(a + b) / 2 for a, b in spans(knobs.side, count, knobs.covered)]
        metrics = {
            "cover_drop": float(drops[worst]), "cover_probability": float(said[worst, explained]),
            "cover_answer": int(said[worst].argmax()), "cover_x": middles[worst % count],
            "cover_y": middles[worst // count],
            "cover_turns": float((said.argmax(1) != shown.probabilities.argmax()).mean()),
        }  # fmt: skip
        grid = drops.reshape(count, count)
        return metrics, {"drops": spread(grid if fine else grid.repeat(SPARSE, 0).repeat(SPARSE, 1), 0.1)}

    def _quiet(self, shown: Shown) -> list[NDArray[np.bool_]]:
        """Of each column, the channels (C,) that are zero everywhere on this picture."""
        kept = (shown.outputs[column.module][0] for column in self.columns)
        return [(one.flatten(1) if one.ndim == 3 else one[:, None]).abs().amax(1).eq(0).cpu().numpy() for one in kept]

    def _silence(self, shown: Shown, dead: list[NDArray[np.uint8]]) -> Metrics:
        quiet, maps = self._quiet(shown), [k for k, column in enumerate(self.columns) if column.kind in WEIGHING]
        return {
            "maps": sum(len(quiet[k]) for k in maps), "silent_maps": int(sum(quiet[k].sum() for k in maps)),
            "dead_maps": int(sum(dead[k].sum() for k in maps)),
        }  # fmt: skip

    def _counts(self, shown: Shown, dead: list[NDArray[np.uint8]]) -> Arrays:
        silent = np.array([channels.sum() for channels in self._quiet(shown)], np.float32)
        return {"silent": silent, "dead": np.array([channels.sum() for channels in dead], np.float32)}

    def _label(self) -> int | None:
        """The class of a test image; None of a drawing."""
        knobs, labels = self.knobs, self.sets.test_labels
        return int(labels[knobs.image % len(labels)]) if knobs.picture == "image" else None

    def _of_the_picture(self) -> Metrics:
        label, (extent, offset) = self._label(), pictures.extent(self.picture)
        inked = int((pictures.whole(pictures.ink_of(self.knobs), self.knobs.side) >= pictures.INK).sum())
        found = {"extent": extent, "offset": offset, "ink": inked, "inked": int((self.picture >= pictures.INK).sum())}
        return found if label is None else {"label": label, **found}
