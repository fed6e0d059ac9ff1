"""Viewers as a browser's player is one, in processes of their own: they acknowledge what came, and draw nothing."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from playground import wire

OVER = ("done", "failed", "stopped")


@dataclass(frozen=True)
class Visit:
    """What a viewer does: who he is, whose run he asks for and when, how long he stays, how he leaves.

    He leaves with `code` once he has `most` frames, the run is over or so many `seconds` have passed, whichever is
    first. One who does not `acknowledge` hears on without a word.
    """

    token: str
    visitor: int = 0
    delay: float = 0
    have: int = 0
    most: int | None = None
    seconds: float = 120
    code: int = 4000
    acknowledge: bool = True


@dataclass
class Seen:
    """What a viewer got, with moments of the machine's monotonic clock; infinity where it never came."""

    asked: float = float("inf")
    word: float = float("inf")  # the first message, a frame or the place in the queue
    first: float = float("inf")  # the first frame
    last: float = float("inf")
    frames: int = 0
    place: int = 0  # the first one told
    state: str = ""
    error: str = ""
    closed: int = 0  # the code with which the server closed; 1006 where the connection broke
    ended: float = float("inf")

    @property
    def wait(self) -> float:
        """Seconds from asking to the first frame."""
        return self.first - self.asked

    @property
    def answer(self) -> float:
        """Seconds from asking to the first frame or the place in the queue."""
        return self.word - self.asked

    @property
    def rate(self) -> float:
        """Frames a second between the first and the last."""
        return (self.frames - 1) / (self.last - self.first) if self.frames > 1 else 0.0


@dataclass
class Crowd:
    """Processes that send viewers to a server; the block's end waits for those under way."""

    host: str
    workers: int = 2
    pool: ProcessPoolExecutor = field(init=False)

    def __enter__(self) -> Crowd:
        self.pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"))
        self.send([]).result()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pool.shutdown(cancel_futures=True)

    def send(self, visits: Sequence[Visit]) -> Future[list[Seen]]:
        """Sends viewers out in one process; what they got, in the same order."""
        return self.pool.submit(_go, self.host, list(visits))

    def see(self, visits: Sequence[Visit]) -> list[Seen]:
        """What viewers got who go together."""
        return self.send(visits).result()


def address(visitor: int) -> str:
    """The IP address of visitor number so and so."""
    return f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"


def _go(host: str, visits: list[Visit]) -> list[Seen]:
    async def together() -> list[Seen]:
        return await asyncio.gather(*(visit(host, one) for one in visits))

    return asyncio.run(together())


async def visit(host: str, one: Visit) -> Seen:
    """One viewer from the opening of his socket to its end."""
    await asyncio.sleep(one.delay)
    seen = Seen(asked=time.monotonic())
    opening = connect(
        f"ws://{host}/playground/run/{one.token}?have={one.have}", origin=Origin(f"http://{host}"), proxy=None,
        additional_headers={"X-Forwarded-For": address(one.visitor)}, compression=None, max_size=None,
        open_timeout=one.seconds, ping_interval=None,
    )  # fmt: skip
    try:
        async with opening as socket:
            try:
                async with asyncio.timeout(max(0, seen.asked + one.seconds - time.monotonic())):
                    await _watch(socket, one, seen)
            except TimeoutError:
                pass
            await socket.close(one.code)
    except ConnectionClosed as closed:
        seen.closed = closed.rcvd.code if closed.rcvd else 1006
    except (OSError, WebSocketException) as error:
        seen.error = f"{type(error).__name__}: {error}"
    seen.ended = time.monotonic()
    return seen


async def _watch(socket: ClientConnection, one: Visit, seen: Seen) -> None:
    while seen.state not in OVER:
        message = await socket.recv()
        seen.word = min(seen.word, time.monotonic())
        if isinstance(message, str):
            _hear(json.loads(message), seen)
        elif one.acknowledge:
            await _take(socket, message, seen, one.have)
        if one.most is not None and seen.frames >= one.most:
            return


async def _take(socket: ClientConnection, message: bytes, seen: Seen, have: int) -> None:
    seen.frames += sum(1 for _ in wire.split(memoryview(message)))  # type: ignore[arg-type]
    seen.last = time.monotonic()
    seen.first = min(seen.first, seen.last)
    await socket.send(str(have + seen.frames))


def _hear(status: dict[str, object], seen: Seen) -> None:
    seen.state = str(status["state"])
    seen.place = seen.place or int(str(status["place"]))
    seen.error = str(status["error"] or "")
