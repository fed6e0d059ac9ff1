"""A bound on the files that Streamlit holds in memory: it keeps each until its session ends, page or no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from playground.engine.settings import MB, Settings
from playground.engine.visitors import visitor

OF_SESSION = 8  # files
OF_VISITOR, OF_ALL = 4, 32  # times the size that one file may have
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
FULL = "The server holds too many files: remove one, or try again later."


class File(NamedTuple):
    """One that is held or on its way: the session and the visitor it belongs to, its bytes."""

    session: str
    visitor: str
    size: int


class Held:
    """Refuses a file with 429 where its session, its visitor or all together hold as much as they may.

    A file counts from its request on: what has not arrived yet counts as the bytes that it was announced with.
    """

    def __init__(self, app: ASGIApp, bounds: Settings) -> None:
        self.app, self.bounds = app, bounds
        self._coming: list[File] = []
        self._visitors: dict[str, str] = {}  # whose each session is that has brought a file

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is not refused."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if not found:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        one = File(found[1], visitor(connection, self.bounds.proxies), self._announced(connection))
        if self._full(one):
            await PlainTextResponse(FULL, 429, {"Connection": "close"})(scope, receive, send)
            return
        with self._counted(one):
            await self.app(scope, receive, send)

    def _announced(self, connection: HTTPConnection) -> int:
        """How many bytes a request says that it brings; the most that one may where it does not say."""
        text, most = connection.headers.get("content-length", ""), self.bounds.upload * MB
        return min(int(text), most) if text.isdecimal() else most

    def _full(self, one: File) -> bool:
        files = [*self._kept(), *self._coming]
        of_visitor = [file.size for file in files if file.visitor == one.visitor]
        most = self.bounds.upload * MB
        return (
            sum(file.session == one.session for file in files) >= OF_SESSION
            or sum(of_visitor) + one.size > OF_VISITOR * most
            or sum(file.size for file in files) + one.size > OF_ALL * most
        )

    def _kept(self) -> list[File]:
        """What Streamlit holds; forgets whose the sessions were that are gone."""
        manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
        stored = dict(manager.file_storage) if isinstance(manager, MemoryUploadedFileManager) else {}
        asking = {file.session for file in self._coming}
        self._visitors = {name: whose for name, whose in self._visitors.items() if name in stored or name in asking}
        return [
            File(session, self._visitors.get(session, ""), len(file.data))
            for session, files in stored.items() for file in tuple(files.values())
        ]  # fmt: skip

    @contextmanager
    def _counted(self, one: File) -> Iterator[None]:
        """Counts a file while it is on its way."""
        self._coming.append(one)
        self._visitors[one.session] = one.visitor
        try:
            yield
        finally:
            self._coming.remove(one)
