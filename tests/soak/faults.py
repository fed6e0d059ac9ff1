"""What goes wrong: clients that hold a connection badly, workers that die, a disk that is full."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

from playground import contract
from playground.engine.processes import private_bytes
from tests.soak.crowd import Crowd
from tests.soak.crowds import SLOWEST
from tests.soak.figures import AGAIN, Figure, exactly, seconds_until
from tests.soak.server import LAB, PINGS, Server
from tests.soak.visits import Seen, Visit

MB = 1024 * 1024
HALF_OPEN = ("half", "deaf", "untaken", "vanished")
BAD = 1.0  # MB of the server's memory that one bad client may take
LATE = 10.0  # seconds beyond its patience in which the server looks again
KEEP = (
    "import sys; from playground.data.own.store import keep; keep('text', b'a text of some length ' * int(sys.argv[1]))"
)
SENTENCE = "The upload cannot be kept: the server's disk is full or closed to it."


def silent(server: Server, crowd: Crowd, *, count: int = 20) -> Iterator[Figure]:
    """Viewers who never acknowledge: each is sent one message, and let go once the patience is over."""
    token = recorded(server, crowd, 4000)
    visits = [Visit(token, 4000 + i, manner="silent", seconds=server.patience + 3 * LATE) for i in range(count)]
    held, before = crowd.send(visits), server.memory()
    yield from others("silent", server, crowd, 4001)
    yield Figure("silent.mb_each", (server.memory() - before) / MB / count, "MB", most=BAD)
    seen = held.result()
    yield exactly("silent.not_let_go", sum(not one.closed for one in seen), 0)
    yield Figure("silent.let_go_s", max(one.stay for one in seen), "s", most=server.patience + LATE)


def half_open(server: Server, crowd: Crowd, *, count: int = 30, pings: float = PINGS) -> Iterator[Figure]:
    """Connections that stop half-way, leave what they asked for, or vanish as if unplugged: all are closed."""
    token = recorded(server, crowd, 4100)
    longest = server.patience + pings + LATE
    visits = [
        Visit(token, 4100 + i, manner=manner, seconds=longest + 2 * LATE) for manner in HALF_OPEN for i in range(count)
    ]  # fmt: skip
    sockets, before = server.sockets(), server.memory()
    crowd.send(visits)
    began = time.monotonic()
    open_s = seconds_until(lambda: server.sockets() >= sockets + len(visits), AGAIN)
    yield Figure("half_open.open_s", open_s, "s", most=AGAIN)
    yield from others("half_open", server, crowd, 4101)
    yield Figure("half_open.mb_each", (server.memory() - before) / MB / len(visits), "MB", most=BAD)
    seconds_until(lambda: server.sockets() <= sockets, began + longest - time.monotonic())
    yield exactly("half_open.left_open", max(0, server.sockets() - sockets), 0)
    yield Figure("half_open.closed_s", time.monotonic() - began, "s", most=longest + LATE)
    yield exactly("half_open.viewers", server.metric("viewers"), 0)


def slow_network(
    server: Server, crowd: Crowd, *, count: int = 5, seconds: float = 60, rate: float = 10_000
) -> Iterator[Figure]:
    """Viewers on lines of so many bytes a second: they see a first frame soon, go on, and keep nobody else waiting."""
    token = recorded(server, crowd, 4200)
    visits = [Visit(token, 4200 + i, manner="slow", rate=rate, seconds=seconds) for i in range(count)]
    held = crowd.send(visits)
    yield from others("slow_network", server, crowd, 4201)
    seen = held.result()
    yield exactly("slow_network.lost", sum(bool(one.closed) for one in seen), 0)
    yield Figure("slow_network.first_frame_s", max(one.wait for one in seen), "s", most=2 * AGAIN)
    yield Figure("slow_network.frames", min(one.frames for one in seen), "", least=2)


def worker(server: Server, crowd: Crowd, *, times: int = 20) -> Iterator[Figure]:
    """Children killed while they train: the viewer reads why, and his reload trains anew."""
    told, again = 0, []
    for number in range(times):
        token = server.token(LAB.Knobs(seed=4300 + number, steps=20_000))
        (seen,) = killed(server, crowd.send([Visit(token, 4300)]))
        told += seen.state == "failed" and "worker died" in seen.error
        (once_more,) = crowd.see([Visit(token, 4300, have=seen.frames, most=1, seconds=3 * AGAIN)])
        again.append(once_more.wait)
    yield exactly("worker.told", told, times)
    yield Figure("worker.again_s", max(again), "s", most=AGAIN)


def killed(server: Server, watched: Future[list[Seen]]) -> list[Seen]:
    """What viewers see whose child is killed by SIGKILL soon after it began."""
    seconds_until(lambda: server.metric("viewers") and server.children(), AGAIN)
    for child in server.children():
        end(child)
    return watched.result()


def end(pid: int) -> None:
    """Kills a process that may have ended."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def forkserver(server: Server, crowd: Crowd, *, idle: bool = True) -> Iterator[Figure]:
    """The process that children come from, killed: viewers are told or go on, another is made ready, runs work."""
    running = crowd.send([Visit(server.token(LAB.Knobs(seed=4400)), 4400)])
    seconds_until(lambda: server.metric("viewers") and server.children(), AGAIN)
    end(server.forkserver())
    (fresh,) = crowd.see([Visit(server.token(LAB.Knobs(seed=4401)), 4401, most=1)])
    (seen,) = running.result()
    yield exactly("forkserver.answered", seen.state in ("done", "failed"), 1)
    yield Figure("forkserver.again_s", fresh.wait, "s", most=AGAIN)  # torch is imported anew
    if idle:
        yield ready_again(server)


