"""Clients that handle their connection badly: they stop half-way, stop reading, vanish, or read a trickle."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import re
import socket
import struct
import time

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Origin
from websockets.uri import parse_uri

from tests.soak.players import OVER, hear, html, take
from tests.soak.visits import Seen, Visit, address, path

TINY = 4096  # bytes that the system keeps for a client who does not read
ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux
TURNS = 10  # a second in which a slow client reads


class Line:
    """A WebSocket on a plain TCP connection, of which each byte is read and sent by hand."""

    def __init__(self, host: str, one: Visit) -> None:
        self.loop, self.host = asyncio.get_running_loop(), host
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, TINY)
        self.protocol = ClientProtocol(
            parse_uri(f"ws://{host}{path(one)}"), origin=Origin(f"http://{host}"), max_size=None
        )
        request = self.protocol.connect()
        request.headers["X-Forwarded-For"] = address(one.visitor)
        self.protocol.send_request(request)

    async def dial(self) -> bytes:
        """Connects; the request that opens the WebSocket, not yet sent."""
        name, _, port = self.host.partition(":")
        await self.loop.sock_connect(self.socket, (name, int(port)))
        return b"".join(self.protocol.data_to_send())

    async def say(self, data: bytes) -> None:
        """Sends bytes."""
        await self.loop.sock_sendall(self.socket, data)

    async def read(self, most: int) -> list[Frame]:
        """The frames that so many bytes at most complete; pings among them are answered. Raises ConnectionError."""
        data = await self.loop.sock_recv(self.socket, most)
        if not data:
            raise ConnectionResetError("closed by the server")
        self.protocol.receive_data(data)
        await self.say(b"".join(self.protocol.data_to_send()))
        return [event for event in self.protocol.events_received() if isinstance(event, Frame)]


async def stop_half_way(host: str, one: Visit) -> Seen:
    """Sends half of the request for a WebSocket and waits; whether and when the server closes."""
    return await _hold(host, one, opens=False)


async def stop_reading(host: str, one: Visit) -> Seen:
    """Opens a WebSocket and reads nothing that comes."""
    return await _hold(host, one, opens=True)


async def leave_untaken(host: str, one: Visit) -> Seen:
    """Asks for the largest file of the app, whose address the page names, and takes nothing of it."""
    await asyncio.sleep(one.delay)
    seen, line = Seen(asked=time.monotonic()), Line(host, one)
    (asset,) = re.findall(r"<(\S+/plotly\.js)>", (await html(host)).decode())
    with contextlib.closing(line.socket), contextlib.suppress(ConnectionError):
        await line.dial()
        await line.say(f"GET {asset} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await asyncio.sleep(one.seconds)
    seen.ended = time.monotonic()
    return seen


async def vanish(host: str, one: Visit) -> Seen:
    """Opens a WebSocket and is then as good as unplugged: not even its system acknowledges what the server sends."""
    return await _hold(host, one, opens=True, deaf=True)


async def _hold(host: str, one: Visit, *, opens: bool, deaf: bool = False) -> Seen:
    """Holds a connection for the visit's seconds, or until the server is heard to close one that is half open."""
    await asyncio.sleep(one.delay)
    seen, line = Seen(asked=time.monotonic()), Line(host, one)
    with contextlib.closing(line.socket), contextlib.suppress(ConnectionError, TimeoutError):
        request = await line.dial()
        await line.say(request if opens else request[: len(request) // 2])
        if deaf:
            await line.read(TINY)
            unplug(line.socket)
        async with asyncio.timeout(one.seconds):
            await (asyncio.sleep(one.seconds) if opens else line.read(TINY))
    seen.ended = time.monotonic()
    return seen


def unplug(one: socket.socket) -> None:
    """Lets the system drop whatever comes for a socket before TCP sees it: a filter whose one line is `return 0`."""
    line = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
    one.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(line)))


async def trickle(host: str, one: Visit) -> Seen:
    """A player on a line that gives `rate` bytes a second."""
    await asyncio.sleep(one.delay)
    seen, line = Seen(asked=time.monotonic()), Line(host, one)
    with contextlib.closing(line.socket):
        try:
            await line.say(await line.dial())
            while time.monotonic() < seen.asked + one.seconds and seen.state not in OVER:
                await asyncio.sleep(1 / TURNS)
                await _take_some(line, one, seen)
        except ConnectionError:
            seen.closed = 1006
    seen.ended = time.monotonic()
    return seen


async def _take_some(line: Line, one: Visit, seen: Seen) -> None:
    """Reads what the line gives in a tenth of a second, and acknowledges what is whole."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            for frame in await line.read(int(one.rate / TURNS)):
                seen.word = min(seen.word, time.monotonic())
                if frame.opcode is Opcode.TEXT:
                    hear(json.loads(bytes(frame.data)), seen)
                elif frame.opcode is Opcode.BINARY:
                    take(bytes(frame.data), seen)
                    line.protocol.send_text(str(one.have + seen.frames).encode())
                    await line.say(b"".join(line.protocol.data_to_send()))
