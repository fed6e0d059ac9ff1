"""Where a run trains: on the CPU, or on a GPU where one is usable, found without importing torch."""

from __future__ import annotations

import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from playground.contract import Lab

DEV = Path("/dev")  # a service or container may hide the devices of a driver that the host has
FOR_GPU = re.compile(r"^cuda\b.*=\s*['\"]", re.M)


def resolved_device(one: Lab, gpu: bool | None = None, wish: str | None = None) -> str:
    """`cpu` or `cuda`: what is asked for, what the lab can use, and what is here.

    `wish` is auto, cpu or cuda; None reads PLAYGROUND_DEVICE. `gpu` says whether there is one; None looks on this
    machine. Raises ValueError with a sentence on a setting that is none of the three.
    """
    wish = wish or os.environ.get("PLAYGROUND_DEVICE", "auto")
    if wish not in ("auto", "cpu", "cuda"):
        raise ValueError(f"PLAYGROUND_DEVICE is {wish!r}; it can be auto, cpu or cuda.")
    wanted = one.device in {"auto": ("gpu",), "cpu": (), "cuda": ("gpu", "any")}[wish]
    return "cuda" if wanted and (usable_gpu() if gpu is None else gpu) else "cpu"


def device_note(gpu: bool | None = None) -> str:
    """One sentence where a GPU is asked for and none is usable; else nothing."""
    missing = os.environ.get("PLAYGROUND_DEVICE") == "cuda" and not (usable_gpu() if gpu is None else gpu)
    return "No GPU is usable here, though PLAYGROUND_DEVICE asks for one: running on the CPU." if missing else ""


@cache
def usable_gpu() -> bool:
    """Whether there are an NVIDIA GPU's device and a PyTorch that is built for one; looked for once."""
    return any(DEV.glob("nvidia[0-9]*")) and built_for_gpu()


def built_for_gpu() -> bool:
    """Whether the PyTorch installed here names the CUDA that it is built for, read as text."""
    found = find_spec("torch")
    files = [Path(folder) / "version.py" for folder in (found and found.submodule_search_locations) or ()]
    return any(FOR_GPU.search(file.read_text("utf-8")) for file in files if file.is_file())
