"""One run: the frames recorded so far, its state, and who watches."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Protocol

from playground import wire
from playground.contract import History, Knobs, Lab, run_id

Watcher = tuple[asyncio.AbstractEventLoop, asyncio.Event]

WEIGHT = 4096  # bytes that a run is counted with before its first frame
IDLE = ("new", "stopped", "failed")
ACTIVE = ("queued", "running")
WAITS, GOES = b"?", b"."  # words of a child that has no core yet, and of one that got it


class Pipe(Protocol):
    """What a child's messages come from."""

    def recv_bytes(self) -> bytes:
        """Waits for the next one. Raises EOFError or OSError where none can come."""


class Child(Protocol):
    """A process that records."""

    @property
    def pipe(self) -> Pipe:
        """Gives its messages: frames, then b"" when done, or b"!" and a sentence; before them perhaps WAITS and GOES.

        No frame begins like a word: its length is a multiple of eight.
        """

    def kill(self) -> None:
        """Ends the process now."""

    def finish(self) -> int:
        """Waits for the process to exit and gives its exit status."""


Start = Callable[["Run", int], Child]  # the run and the bytes of memory that the child may take


class Run:
    """A recording that grows. `state` is new, queued, running, done, stopped or failed; `error` one sentence or None.

    `frames` are encoded and only ever appended to. The store changes a run, under its lock; any thread reads it.
    """

    def __init__(self, lab: Lab, knobs: Knobs, device: str) -> None:
        self.lab, self.knobs, self.device = lab, knobs, device
        self.id = run_id(lab, knobs, device)
        self.frames: list[bytes] = []
        self.bytes = WEIGHT
        self.state = "new"
        self.error: str | None = None
        self.place = 0  # in the queue, from 1; 0 outside it
        self.watchers: dict[Watcher, str] = {}  # and the visitor whom each belongs to
        self.left = time.monotonic()
        self.attempt = 0
        self.child: Child | None = None
        self.waits = False  # for a core of the cluster, though the queue here has let it go
        self.asked = self._began = self._ended = 0.0

    @property
    def seconds(self) -> float:
        """How long the newest child has trained."""
        if self.waits:
            return 0.0
        return (time.monotonic() if self.state == "running" else self._ended) - self._began

    @property
    def shown(self) -> str:
        """The state as people are told it."""
        return "queued" if self.waits else self.state

    @property
    def step(self) -> int:
        """The step of the newest frame."""
        return int(wire.header(self.frames[-1])["step"]) if self.frames else 0

    def named(self) -> dict[str, str]:
        """What a log calls the run."""
        return {"lab": self.lab.path, "id": self.id, "device": self.device}

    def history(self) -> History:
        """What is recorded by now."""
        state = self.state  # read first: a run that is done has all its frames
        return wire.history(tuple(self.frames), state)

    def queue(self) -> None:
        """Marks the run as waiting for a core."""
        self.state, self.error = "queued", None
        self.asked = time.monotonic()

    def begin(self) -> int:
        """Marks the run as running; the number that its child's messages have to carry."""
        self.state, self.error, self.place = "running", None, 0
        self.attempt += 1
        self._began = time.monotonic()
        return self.attempt

    def wait(self, waits: bool) -> None:
        """Marks a running run as one that waits for a core of the cluster, or as one that got it."""
        self.waits, self.place = waits, int(waits)
        self._began = time.monotonic()

    def add(self, raw: bytes) -> None:
        """Appends one frame."""
        self.frames.append(raw)
        self.bytes += len(raw)

    def end(self, state: str, error: str | None = None) -> None:
        """Ends what is going on; whatever the child still says is not heard. One that is done exits by itself."""
        self.state, self.error, self.place, self.waits = state, error, 0, False
        self.attempt += 1
        self._ended = time.monotonic()
        if self.child and state != "done":
            self.child.kill()
        self.child = None

    def wake(self) -> None:
        """Tells every watcher, in its own event loop, to look again."""
        for loop, event in tuple(self.watchers):
            with contextlib.suppress(RuntimeError):  # the loop of a server that is going down
                loop.call_soon_threadsafe(event.set)


def died(step: int, code: int = 0) -> str:
    """One sentence on a child that ended without a word; a code of 0 is one that is not known."""
    how = f" (killed by signal {-code}, perhaps for lack of memory)" if code < 0 else f" (exit status {code})"
    return f"The worker died at step {step}{how if code else ''}: reload the page to start it again."
