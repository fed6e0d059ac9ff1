"""Children that say what a test tells them, and a store full of them."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import Pipe
from typing import Any, TypeVar

import numpy as np

from playground import contract, wire
from playground.contract import Frame
from playground.engine.run import Run, Watcher
from playground.engine.settings import MB, Settings
from playground.engine.store import Store

Result = TypeVar("Result")
LAB = contract.lab("network/sandbox")
SECRET = b"a secret of this test, long enough"
BOUNDS = Settings(
    runs=2, visitor_runs=2, history=64 * MB, frames=100_000, memory=512 * MB, seconds=30, grace=30, sockets=64,
    secret=SECRET,
)  # fmt: skip


def frame(index: int, size: int = 8) -> bytes:
    """An encoded frame that takes a little more than `size` bytes."""
    return wire.encode(Frame(10 * index, {"loss": 1 / (1 + index)}, {"map": np.zeros(size, np.uint8)}), index)


class FakeChild:
    """A child whose words come from a queue; it dies like a process: its pipe ends."""

    def __init__(self, run: Run) -> None:
        self.run, self.skip, self.code = run, len(run.frames), 0
        self.words: queue.Queue[bytes | None] = queue.Queue()
        self.pipe, self.sender = Pipe(duplex=False)
        self.thread = threading.Thread(target=self._write, daemon=True)
        self.thread.start()

    def _write(self) -> None:
        with self.sender, contextlib.suppress(BrokenPipeError):
            while (word := self.words.get()) is not None:
                self.sender.send_bytes(word)

    def say(self, *words: bytes) -> None:
        for word in words:
            self.words.put(word)

    def record(self, count: int, size: int = 8) -> None:
        """Says the missing ones of so many frames."""
        self.say(*(frame(index, size) for index in range(self.skip, count)))

    def die(self, code: int) -> None:
        self.code = code
        self.words.put(None)

    def kill(self) -> None:
        self.die(-9)

    def finish(self) -> int:
        self.words.put(None)
        self.thread.join(5)
        self.pipe.close()
        return self.code


class Nursery:
    """The `start` of a store: remembers its children; `script` says what each does by itself."""

    def __init__(self, script: Callable[[FakeChild], None] = lambda child: None) -> None:
        self.children: list[FakeChild] = []
        self.script = script

    def __call__(self, run: Run, memory: int) -> FakeChild:
        child = FakeChild(run)
        self.children.append(child)
        self.script(child)
        return child


def make(script: Callable[[FakeChild], None] = lambda child: None, **bounds: Any) -> tuple[Store, Nursery]:
    nursery = Nursery(script)
    return Store(replace(BOUNDS, **bounds), nursery), nursery


def complete(count: int = 5, size: int = 8) -> Callable[[FakeChild], None]:
    """The script of a child that records so many frames and is done."""

    def script(child: FakeChild) -> None:
        child.record(count, size)
        child.say(b"")

    return script


def token(store: Store, seed: int = 0) -> str:
    return store.token(LAB, LAB.Knobs(seed=seed))


def watcher() -> Watcher:
    """A watcher whose loop is not running: waking it does nothing that a test sees."""
    loop = asyncio.new_event_loop()
    loop.close()
    return loop, asyncio.Event()


def until(true: Callable[[], object], seconds: float = 10) -> None:
    """Returns once the condition holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("The condition did not come true.")
        time.sleep(0.002)


def apart(work: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine gives, run where no other loop does: a browser in use keeps one in the main thread."""
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, work).result()
