"""The downloads: each gives what a run's history holds now."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from playground import link
from playground.engine.paths import path
from playground.engine.run import Run
from playground.engine.store import Store
from playground.export.csv import csv
from playground.export.html import standalone
from playground.export.notebook import notebook
from playground.export.script import script

AT_ONCE = 2  # pages of several MB that are made at the same time; other files are small
GUARDS = {"Cache-Control": "no-store", "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
EMPTY = "Nothing is recorded for these knobs yet: open the page and let it play."


def _csv(run: Run, t: int | None) -> str:
    return csv(run.history())


def _page(run: Run, t: int | None) -> bytes:
    state = run.state  # read first: a run that is done has all its frames
    return standalone(run.lab, run.knobs, tuple(run.frames), t=t, state=state)


def _script(run: Run, t: int | None) -> str:
    return script(run.lab, run.knobs)


def _notebook(run: Run, t: int | None) -> str:
    return notebook(run.lab, run.knobs)


MAKERS: dict[str, tuple[Callable[[Run, int | None], str | bytes], str, bool]] = {
    "history.csv": (_csv, "text/csv", True),
    "page.html": (_page, "text/html", True),
    "script.py": (_script, "text/x-python", False),
    "script.ipynb": (_notebook, "application/x-ipynb+json", False),
}  # file -> what makes it, its media type, whether it needs frames


def routes(store: Store) -> list[Route]:
    """The route of the downloads, under the path that `paths.configure` set."""

    room = asyncio.Semaphore(AT_ONCE)

    async def download(request: Request) -> Response:
        file, token = request.path_params["file"], request.path_params["token"]
        t, _ = link.moment(request.query_params.get("t"))
        async with room if file == "page.html" else contextlib.nullcontext():
            return await run_in_threadpool(answer, store, token, file, t)

    return [Route(path("run/{token}/{file}"), download)]


def answer(store: Store, token: str, file: str, t: int | None) -> Response:
    """One file of a token's run; 404 with one sentence where there is none."""
    if file not in MAKERS:
        return _missing(f"A run has the files {', '.join(MAKERS)}.")
    try:
        run = store.run(token)
    except ValueError as error:
        return _missing(str(error))
    make, media_type, needs_frames = MAKERS[file]
    if needs_frames and not run.frames:
        return _missing(EMPTY)
    name = f"{run.lab.concept}-{run.lab.name}.{file.rpartition('.')[2]}"
    headers = {**GUARDS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(make(run, t), media_type=media_type, headers=headers)


def _missing(sentence: str) -> Response:
    return PlainTextResponse(sentence, 404, headers=GUARDS)
