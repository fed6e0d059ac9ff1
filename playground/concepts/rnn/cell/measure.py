"""What the frames show: the training on fresh texts, then each step of the reading.

Metrics of every frame: test_loss, test_accuracy (on texts that training does not see) and guess, what one and the same
answer scores there; text_accuracy and first_mistake (its token, 0 for none), of the visitor's text; carrier, the number
of the unit whose state goes most with the right answer, and carrier_correlation; keep_low, keep_high, keep_low_at of
that unit's keeping gate over the text. While it reads also token (from 1), stage (0 to 3), answer (the probability of
yes), wanted, and, for the knobs' unit, every value of the step as `<cell>_<name>`.

H units, T tokens, C columns. Arrays: `values` (C H, 1, 1), the tiles, and `numbers`, `number_y` (C H,), NaN where not
known yet; `strip`, `answered` (T, 1, 1), in frame 0 `right` (T, 1, 1); for each map `map.<name>` (H, T); `answer_x`,
`answer_y` (T,), in frame 0 `wanted` (T,); `path_x`, `path_y` (T + 1,); `rule` (1,); in the training `cloud_x`,
`cloud_y`, `cloud_class` (N T',) and `weights` (G, D + H + 2). Series: step, test_loss, test_accuracy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from playground.concepts.rnn.cell import layout, tasks, texts
from playground.concepts.rnn.cell.knobs import Knobs
from playground.concepts.rnn.cell.reader import Floats, Reader, matrix, states, trace
from playground.concepts.rnn.plane import Plane
from playground.contract import Frame, Ranged, ranged
from playground.training.seeding import aside
from playground.wire import narrow

STAGES = 4
TESTED, CLOUD = 256, 24  # texts
LAST = STAGES - 1

Arrays = dict[str, Any]


class Measure:
    """Measures the reader while it learns and while it reads."""

    def __init__(self, knobs: Knobs, reader: Reader) -> None:
        self.knobs, self.reader, self.plane = knobs, reader, Plane()
        self.tokens = texts.tokens(knobs.task, knobs.text)
        self.wanted = np.array(texts.wanted(knobs.task, knobs.text))
        with aside():
            torch.manual_seed(knobs.seed + 10_000)
            self.test, self.targets = tasks.TASKS[knobs.task](TESTED, tasks.LENGTH)

    def training(self, step: int) -> Frame:
        """The frame after that many updates: the whole text, read to its end."""
        self.traced = trace(self.reader, self.tokens)
        self.scores = self._scores()
        self.step = step
        arrays = {**self._moment(len(self.tokens) - 1, LAST), **self._plane()}
        arrays |= self._still() if step == 0 else {}
        series = {"step": [step], **{name: [self.scores[name]] for name in ("test_loss", "test_accuracy")}}
        pictures = {"weights": _shade(matrix(self.reader), 3.0), **self._pictures(len(self.tokens) - 1, LAST)}
        pictures |= {"right": _shade(_cells(2 * self.wanted - 1), 1.7)} if step == 0 else {}
        return Frame(step, self.scores, {**narrow(arrays), **pictures}, narrow(series))

    def reading(self, token: int, stage: int) -> Frame:
        """The frame of a stage of a token."""
        step = self.step + 1 + STAGES * token + stage
        metrics = {**self.scores, "token": token + 1.0, "stage": float(stage), **self._unit(token)}
        arrays = narrow({**self._moment(token, stage), **self._path(token)})
        return Frame(step, metrics, {**arrays, **self._pictures(token, stage)})

    @torch.no_grad()
    def _scores(self) -> dict[str, float]:
        """How well it answers on texts that it has not seen and on the visitor's, and which unit carries the answer."""
        logits = self.reader(self.test)
        right = (logits > 0) == (self.targets > 0.5)
        told = np.array([values["answer"][0] for values in self.traced]) > 0.5
        wrong = np.flatnonzero(told != self.wanted)
        self.cloud = states(self.reader, self.test[:CLOUD]).double().numpy()  # (N, T', H)
        carrier, correlation = _carrier(self.cloud, self.targets[:CLOUD].numpy())
        return {
            "test_loss": nn.functional.binary_cross_entropy_with_logits(logits, self.targets).item(),
            "test_accuracy": right.double().mean().item(), "text_accuracy": float((told == self.wanted).mean()),
            "first_mistake": float(wrong[0] + 1) if len(wrong) else 0.0,
            "guess": max(self.targets.mean().item(), 1 - self.targets.mean().item()),
            "carrier": carrier + 1.0, "carrier_correlation": correlation, **self._keeps(carrier),
        }  # fmt: skip

    def _keeps(self, unit: int) -> dict[str, float]:
        """What a unit's keeping gate keeps over the text, least and most, and at which token least."""
        if self.knobs.cell == "rnn":
            return {}
        kept = np.array([values["forget" if self.knobs.cell == "lstm" else "update"][unit] for values in self.traced])
        return {"keep_low": float(kept.min()), "keep_high": float(kept.max()), "keep_low_at": float(kept.argmin() + 1)}

    def _plane(self) -> Arrays:
        """The cloud of states and the text's path on the cloud's principal axes."""
        own = np.stack([np.zeros(self.knobs.units), *(values["hidden"] for values in self.traced)])  # (T + 1, H)
        shown = self.plane(np.concatenate([self.cloud.reshape(-1, self.knobs.units), own]))
        cloud, self.path = shown[: -len(own)], shown[-len(own) :]
        classes = self.targets[:CLOUD].flatten().numpy()
        return {"cloud_x": cloud[:, 0], "cloud_y": cloud[:, 1], "cloud_class": classes, **self._path(len(own) - 2)}

    def _path(self, token: int) -> Arrays:
        """The path up to a token."""
        return {"path_x": self.path[: token + 2, 0], "path_y": self.path[: token + 2, 1]}

    def _moment(self, token: int, stage: int) -> Arrays:
        """The numbers of a step as far as it has come."""
        values, knobs = self.traced[token], self.knobs
        columns = layout.COLUMNS[knobs.cell]
        known = np.repeat([column.stage <= stage for column in columns], knobs.units)
        numbers = np.concatenate([values[column.name] for column in columns])
        middles = np.array([(low + high) / 2 for _, low, _, high in layout.tiles(knobs)])
        told = np.array([one["answer"][0] for one in self.traced])
        seen = np.arange(len(told)) < token + (stage == LAST)
        return {
            "numbers": np.where(known, numbers, 0), "number_y": np.where(known, middles, np.nan),
            "answer_x": np.arange(len(told)) + 0.5, "answer_y": np.where(seen, told, np.nan), "rule": [token + 0.5],
        }  # fmt: skip

    def _pictures(self, token: int, stage: int) -> dict[str, Ranged]:
        """Tiles and maps of a step as far as it has come."""
        moment = self._moment(token, stage)
        known = np.isfinite(moment["number_y"])
        place = np.arange(len(self.tokens))
        answers = np.nan_to_num(2 * moment["answer_y"] - 1)
        found = {"values": _shade(_cells(np.where(known, moment["numbers"], 0)), 1.0)}
        found["strip"] = _shade(_cells(np.where(place == token, 0.9, np.where(place < token, 0.25, 0))), 1.0)
        found["answered"] = _shade(_cells(answers), 1.7)
        read = place < token + (stage > 0)
        for name in layout.MAPS[self.knobs.cell]:
            rows = np.stack([values[name] for values in self.traced], 1)  # (H, T)
            found[f"map.{name}"] = _shade(np.where(read, rows, 0), 1.0)
        return found

    def _unit(self, token: int) -> dict[str, float]:
        """The step's numbers of the knobs' unit."""
        values, at, kind = self.traced[token], self.knobs.unit - 1, self.knobs.cell
        found = {f"{kind}_{name}": float(value[at]) for name, value in values.items() if name != "answer"}
        return {"answer": float(values["answer"][0]), "wanted": float(self.wanted[token]), **found}

    def _still(self) -> Arrays:
        """What never changes: the right answers."""
        return {"wanted": self.wanted}


def _cells(values: NDArray[Any]) -> NDArray[Any]:
    """Numbers (n,) as pictures (n, 1, 1)."""
    return values.reshape(-1, 1, 1)


def _shade(values: NDArray[Any], span: float) -> Ranged:
    return ranged(values, -span, span)


def _carrier(cloud: Floats, targets: NDArray[Any]) -> tuple[int, float]:
    """(unit, |correlation|) of the unit whose states (N, T, H) go most with the right answers (N, T)."""
    flat, wanted = cloud.reshape(-1, cloud.shape[-1]), targets.flatten() - targets.mean()
    centred = flat - flat.mean(0)
    sizes = np.sqrt((centred**2).sum(0) * (wanted**2).sum())
    found = np.abs(centred.T @ wanted) / np.maximum(sizes, 1e-12)
    return int(found.argmax()), float(found.max())
