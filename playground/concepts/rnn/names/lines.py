"""The lines of a run: first names, surnames or a visitor's text, as numbers, some held out."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.words import (
    LANGUAGES,
    LEAST_LINES,
    LINE_WIDTH,
    MOST_CHARACTERS,
    MOST_SYMBOLS,
    RARE,
)
from playground.data.bundled import bundled
from playground.data.own import store
from playground.data.published import DataError

Ints = NDArray[np.int64]
MOST_TEST = 600
IGNORED = -100  # a target that the loss leaves out, as PyTorch has it


@dataclass(frozen=True)
class Corpus:
    """Lines to learn from and lines held out, without repetitions.

    Character k of `alphabet` is number k + 1; 0 starts and ends a line. `width` counts the steps that the longest line
    takes. Of surnames `train_labels` and `test_labels` are the languages; else they are empty. `share` is the part of a
    visitor's text that was read.
    """

    alphabet: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    width: int
    train_labels: Ints
    test_labels: Ints
    share: float = 1.0

    @property
    def symbols(self) -> int:
        """How many numbers there are, with that of start and end."""
        return len(self.alphabet) + 1

    def coded(self, lines: Iterable[str], labels: Ints) -> tuple[Ints, Ints]:
        """Inputs and targets (N, T) of some lines."""
        kept = list(lines)
        if len(self.train_labels):
            return coded_names(kept, labels, self.alphabet, self.width)
        return coded(kept, self.alphabet, self.width)

    def numbers(self, text: str) -> list[int]:
        """A visitor's word as numbers; a character that the alphabet lacks in any case is left out."""
        forms = ((character, character.lower(), character.upper()) for character in text)
        found = (next((form for form in group if len(form) == 1 and form in self.alphabet), "") for group in forms)
        return [self.alphabet.index(character) + 1 for character in found if character]


def corpus(knobs: Knobs) -> Corpus:
    """The lines that the knobs ask for: a tenth held out, the order drawn under the seed. Raises DataError."""
    lines, labels, share = _loaded(knobs)
    order = np.random.default_rng(knobs.seed).permutation(len(lines))
    cut = min(len(lines) // 10, MOST_TEST)
    test, train = order[:cut], order[cut:][: knobs.train_lines or None]
    letters = "".join(sorted(set("".join(lines))))
    width = max(map(len, lines)) + (1 if knobs.writes else 2)
    known, unseen = (tuple(lines[i] for i in rows) for rows in (train, test))
    told = (labels[train], labels[test]) if len(labels) else (labels, labels)
    return Corpus(letters, known, unseen, width, told[0], told[1], share)


def _loaded(knobs: Knobs) -> tuple[list[str], Ints, float]:
    """Different lines, of surnames their languages, and the share of a text that was read."""
    none = np.zeros(0, np.int64)
    if knobs.data == "names":
        return bundled("first_names.txt").read_text("utf-8").split(), none, 1.0
    if knobs.data == "own":
        text = _own_text(knobs.text)
        return own_lines(text), none, min(1.0, MOST_CHARACTERS / len(text))
    found: dict[str, str] = {}
    for name, language in _surnames():
        found.setdefault(name.lower(), language)
    return list(found), np.array([LANGUAGES.index(language) for language in found.values()], np.int64), 1.0


def _surnames() -> list[tuple[str, str]]:
    with bundled("surnames.csv").open(encoding="utf-8", newline="") as file:
        return [(row["surname"], row["language"]) for row in csv.DictReader(file)]


def _own_text(key: str) -> str:
    """A visitor's text; where there is none yet, the surnames."""
    if key:
        return store.plain("text", key).decode()
    return "\n".join(name for name, _ in _surnames())


def own_lines(text: str) -> list[str]:
    """The different lines of a text, wrapped, in its most frequent characters. Raises DataError where they are few."""
    found = common(wrapped(text[:MOST_CHARACTERS], LINE_WIDTH), MOST_SYMBOLS, RARE)
    lines = list(dict.fromkeys(found))
    if len(lines) < LEAST_LINES:
        raise DataError(
            f"The text has {len(lines)} different line{'s' * (len(lines) != 1)} of up to {LINE_WIDTH} characters; "
            f"at least {LEAST_LINES} are needed to learn and to hold some out."
        )
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text that hold anything, each wrapped at spaces to at most `width` characters."""
    found = []
    for line in text.split("\n"):
        rest = line.strip()
        while len(rest) > width:
            cut = rest.rfind(" ", 1, width + 1)
            cut = width if cut < 0 else cut
            found.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        found.append(rest)
    return [line for line in found if line]


def common(lines: list[str], most: int, rare: str) -> list[str]:
    """The lines with all but their `most` most frequent characters written as `rare`."""
    counts = Counter("".join(lines))
    kept = set(sorted(counts, key=lambda character: (-counts[character], character))[:most])
    return ["".join(character if character in kept else rare for character in line) for line in lines]


def coded(lines: list[str], alphabet: str, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets (N, width): 0 starts and ends a line, and after its end there is no target (-100)."""
    number = {character: k + 1 for k, character in enumerate(alphabet)}
    inputs, targets = np.zeros((len(lines), width), np.int64), np.full((len(lines), width), -100)
    for i, line in enumerate(lines):
        codes = [number[character] for character in line]
        inputs[i, 1 : len(codes) + 1] = codes
        targets[i, : len(codes) + 1] = [*codes, 0]
    return inputs, targets


def coded_names(lines: list[str], labels: np.ndarray, alphabet: str, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets (N, width): a line between two 0, its label the only target, where the line has ended."""
    number = {character: k + 1 for k, character in enumerate(alphabet)}
    inputs, targets = np.zeros((len(lines), width), np.int64), np.full((len(lines), width), -100)
    for i, line in enumerate(lines):
        inputs[i, 1 : len(line) + 1] = [number[character] for character in line]
        targets[i, len(line) + 1] = labels[i]
    return inputs, targets
