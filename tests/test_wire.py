"""Frames survive the wire, and what a browser cannot hold is refused."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from playground import wire
from playground.contract import Frame, Ranged, ranged


def test_a_frame_survives() -> None:
    arrays = {"map": ranged(np.linspace(0, 1, 15).reshape(3, 5), 0, 1), "weights": np.arange(7, dtype=np.float32)}
    frame = Frame(12, {"train_loss": 0.25}, arrays, {"step": np.array([12], np.float32)})
    back = wire.decode(wire.encode(frame, 3))
    assert back.step == 12 and back.metrics == {"train_loss": 0.25}
    assert isinstance(back.arrays["map"], Ranged) and np.array_equal(back.arrays["map"].q, arrays["map"].q)
    assert np.array_equal(back.arrays["weights"], arrays["weights"]) and back.series["step"].tolist() == [12]


def test_arrays_are_aligned_for_typed_views() -> None:
    frame = Frame(0, {"a": 1.0}, {"odd": np.zeros(3, np.uint8), "wide": np.arange(4, dtype=np.float64)})
    raw = wire.encode(frame, 0)
    total, length = struct.unpack_from("<II", raw)
    offsets = [8 + length + d["o"] for d in wire.header(raw)["a"].values()]
    assert total == len(raw) and [offset % 8 for offset in offsets] == [0, 0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_numbers_that_json_lacks_survive(value: float) -> None:
    back = wire.decode(wire.encode(Frame(0, {"x": value}), 0)).metrics["x"]
    assert back == value or (np.isnan(back) and np.isnan(value))


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.int32, np.float64])
def test_every_dtype_and_byte_order(dtype: type) -> None:
    data = np.array([[0, 1, 100]], np.dtype(dtype).newbyteorder(">"))
    assert wire.decode(wire.encode(Frame(0, {}, {"x": data}), 0)).arrays["x"].tolist() == [[0, 1, 100]]


def test_an_unknown_dtype_is_named() -> None:
    with pytest.raises(ValueError, match="'x' is int64"):
        wire.encode(Frame(0, {}, {"x": np.arange(3)}), 0)


def test_a_range_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        wire.encode(Frame(0, {}, {"x": Ranged(np.zeros(3, np.uint8), 0.0, float("nan"))}), 0)


def test_a_history_reads_headers_and_fills_gaps() -> None:
    frames = [Frame(0, {"a": 1.0, "once": 7.0}), Frame(5, {"a": 0.5}, {"x": np.zeros(2, np.float32)})]
    history = wire.recorded(frames)
    assert history.steps.tolist() == [0, 5] and history.metrics["a"].tolist() == [1.0, 0.5]
    assert np.isnan(history.last("once")) and np.isnan(history.last("never"))
    assert history.decode(1).arrays["x"].tolist() == [0, 0]


def test_ranged_rounds_to_half_a_level_and_clips() -> None:
    values = np.linspace(-1, 1, 1001)
    assert np.abs(ranged(values, -1, 1).values() - values).max() <= 1 / 255 + 1e-6
    assert ranged([-9, 9, np.nan], -1, 1).q.tolist() == [0, 255, 0]


def test_a_message_is_split_into_its_frames() -> None:
    frames = [wire.encode(Frame(i, {"a": i}, {"x": np.zeros(i, np.uint8)}), i) for i in range(3)]
    assert list(wire.split(b"".join(frames))) == frames
    assert list(wire.split(b"")) == []
