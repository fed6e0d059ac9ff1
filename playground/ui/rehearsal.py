"""The page on which a talk is made, checked and started; and the presenter's view of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from playground.data.own import store
from playground.data.published import DataError
from playground.player.component import mount_presenter, mount_talk
from playground.ui import talk as talks
from playground.ui.literal import literal
from playground.ui.navigation import link
from playground.ui.walking import shown
from playground.ui.whole import whole

TEXT, FILE, SHOWN, SAID = "talk.text", "talk.file", "talk.shown", "talk.said"
PRESENTER = Path(__file__).parent / "presenter.css"
EXAMPLE = "ten_pictures"
SENTENCE = "A talk is a list of links, each with a note. N and P walk through it on stage."
SAMPLE = """# What hidden layers are for
network?data=xor&hidden_sizes=none | A straight line cannot separate XOR.
network?data=xor&hidden_sizes=4&t=60 | Four hidden units can."""


def talk_page() -> None:
    """The talk that the link names; without one, a place to write it."""
    name, number = talks.named(st.query_params.get("talk", ""))
    text, said = _text(name)
    if text and st.query_params.get("presenter") == "1":
        st.html(PRESENTER)
        mount_presenter(key="presenter", talk=shown(name, number, talks.parse(text)))
        return
    with st.container(key="talk", gap="small"):
        st.title("Give a talk")
        st.markdown(SENTENCE)
        left, right = st.columns([1, 1], gap="large")
        with left:
            _write(name, text, said)
        with right:
            _checked(name, number, text)


def _text(name: str) -> tuple[str, str]:
    """(the talk's text, what is wrong with the link)."""
    try:
        return (talks.text_of(name), "") if name else ("", "")
    except DataError as error:
        return "", str(error)


def _write(name: str, text: str, said: str) -> None:
    """The text of the talk and a way to bring a file; what could not be taken stays in sight."""
    session = st.session_state
    if session.get(SHOWN) != name or TEXT not in session:
        session[TEXT], session[SHOWN] = text, name
    st.text_area(
        "Its text: the title behind #, then a link and a note on each line", key=TEXT, height=360, on_change=_take_text,
        placeholder=SAMPLE,
    )  # fmt: skip
    if problem := session.pop(SAID, "") or said:
        st.caption(f":red[{literal(problem)}]")
    st.caption("A link is what the address bar or Share shows. Lines that begin with # are comments.")
    st.file_uploader("Or a text file", type=["txt", "md"], key=FILE, max_upload_size=1, on_change=_take_file)


def _checked(name: str, number: int, text: str) -> None:
    """The talk as it was understood, and ways to start it; without one, the example."""
    if text:
        mount_talk(key="checked", talk=shown(name, number, talks.parse(text)), whole=talks.whole(text), text=text)
    if name != EXAMPLE:
        with st.container(key="example"):
            example = talks.parse(talks.text_of(EXAMPLE))
            label = f"An example: {example.title}"
            link("talk", label, query={"talk": (EXAMPLE,)}, icon=":material/slideshow:")


@whole
def _take_text() -> None:
    _keep(str(st.session_state[TEXT]).encode())


@whole
def _take_file() -> None:
    file: Any = st.session_state[FILE]
    if file:
        _keep(file.getvalue())


def _keep(raw: bytes) -> None:
    """Keeps a talk and puts its short name into the address; what cannot be used is said, and the text stays."""
    try:
        name = store.keep("talk", raw) if raw.strip() else ""
    except DataError as error:
        st.session_state[SAID] = str(error)
        return
    st.query_params.from_dict({"talk": name} if name else {})
