"""Going down: viewers are told first, runs end, then the server stops within a bounded time and with status 0."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn

from playground.engine import log
from playground.engine.store import Store

SIGNALS = (signal.SIGTERM, signal.SIGINT)
NOTICE = 0.3  # seconds in which viewers hear of it
PATIENCE = 1  # seconds that requests under way may still take


def serving() -> uvicorn.Server | None:
    """The uvicorn server of this process, known by its handler of signals; None where another serves, as in tests."""
    return _server(signal.getsignal(signal.SIGTERM))


def _server(handler: Any) -> uvicorn.Server | None:
    server = getattr(handler, "__self__", None)
    return server if isinstance(server, uvicorn.Server) else None


@contextlib.contextmanager
def graceful(store: Store) -> Iterator[None]:
    """While the block runs, the first signal to end retires the store before the server stops; a second ends at once.

    To be entered in the event loop of a started server. Outside the main thread, as in tests, signals stay as they are.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def go_down(number: int, _: Any) -> None:
        _restore(before)
        loop.call_soon_threadsafe(lambda: going.append(loop.create_task(_farewell(store, number, before))))

    going: list[asyncio.Task[None]] = []
    for number in SIGNALS:
        signal.signal(number, go_down)
    try:
        yield
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)


async def _farewell(store: Store, number: int, handlers: dict[signal.Signals, Any]) -> None:
    """Ends the runs, lets viewers hear of it, then stops the server."""
    log.event(
        "server stops", signal=signal.Signals(number).name, viewers=sum(len(run.watchers) for run in store.runs())
    )
    store.retire()
    await asyncio.sleep(NOTICE)
    if server := _server(handlers[signal.Signals(number)]):  # its own handler would have the process end by the signal
        server.config.timeout_graceful_shutdown = PATIENCE
        server.should_exit = True
    else:
        signal.raise_signal(number)
