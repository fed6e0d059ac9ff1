"""Every lab, found by scanning, keeps the contract: its small run is deterministic and feeds every binding."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from playground import link, wire
from playground.contract import Frame, Knobs, Lab, Verdict, concepts, labs, mended, specs
from playground.stage import (
    Band,
    Cells,
    Choose,
    Edit,
    Extend,
    Layout,
    Lines,
    Marks,
    Open,
    Panel,
    Paths,
    Pick,
    Replace,
    Text,
    Tiles,
    Weigh,
)
from playground.training.recorder import frames
from tests.still import figure_at

LABS = labs()
ONE = np.ones(1)
CELL = re.compile(r"\\cell\{([^}]*)\}")
by_lab = pytest.mark.parametrize("lab", LABS, ids=[lab.path for lab in LABS])


@by_lab
def test_the_same_knobs_give_the_same_bytes(lab: Lab) -> None:
    first, second = (
        [wire.encode(f.untimed(), i) for i, f in enumerate(frames(lab, lab.small, "cpu"))] for _ in range(2)
    )
    assert first == second and len(first) > 1


def test_only_measured_times_may_differ_between_runs() -> None:
    frame = Frame(3, {"step_ms.adam": 0.1, "loss": 1.0}, {"target_ms": ONE, "terms": ONE}, {"ms": ONE, "a_ms": ONE})
    left = frame.untimed()
    assert (set(left.metrics), set(left.arrays), set(left.series), left.step) == ({"loss"}, {"terms"}, {"ms"}, 3)


@pytest.mark.parametrize("lab", [lab for lab in labs() if not lab.random], ids=lambda lab: lab.path)
def test_a_seed_changes_nothing_where_nothing_is_random(lab: Lab) -> None:
    first, second = (
        [wire.encode(f, i) for i, f in enumerate(frames(lab, mended(lab.small, {"seed": seed}), "cpu"))]
        for seed in (0, 5)
    )
    assert first == second


@by_lab
def test_frames_feed_every_binding(lab: Lab) -> None:
    history = wire.recorded(frames(lab, lab.small, "cpu"))
    all_frames = [history.decode(i) for i in range(len(history))]
    arrays = {name for frame in all_frames for name in frame.arrays}
    series = {name for frame in all_frames for name in frame.series}
    for part in lab.stage(lab.small):
        for binding in part.bindings:
            match binding:
                case Extend():
                    assert {binding.x, binding.y} <= series
                case Marks():
                    colors = set() if binding.scale == "one" else {binding.color}
                    assert {binding.x, binding.y} | colors <= arrays
                    assert binding.key is None or binding.key < len(part.figure.data)  # type: ignore[union-attr]
                case Band():
                    assert {binding.x, binding.low, binding.high} <= series
                    assert binding.key < len(part.figure.data)  # type: ignore[union-attr]
                case Paths():
                    assert {binding.x, binding.y} <= series | arrays
                    assert max(binding.keys) < len(part.figure.data)  # type: ignore[union-attr]
                case Text():
                    assert {
                        name for name in (binding.array, binding.shade, binding.boxes) if isinstance(name, str)
                    } <= arrays
                case Tiles() | Lines() | Replace() | Layout() | Cells() | Pick() | Weigh():
                    assert binding.array in arrays
                case Open():
                    assert {binding.x, *binding.y} - {""} <= arrays and len(binding.titles) == len(binding.links)
                case Edit():
                    assert binding.knob in specs(lab.Knobs)
                case Choose():
                    assert len(binding.values) == len(binding.titles) == len(binding.boxes)
                    assert all(link.check(lab.Knobs, binding.knob, text) is not None for text in binding.values)
        if isinstance(part, Panel):
            figure_at(part, history, len(history) - 1)


@by_lab
def test_metrics_are_numbers_and_verdicts_are_told(lab: Lab) -> None:
    history = wire.recorded(frames(lab, lab.small, "cpu"))
    assert np.all(np.diff(history.steps) > 0) and history.steps[0] == 0
    assert all(isinstance(verdict, Verdict) for verdict in lab.verdicts(lab.small, history))


def unlike(lab: Lab, knobs: Knobs) -> dict[str, Any]:
    """The knobs that differ from their defaults."""
    return {
        name: getattr(knobs, name) for name, spec in specs(lab.Knobs).items() if getattr(knobs, name) != spec.default
    }


def small_runs(lab: Lab) -> Iterator[Knobs]:
    """The small run, the same on numbers to predict where the lab has such data, and that of each preset."""
    small = unlike(lab, lab.small)
    sizes = {name: value for name, value in small.items() if specs(lab.Knobs)[name].kind in ("int", "ints")}
    for change in ({}, {"data": "sine"}, *({**unlike(lab, preset.knobs), **sizes} for preset in lab.presets)):
        with contextlib.suppress(ValidationError):
            yield mended(lab.Knobs(), {**small, **change})


@by_lab
def test_every_readout_and_every_cell_of_the_maths_is_measured(lab: Lab) -> None:
    wanted = {readout.metric for readout in lab.readouts}
    wanted |= {metric for _, formula in lab.maths for metric in CELL.findall(formula)}
    assert wanted
    for frame in chain.from_iterable(frames(lab, knobs, "cpu") for knobs in small_runs(lab)):
        wanted -= set(frame.metrics)
        if not wanted:
            return
    pytest.fail(f"{lab.path} shows what no run measures: {', '.join(sorted(wanted))}")


@by_lab
def test_presets_challenges_and_mends_are_knobs(lab: Lab) -> None:
    history = wire.recorded(frames(lab, lab.small, "cpu"))
    assert len({preset.title for preset in lab.presets}) == len(lab.presets)
    for preset in lab.presets:
        assert preset.knobs == preset.knobs.settled() and preset.watch.endswith(".")
    for challenge in lab.challenges:
        start = mended(lab.Knobs(), challenge.start)
        first = wire.recorded(islice(frames(lab, start, "cpu"), 1))
        assert not (challenge.met(start, first) and challenge.met(lab.small, history)), challenge.sentence


@pytest.mark.slow
@by_lab
def test_no_challenge_is_met_where_it_is_set_out_from(lab: Lab) -> None:
    for challenge in lab.challenges:
        start = mended(lab.Knobs(), challenge.start)
        assert not challenge.met(start, wire.recorded(frames(lab, start, "cpu"))), challenge.sentence


def test_every_page_has_presets_and_one_that_breaks() -> None:
    for concept in concepts():
        presets = [preset for lab in LABS if lab.concept == concept.name for preset in lab.presets]
        assert len(presets) >= 6, f"{concept.name} has {len(presets)} presets; a page has at least six"
        assert any(preset.breaks for preset in presets), f"{concept.name} needs a preset that breaks on purpose"
        assert concept.sentence.endswith(".") and concept.question.endswith("?") and math.isfinite(concept.order)
