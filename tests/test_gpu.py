"""Where runs train: what is resolved without torch, and that a lab which names a GPU computes there as on the CPU."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from playground import device, wire
from playground.contract import Frame, History, Lab, lab, labs, timed
from playground.device import built_for_gpu, device_note, resolved_device, usable_gpu
from playground.engine import local
from playground.engine.store import Store
from playground.training.recorder import frames
from tests.conftest import ROOT
from tests.engine_fakes import BOUNDS, until, watcher

EVERY = pytest.mark.parametrize("one", labs(), ids=[one.path for one in labs()])
MOVING = [one for one in labs() if one.device != "cpu"]
MOVED = pytest.mark.parametrize("one", MOVING, ids=[one.path for one in MOVING])
WITH_GPU = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "convolution"}
FIRST = 4  # frames in which rounding has not grown yet
LONG = 40  # frames of a run that is to be the same twice


class Products(TorchDispatchMode):
    """Counts the matrix products and convolutions done inside, by the kind of device."""

    def __init__(self) -> None:
        super().__init__()
        self.at: Counter[str] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        if func.overloadpacket.__name__ in PRODUCTS:
            self.at[made.device.type] += 1
        return made


def first(one: Lab, where: str) -> tuple[History, Counter[str]]:
    """The first frames of a lab's small run on a device, and where its products were done."""
    with Products() as products:
        return wire.recorded(islice(frames(one, one.small, where), FIRST)), products.at


@pytest.fixture(autouse=True)
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No training is recalled from an earlier test."""
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path / "cache"))


@EVERY
def test_a_lab_says_whether_its_experiment_uses_the_device(one: Lab) -> None:
    assert one.device in ("cpu", "any", "gpu")
    ended: list[Frame] = []
    try:
        ended += frames(one, one.small, "nowhere")
    except RuntimeError as error:
        assert "device string: nowhere" in str(error) and one.device != "cpu"
    assert bool(ended) == (one.device == "cpu")


@MOVED
def test_a_lab_that_uses_the_device_multiplies_there(one: Lab) -> None:
    history, at = first(one, "cpu")
    assert history.steps[-1] > 0 and set(at) == {"cpu"}


@pytest.mark.gpu
@WITH_GPU
@MOVED
def test_a_run_on_the_gpu_starts_as_the_cpu_does_and_computes_there(one: Lab) -> None:
    (cpu, _), (gpu, at) = first(one, "cpu"), first(one, "cuda")
    assert cpu.steps.tolist() == gpu.steps.tolist() and at["cuda"] > at["cpu"]
    for name, values in cpu.metrics.items():
        if not timed(name) and np.isfinite(values[0]):
            assert gpu.metrics[name][0] == pytest.approx(values[0], rel=1e-3, abs=1e-5), name
        if name.endswith("loss"):
            assert gpu.metrics[name] == pytest.approx(values, rel=2e-2, abs=1e-3, nan_ok=True), name


@pytest.mark.parametrize("wish", ["auto", "cpu", "cuda"])
@pytest.mark.parametrize("gpu", [False, True])
def test_a_run_is_on_a_gpu_where_there_is_one_and_the_lab_uses_it(
    monkeypatch: pytest.MonkeyPatch, wish: str, gpu: bool
) -> None:
    monkeypatch.setenv("PLAYGROUND_DEVICE", wish)
    paths = {"cpu": "gan/points", "any": "network/sandbox", "gpu": "cnn/training"}
    found = {kind: resolved_device(lab(path), gpu) for kind, path in paths.items()}
    on_gpu = {"auto": {"gpu"}, "cpu": set(), "cuda": {"any", "gpu"}}[wish] if gpu else set()
    assert found == {kind: "cuda" if kind in on_gpu else "cpu" for kind in paths}
    assert bool(device_note(gpu)) == (wish == "cuda" and not gpu)


@pytest.mark.parametrize(
    ("line", "usable"),
    [
        ("cuda: Optional[str] = None", False), ("cuda: Optional[str] = '12.8'", True), ("cuda = '11.8'", True),
        ("hip: Optional[str] = '6.2'", False),
    ],
)  # fmt: skip
def test_a_gpu_needs_its_device_and_a_pytorch_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, usable: bool
) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").touch()
    (tmp_path / "torch" / "version.py").write_text(f"__version__ = '2.13.0'\n{line}\n", "utf-8")
    (tmp_path / "nvidiactl").touch()
    code = (
        "import sys; from pathlib import Path; from playground import device\n"
        f"sys.path.insert(0, {str(tmp_path)!r}); device.DEV = Path({str(tmp_path)!r})\n"
        "without = device.usable_gpu(); device.usable_gpu.cache_clear(); (device.DEV / 'nvidia0').touch()\n"
        "print(without, device.usable_gpu(), 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", str(usable), "False"]


def test_what_is_read_of_pytorch_is_what_it_says_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert built_for_gpu() == (torch.version.cuda is not None)
    monkeypatch.setattr(device, "DEV", tmp_path)
    usable_gpu.cache_clear()
    assert not usable_gpu()
    usable_gpu.cache_clear()


@pytest.mark.gpu
@WITH_GPU
@MOVED
def test_the_same_run_on_the_gpu_is_the_same_twice(one: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded = []
    for name in ("first", "second"):
        monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path / name))
        made = (frame.untimed() for frame in islice(frames(one, one.small, "cuda"), LONG))
        recorded.append([wire.encode(frame, index) for index, frame in enumerate(made)])
    assert recorded[0] == recorded[1]


@pytest.mark.gpu
@WITH_GPU
@MOVED
def test_a_child_of_the_server_trains_on_the_gpu(one: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cuda")
    usable_gpu.cache_clear()
    local.warm()
    store = Store(BOUNDS, local.start)
    try:
        run = store.watch(store.token(one, one.small), watcher())
        until(lambda: run.state not in ("queued", "running"), 120)
        assert (run.device, run.state, run.error) == ("cuda", "done", None)
    finally:
        store.close()
        usable_gpu.cache_clear()
