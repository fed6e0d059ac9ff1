"""Whose pages may open a WebSocket here: this server's own."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.engine.store import Store
from playground.engine.visitors import visitor

REFUSED = 1008


class Origins:
    """Refuses the WebSockets of other sites' pages before anything looks at them.

    Streamlit would ask the internet which address this server has, and stand still meanwhile. A client that is no
    browser and names no origin may speak to Streamlit; a run's own route wants one.
    """

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app, self.store = app, store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is not refused."""
        if scope["type"] == "websocket" and not self._may(HTTPConnection(scope)):
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
        else:
            await self.app(scope, receive, send)

    def _may(self, socket: HTTPConnection) -> bool:
        bounds = self.store.bounds
        if "origin" not in socket.headers or own_origin(socket, bounds.public):
            return True
        self.store.refuse("origin", visitor(socket, bounds.proxies))
        return False


def own_origin(socket: HTTPConnection, public: str = "") -> bool:
    """Whether a page of this very server asks, by the host that it is asked under or its `public` address."""
    origin, host = socket.headers.get("origin"), socket.headers.get("host")
    try:
        asks = urlsplit(origin or "").netloc.lower()
        return bool(asks and host) and asks in ((host or "").lower(), urlsplit(public).netloc.lower())
    except ValueError:
        return False
