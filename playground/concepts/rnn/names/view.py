"""What is shown of a network at a moment: samples drawn from it, a word that it reads, its hidden states.

Metrics: `copied`, `rediscovered` and `different` of 200 samples, their `sample_nll`, all but where surnames are told;
of the word looked at `word_nll`, `word_known` (1 a training line, 0.5 held out, 0 neither) and `word_read`, the
characters that the alphabet has; of a surname `told`, the number of the likeliest language, and `told_sure`; the share
`plane_share` of the variance that the plane shows.

Arrays, code points int32 with 0 for nothing, shades of 8 bits: `samples` (n, T) with `samples_shade` and `sample_boxes`
(n, 4); `copied_x`, `copied_y`, `rediscovered_x`, `rediscovered_y`, the marks beside samples; `word` (1, W), as it is
read, and `letters` (W, 1), the same; `following` (W, 1), what follows each; `expected` (6, W), that and the likeliest
five, with `expected_shade`; `depends` (W, 1, W) and its last row `depends_last` (1, 1, W); of surnames `languages`
(9, W) and `speaks` (9, W). `hidden` (H, W); `cloud_x_<k>`, `cloud_y_<k>`, hidden states in the plane by kind or
language k; `path_x`, `path_y` (W, 1) and `path_boxes` (W, 4), the word's way. Series: copied, rediscovered.
"""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.rnn.names import reading, sampling
from playground.concepts.rnn.names.cloud import Cloud
from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import Corpus
from playground.concepts.rnn.names.network import Network, put_vector
from playground.concepts.rnn.names.places import grid, marks, path_boxes
from playground.concepts.rnn.names.words import END, LANGUAGES, MARGIN, SAMPLES, SPACE, START, TOP
from playground.contract import Array, Frame, ranged
from playground.wire import narrow

Arrays = dict[str, Array]
Part = tuple[Arrays, dict[str, float]]


