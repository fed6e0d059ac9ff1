"""Frames <-> bytes: what travels to the browser and lies in a history.

A frame is u32 total length, u32 header length, a JSON header, then the arrays, each aligned to 8 so that
typed arrays are views. All little-endian. A message is whole frames back to back.

The header: {"i": index, "step": step, "m": metrics, "a": arrays, "s": series}. An array is described by
{"d": dtype code, "n": shape, "o": offset behind the header} and, for a `Ranged` one, "r": [low, high].
Non-finite metrics travel as the strings "nan", "inf" and "-inf".
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.contract import Array, Frame, History, Ranged

CODES = {"uint8": "u1", "float32": "f4", "int32": "i4", "float64": "f8"}
DTYPES = {code: np.dtype(name).newbyteorder("<") for name, code in CODES.items()}
ALIGN = 8


def encode(frame: Frame, index: int) -> bytes:
    """The bytes of frame number `index`. Raises ValueError on a dtype that no typed array holds, an endless range."""
    blocks: list[bytes] = []
    heads = {"a": _place(frame.arrays, blocks), "s": _place(frame.series, blocks)}
    metrics = {name: _number(value) for name, value in frame.metrics.items()}
    head = {"i": index, "step": frame.step, "m": metrics, **heads}
    text = json.dumps(head, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-(8 + len(text)) % ALIGN)
    body = b"".join(blocks)
    return struct.pack("<II", 8 + len(text) + len(body), len(text)) + text + body


def _place(arrays: Mapping[str, Array], blocks: list[bytes]) -> dict[str, Any]:
    """Appends each array's padded bytes to `blocks` and returns their descriptions."""
    heads: dict[str, Any] = {}
    for name, value in arrays.items():
        data = np.ascontiguousarray(value.q if isinstance(value, Ranged) else value)
        code = f"{data.dtype.kind}{data.dtype.itemsize}"
        if code not in DTYPES:
            raise ValueError(f"Array {name!r} is {data.dtype.name}; the wire knows {', '.join(CODES)}.")
        heads[name] = {"d": code, "n": list(data.shape), "o": sum(map(len, blocks))}
        if isinstance(value, Ranged):
            heads[name]["r"] = [value.low, value.high]
        raw = data.astype(DTYPES[code], copy=False).tobytes()
        blocks.append(raw + b"\0" * (-len(raw) % ALIGN))
    return heads


def _number(value: float) -> float | int | str:
    number = float(value)
    if not math.isfinite(number):
        return str(number)
    return int(value) if isinstance(value, int | np.integer) else number


def narrow(arrays: Mapping[str, Any]) -> dict[str, NDArray[np.float32]]:
    """The arrays in single precision, in which most travel; what is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return {name: np.asarray(values).astype(np.float32) for name, values in arrays.items()}


def split(message: bytes) -> Iterator[bytes]:
    """The whole frames that lie back to back in a message."""
    at = 0
    while at < len(message):
        (length,) = struct.unpack_from("<I", message, at)
        yield message[at : at + length]
        at += length


def header(raw: bytes) -> dict[str, Any]:
    """The JSON header of a frame, without touching its arrays."""
    (length,) = struct.unpack_from("<I", raw, 4)
    found: dict[str, Any] = json.loads(raw[8 : 8 + length])
    return found


def decode(raw: bytes) -> Frame:
    """The frame that `encode` took."""
    head = header(raw)
    (length,) = struct.unpack_from("<I", raw, 4)
    base = 8 + length
    arrays = {name: _array(raw, base, d) for name, d in head["a"].items()}
    series: dict[str, NDArray[Any]] = {}
    for name, described in head["s"].items():
        one = _array(raw, base, described)
        series[name] = one.values() if isinstance(one, Ranged) else one
    return Frame(head["step"], {k: float(v) for k, v in head["m"].items()}, arrays, series)


def _array(raw: bytes, base: int, d: Mapping[str, Any]) -> Array:
    count = math.prod(d["n"])
    data = np.frombuffer(raw, DTYPES[d["d"]], count, base + d["o"]).reshape(d["n"])
    return Ranged(data, *d["r"]) if "r" in d else data


def history(frames: Sequence[bytes], state: str = "done") -> History:
    """The history that encoded frames make; only headers are read."""
    heads = [header(raw) for raw in frames]
    names = dict.fromkeys(name for head in heads for name in head["m"])
    metrics = {name: np.array([float(head["m"].get(name, "nan")) for head in heads]) for name in names}
    steps = np.array([head["step"] for head in heads], np.int64)
    return History(steps, metrics, state, lambda i: decode(frames[i]))


def recorded(frames: Iterable[Frame]) -> History:
    """The history of an experiment run to its end."""
    return history([encode(frame, index) for index, frame in enumerate(frames)])
