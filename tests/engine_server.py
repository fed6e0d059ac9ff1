"""A server of the engine's routes alone: `python -m tests.engine_server PORT`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from playground.engine import local
from playground.engine.routes import routes
from playground.engine.shutdown import graceful
from playground.engine.store import store


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    local.warm()
    with graceful(store()):
        yield
    await asyncio.to_thread(store().close)


if __name__ == "__main__":
    app = Starlette(routes=routes(store()), lifespan=lifespan)
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", ws_per_message_deflate=False)
