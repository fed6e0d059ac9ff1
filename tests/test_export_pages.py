"""Whole pages under way: how many at once, how many bytes, how slowly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import Response

from playground.engine.bulk import PIECE, Bulk
from playground.export import pages
from playground.export.pages import FRAME, OF_VISITOR, Pages
from tests.engine_fakes import apart, make, token


class Slow:
    """Clients that take one piece of their page, and the next ones when `go` is set."""

    def __init__(self, **bounds: Any) -> None:
        self.store = make(proxies=1, **bounds)[0]
        self.pages = Pages(self.store, lambda request: Bulk(bytes(2 * PIECE)))
        self.go = asyncio.Event()

    async def get(self, address: str) -> tuple[int, int]:
        """The status of a client's answer and the bytes that he got."""
        status = got = 0

        async def send(message: Any) -> None:
            nonlocal status, got
            status = message.get("status", status)
            got += len(message.get("body", b""))
            if status == 200 and got:
                await self.go.wait()

        headers = [(b"x-forwarded-for", address.encode())]
        scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "client": ("127.0.0.1", 9)}
        scope["path_params"] = {"token": token(self.store)}
        await self.pages(scope, receive=None, send=send)  # type: ignore[arg-type]
        return status, got

    async def together(self, addresses: list[str]) -> list[int]:
        """The statuses of clients who ask at the same time and take their time."""
        asking = [asyncio.create_task(self.get(one)) for one in addresses]
        await asyncio.sleep(0.2)
        self.go.set()
        return [status for status, _ in await asyncio.gather(*asking)]


def test_one_visitor_has_a_few_under_way_and_others_theirs() -> None:
    async def ask() -> None:
        slow = Slow()
        answers = await slow.together(["198.51.100.1"] * 5 + ["198.51.100.2"])
        assert answers == [200] * OF_VISITOR + [429] * (5 - OF_VISITOR) + [200]
        assert await slow.get("198.51.100.1") == (200, 2 * PIECE)  # those before are over

    apart(ask())


def test_all_together_take_no_more_than_recordings_may() -> None:
    async def ask() -> None:
        answers = await Slow(history=3 * FRAME).together([f"198.51.100.{number}" for number in range(9)])
        assert answers == [200] * 3 + [429] * 6

    apart(ask())


def test_one_alone_is_let_through_however_little_recordings_may_take() -> None:
    async def ask() -> None:
        assert await Slow(history=1).together(["198.51.100.1", "198.51.100.2"]) == [200, 429]

    apart(ask())


def test_who_takes_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SLOWEST", 1000 * FRAME)

    async def ask() -> None:
        slow = Slow(patience=0.1)
        assert await asyncio.wait_for(slow.get("198.51.100.1"), 10) == (200, PIECE)
        assert slow.pages._taken == []

    apart(ask())


def test_a_page_that_cannot_be_made_takes_no_place() -> None:
    async def ask() -> None:
        slow = Slow()

        def fail(request: Any) -> Response:
            raise RuntimeError("no page")

        slow.pages._make = fail
        with pytest.raises(RuntimeError):
            await slow.get("198.51.100.1")
        assert slow.pages._taken == []

    apart(ask())
