"""Trained networks that are kept: the frames of a training and the weights it left, bounded, in the cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from playground import wire
from playground.contract import Frame, code_version
from playground.data import cache
from playground.data.full import cache_folder

MOST_BYTES = 256 * 1024 * 1024
FRAMES, RANDOM = EXTRAS = ("frames", "random")


def name_of(path: str, training: Mapping[str, Any], device: str) -> str:
    """The name of trained weights: the same for the same lab, knobs that shape training, device, code and PyTorch."""
    text = json.dumps([path, dict(training), device, code_version(), str(torch.__version__)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def remembered(name: str, model: nn.Module, training: Iterator[Frame]) -> Iterator[Frame]:
    """The frames of a training that leaves `model` trained, recalled where the same training was done before.

    Recalled or trained, the frames, the model's state and torch's random stream afterwards are equal bit for bit.
    `training` is consumed to its end or not at all. A cache that cannot be read or written costs only time.
    """
    found = _load(name)
    if found is not None and _fits(model, found):
        yield from _recalled(model, found)
        return
    recorded = []
    for index, frame in enumerate(training):
        recorded.append(wire.encode(frame, index))
        yield wire.decode(recorded[-1])
    _save(name, model, recorded)


def _folder() -> Path:
    return cache_folder() / "weights"


def _load(name: str) -> dict[str, np.ndarray[Any, Any]] | None:
    path = _folder() / f"{name}.npz"
    try:
        with path.open("rb") as file:
            found = dict(np.load(file, allow_pickle=False))
        os.utime(path)
    except Exception:  # a file cut short fails in as many ways as there are readers
        return None
    return found


def _fits(model: nn.Module, found: Mapping[str, np.ndarray[Any, Any]]) -> bool:
    """Whether arrays are those of this model, with frames and a random state beside them."""
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    kept = {key: value.shape for key, value in found.items() if key not in EXTRAS}
    return shapes == kept and set(EXTRAS) <= set(found)


def _recalled(model: nn.Module, found: Mapping[str, np.ndarray[Any, Any]]) -> Iterator[Frame]:
    model.load_state_dict({key: torch.from_numpy(found[key]) for key in model.state_dict()})
    torch.set_rng_state(torch.from_numpy(found[RANDOM]))
    for encoded in wire.split(found[FRAMES].tobytes()):
        yield wire.decode(encoded)


def _save(name: str, model: nn.Module, recorded: list[bytes]) -> None:
    """Keeps the training under its name, then forgets the least recently used beyond the bound."""
    arrays = {key: value.detach().cpu().numpy() for key, value in model.state_dict().items()}
    arrays[FRAMES] = np.frombuffer(b"".join(recorded), np.uint8)
    arrays[RANDOM] = torch.get_rng_state().numpy()
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    with contextlib.suppress(OSError):
        cache.write(_folder() / f"{name}.npz", packed.getvalue())
        cache.trim(_folder(), MOST_BYTES)
