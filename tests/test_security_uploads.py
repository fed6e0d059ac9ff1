"""Uploads that are too large, too slow or not a visitor's own."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request, expect
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from playground.engine.patience import SLOW, Patience
from playground.ui import held, uploads
from playground.ui.held import OF_SESSION, OF_VISITOR, Held
from tests.conftest import serve
from tests.engine_fakes import BOUNDS, apart
from tests.test_ui_controls import script

MB = 1024 * 1024


@pytest.fixture(scope="module")
def small() -> Iterator[str]:
    """The address of a server that takes files of at most 1 MB."""
    process, address = serve(PLAYGROUND_UPLOAD_MB="1")
    yield address
    process.terminate()
    process.wait(20)


def uploaded(page: Page, address: str) -> Request:
    """The request with which the page itself sends a small file."""
    page.goto(f"{address}/cnn?picture=upload")
    file = {"name": "a.png", "mimeType": "image/png", "buffer": b"not a picture"}
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.wait_for(state="attached", timeout=60_000)
    with page.expect_request(lambda one: one.method == "PUT") as sent:
        chooser.set_input_files(files=[file])  # type: ignore[list-item]
    expect(page.get_by_text("cannot be read as a picture")).to_be_visible(timeout=30_000)
    return sent.value


def put(request: Request, size: int, name: str = "", **changed: str) -> int:
    """The status with which the server answers the same request with a file of so many bytes, of another name."""
    headers = {**request.all_headers(), "content-type": "multipart/form-data; boundary=x", **changed}
    for unfit in ("content-length", ":authority", "host"):
        headers.pop(unfit, None)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a.png"\r\n\r\n'
    parts = urlsplit(request.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        path = f"{parts.path.rpartition('/')[0]}/{name}" if name else parts.path
        connection.request("PUT", path, head + b"a" * size + b"\r\n--x--\r\n", headers)
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):  # the server answered before it was all sent
        return connection.getresponse().status
    finally:
        connection.close()


def test_only_the_page_s_own_small_files_are_taken(page: Page, small: str) -> None:
    request = uploaded(page, small)
    assert put(request, 1000) == 204
    assert put(request, 2 * MB) == 413
    assert put(request, 1000, **{"x-xsrftoken": "guessed"}) == 403
    assert put(request, 1000, cookie="") == 403
    answers = [put(request, 1000, f"file-{number}") for number in range(10)]
    assert answers[-1] == 429 and 1 <= answers.count(204) <= OF_SESSION and {*answers} == {204, 429}


class Parallel:
    """Files that are sent at the same time, each a request whose body has not come yet, to a server that keeps all."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.manager = MemoryUploadedFileManager("/upload")
        monkeypatch.setattr(held.runtime, "exists", lambda: True)
        monkeypatch.setattr(held.runtime, "get_instance", lambda: SimpleNamespace(uploaded_file_mgr=self.manager))
        self.held = Held(self._keep, replace(BOUNDS, upload=1, proxies=1))
        self.waiting: list[asyncio.Task[int]] = []
        self.arrive = asyncio.Event()

    async def _keep(self, scope: Any, receive: Any, send: Any) -> None:
        await self.arrive.wait()
        _, session, name = scope["path"].rsplit("/", 2)
        self.manager.add_file(
            session, UploadedFileRec(name, name, "", b"a" * int(Asked(scope).headers["content-length"]))
        )
        await PlainTextResponse("", 204)(scope, receive, send)

    async def statuses(self, asked: list[tuple[str, str, int]]) -> list[int]:
        """The answers to files of these sessions and addresses of so many bytes, sent before any has arrived."""
        return await asyncio.gather(*(self._put(number, *one) for number, one in enumerate(asked)))

    async def _put(self, number: int, session: str, address: str, size: int) -> int:
        said: list[int] = []

        async def send(message: Any) -> None:
            said.append(message.get("status", 0))

        headers = [(b"content-length", str(size).encode()), (b"x-forwarded-for", address.encode())]
        path = f"/_stcore/upload_file/{session}/{number}"
        scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "client": ("127.0.0.1", 9)}
        asyncio.get_running_loop().call_later(0.05, self.arrive.set)
        await self.held(scope, receive=None, send=send)  # type: ignore[arg-type]
        return said[0]


