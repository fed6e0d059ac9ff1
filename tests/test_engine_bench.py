"""The server's half of `bench`: its small parts, and once as a whole."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time

import pytest

from playground.engine import bench
from playground.engine.processes import cpu_seconds, descendants, private_bytes, trim

ROWS = {
    "start_s",
    "first_frame_ms",
    "frame_bytes",
    "server_cpu_per_frame_ms",
    "child_mb",
    "viewers_20_fps",
    "server_mb",
}


def test_a_state_with_an_error_ends_the_bench_with_its_sentence() -> None:
    assert bench._ended(json.dumps({"state": "done", "error": None}))
    assert not bench._ended(json.dumps({"state": "queued", "error": None}))
    with pytest.raises(RuntimeError, match="no"):
        bench._ended(json.dumps({"state": "failed", "error": "no"}))


def test_a_process_s_time_and_memory_are_its_own() -> None:
    before = cpu_seconds(os.getpid()), time.process_time()
    sum(range(10_000_000))
    used = time.process_time() - before[1]
    assert cpu_seconds(os.getpid()) - before[0] == pytest.approx(used, abs=0.05)
    gc.collect()  # what earlier tests left behind must not go while this one measures
    held = private_bytes(os.getpid())
    block = bytearray(os.urandom(1 << 20)) * 120
    assert private_bytes(os.getpid()) - held == pytest.approx(len(block), rel=0.1)


def test_what_is_freed_below_what_is_used_is_given_back() -> None:
    blocks = [bytearray(100_000) for _ in range(1000)]  # too small for glibc to give each back by itself
    for block in blocks:
        block[:] = b"x" * len(block)
    last = bytearray(100_000)  # lies above them
    held = private_bytes(os.getpid())
    blocks.clear()
    trim()
    assert held - private_bytes(os.getpid()) > 50e6 and last


@pytest.mark.parametrize(("given", "then"), [("256, 4096", "4096, 4096"), ("4096, 4096", "4096, 4096")])
def test_a_process_may_open_as_many_files_as_its_system_lets_it(given: str, then: str) -> None:
    code = (
        "import resource as r; from playground.engine.processes import allow_files\n"
        f"r.setrlimit(r.RLIMIT_NOFILE, ({given})); allow_files(); print(r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"({then})"


def test_descendants_are_found_below_their_process() -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdout is not None
        one.stdout.readline()
        assert one.pid in descendants(os.getpid()) and len(descendants(one.pid)) == 1
        one.communicate(b"\n")


@pytest.mark.slow
def test_bench_gives_every_row_of_the_real_app() -> None:
    rows = {name: value for name, value, _ in bench.rows()}
    assert set(rows) == ROWS and all(value > 0 for value in rows.values())
