"""The server's half of `bench`: the real app, watched over real sockets. Linux only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playground import wire
from playground.contract import PACKAGE, Knobs, Lab, labs
from playground.engine import tokens
from playground.engine.processes import cpu_seconds, descendants, private_bytes
from playground.engine.routes import SWITCHED
from playground.engine.settings import MB

Row = tuple[str, float, str]

PATIENCE = 60.0  # seconds that the app may take to answer
FIRST_FRAMES, WHOLE_RUNS, VIEWERS = 9, 3, 20


@dataclass(frozen=True)
class Server:
    """A served app: its process, `host:port`, secret and the seconds that it took to answer."""

    pid: int
    host: str
    secret: str
    start_s: float


@dataclass(frozen=True)
class Watched:
    """What one viewer got: bytes, and for each frame the seconds since the viewer asked for the socket."""

    size: int
    times: list[float]


def rows() -> Iterator[Row]:
    """The figures of the server, as (name, value, unit). Raises RuntimeError where the app does not serve."""
    lab = labs()[0]
    with _served() as server:
        yield "start_s", server.start_s, "s"
        _see(server, lab, lab.Knobs(seed=9999), most=1)  # returns once the forkserver is warm
        firsts = [_see(server, lab, lab.Knobs(seed=100 + i), most=1).times[0] for i in range(FIRST_FRAMES)]
        yield "first_frame_ms", 1000 * statistics.median(firsts), "ms"
        yield from _alone(server, lab)
        yield "viewers_20_fps", _together(server, lab), "frames/s"
        yield "server_mb", private_bytes(server.pid) / MB, "MB"


def _alone(server: Server, lab: Lab) -> Iterator[Row]:
    """Default runs one after the other, each with one viewer."""
    children: list[int] = []
    before = cpu_seconds(server.pid)
    seen = [
        _see(server, lab, lab.Knobs(seed=200 + i), look=lambda: children.append(_child_bytes(server)))
        for i in range(WHOLE_RUNS)
    ]
    used = cpu_seconds(server.pid) - before
    frames = sum(len(one.times) for one in seen)
    yield "frame_bytes", sum(one.size for one in seen) / frames, "B"
    yield "server_cpu_per_frame_ms", 1000 * used / frames, "ms"
    yield "child_mb", statistics.median(children) / MB, "MB"


def _together(server: Server, lab: Lab) -> float:
    """Frames a second that the slowest of many viewers of one run gets. Raises RuntimeError where one lacks frames."""

    async def watch() -> list[Watched]:
        knobs = lab.Knobs(seed=300)
        return await asyncio.gather(*(_watch(server, lab, knobs) for _ in range(VIEWERS)))

    seen = asyncio.run(watch())
    counts = {len(one.times) for one in seen}
    if len(counts) > 1:
        raise RuntimeError(f"Viewers of one run got {min(counts)} to {max(counts)} frames.")
    return min((len(one.times) - 1) / (one.times[-1] - one.times[0]) for one in seen)


def _see(
    server: Server, lab: Lab, knobs: Knobs, most: int | None = None, look: Callable[[], object] | None = None
) -> Watched:
    return asyncio.run(_watch(server, lab, knobs, most, look))


async def _watch(
    server: Server, lab: Lab, knobs: Knobs, most: int | None = None, look: Callable[[], object] | None = None
) -> Watched:
    """Watches a run to its end or its first `most` frames; calls `look` once when ten frames are there."""
    from websockets.asyncio.client import connect
    from websockets.typing import Origin

    address = f"ws://{server.host}/playground/run/{tokens.seal(server.secret.encode(), lab, knobs)}"
    origin = Origin(f"http://{server.host}")
    began, size = time.perf_counter(), 0
    times: list[float] = []
    async with connect(address, origin=origin, compression=None, max_size=None) as opened:
        while most is None or len(times) < most:
            message = await opened.recv()
            if isinstance(message, bytes):
                size += len(message)
                times += [time.perf_counter() - began] * sum(1 for _ in wire.split(message))
                await opened.send(str(len(times)))
            elif _ended(message):
                break
            if look and len(times) >= 10:
                look()
                look = None
        await opened.close(SWITCHED)
    return Watched(size, times)


def _ended(message: str) -> bool:
    """Whether a state says that the run is done. Raises RuntimeError with its sentence where it failed."""
    state = json.loads(message)
    if state["error"]:
        raise RuntimeError(state["error"])
    return bool(state["state"] == "done")


def _child_bytes(server: Server) -> int:
    """Private memory of the newest process below the server: the child that trains."""
    return private_bytes(max(descendants(server.pid)))


@contextlib.contextmanager
def _served() -> Iterator[Server]:
    """The app, served on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    secret = secrets.token_hex(16)
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        port,
        "--server.address",
        "127.0.0.1",
    ]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=PACKAGE.parent, env={**os.environ, "PLAYGROUND_SECRET": secret},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(process, f"http://127.0.0.1:{port}/_stcore/health")
        yield Server(process.pid, f"127.0.0.1:{port}", secret, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    """Returns once the app answers. Raises RuntimeError where it ended or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.02)
    raise RuntimeError("The app did not start: try `streamlit run app.py`.")
