"""The recorder: runs a lab's experiment under its seed. Everyone who trains goes through it."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator

import torch

from playground import contract, wire
from playground.contract import Frame, Knobs, Lab
from playground.data.published import DataError
from playground.training.seeding import aside

LONGEST_SENTENCE = 300


def frames(lab: Lab, knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of a run, the same ones each time: one thread, torch's global generator under the knobs' seed.

    Whoever consumes the frames may draw random numbers: the stream is put back before training goes on.
    """
    torch.set_num_threads(1)
    if device == "cuda":
        _always_the_same()
    torch.manual_seed(knobs.seed)
    experiment = importlib.import_module(f"{lab.package}.experiment").experiment
    for frame in experiment(knobs, device):
        with aside():
            yield frame


def _always_the_same() -> None:
    """Lets a GPU take ways of computing that give the same numbers each time, and float32 as it is.

    Where PyTorch has none it warns; the tests on a GPU take that for a failure.

    By default cuDNN adds in any order and rounds the inputs of convolutions to TF32's 10 bits (PyTorch's notes on
    reproducibility and on CUDA).
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.backends.cudnn.allow_tf32 = False


def record(send: Callable[[bytes], None], path: str, knobs_json: str, device: str, skip: int) -> None:
    """Sends a run's encoded frames from number `skip` on, then b"" when done, or b"!" and one sentence on failure."""
    for message in _messages(path, knobs_json, device, skip):
        send(message)


def _messages(path: str, knobs_json: str, device: str, skip: int) -> Iterator[bytes]:
    try:
        lab = contract.lab(path)
        knobs = lab.Knobs.model_validate_json(knobs_json)
        for index, frame in enumerate(frames(lab, knobs, device)):
            if index >= skip:
                yield wire.encode(frame, index)
    except Exception as error:
        yield b"!" + failure(error).encode()
    else:
        yield b""


def failure(error: Exception) -> str:
    """One sentence on why a run failed."""
    if _is_memory(error):
        return "The run needed more memory than one run may have: choose a smaller network, batch or data set."
    text = " ".join(str(error).split())
    if isinstance(error, DataError):
        return text[:LONGEST_SENTENCE]
    return f"The run failed: {type(error).__name__}: {text}"[:LONGEST_SENTENCE]


def _is_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)