class View:
    """Turns a training's frames, which hold the network, into those that a visitor sees."""

    def __init__(self, knobs: Knobs, lines: Corpus, network: Network) -> None:
        self.knobs, self.lines = knobs, lines
        self.network = copy.deepcopy(network).eval()
        self.word = looked_at(knobs, lines)  # numbers, without start and end
        self.codes = torch.tensor([0, *self.word] if knobs.writes else [0, *self.word, 0])
        self.columns = knobs.columns
        self.cloud = Cloud(knobs, lines)
        self.train, self.test = frozenset(lines.train), frozenset(lines.test)
        if knobs.writes:
            self.start = lines.numbers(knobs.start)
            self.noise = sampling.gumbel(SAMPLES, lines.width + MARGIN, lines.symbols, knobs.seed)

    def __call__(self, kept: Frame) -> Frame:
        """The frame of a moment."""
        arrays: Arrays = dict(kept.arrays)
        vector = arrays.pop("parameters")
        assert isinstance(vector, np.ndarray)
        put_vector(self.network, torch.from_numpy(vector.copy()))
        metrics: dict[str, float] = {}
        if np.isfinite(vector).all():
            parts = (self._samples, self._expected) if self.knobs.writes else (self._languages,)
            for part in (*parts, self._hidden):
                found, more = part()
                metrics, arrays = {**metrics, **more}, {**arrays, **found}
        arrays |= self._still(kept) if kept.step == 0 else {}
        counts = narrow({name: [metrics[name]] for name in ("copied", "rediscovered") if name in metrics})
        return replace(kept, metrics={**kept.metrics, **metrics}, arrays=arrays, series={**kept.series, **counts})

    def _still(self, kept: Frame) -> Arrays:
        """What never changes: the word as it is read, what counting achieves, where samples stand."""
        word = self._letters([self.codes.tolist()])
        if not self.knobs.writes:
            word[0, len(self.word) + 1] = ord(END)
        found: Arrays = {"word": word, "letters": word.T, "letters_shade": np.zeros_like(word.T, np.uint8)}
        for name in ("bigram", "unigram", "majority"):
            value = kept.metrics.get(f"{name}_loss", kept.metrics.get(f"{name}_accuracy"))
            found |= {} if value is None else {f"{name}_line": np.full(2, value, np.float32)}
        if self.knobs.writes:
            found |= {"sample_boxes": grid(self.noise.shape[1])}
            found |= {"following": self._letters([[*self.word, 0]], END).T}
        return found

    def _samples(self) -> Part:
        """Samples at the visitor's temperature and top-k, and how many are copies."""
        knobs, lines = self.knobs, self.lines
        drawn = sampling.draw(self.network, self.noise, knobs.temperature, knobs.top_k, self.start)
        texts = sampling.written(drawn, lines.alphabet)
        counts = sampling.shares(texts, self.train, self.test)
        boxes = grid(drawn.codes.shape[1])
        shown = len(boxes)
        letters = np.array([0, *map(ord, lines.alphabet)], np.int32)
        arrays: Arrays = {
            "samples": letters[drawn.codes[:shown].numpy()],
            "samples_shade": ranged(drawn.probability[:shown].numpy(), 0, 1),
        }
        for name, known in (("copied", self.train), ("rediscovered", self.test)):
            chosen = np.array([text in known for text in texts[:shown]])
            arrays[f"{name}_x"], arrays[f"{name}_y"] = marks(boxes, chosen)
        return arrays, {**counts, "sample_nll": sampling.mean_nll(drawn, len(self.start))}

    def _expected(self) -> Part:
        """What the network expects after each character of the word, and what that rests on."""
        chances, _ = reading.read(self.network, self.codes)
        following = torch.cat([self.codes[1:], torch.zeros(1, dtype=torch.long)])
        own = chances.gather(1, following[:, None])  # (T, 1)
        best, which = chances.topk(min(TOP, chances.shape[1]), 1)
        missing: list[list[int]] = [[]] * (TOP - best.shape[1])
        arrays: Arrays = {
            "expected": self._letters([*torch.cat([following[:, None], which], 1).T.tolist(), *missing], END),
            "expected_shade": ranged(_padded(torch.cat([own, best], 1).T, 1 + TOP, self.columns), 0, 1),
        }
        rests = reading.dependence(self.network, self.codes, following)
        square = _padded(rests, self.columns, self.columns)
        arrays |= {
            "depends": ranged(square[:, None], 0, 1),
            "depends_last": ranged(square[None, None, len(rests) - 1], 0, 1),
        }
        text = "".join(self.lines.alphabet[code - 1] for code in self.word)
        known = 1.0 if text in self.train else 0.5 if text in self.test else 0.0
        read = float(len(self.word)) if self.lines.numbers(self.knobs.word) else 0.0
        return arrays, {"word_nll": float(-own.log().mean()), "word_known": known, "word_read": read}

    def _languages(self) -> Part:
        """What the network takes the surname for after each letter, and which letters speak for what."""
        chances, _ = reading.read(self.network, self.codes)
        speaks = reading.contributions(self.network, self.codes, len(LANGUAGES))
        most = float(speaks.abs().max().clamp_min(1e-9))
        arrays: Arrays = {
            "languages": ranged(_padded(chances.T, len(LANGUAGES), self.columns), 0, 1),
            "speaks": ranged(_padded(speaks / most, len(LANGUAGES), self.columns), -1, 1),
        }
        sure, told = chances[-1].max(0)
        return arrays, {"told": float(told), "told_sure": float(sure)}

    def _hidden(self) -> Part:
        """The hidden states of the word as a map, and their way through the plane."""
        _, hidden = reading.read(self.network, self.codes)
        found, path, shown = self.cloud(self.network, hidden)
        arrays: Arrays = {**found, "path_boxes": path_boxes(path, self.columns)}
        arrays |= {"hidden": ranged(_padded(hidden.T, self.knobs.hidden_size, self.columns), -1, 1)}
        return arrays, {"plane_share": shown}

    def _letters(self, rows: list[list[int]], end: str = START) -> NDArray[np.int32]:
        """Numbers as code points (R, W) that can be seen; 0 as `end`, nothing behind the word."""
        signs = [end, *(SPACE if character == " " else character for character in self.lines.alphabet)]
        found = np.zeros((len(rows), self.columns), np.int32)
        for row, numbers in enumerate(rows):
            found[row, : len(numbers)] = [ord(signs[number]) for number in numbers]
        return found


def looked_at(knobs: Knobs, lines: Corpus) -> list[int]:
    """The word in numbers; where the alphabet has none of its characters, the first held-out line."""
    found = lines.numbers(knobs.looked_at)
    return found or lines.numbers(lines.test[0])[: len(knobs.looked_at)]


def _padded(values: Tensor, rows: int, columns: int) -> NDArray[np.float32]:
    """The values in the corner of a table of zeros."""
    found = np.zeros((rows, columns), np.float32)
    found[: values.shape[0], : values.shape[1]] = values.numpy()
    return found
