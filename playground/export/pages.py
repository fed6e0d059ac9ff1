"""The download of whole pages, several MB each: a few of one visitor's at a time, and a bound on the bytes of all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from playground.engine.settings import MB
from playground.engine.store import Store
from playground.engine.visitors import visitor

AT_ONCE = 2  # that are made at the same time
OF_VISITOR = 2  # that one visitor has under way
FRAME, GROWTH = 8 * MB, 1.5  # what a page takes beside its recording, and how many times as large that is in it
SLOWEST = 10_000  # bytes a second that a client takes at least, on average
BUSY = "Too many pages are being downloaded: wait until one is here, then try again."


class Pages:
    """Answers with what `make(request)` gives, which is in memory until the client has taken it.

    429 where the visitor has two under way, or where all together would take more memory than all recordings may.
    A client that takes less than `SLOWEST` is let go.
    """

    def __init__(self, store: Store, make: Callable[[Request], Response]) -> None:
        self.store, self._make = store, make
        self._room = asyncio.Semaphore(AT_ONCE)
        self._taken: list[tuple[str, int]] = []  # visitor and bytes of each that is under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one download to its end."""
        request = Request(scope)
        one = visitor(request, self.store.bounds.proxies), self._size(request)
        if self._full(*one):
            await PlainTextResponse(BUSY, 429)(scope, receive, send)
            return
        with self._counted(one):
            async with self._room:
                answer = await run_in_threadpool(self._make, request)
            with suppress(TimeoutError):
                async with asyncio.timeout(self.store.bounds.patience + one[1] / SLOWEST):
                    await answer(scope, receive, send)

    def _size(self, request: Request) -> int:
        """About how many bytes it will take."""
        with suppress(ValueError):
            if run := self.store.peek(request.path_params["token"]):
                return FRAME + int(GROWTH * run.bytes)
        return FRAME

    def _full(self, whose: str, size: int) -> bool:
        many = sum(other == whose for other, _ in self._taken) >= OF_VISITOR
        rest = sum(taken for _, taken in self._taken)
        return many or (rest > 0 and rest + size > self.store.bounds.history)

    @contextmanager
    def _counted(self, one: tuple[str, int]) -> Iterator[None]:
        self._taken.append(one)
        try:
            yield
        finally:
            self._taken.remove(one)
