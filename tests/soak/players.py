"""Viewers as a browser's player is one: they acknowledge what came, and draw nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from playground import wire
from tests.soak.visits import Seen, Visit, address, path

OVER = ("done", "failed", "stopped")


async def play(host: str, one: Visit) -> Seen:
    """A viewer from the opening of his socket to its end."""
    return await _visit(host, one, acknowledges=True)


async def stay_silent(host: str, one: Visit) -> Seen:
    """A viewer who hears all and never acknowledges; frames are counted as he gets them."""
    return await _visit(host, one, acknowledges=False)


async def reload(host: str, one: Visit) -> Seen:
    """A viewer who loads the page's HTML, opens his socket and leaves with his first message."""
    await asyncio.sleep(one.delay)
    asked = time.monotonic()
    try:
        await html(host)
    except (OSError, AssertionError) as error:
        return Seen(asked=asked, error=f"{type(error).__name__}: {error}")
    seen = await _visit(host, one, acknowledges=True, hasty=True)
    seen.asked = asked
    return seen


async def html(host: str) -> bytes:
    """The page that every address of the app gives, with its headers. Raises OSError, AssertionError on any other."""
    name, _, port = host.partition(":")
    reader, writer = await asyncio.open_connection(name, int(port))
    writer.write(f"GET /network HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200") and b"</html>" in answer, answer[:80]
    return answer


async def _visit(host: str, one: Visit, *, acknowledges: bool, hasty: bool = False) -> Seen:
    if not hasty:
        await asyncio.sleep(one.delay)
    seen = Seen(asked=time.monotonic())
    opening = connect(
        f"ws://{host}{path(one)}", origin=Origin(f"http://{host}"), proxy=None, compression=None, max_size=None,
        additional_headers={"X-Forwarded-For": address(one.visitor)}, open_timeout=one.seconds, ping_interval=None,
    )  # fmt: skip
    try:
        async with opening as socket:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0, seen.asked + one.seconds - time.monotonic())):
                    await _watch(socket, one, seen, acknowledges, hasty)
            await socket.close(one.code)
    except ConnectionClosed as closed:
        seen.closed = closed.rcvd.code if closed.rcvd else 1006
    except (OSError, WebSocketException) as error:
        seen.error = f"{type(error).__name__}: {error}"
    seen.ended = time.monotonic()
    return seen


async def _watch(socket: ClientConnection, one: Visit, seen: Seen, acknowledges: bool, hasty: bool) -> None:
    """Hears until the run is over or the viewer has what he came for."""
    while seen.state not in OVER:
        message = await socket.recv()
        seen.word = min(seen.word, time.monotonic())
        if isinstance(message, str):
            hear(json.loads(message), seen)
        else:
            take(message, seen)
            if acknowledges:
                await socket.send(str(one.have + seen.frames))
        if hasty or (one.most is not None and seen.frames >= one.most):
            return


def take(message: bytes, seen: Seen) -> None:
    """Counts the frames of a message."""
    seen.frames += sum(1 for _ in wire.split(message))
    seen.last = time.monotonic()
    seen.first = min(seen.first, seen.last)


def hear(status: dict[str, object], seen: Seen) -> None:
    """Notes a run's state."""
    seen.state = str(status["state"])
    seen.place = seen.place or int(str(status["place"]))
    seen.error = str(status["error"] or "")