def test_files_count_before_they_have_arrived(monkeypatch: pytest.MonkeyPatch) -> None:
    async def many() -> None:
        one = Parallel(monkeypatch)
        small = await one.statuses([("s", "198.51.100.1", 10)] * 50)
        assert small.count(204) == OF_SESSION and small.count(429) == 50 - OF_SESSION
        assert await one.statuses([("s", "198.51.100.1", 10)]) == [429]

    apart(many())


def test_a_visitor_with_many_sessions_leaves_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    async def many() -> None:
        one = Parallel(monkeypatch)
        large = await one.statuses([(f"s{number}", "198.51.100.1", MB) for number in range(50)])
        assert large.count(204) == OF_VISITOR
        assert await one.statuses([("other", "198.51.100.2", MB)]) == [204]
        for number in range(50):
            one.manager.remove_session_files(f"s{number}")
        assert await one.statuses([("s", "198.51.100.1", MB)]) == [204]

    apart(many())


def test_all_visitors_together_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    async def many() -> None:
        answers = await Parallel(monkeypatch).statuses([(f"s{k}", f"198.51.100.{k}", MB) for k in range(100)])
        assert answers.count(204) == held.OF_ALL

    apart(many())


def test_a_file_that_is_too_large_is_said_in_the_page(page: Page, small: str) -> None:
    page.goto(f"{small}/cnn?picture=upload")
    chooser = page.locator("[data-testid=stFileUploader] input[type=file]")
    chooser.wait_for(state="attached", timeout=60_000)
    file = {"name": "a.png", "mimeType": "image/png", "buffer": b"a" * 2 * MB}
    chooser.set_input_files(files=[file])  # type: ignore[list-item]
    expect(page.get_by_text("1.0MB or smaller")).to_be_visible(timeout=30_000)


def test_the_widget_takes_what_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(uploads.st, "file_uploader", lambda *_, max_upload_size, **more: seen.append(max_upload_size))
    AppTest.from_function(script).run()
    assert seen == [16]


def test_many_slow_uploads_keep_nobody_waiting(server: str) -> None:
    parts = urlsplit(server)
    lines = ["PUT /_stcore/upload_file/a/b HTTP/1.1", f"Host: {parts.netloc}", "Content-Length: 9000000", "", "abc"]
    with ExitStack() as stack:
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection((parts.hostname, parts.port)))
            slow.sendall("\r\n".join(lines).encode())
        began = time.monotonic()
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        connection.request("GET", "/playground/health")
        assert connection.getresponse().status == 200 and time.monotonic() - began < 5
        connection.close()


def answer(messages: list[dict[str, Any]], seconds: float) -> tuple[int, dict[bytes, bytes], bytes]:
    """What an app that reads its body answers to a client who sends these messages and then nothing."""
    sent: list[dict[str, Any]] = []

    async def read(request: Asked) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    async def receive() -> dict[str, Any]:
        if not messages:
            await asyncio.sleep(3600)
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    app = Patience(Starlette(routes=[Route("/", read, methods=["PUT"])]), seconds)
    scope = {"type": "http", "method": "PUT", "path": "/", "query_string": b"", "headers": [], "http_version": "1.1"}
    apart(app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def part(body: bytes, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_that_does_not_come_is_ended_with_its_connection() -> None:
    status, headers, body = answer([part(b"ab", True)], 0.05)
    assert (status, headers[b"connection"], body.decode()) == (408, b"close", SLOW)


def test_a_body_that_comes_in_parts_is_taken_whole() -> None:
    assert answer([part(b"ab", True), part(b"c", True), part(b"", False)], 30)[::2] == (200, b"abc")
