"""The widget of a visitor's own file: what it takes becomes a key in the link, what it cannot take is said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from playground.data.own import store
from playground.ui import place as places
from playground.ui.place import Place, arrive
from tests.kinds import LAB, Kinds
from tests.test_ui_controls import place, script

FILE = "network.sandbox.photo.file"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(script).run()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (5, 4), "red").save(out, "PNG")
    return out.getvalue()


def test_a_picture_becomes_the_knob_s_key(app: AppTest) -> None:
    app.file_uploader(key=FILE).set_value(("red.png", png(), "image/png")).run()
    key = place(app).knobs.photo  # type: ignore[attr-defined]
    assert store.holds("image", key)
    assert place(app).query()["photo"] == (key,)


def test_a_broken_picture_is_said_beside_the_knob_and_loses_nothing(app: AppTest) -> None:
    app.file_uploader(key=FILE).set_value(("red.png", png()[:30], "image/png")).run()
    assert place(app).knobs == Kinds()
    assert "cannot be read as a picture" in app.caption[0].value


def test_a_picture_that_came_with_the_link_can_be_taken_out(app: AppTest) -> None:
    key = store.keep("image", png())
    app.session_state["network.place"] = Place(LAB, Kinds(photo=key))
    app.run()
    app.button(key="network.sandbox.photo.remove").click().run()
    assert place(app).knobs == Kinds()


def test_a_link_whose_upload_is_gone_says_so_and_keeps_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    query = {"photo": "0" * 20, "whole": "7"}
    monkeypatch.setattr(places.link, "from_pairs", lambda *_: links_of(query))
    found = arrive("network", {name: (text,) for name, text in query.items()})
    assert found.knobs == Kinds(whole=7)
    assert found.notes == ("The image that this link was made with is no longer here: choose the file again.",)


def links_of(query: dict[str, str]) -> places.link.Link:
    return places.link.Link(LAB, places.link.from_query(Kinds, query)[0])


def test_a_key_of_another_form_is_no_upload() -> None:
    knobs, notes = places.link.from_query(Kinds, {"photo": "../../etc/passwd"})
    assert knobs == Kinds()
    assert notes == ("photo=../../etc/passwd is not the key of an upload: using none.",)
