"""Answers of some size, handed on in pieces: what a client does not take is not copied for him."""

from __future__ import annotations

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PIECE = 64 * 1024  # bytes


class Bulk(Response):
    """A response whose body goes out piece by piece, each once the client has taken most of those before."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body = memoryview(self.body)
        for at in range(0, max(1, len(body)), PIECE):
            piece = bytes(body[at : at + PIECE])
            await send({"type": "http.response.body", "body": piece, "more_body": at + PIECE < len(body)})
