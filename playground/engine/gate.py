"""Who is let in before anything else looks: WebSockets of this server's own pages, and readers of its figures."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.engine import log
from playground.engine.store import Store
from playground.engine.visitors import is_local, visitor

REFUSED = 1008
SESSIONS = "/_stcore/stream"  # where Streamlit opens a session for each page
FIGURES = "/_stcore/metrics"  # and tells its own figures to whoever asks
CLOSED = "The metrics are read from this machine alone, unless PLAYGROUND_METRICS is public."


class Gate:
    """Refuses other sites' pages, more Streamlit sessions than one visitor may have, and strangers at its figures.

    Of a foreign page Streamlit would ask the internet which address this server has, and stand still meanwhile. A
    client that is no browser and names no origin may speak to Streamlit; a run's own route wants one.
    """

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app, self.store = app, store
        self.sessions: Counter[str] = Counter()
        self._hint = log.Seldom("visitors behind a proxy count as one", rest=3600)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is not refused."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].endswith(FIGURES) and not self._may_read(scope):
            await PlainTextResponse(CLOSED, 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _may_read(self, scope: Scope) -> bool:
        return may_read(HTTPConnection(scope), self.store)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = visitor(HTTPConnection(scope), self.store.bounds.proxies)
        counted = scope["path"].endswith(SESSIONS)
        if not self.store.bounds.proxies and "x-forwarded-for" in HTTPConnection(scope).headers:
            self._hint(unless="PLAYGROUND_PROXIES says how many there are")
        if reason := self._against(HTTPConnection(scope), address if counted else None):
            self.store.refuse(reason, address)
            await receive()
            await send({"type": "websocket.close", "code": REFUSED})
            return
        self.sessions[address] += counted
        try:
            await self.app(scope, receive, send)
        finally:
            self.sessions[address] -= counted
            self.sessions += Counter()  # forgets visitors who are gone

    def _against(self, socket: HTTPConnection, address: str | None) -> str:
        """Why a socket is not let in, in a word; a session counts for its address."""
        if "origin" in socket.headers and not own_origin(socket, self.store.bounds.public):
            return "origin"
        return "crowded" if address is not None and self.sessions[address] >= self.store.bounds.sockets else ""


def may_read(connection: HTTPConnection, store: Store) -> bool:
    """Whether someone may read how this server is used."""
    return store.bounds.open_metrics or is_local(connection)


def own_origin(socket: HTTPConnection, public: str = "") -> bool:
    """Whether a page of this very server asks, by the host that it is asked under or its `public` address."""
    origin, host = socket.headers.get("origin"), socket.headers.get("host")
    try:
        asks = urlsplit(origin or "").netloc.lower()
        return bool(asks and host) and asks in ((host or "").lower(), urlsplit(public).netloc.lower())
    except ValueError:
        return False
