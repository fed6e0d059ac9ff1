"""The ASGI entry: `streamlit run app.py` serves pages, runs and downloads from one process."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from playground import ui
from playground.engine import log, metrics, paths, shutdown
from playground.engine import routes as runs
from playground.engine.connections import Connections
from playground.engine.engines import chosen
from playground.engine.gate import Gate
from playground.engine.patience import Patience
from playground.engine.processes import allow_files, trim
from playground.engine.settings import settings
from playground.engine.store import Store, store
from playground.export import routes as downloads
from playground.player import assets

SWEEP_SECONDS = 2.0

try:
    settings()
except ValueError as error:  # a traceback would hide the one sentence
    raise SystemExit(str(error)) from None


async def _sweep(one: Store, connections: Connections) -> None:
    """Stops, again and again, the runs that nobody watches any more, and connections on which nothing moves."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await asyncio.to_thread(one.sweep)
            connections.sweep()
            await asyncio.to_thread(trim)
            await asyncio.to_thread(chosen().tend)  # a forkserver that was killed imports torch before it is needed
        except Exception:
            log.LOG.exception("sweep failed")


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Everything that lives as long as the server: the warm engine, the store and its sweep."""
    log.configure(settings().log)
    allow_files()
    await asyncio.to_thread(chosen().warm)
    one = store()
    sweep = asyncio.create_task(_sweep(one, Connections(shutdown.serving(), settings().patience)))
    try:
        with shutdown.graceful(one):
            yield {"store": one}
    finally:
        sweep.cancel()
        await asyncio.to_thread(one.close)
        await asyncio.to_thread(chosen().close)


config.set_option("server.maxUploadSize", settings().upload)  # what a client sends past the page's own check
if host := urlsplit(settings().public).hostname:
    config.set_option("browser.serverAddress", host)  # whose pages Streamlit too takes for its own
paths.configure(str(st.get_option("server.baseUrlPath")))
app = st.App(
    "playground/ui/router.py",
    routes=[*assets.routes(), *runs.routes(store()), *metrics.routes(store()), *downloads.routes(store())],
    lifespan=lifespan,
    middleware=[
        Middleware(ui.Headers, preload=assets.preload_links()),
        Middleware(ui.First),
        Middleware(ui.Detours),
        Middleware(Gate, store=store()),
        Middleware(ui.Held, bounds=settings()),
        Middleware(Patience, seconds=settings().patience),
    ],
)

# Streamlit collects garbage after every script run; what is alive now stays alive, so it need not be looked at again.
gc.collect()
gc.freeze()