def ready_again(server: Server) -> Figure:
    """The time, where nobody asks for a run, until a forkserver is ready in the place of one that is killed."""
    seconds_until(lambda: not server.children(), AGAIN)
    whole = private_bytes(server.forkserver())
    end(server.forkserver())
    return Figure("forkserver.ready_s", seconds_until(lambda: is_ready(server, whole), 4 * AGAIN), "s", most=2 * AGAIN)


def is_ready(server: Server, whole: int) -> bool:
    """Whether there is a forkserver of the size that it has with all imported, although nobody asked for a run."""
    return len(server.keepers()) == 3 and private_bytes(server.forkserver()) > 0.95 * whole


def disk(server: Server, crowd: Crowd) -> Iterator[Figure]:
    """No room in the cache folder: an upload is refused with a sentence; weights that cannot be kept cost only time."""
    lab = contract.lab("cnn/inside")
    with full(server.cache) as mounted:
        yield Figure("disk.really_full", mounted, "")
        environment = {**os.environ, "PLAYGROUND_CACHE_DIR": str(server.cache)}
        command = [sys.executable, "-c", KEEP, "40000"]
        upload = subprocess.run(command, env=environment, capture_output=True, text=True)
        yield exactly("disk.upload_told", upload.returncode and SENTENCE in upload.stderr, 1)
        (seen,) = crowd.see([Visit(server.token(lab.small, lab), 4500)])
        yield exactly("disk.trains", seen.state == "done", 1)
        yield from others("disk", server, crowd, 4501)


@contextlib.contextmanager
def full(folder: Path) -> Iterator[bool]:
    """A folder without room for a byte, and whether it is a full disk; without the right to mount, it is no folder."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    try:
        if mounted:
            with contextlib.suppress(OSError):
                (folder / "all of it").write_bytes(bytes(MB))
        else:
            folder.rmdir()
            folder.touch()
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
        else:
            folder.unlink()
            folder.mkdir()


def recorded(server: Server, crowd: Crowd, seed: int) -> str:
    """The token of a run that is done, of some hundred frames."""
    token = server.token(LAB.Knobs(seed=seed, steps=300))
    crowd.see([Visit(token, seed)])
    return token


def others(name: str, server: Server, crowd: Crowd, seed: int, count: int = 5) -> Iterator[Figure]:
    """What viewers of a fresh run meanwhile get."""
    token = server.token(LAB.Knobs(seed=seed, steps=1000))
    seen: Sequence[Seen] = crowd.see([Visit(token, 10_000 + seed + i) for i in range(count)])
    yield Figure(f"{name}.others_first_s", max(one.wait for one in seen), "s", most=AGAIN)
    yield Figure(f"{name}.others_fps", min(one.rate for one in seen), "frames/s", least=SLOWEST)
