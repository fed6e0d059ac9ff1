"""HTTP headers of the HTML: what loads beside Streamlit's own code, and what a browser must not guess or tell."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Headers:
    """Adds the headers to every HTML answer that lacks them."""

    def __init__(self, app: ASGIApp, preload: str) -> None:
        self.app = app
        self.headers = {**SECURITY, "Link": preload}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and its answer back, with headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    for name, value in self.headers.items():
                        headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
