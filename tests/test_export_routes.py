"""The downloads over HTTP: what each gives, and what it says where there is nothing to give."""

from __future__ import annotations

import csv as table
import io
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.data.bundled import FILES as FILES_FOLDER
from playground.engine import paths
from playground.engine.run import Run
from playground.engine.store import Store
from playground.export import routes
from playground.export.routes import EMPTY
from tests.engine_fakes import frame, make, token

FILES = ["history.csv", "page.html", "script.py", "script.ipynb"]


@pytest.fixture
def store() -> Store:
    return make()[0]


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes(store))) as one:
        yield one


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes pages and scripts says what it was asked for."""

    def page(
        lab: object, knobs: object, frames: tuple[bytes, ...], *, t: int | None, state: str, error: str | None
    ) -> bytes:
        return f"{len(frames)} frames, t {t}, {state}{f': {error}' if error else ''}".encode()

    monkeypatch.setattr(routes, "standalone", page)
    monkeypatch.setattr(routes, "script", lambda lab, knobs: f"seed {knobs.seed}")
    monkeypatch.setattr(routes, "notebook", lambda lab, knobs: f"notebook, seed {knobs.seed}")


def recorded(store: Store, frames: int, state: str = "running") -> Run:
    run = store.run(token(store))
    for index in range(frames):
        run.add(frame(index))
    run.state = state
    return run


def address(store: Store, file: str, seed: int = 0) -> str:
    return paths.path(f"run/{token(store, seed)}/{file}")


def test_csv_gives_what_is_recorded_now(client: TestClient, store: Store) -> None:
    run = recorded(store, 3)
    assert client.get(address(store, "history.csv")).text.startswith("# the run goes on: 3 frames so far\nframe,step,")
    run.add(frame(3))
    run.state = "done"
    answer = client.get(address(store, "history.csv"))
    rows = list(table.DictReader(io.StringIO(answer.text)))
    assert [float(row["loss"]) for row in rows] == run.history().metrics["loss"].tolist()
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize("file", FILES)
def test_a_download_is_a_file_with_a_plain_name_that_no_browser_runs(
    client: TestClient, store: Store, file: str
) -> None:
    recorded(store, 1)
    answer = client.get(address(store, file))
    assert answer.status_code == 200
    ending = file.rpartition(".")[2]
    assert answer.headers["content-disposition"] == f'attachment; filename="network-sandbox.{ending}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "sandbox"


@pytest.mark.usefixtures("stand_ins")
@pytest.mark.parametrize(
    ("query", "t"), [("", None), ("?t=7", 7), ("?t=-1", None), ("?t=abc", None), ("?t=1e9", None), ("?t=%00", None)]
)
def test_the_page_opens_at_the_moment_asked_for(client: TestClient, store: Store, query: str, t: int | None) -> None:
    recorded(store, 2, "done")
    assert client.get(address(store, "page.html") + query).text == f"2 frames, t {t}, done"


@pytest.mark.usefixtures("stand_ins")
def test_a_script_needs_no_frames(client: TestClient, store: Store) -> None:
    assert client.get(address(store, "script.py", seed=3)).text == "seed 3"
    assert client.get(address(store, "script.ipynb", seed=3)).text == "notebook, seed 3"


@pytest.mark.usefixtures("stand_ins")
def test_the_page_of_a_failed_run_knows_why(client: TestClient, store: Store) -> None:
    recorded(store, 2, "failed").error = "The run needed more memory."
    assert client.get(address(store, "page.html")).text == "2 frames, t None, failed: The run needed more memory."


@pytest.mark.parametrize("file", ["history.csv", "page.html"])
def test_a_run_without_frames_is_a_sentence(client: TestClient, store: Store, file: str) -> None:
    answer = client.get(address(store, file))
    assert (answer.status_code, answer.text) == (404, EMPTY)


@pytest.mark.parametrize("bad", ["x", "x" * 7000, "%00", "ключ", "..%2f..", "a" * 80])
@pytest.mark.parametrize("file", FILES)
def test_a_bad_token_is_a_sentence(client: TestClient, bad: str, file: str) -> None:
    answer = client.get(f"/playground/run/{bad}/{file}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_forged_token_is_refused(client: TestClient, store: Store) -> None:
    good = token(store)
    forged = good[:-1] + ("A" if good[-1] != "A" else "B")
    answer = client.get(f"/playground/run/{forged}/history.csv")
    assert answer.status_code == 404
    assert answer.text.startswith("This run's address is not one that this server gave")


def test_another_file_is_a_sentence(client: TestClient, store: Store) -> None:
    answer = client.get(address(store, "secrets.txt"))
    assert (answer.status_code, answer.text) == (404, f"A run has the files {', '.join(routes.MAKERS)}.")


@pytest.mark.parametrize("file", ["upload.png", "upload.txt", "upload.csv"])
def test_a_run_without_an_upload_says_so(client: TestClient, store: Store, file: str) -> None:
    answer = client.get(address(store, file))
    assert answer.status_code == 404
    assert "stands on no" in answer.text


def test_a_carried_file_is_given_whole_and_nothing_else_is(client: TestClient) -> None:
    answer = client.get(paths.path("data/sunspots.csv"))
    assert answer.content == (FILES_FOLDER / "sunspots.csv").read_bytes()
    assert answer.headers["content-disposition"] == 'attachment; filename="sunspots.csv"'
    for odd in ("README.md", "..%2f..%2fcontract.py", "sunspots.csv%00", "%2e%2e%2f__init__.py", "x"):
        missing = client.get(paths.path(f"data/{odd}"))
        assert missing.status_code == 404
        assert "def " not in missing.text


def test_only_reading_is_allowed(client: TestClient, store: Store) -> None:
    assert client.post(address(store, "script.py")).status_code == 405


def test_downloads_lie_under_the_base_path(store: Store) -> None:
    paths.configure("/x/")
    try:
        recorded(store, 1)
        with TestClient(Starlette(routes=routes.routes(store))) as client:
            assert client.get(f"/x/playground/run/{token(store)}/history.csv").status_code == 200
    finally:
        paths.configure("")
