"""HTTP headers: what loads beside Streamlit, what may run in a page, what a browser must not guess or tell."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERYWHERE = {"X-Content-Type-Options": "nosniff"}
SECURITY = {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Headers:
    """Adds to every answer what a browser must not guess, and to HTML its policies, where they are lacking."""

    def __init__(self, app: ASGIApp, preload: str) -> None:
        self.app = app
        self.headers = {**SECURITY, "Link": preload}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and its answer back, with headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                wanted = dict(EVERYWHERE)
                if headers.get("content-type", "").startswith("text/html"):
                    wanted |= {**self.headers, "Content-Security-Policy": policy(framed=is_embedded(scope))}
                for name, value in wanted.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def is_embedded(scope: Scope) -> bool:
    """Whether a page is asked for that is meant for another site's frame: `?embed=true`."""
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("embed", [""])[-1].lower() == "true"


@cache
def policy(*, framed: bool) -> str:
    """The Content-Security-Policy of a page: code comes from this server alone, and no markup can hold any.

    Streamlit loads a component's code as a blob and writes its styles inline; what drives a browser in tests compiles
    functions.
    """
    ancestors = "*" if framed else "'self'"
    return (
        f"default-src 'self'; script-src 'self' blob: 'unsafe-eval' {_inline()}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        f"base-uri 'self'; form-action 'self'; frame-ancestors {ancestors}"
    )


def _inline() -> str:
    """The hashes of the scripts that stand in Streamlit's own page."""
    page = Path(st.__file__).parent / "static" / "index.html"
    texts = INLINE.findall(page.read_text("utf-8")) if page.is_file() else []
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in texts)
