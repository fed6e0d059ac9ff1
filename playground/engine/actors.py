"""What lives on the nodes of a cluster: an actor for each run, and on each node one that forks the runs' children."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing.connection
import os
import tempfile
import threading
import time
from functools import cache
from multiprocessing.process import BaseProcess
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from playground.contract import code_version
from playground.engine import child, local, parcels
from playground.engine.plan import NURSERY, Plan

BATCH = 64_000  # bytes of an answer, unless one frame alone is more: Ray answers with so little directly
POLL = 1.0  # seconds after which a question without news is answered
STARTS = 60.0  # seconds that a child may take to say hello: a node's first one waits for torch
SHORTEST = 5.0  # seconds without a reader that an actor lives at least: readers ask again after POLL
DIED = b"~"  # the word on a child that died, before its exit status

OTHER_CODE = "A machine of the cluster has other code than this server: install the same on every node."
FULL = "The recording is as long as one may be here."


class Recording:
    """One run: recorded once by a child on this node, kept in full, read by every server that shows it.

    Ends at once when its last reader leaves before the run is over or after it failed, else after its grace.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.frames: list[bytes] = []
        self.word: bytes | None = None  # the last: b"" when done, b"!" and a sentence, or DIED and a number
        self._readers: dict[str, float] = {}  # and when each last asked
        self._left = time.monotonic()
        self._news = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._self = ray.get_runtime_context().current_actor
        threading.Thread(target=_mind, args=(self._expired, self._end), daemon=True).start()

    async def take(self, reader: str, have: int) -> tuple[list[bytes], bytes | None]:
        """A few frames from number `have` on, as soon as there are any, and after the newest one the last word."""
        self._work = self._work or asyncio.create_task(self._record())
        self._readers[reader] = time.monotonic()
        if have >= len(self.frames) and self.word is None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), POLL)
        found, word = self._batch(have), self.word
        return found, word if have + len(found) >= len(self.frames) else None

    async def leave(self, reader: str) -> None:
        """Ends a reading."""
        self._readers.pop(reader, None)
        self._left = time.monotonic()
        if self.word != b"" and not self._read():
            self._end()

    async def make_room(self) -> None:
        """Ends the actor if it only keeps what nobody reads: another run wants its core."""
        if self.word == b"" and not self._read():
            self._end()

    async def _record(self) -> None:
        """Hears a child to its last word."""
        try:
            self.word = await self._hear()
        except Exception as error:
            self.word = f"!No worker could be started ({type(error).__name__}): try again later.".encode()
        self._tell()

    async def _hear(self) -> bytes:
        nursery = await asyncio.to_thread(find_nursery, ray.get_runtime_context().get_node_id())
        if await nursery.version.remote() != self.plan.version:
            return b"!" + OTHER_CODE.encode()
        number, stream = await self._start(nursery)
        try:
            return await self._keep(stream)
        except EOFError:
            return DIED + str(await nursery.ended.remote(number)).encode()

    async def _start(self, nursery: Any) -> tuple[int, asyncio.StreamReader]:
        """A new child: its process and what it says."""
        came: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
        with tempfile.TemporaryDirectory(prefix="playground-") as folder:  # no other user can look into it
            server = await asyncio.start_unix_server(lambda *line: came.put_nowait(line), address := f"{folder}/line")
            try:
                gpus = ",".join(map(str, ray.get_gpu_ids()))
                number = await nursery.start.remote(address, gpus, self.plan)
                stream, self._line = await asyncio.wait_for(came.get(), STARTS)
            finally:
                server.close()
        return number, stream

    async def _keep(self, stream: asyncio.StreamReader) -> bytes:
        """Keeps a child's frames; its last word. Raises EOFError where it died."""
        size = 0
        while raw := await parcels.read(stream):
            if raw[:1] == b"!":
                return raw
            size += len(raw)
            if size > self.plan.size or len(self.frames) >= self.plan.frames:
                return b"!" + FULL.encode()
            self.frames.append(raw)
            self._tell()
        return b""

    def _tell(self) -> None:
        """Answers those who wait for news."""
        self._news.set()
        self._news = asyncio.Event()

    def _batch(self, have: int) -> list[bytes]:
        found: list[bytes] = []
        size = 0
        for raw in self.frames[have : have + 1000]:
            size += len(raw)
            if found and size > BATCH:
                break
            found.append(raw)
        return found

    def _read(self) -> bool:
        """Whether anyone reads: a server that is gone without a word does not ask any more."""
        return max(self._readers.values(), default=0.0) > time.monotonic() - SHORTEST

    def _expired(self) -> bool:
        last = max([self._left, *self._readers.values()])  # readers come and go in another thread
        return time.monotonic() - last > max(self.plan.grace, SHORTEST)

    def _end(self) -> None:
        ray.kill(self._self)


class Nursery:
    """A warm forkserver on a node; lives while servers of the app renew it or a child of its trains."""

    def __init__(self) -> None:
        local.warm()
        self._children: dict[int, BaseProcess] = {}
        self._until = time.monotonic() + SHORTEST
        self._starting = 0
        self._self = ray.get_runtime_context().current_actor
        threading.Thread(target=_mind, args=(self._expired, lambda: ray.kill(self._self)), daemon=True).start()

    def version(self) -> str:
        """The version of this node's code."""
        return code_version()

    def renew(self, seconds: float) -> None:
        """Lets the nursery live for so long from now."""
        self._until = max(self._until, time.monotonic() + max(seconds, SHORTEST))

    def start(self, address: str, gpus: str, plan: Plan) -> int:
        """The process of a child that records a run for whoever listens at a socket, on GPUs with these numbers."""
        for number, process in list(self._children.items()):
            if multiprocessing.connection.wait([process.sentinel], 0):
                self.ended(number)
        self._starting += 1  # which may take long: the first child waits for torch
        try:
            process = local.launch(child.main_at, address, gpus, plan.path, plan.knobs, plan.device, plan.memory)
            self._children[process.pid or 0] = process
        finally:
            self._starting -= 1
        return process.pid or 0

    def ended(self, number: int) -> int:
        """The exit status of a child that ends or has ended; 0 where it is not known any more."""
        process = self._children.pop(number, None)
        return local.finish(process) if process else 0

    def _expired(self) -> bool:
        lives = any(not multiprocessing.connection.wait([one.sentinel], 0) for one in list(self._children.values()))
        return not (lives or self._starting) and time.monotonic() > self._until


def find_nursery(node: str) -> Any:
    """The nursery of a node, made where there is none."""
    return (
        _class(Nursery)
        .options(
            name=NURSERY + node, lifetime="detached", get_if_exists=True, num_cpus=0, max_concurrency=8,
            scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
        )
        .remote()
    )  # fmt: skip


def find_recording(plan: Plan, gpu_share: float) -> Any:
    """The actor of a run, made where there is none. On a GPU it takes that share of one."""
    gpus = gpu_share if plan.device == "cuda" else 0
    return (
        _class(Recording)
        .options(name=plan.name, lifetime="detached", get_if_exists=True, num_cpus=1, num_gpus=gpus)
        .remote(plan)
    )


@cache
def _class(kind: type) -> Any:
    """What Ray makes actors from; the cluster is told of it once."""
    return ray.remote(kind)


def _mind(expired: Any, end: Any) -> None:
    """Ends an actor that has expired, whatever else goes on in it."""
    while True:
        time.sleep(1)
        if expired():
            end()
            os._exit(0)
