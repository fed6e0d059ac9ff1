"""Downloads from a server on this machine: the good one, and each way of going wrong in one sentence."""

import contextlib
import gzip
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest

from playground.data import full
from playground.data.fetch import fetch
from playground.data.full import images
from playground.data.published import DataError
from tests.conftest import free_port
from tests.tiny_sets import ARCHIVE, IDX_FILES, IMAGES, PICTURES, tiny, tiny_cifar

FIRST = "/train-images-idx3-ubyte.gz"
GOOD = {f"/{name}.gz": gzip.compress(raw) for name, raw in IDX_FILES.items()} | {"/cifar-10-binary.tar.gz": ARCHIVE}


class Handler(BaseHTTPRequestHandler):
    """Serves the good files; `trouble`, by path, may answer in its own way."""

    trouble: dict[str, Callable[[BaseHTTPRequestHandler], None]]
    asked: list[str]

    def do_GET(self):
        self.asked.append(self.path)
        if self.path in self.trouble:
            self.trouble[self.path](self)
        elif self.path in GOOD:
            answer(self, GOOD[self.path])
        else:
            self.send_error(404)

    def log_message(self, *_):
        pass


def answer(handler: BaseHTTPRequestHandler, body: bytes, declared: int | None = -1) -> None:
    """Sends a body that declares its own length, another one, or (None) no length."""
    handler.send_response(200)
    if declared is not None:
        handler.send_header("Content-Length", str(len(body) if declared < 0 else declared))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def handler(tmp_path, monkeypatch) -> Iterator[type[Handler]]:
    """A fresh server's handler; `base` is its address. The cache is empty, Debian's folder is not there."""
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    monkeypatch.setattr(full, "DEBIAN", tmp_path / "debian")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    kind = type("Fresh", (Handler,), {"trouble": {}, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        kind.base = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield kind
        server.shutdown()
        thread.join()


def get(base: str, progress=lambda done, all: None, stop=lambda: False, timeout: float = 5.0, one=tiny) -> Path:
    return fetch("tiny", progress, stop, timeout=timeout, sets={"tiny": one(base)})


def left(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file() or path.name.startswith("unfinished"))


def test_a_set_is_fetched_into_the_cache_and_found_there(handler, tmp_path):
    heard = []
    assert get(handler.base, lambda done, all: heard.append((done, all))) == tmp_path / "tiny"
    found = images("tiny", full=True, sets={"tiny": tiny()})
    assert found.folder == tmp_path / "tiny" and not found.note
    assert np.array_equal(found.train_images, IMAGES["train"])
    assert left(tmp_path) == sorted(f"{name}.gz" for name in IDX_FILES)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1][0] == sum(len(GOOD[path]) for path in handler.asked) and all(d <= a for d, a in heard)


def test_an_archive_is_fetched_as_it_is(handler, tmp_path):
    get(handler.base, one=tiny_cifar)
    found = images("tiny", full=True, sets={"tiny": tiny_cifar()})
    assert np.array_equal(found.train_images, PICTURES[:10]) and left(tmp_path) == ["cifar-10-binary.tar.gz"]


def test_nothing_is_asked_for_where_a_set_is_only_looked_for(handler):
    images("tiny", full=True, sets={"tiny": tiny(handler.base)})
    assert handler.asked == []


def test_a_body_without_a_length_is_fine(handler):
    handler.trouble[FIRST] = lambda one: answer(one, GOOD[FIRST], None)
    assert get(handler.base).is_dir()


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (lambda one: one.send_error(404), "failed: the server answered 404"),
        (lambda one: one.send_error(503), "failed: the server answered 503"),
        (lambda one: answer(one, GOOD["/t10k-images-idx3-ubyte.gz"]), "is not the published train-images-idx3-ubyte"),
        (lambda one: answer(one, b"<html>Sign in</html>"), "is not the published train-images-idx3-ubyte"),
        (lambda one: answer(one, GOOD[FIRST][:50], len(GOOD[FIRST])), r"broke off after 50 of \d+ bytes"),
        (lambda one: answer(one, GOOD[FIRST][:50], None), "is not the published train-images-idx3-ubyte"),
        (lambda one: answer(one, b"", 10**12), "is more than the [0-9,]+ bytes"),
        (lambda one: answer(one, bytes(10_000), None), "is more than the [0-9,]+ bytes"),
        (lambda one: one.wfile.write(b"nonsense\r\n\r\n"), "failed: the answer is not HTTP"),
        (lambda one: None, "failed: Remote end closed connection"),
    ],
    ids=[
        "404",
        "503",
        "another",
        "html",
        "truncated",
        "truncated, no length",
        "oversized",
        "endless",
        "nonsense",
        "shut",
    ],
)
def test_each_failure_is_one_sentence_and_leaves_nothing(handler, tmp_path, trouble, sentence):
    handler.trouble[FIRST] = trouble
    with pytest.raises(DataError, match=sentence):
        get(handler.base)
    assert left(tmp_path) == []


@pytest.mark.parametrize("begun", [False, True], ids=["before the head", "in the body"])
def test_a_silent_server_is_given_up(handler, tmp_path, begun):
    release = Event()

    def stall(one: BaseHTTPRequestHandler) -> None:
        if begun:
            answer(one, GOOD[FIRST][:50], len(GOOD[FIRST]))
        release.wait(10)

    handler.trouble[FIRST] = stall
    with pytest.raises(DataError, match="failed: the server fell silent"):
        get(handler.base, timeout=0.2)
    release.set()
    assert left(tmp_path) == []


def test_no_server_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(DataError, match="Connection refused"):
        get(f"http://127.0.0.1:{free_port()}/")


def test_a_cache_that_cannot_be_written_is_one_sentence(handler, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(DataError, match="failed"):
        get(handler.base)


def test_stop_ends_the_download(handler, tmp_path):
    """Stopped after its second file, which the cache does not get."""
    finished = len(GOOD[FIRST])
    received = 0

    def progress(done: int, _: int) -> None:
        nonlocal received
        received = done

    with pytest.raises(DataError, match=r"The download of Tiny was stopped\."):
        get(handler.base, progress, lambda: received > finished)
    assert left(tmp_path) == [FIRST[1:]] and len(handler.asked) == 2


def test_stop_is_heard_while_bytes_trickle(handler):
    body = GOOD[FIRST]

    def trickle(one: BaseHTTPRequestHandler) -> None:
        answer(one, body[:1], len(body))
        with contextlib.suppress(OSError):  # the client hangs up
            for byte in body[1:]:
                one.wfile.write(bytes([byte]))
                time.sleep(0.02)

    heard = []
    handler.trouble[FIRST] = trickle
    with pytest.raises(DataError, match="stopped"):
        get(handler.base, lambda done, _: heard.append(done), lambda: len(heard) == 3)
    assert heard[-1] < len(body)
