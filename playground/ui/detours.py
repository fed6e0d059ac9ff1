"""Addresses that people make up from a lab's name: `/optimizers/surface` is `/optimizers?lab=surface`."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.contract import concepts


class Detours:
    """Sends who asks for `/concept/lab` to the concept's page, with the rest of the query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.known = {(one.name, lab) for one in concepts() for lab in one.labs}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is no lab's name."""
        path = scope["path"] if scope["type"] == "http" else ""
        asked = tuple(path.rstrip("/").split("/")[-2:])
        if asked in self.known:
            rest = scope["query_string"].decode("latin-1")
            query = "&".join(filter(None, [urlencode({"lab": asked[1]}), rest]))
            up = "../../" if path.endswith("/") else "../"  # relative: it cannot lead to another site
            await RedirectResponse(f"{up}{asked[0]}?{query}")(scope, receive, send)
        else:
            await self.app(scope, receive, send)
