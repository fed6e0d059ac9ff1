"""Messages over a stream socket: four bytes of length, big-endian, then so many bytes."""

from __future__ import annotations

import asyncio
import contextlib
import socket

HEAD = 4


def packed(raw: bytes) -> bytes:
    """A message as it travels."""
    return len(raw).to_bytes(HEAD, "big") + raw


async def read(stream: asyncio.StreamReader) -> bytes:
    """The next message of a stream. Raises EOFError where it has ended."""
    return await stream.readexactly(int.from_bytes(await stream.readexactly(HEAD), "big"))


class Line:
    """One end of a connection, for threads: one that sends, one that receives; any may cut it."""

    def __init__(self, one: socket.socket) -> None:
        self._socket, self._incoming = one, one.makefile("rb")

    def send_bytes(self, raw: bytes) -> None:
        """Sends a message. Raises OSError where nobody can receive it."""
        self._socket.sendall(packed(raw))

    def recv_bytes(self) -> bytes:
        """Waits for the next message. Raises EOFError or OSError where none can come."""
        return self._exactly(int.from_bytes(self._exactly(HEAD), "big"))

    def cut(self) -> None:
        """Ends the connection for both sides, and whoever waits for a message."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends the connection and gives the socket back."""
        self.cut()
        self._incoming.close()
        self._socket.close()

    def _exactly(self, size: int) -> bytes:
        raw = self._incoming.read(size)
        if len(raw) < size:
            raise EOFError
        return raw
