"""Bytes -> frames -> recording, inside Chromium, against frames that Python encoded."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from playground import wire
from playground.contract import Frame, ranged

FRAMES = [
    Frame(0, {"loss": 1.5, "epoch": 0},
          {"points": np.arange(6, dtype=np.float32).reshape(2, 3), "map": ranged([[0.0, 1.0]], -1, 1)},
          {"at": np.array([0], np.float64)}),
    Frame(10, {"loss": float("nan")}, {"count": np.array([7, -8], np.int32)}, {"at": np.array([5, 10], np.float64)}),
    Frame(20, {"loss": float("inf"), "low": float("-inf")}, {"map": ranged([[-1.0, 0.0]], -1, 1)}, {}),
    Frame(30, {}, {"big": np.array([1e300])}, {"at": np.array([30], np.float64), "late": np.array([1], np.float32)}),
]  # fmt: skip


def recorded(site: Page, script: str, frames: list[Frame] = FRAMES) -> Any:
    """What a script says of `rec`, a recording of the frames; they came as one message."""
    text = base64.b64encode(b"".join(wire.encode(frame, i) for i, frame in enumerate(frames))).decode()
    return site.evaluate(
        f"""async (text) => {{
          const {{Recording}} = await import('/js/recording.js'), {{split, nested,
          numbers}} = await import('/js/wire.js');
          const buffer = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
          const rec = new Recording(), frames = split(buffer);
          for (const frame of frames) rec.push(frame);
          {script}
        }}""",
        text,
    )


def test_a_message_is_taken_apart_into_its_frames(site: Page) -> None:
    assert recorded(site, "return frames.map((f) => [f.index, f.step])") == [[0, 0], [1, 10], [2, 20], [3, 30]]


def test_arrays_come_as_views_with_the_dtype_they_had(site: Page) -> None:
    script = """const kinds = frames.flatMap((f) => Object.entries(f.arrays).map(([k, a]) => [k,
      a.values.constructor.name]));
      return [Object.fromEntries(kinds),
      frames.every((f) => Object.values(f.arrays).every((a) => a.values.buffer === buffer))]"""
    kinds, views = recorded(site, script)
    assert kinds == {"points": "Float32Array", "map": "Uint8Array", "count": "Int32Array", "big": "Float64Array"}
    assert views


def test_values_arrive_unchanged(site: Page) -> None:
    script = """return [nested(frames[0].arrays.points).map((row) => [...row]), [...numbers(frames[2].arrays.map)],
      [...frames[1].arrays.count.values], frames[3].arrays.big.values[0]]"""
    points, drawn, count, big = recorded(site, script)
    assert points == [[0, 1, 2], [3, 4, 5]]
    assert drawn == pytest.approx(
        wire.decode(wire.encode(FRAMES[2], 2)).arrays["map"].values().ravel().tolist(), abs=1e-6
    )
    assert count == [7, -8]
    assert big == 1e300


def test_numbers_that_are_not_finite_are_numbers_again(site: Page) -> None:
    script = """return [rec.metric('loss', 0), Number.isNaN(rec.metric('loss', 1)),
      rec.metric('loss', 2) === Infinity, rec.metric('low', 2) === -Infinity]"""
    assert recorded(site, script) == [1.5, True, True, True]
    assert recorded(site, "return rec.metric('loss', 3) === undefined && rec.metric('loss', 99) === undefined")


def test_a_series_is_the_points_of_all_frames_up_to_the_moment(site: Page) -> None:
    script = "return [0, 1, 2, 3].map((i) => [[...rec.slice('at', i)], [...rec.slice('late', i)]])"
    assert recorded(site, script) == [[[0], []], [[0, 5, 10], []], [[0, 5, 10], []], [[0, 5, 10, 30], [1]]]


def test_a_series_grows_beyond_its_first_store(site: Page) -> None:
    frames = [Frame(i, {}, {}, {"at": np.arange(700) + 700 * i}) for i in range(5)]
    frames = [Frame(f.step, {}, {}, {"at": f.series["at"].astype(np.float64)}) for f in frames]
    expected = np.arange(3500)
    sums = recorded(site, "return [1, 4].map((i) => rec.slice('at', i).reduce((a, b) => a + b))", frames)
    assert sums == [expected[:1400].sum(), expected.sum()]


def test_an_array_holds_until_a_later_frame_replaces_it(site: Page) -> None:
    script = """const which = (name) => [0, 1, 2,
      3].map((i) => frames.findIndex((f) => f.arrays[name] && f.arrays[name] === rec.array(name, i)));
      return [which('map'), which('count'), which('points'), rec.array('nothing', 3) === undefined]"""
    assert recorded(site, script) == [[0, 0, 2, 2], [-1, 1, 1, 1], [0, 0, 0, 0], True]


def test_a_frame_that_comes_twice_counts_once(site: Page) -> None:
    assert recorded(
        site, "rec.push(frames[1]); rec.push(frames[0]); return [rec.length, rec.slice('at', 3).length]"
    ) == [4, 4]
