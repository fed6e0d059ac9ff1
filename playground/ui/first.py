"""What a page shows before Streamlit has loaded: its title and sentence where they will stand, in the final style."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.contract import concepts
from playground.engine import paths

NAME = "Deep Learning Playground"
SENTENCE = "Small PyTorch models train live in front of you: play, pause and step through every moment, and share it."
STYLE = Path(__file__).parent / "page.css"
UNASKED = (b"accept-encoding", b"if-none-match", b"if-modified-since")  # its page is to come whole, and as text
OF_STREAMLIT = ("etag", "last-modified")  # they tell nothing of what is added
BARE = {"present", "embed"}  # such pages have another head, or none


class First:
    """Adds to Streamlit's own page the app's name, its style and the first words of the page that is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is no page."""
        if (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and "text/html" in Headers(scope=scope).get("accept", "")
        ):
            kept = [(name, value) for name, value in scope["headers"] if name not in UNASKED]
            await self.app({**scope, "headers": kept}, receive, Added(scope, send))
        else:
            await self.app(scope, receive, send)


class Added:
    """Sends an answer on; a page of Streamlit's is kept until it is whole, and sent with what is added."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self.scope, self._send = scope, send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Takes one message of the answer."""
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None or message["type"] != "http.response.body":
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = self._body.replace(b"<title>Streamlit</title>", b"<title>%s</title>" % NAME.encode(), 1)
        body = body.replace(b"<body>", b"<body>" + added(self.scope).encode(), 1)
        headers = MutableHeaders(scope=start)
        headers["content-length"] = str(len(body))
        for name in OF_STREAMLIT:
            if name in headers:
                del headers[name]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: Message) -> bool:
    """Whether an answer is a page, and not a file to be kept."""
    headers = MutableHeaders(scope=start)
    html = headers.get("content-type", "").startswith("text/html")
    return html and start["status"] == 200 and "content-disposition" not in headers


def added(scope: Scope) -> str:
    """The style of every page, and the words of this one."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    path = scope["path"].rstrip("/")
    name = "" if path == paths.base() else path.rpartition("/")[2]
    return f"<style>{_style()}</style>{'' if BARE & set(query) else _words().get(name, '')}"


@cache
def _style() -> str:
    return STYLE.read_text("utf-8")


@cache
def _words() -> dict[str, str]:
    """By page, "" being home, its head as markup."""
    heads = {one.name: (one.title, one.sentence, one.question) for one in concepts()}
    return {name: _head(f"pg-first-{'lab' if name else 'home'}", *said) for name, said in {
        "": (NAME, SENTENCE), **heads}.items()}  # fmt: skip


def _head(kind: str, title: str, *sentences: str) -> str:
    lines = "".join(f"<p>{escape(one)}</p>" for one in sentences)
    return f'<div class="pg-first {kind}" aria-hidden="true"><b>{escape(title)}</b>{lines}</div>'
