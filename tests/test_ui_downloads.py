"""A full set that is not here: the page says so, names what is used instead, and offers the download."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from playground.data import downloads, full
from playground.data.published import SETS, DataError
from playground.ui.place import Place
from tests.kinds import LAB, Kinds
from tests.test_ui_controls import place

Progress = Callable[[int, int], None]


def script() -> None:
    import streamlit as st

    from playground.ui.controls import controls
    from playground.ui.downloads import offers
    from playground.ui.place import Place
    from tests.kinds import LAB, Kinds

    st.session_state.setdefault("network.place", Place(LAB, Kinds()))
    controls(st.session_state["network.place"])
    offers(st.session_state["network.place"])


class Server:
    """What stands in for `fetch`: half of the bytes at once, the rest when it may go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.error = ""
        self.asked = 0

    def fetch(self, name: str, progress: Progress, stop: Callable[[], bool], **_: object) -> None:
        self.asked += 1
        progress(5, 10)
        while not self.go_on.wait(0.01):
            if stop():
                raise DataError("The download of MNIST was stopped.")
        if self.error:
            raise DataError(self.error)
        lay_mnist()


def lay_mnist() -> None:
    folder = full.cache_folder() / "mnist"
    folder.mkdir(parents=True)
    for part in SETS["mnist"].layouts[0]:
        (folder / part.names[0]).write_bytes(b"")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    monkeypatch.setattr(full, "DEBIAN", tmp_path / "debian")
    monkeypatch.setattr(downloads, "_known", {})
    one = Server()
    monkeypatch.setattr(downloads, "fetch", one.fetch)
    return one


@pytest.fixture
def app(server: Server) -> AppTest:
    opened = AppTest.from_function(script).run()
    opened.button_group(key="network.sandbox.images").set_value("whole").run()
    return opened


def ended(name: str = "mnist") -> None:
    for _ in range(500):
        if (state := downloads.state(name)) and not state.running:
            return
        time.sleep(0.01)
    raise AssertionError("the download goes on")


def test_a_set_that_is_not_here_is_said_and_nothing_is_swapped_silently(app: AppTest, server: Server) -> None:
    assert place(app).knobs == Kinds()
    assert place(app).notes == ("The full MNIST is not here: using small.",)
    assert app.button_group(key="network.sandbox.images").value == "small"
    assert app.button(key="start-mnist").label == "Download MNIST (12 MB)"
    assert server.asked == 0


def test_a_download_shows_its_progress_and_then_offers_the_set(app: AppTest, server: Server) -> None:
    app.button(key="start-mnist").click().run()
    assert app.button(key="stop-mnist")
    server.go_on.set()
    ended()
    app.run()
    assert "The full MNIST is here now." in [text.value for text in app.markdown]
    app.button_group(key="network.sandbox.images").set_value("whole").run()
    assert place(app).knobs == Kinds(images="whole")


def test_two_visitors_share_one_download_and_stop_leaves_the_offer(app: AppTest, server: Server) -> None:
    app.button(key="start-mnist").click().run()
    downloads.start("mnist")
    app.button(key="stop-mnist").click().run()
    ended()
    app.run()
    assert server.asked == 1
    assert ":red[The download of MNIST was stopped.]" in [text.value for text in app.markdown]
    assert app.button(key="start-mnist")


def test_a_failed_download_is_one_sentence_and_can_be_tried_again(app: AppTest, server: Server) -> None:
    server.error = "The download failed: the server answered 404."
    server.go_on.set()
    app.button(key="start-mnist").click().run()
    ended()
    app.run()
    assert f":red[{server.error}]" in [text.value for text in app.markdown]
    server.error = ""
    app.button(key="start-mnist").click().run()
    ended()
    assert downloads.state("mnist").done  # type: ignore[union-attr]


def test_a_set_that_is_here_is_taken(app: AppTest) -> None:
    lay_mnist()
    assert Place(LAB, Kinds()).turned("images", "whole").knobs == Kinds(images="whole")
