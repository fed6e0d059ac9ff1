"""Real children: what they record, how they die, and that none is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from multiprocessing import forkserver
from pathlib import Path

import pytest

from playground import wire
from playground.contract import Knobs
from playground.engine import local
from playground.engine.run import Run
from playground.engine.store import Store
from playground.training import recorder
from tests.engine_fakes import BOUNDS, LAB, until, watcher

ROOT = Path(__file__).parents[1]
LONG = LAB.Knobs(steps=20000)


@pytest.fixture
def store() -> Iterator[Store]:
    local.warm()
    one = Store(BOUNDS, local.start)
    yield one
    one.close()


def expected(knobs: Knobs) -> list[bytes]:
    """The frames of a run, recorded in this process, without measured times."""
    return untimed(wire.encode(frame, index) for index, frame in enumerate(recorder.frames(LAB, knobs, "cpu")))


def untimed(frames: Iterable[bytes]) -> list[bytes]:
    """Encoded frames without measured times."""
    return [wire.encode(wire.decode(raw).untimed(), index) for index, raw in enumerate(frames)]


def process(run: Run) -> int:
    """The process id of a run's child, once it has recorded a few frames."""
    until(lambda: len(run.frames) > 3, 60)
    assert isinstance(run.child, local.LocalChild) and run.child.process.pid
    return run.child.process.pid


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_a_child_records_what_the_recorder_does(store: Store) -> None:
    run = store.watch(store.token(LAB, LAB.small), watcher())
    until(lambda: run.state not in ("queued", "running"), 60)
    assert (run.state, run.error) == ("done", None)
    assert untimed(run.frames) == expected(LAB.small) and run.seconds > 0


def test_a_run_that_was_stopped_goes_on_with_identical_bytes(store: Store) -> None:
    knobs, one = LAB.Knobs(steps=600), watcher()
    run = store.watch(store.token(LAB, knobs), one)
    pid = process(run)
    store.leave(run, one, at_once=True)
    until(lambda: gone(pid))
    assert run.state == "stopped" and len(run.frames) > 3
    store.watch(store.token(LAB, knobs), one)
    until(lambda: run.state not in ("queued", "running"), 60)
    assert run.state == "done" and untimed(run.frames) == expected(knobs)


def test_a_killed_worker_is_one_sentence_and_others_train_on(store: Store) -> None:
    run = store.watch(store.token(LAB, LONG), watcher())
    other = store.watch(store.token(LAB, LAB.small), watcher())
    os.kill(process(run), signal.SIGKILL)
    until(lambda: run.state == "failed")
    assert run.error is not None and run.error.startswith("The worker died at step ") and "signal 9" in run.error
    until(lambda: other.state == "done", 60)


def test_a_child_yields_to_the_server_and_dies_at_close(store: Store) -> None:
    pid = process(store.watch(store.token(LAB, LONG), watcher()))
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5
    store.close()
    assert gone(pid)


def test_a_forkserver_that_is_being_killed_costs_no_run(store: Store) -> None:
    for seed in range(3):
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)  # type: ignore[attr-defined]
        run = store.watch(store.token(LAB, LAB.small.model_copy(update={"seed": seed})), watcher())
        until(lambda run=run: run.state not in ("queued", "running"), 60)
        assert (run.state, run.error) == ("done", None)


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux bounds a process's private memory.")
def test_a_child_beyond_its_memory_is_one_sentence() -> None:
    store = Store(replace(BOUNDS, memory=1 << 20), local.start)
    run = store.watch(store.token(LAB, LAB.Knobs(samples=5000, hidden_sizes=(64,) * 8)), watcher())
    until(lambda: run.state == "failed", 60)
    assert run.error is not None and "memory" in run.error
    store.close()


# A script without a guard around its main part, as a page of Streamlit is: a child must not run it again.
SERVER = """
import asyncio, sys, time
from playground import contract
from playground.engine import local
from playground.engine.settings import settings
from playground.engine.store import Store
print("ran", flush=True)
local.warm()
store, lab, loop = Store(settings(), local.start), contract.lab("network/sandbox"), asyncio.new_event_loop()
run = store.watch(store.token(lab, lab.Knobs(steps=20000)), (loop, asyncio.Event()))
while len(run.frames) < 3 and run.state in ("queued", "running"):
    time.sleep(0.01)
print(run.child.process.pid, run.error, flush=True)
time.sleep(60)
"""


def test_a_server_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    )
    assert server.stdout is not None
    with server.stdout as said:
        assert said.readline() == "ran\n"
        pid, error = said.readline().split()
        assert error == "None" and not gone(int(pid))
        server.kill()
        server.wait(10)
        until(lambda: gone(int(pid)))
        assert said.read() == ""
