"""The downloads: each gives what a run's history holds now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from playground import link
from playground.contract import specs
from playground.data.bundled import FILES
from playground.data.own import store as uploads
from playground.data.published import DataError
from playground.engine.bulk import Bulk
from playground.engine.paths import path
from playground.engine.run import Run
from playground.engine.store import Store
from playground.export.csv import csv
from playground.export.html import standalone
from playground.export.notebook import notebook
from playground.export.pages import Pages
from playground.export.qr import LinkError, qr
from playground.export.script import script

PAGE = "page.html"
UPLOADS = {
    "image": ("upload.png", "image/png"), "text": ("upload.txt", "text/plain"), "table": ("upload.csv", "text/csv"),
}  # kind of a visitor's own file -> its name and media type  # fmt: skip
GUARDS = {"Cache-Control": "no-store", "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
EMPTY = "Nothing is recorded for these knobs yet: open the page and let it play."


def _csv(run: Run, t: int | None) -> str:
    return csv(run.history())


def _page(run: Run, t: int | None) -> bytes:
    state = run.state  # read first: a run that is done has all its frames
    return standalone(run.lab, run.knobs, tuple(run.frames), t=t, state=state, error=run.error)


def _script(run: Run, t: int | None) -> str:
    return script(run.lab, run.knobs)


def _notebook(run: Run, t: int | None) -> str:
    return notebook(run.lab, run.knobs)


def _upload(kind: str, run: Run, t: int | None) -> bytes:
    """The visitor's file of a kind that a run stands on. Raises DataError with a sentence where there is none."""
    for name, spec in specs(type(run.knobs)).items():
        if spec.upload == kind and run.knobs.in_force(name):
            return uploads.plain(kind, getattr(run.knobs, name))
    raise DataError(f"This run stands on no {kind} of a visitor's own.")


MAKERS: dict[str, tuple[Callable[[Run, int | None], str | bytes], str, bool]] = {
    "history.csv": (_csv, "text/csv", True),
    PAGE: (_page, "text/html", True),
    "script.py": (_script, "text/x-python", False),
    "script.ipynb": (_notebook, "application/x-ipynb+json", False),
    **{name: (partial(_upload, kind), media_type, False) for kind, (name, media_type) in UPLOADS.items()},
}  # file -> what makes it, its media type, whether it needs frames


def routes(store: Store) -> list[Route]:
    """The route of the downloads, under the path that `paths.configure` set."""

    def download(request: Request) -> Response:
        t, _ = link.moment(request.query_params.get("t"))
        return answer(store, request.path_params["token"], request.path_params.get("file", PAGE), t)

    return [
        Route(path(f"run/{{token}}/{PAGE}"), Pages(store, download), methods=["GET"]),
        Route(path("run/{token}/{file}"), download), Route(path("data/{file}"), carried),
        Route(path("qr.svg"), partial(code, store.bounds.public)),
    ]  # fmt: skip


def code(public: str, request: Request) -> Response:
    """The QR code of a link to this app, by the address at which the visitor sees it or its public one."""
    link = request.query_params.get("link", "")
    parts = urlsplit(public)
    origin = f"{parts.scheme}://{parts.netloc}" if public and link.startswith(public) else own_origin(request)
    try:
        return Response(qr(link, origin), media_type="image/svg+xml", headers=GUARDS)
    except LinkError as error:
        return PlainTextResponse(str(error), 400, headers=GUARDS)


def own_origin(request: Request) -> str:
    """Scheme and host as the browser has them; a proxy that ends TLS says so in X-Forwarded-Proto."""
    scheme = "https" if request.headers.get("x-forwarded-proto") == "https" else request.url.scheme
    return f"{scheme}://{request.headers.get('host', '')}"


def carried(request: Request) -> Response:
    """A data file that the package carries, for the scripts that read it."""
    file = request.path_params["file"]
    names = sorted(found.name for found in FILES.iterdir() if found.suffix != ".md")
    if file not in names:
        return _missing(f"The data files are {', '.join(names)}.")
    return FileResponse(FILES / file, filename=file, headers=GUARDS)


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
    ending = file.rpartition(".")[2]
    name = file if file.startswith("upload.") else f"{run.lab.concept}-{run.lab.name}.{ending}"
    headers = {**GUARDS, "Content-Disposition": f'attachment; filename="{name}"'}
    try:
        return Bulk(make(run, t), media_type=media_type, headers=headers)
    except DataError as error:
        return _missing(str(error))


def _missing(sentence: str) -> Response:
    return PlainTextResponse(sentence, 404, headers=GUARDS)
