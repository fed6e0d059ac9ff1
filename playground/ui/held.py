"""A bound on the files that Streamlit holds in memory: it keeps each until its session ends, page or no page."""

from __future__ import annotations

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

OF_ONE, OF_ALL = 8, 64  # files: of one session, and of all together
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
FULL = "The server holds too many files: remove one, or try again later."


class Held:
    """Refuses a file with 429 where its session, or all sessions together, hold as many as they may."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes on what is not refused."""
        found = UPLOAD.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        answer = PlainTextResponse(FULL, 429, {"Connection": "close"}) if found and full(found[1]) else self.app
        await answer(scope, receive, send)


def full(session: str) -> bool:
    """Whether a session may not bring another file."""
    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return False
    counts = {name: len(files) for name, files in tuple(manager.file_storage.items())}
    return counts.get(session, 0) >= OF_ONE or sum(counts.values()) >= OF_ALL
