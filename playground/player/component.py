"""The browser components as Streamlit sees them: the player and the head of a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypedDict

import streamlit as st

from playground.engine.paths import path
from playground.engine.settings import settings
from playground.player.assets import asset_url

# Streamlit loads its widgets lazily and shows skeletons meanwhile. Beside a player that already draws they would stay
# for seconds, since React gives them the lowest priority: so the player comes after them.
SHIM = """
const at = (path) => new URL(path, location.origin).href;
if (!document.querySelector('link[data-playground]')) {{
  document.head.append(Object.assign(document.createElement('link'), {{rel: 'stylesheet', href: at('{css}')}}));
  document.head.lastChild.dataset.playground = '';
}}
const player = import(at('{js}'));
const pause = () => new Promise((over) => setTimeout(over, 30));
async function settled() {{
  for (let left = 100; left && document.querySelector('[data-testid="stSkeleton"]'); left--) await pause();
  return player;
}}
export default function (component) {{
  let stop, gone = false;
  settled().then((player) => {{ if (!gone) stop = player.{mount}(component); }});
  return () => {{ gone = true; stop?.(); }};
}}
"""


class Pin(TypedDict):
    """A pinned run: its socket's path, what sets it apart, and its text in the link."""

    socket: str
    label: str
    text: str


class Step(TypedDict):
    """An item of a talk: its title, the speaker's note, and its link on stage."""

    title: str
    note: str
    link: str


class Walk(TypedDict):
    """A talk and the item at which it stands, from 1; `next` is the socket's path of the item after it."""

    name: str
    number: int
    title: str
    items: tuple[Step, ...]
    faults: tuple[str, ...]
    next: str


@cache
def _component(name: str, mount: str) -> Callable[..., Any]:
    js = SHIM.format(css=asset_url("player.css"), js=asset_url("player.js"), mount=mount)
    return st.components.v2.component(name, js=js, isolate_styles=False)


def mount_player(
    *,
    key: str,
    socket: str,
    stage: str,
    pins: Sequence[Pin],
    pin: str,
    t: int | None,
    command: str,
    talk: bool,
    item: str,
    branched: bool,
    reads: Sequence[tuple[str, str]],
    on_ended: Callable[[], None],
    on_edit: Callable[[], None],
    on_pin: Callable[[], None],
    on_branch: Callable[[], None],
) -> None:
    """The player of one run; the callbacks find what was fired under `st.session_state[key]`.

    `reads` are the address and the name of each file that the run's script may read. Another `item` of a talk shows its
    run anew, also where it is the same one. The pins go as a tuple: of a list Streamlit would ask pandas whether it is
    a table.
    """
    data = {
        "socket": socket, "plotly": asset_url("plotly.js"), "stage": stage, "pins": tuple(pins), "pin": pin, "t": t,
        "command": command, "talk": talk, "item": item, "branched": branched, "qr": path("qr.svg"),
        "public": settings().public, "reads": tuple(reads),
    }  # fmt: skip
    component = _component("playground_player", "mount")
    component(
        key=key, data=data, on_ended_change=on_ended, on_edit_change=on_edit, on_pin_change=on_pin,
        on_branch_change=on_branch,
    )  # fmt: skip


def mount_head(
    *, key: str, title: str, sentence: str, question: str, presenting: bool, embedded: bool, walk: Walk | None
) -> None:
    """The head of a page: its words, and Share, Code and Present for the player below; on stage the talk's counter."""
    data = {
        "title": title, "sentence": sentence, "question": question, "presenting": presenting, "embedded": embedded,
        "walk": walk,
    }  # fmt: skip
    _component("playground_head", "mountHead")(key=key, data=data)


def mount_talk(*, key: str, talk: Walk, whole: str, text: str) -> None:
    """A talk's checked list with its ways to start; `whole` is the name that carries the talk's `text` in a link."""
    _component("playground_talk", "mountTalk")(key=key, data={"talk": talk, "whole": whole, "text": text})


def mount_presenter(*, key: str, talk: Walk) -> None:
    """The presenter's view of a talk: note, next item and clock, in step with the stage in another window."""
    _component("playground_presenter", "mountPresenter")(key=key, data={"talk": talk})
