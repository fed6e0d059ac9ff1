"""Runs of a lab for its tests: each is trained once, however many tests look at it."""

from __future__ import annotations

from typing import Generic, TypeVar

from playground import wire
from playground.contract import History, Knobs, lab, mended
from playground.training.recorder import frames

Model = TypeVar("Model", bound=Knobs)


class Runs(Generic[Model]):
    """The runs of one lab, whose knobs are of a type."""

    def __init__(self, path: str, kind: type[Model]) -> None:
        self.lab, self.kind = lab(path), kind
        self._recorded: dict[Model, tuple[bytes, ...]] = {}
        self._histories: dict[Model, History] = {}

    def recorded(self, knobs: Model) -> tuple[bytes, ...]:
        """The encoded frames of a run on the CPU."""
        if knobs not in self._recorded:
            self._recorded[knobs] = tuple(
                wire.encode(frame, i) for i, frame in enumerate(frames(self.lab, knobs, "cpu"))
            )
        return self._recorded[knobs]

    def run(self, knobs: Model) -> History:
        """The history of a run."""
        if knobs not in self._histories:
            self._histories[knobs] = wire.history(self.recorded(knobs))
        return self._histories[knobs]

    def changed(self, knobs: Model, **values: object) -> Model:
        """The knobs with some of them changed."""
        found = mended(knobs, values)
        assert isinstance(found, self.kind)
        return found

    def preset(self, title: str, **changes: object) -> Model:
        """The knobs of a preset, some of them changed."""
        found = next(one.knobs for one in self.lab.presets if one.title == title)
        assert isinstance(found, self.kind)
        return self.changed(found, **changes)
