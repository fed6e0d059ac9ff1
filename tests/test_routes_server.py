"""A real server on loopback: it serves real children, survives odd clients and ends without leaving a process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from playground.contract import Knobs
from playground.engine import tokens
from playground.engine.processes import cpu_seconds, descendants, private_bytes
from tests.conftest import free_port
from tests.engine_fakes import LAB, SECRET, until

ROOT = Path(__file__).parents[1]


@contextmanager
def served() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """(process, host:port) of a server that has answered."""
    port = free_port()
    environment = {**os.environ, "PLAYGROUND_SECRET": SECRET.decode(), "PLAYGROUND_RUNS": "2"}
    process = subprocess.Popen([sys.executable, "-m", "tests.engine_server", str(port)], env=environment, cwd=ROOT)
    host = f"127.0.0.1:{port}"
    try:
        until(lambda: answers(host), 60)
        yield process, host
    finally:
        process.terminate()
        process.wait(20)


def answers(host: str) -> bool:
    try:
        with watch(host, LAB.small):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    with served() as (_, address):
        yield address


def watch(host: str, knobs: Knobs, **options: Any) -> connect:
    address = f"ws://{host}/playground/run/{tokens.seal(SECRET, LAB, knobs)}"
    return connect(address, origin=f"http://{host}", compression=None, max_size=None, **options)


def states(socket: ClientConnection) -> Iterator[dict[str, Any]]:
    """The run's states; frames are acknowledged on the way."""
    while True:
        message = socket.recv(60)
        if isinstance(message, bytes):
            socket.send("got it")
        else:
            yield json.loads(message)


def finish(host: str, knobs: Knobs) -> dict[str, Any]:
    """The last state of a run."""
    with watch(host, knobs) as socket:
        return next(state for state in states(socket) if state["state"] not in ("queued", "running"))


def test_a_real_run_arrives_whole(host: str) -> None:
    state = finish(host, LAB.small)
    assert (state["state"], state["error"]) == ("done", None) and state["frames"] > 1


def test_a_flood_is_shut_out_and_the_server_serves_on(host: str) -> None:
    with watch(host, LAB.small) as socket, pytest.raises(ConnectionClosed) as closed:
        for _ in range(100_000):
            socket.send("x" * 60)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1008
    assert finish(host, LAB.small)["state"] == "done"


def test_a_client_that_never_acknowledges_gets_one_message(host: str) -> None:
    finish(host, LAB.small)
    with watch(host, LAB.small) as socket:
        assert isinstance(socket.recv(10), bytes)
        with pytest.raises(TimeoutError):
            socket.recv(0.3)


def test_a_client_that_vanishes_leaves_the_server_well(host: str) -> None:
    with watch(host, LAB.Knobs(steps=20000)) as socket:
        socket.recv(60)
        socket.socket.close()
    assert finish(host, LAB.small)["state"] == "done"


def test_a_server_told_to_stop_ends_with_its_children() -> None:
    told: list[str] = []
    with served() as (process, host), watch(host, LAB.Knobs(steps=20000)) as one, watch(host, LAB.small) as other:
        until(lambda: isinstance(one.recv(60), bytes))
        next(state for state in states(other) if state["state"] == "done")
        below = descendants(process.pid)
        assert len(below) >= 2 and private_bytes(below[-1]) > 1e6 and cpu_seconds(process.pid) > 0
        process.terminate()
        for viewer in (one, other):
            with pytest.raises(ConnectionClosed) as closed:
                for state in states(viewer):
                    told.append(state["state"])
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 1012
        assert process.wait(20) == 0 and told.count("leaving") == 2
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))


def test_a_server_told_to_stop_does_not_wait_for_a_request_that_dribbles() -> None:
    with served() as (process, host):
        name, port = host.split(":")
        with socket.create_connection((name, int(port))) as slow:
            slow.sendall(b"POST /playground/run/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")
            until(lambda: answers(host))
            process.terminate()
            assert process.wait(20) == 0
