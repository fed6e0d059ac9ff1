"""A bound on how long a client may take to send what it announced."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 60.0
SLOW = "The upload took too long: try again."


class Patience:
    """Ends a request with 408 whose body is not there after so many seconds, and its connection with it."""

    def __init__(self, app: ASGIApp, seconds: float = SECONDS) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on."""
        until = asyncio.get_running_loop().time() + self.seconds
        await self.app(scope, _in_time(receive, until) if scope["type"] == "http" else receive, send)


def _in_time(receive: Receive, until: float) -> Receive:
    """What receives a body until a moment of the loop's clock; once it is whole, there is no hurry."""
    whole = False

    async def in_time() -> Message:
        nonlocal whole
        try:
            async with asyncio.timeout_at(None if whole else until):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, SLOW, {"Connection": "close"}) from None
        whole = whole or not message.get("more_body")
        return message

    return in_time
