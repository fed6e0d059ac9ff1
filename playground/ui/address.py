"""The address bar and the session: which place this visitor is at, and writing it where the browser shows it."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from playground.ui.place import Place, Query, Written, follow, timeless


def current(owner: str) -> Place:
    """The place to show on a page in this script run; the address bar then holds its canonical link."""
    session, query, now = st.session_state, _query(), time.monotonic()
    known: Place | None = session.get(_key(owner))
    written: Written = session.get(f"{owner}.written") or Written(timeless(query))
    place = follow(owner, known, written, query, now, by_widget=session.pop(f"{owner}.moved", False))
    if place is not known or place.query() != written.query:
        if not _walked(known, place, query):
            _write(place)
        session[f"{owner}.written"] = written.followed_by(place.query(), timeless(query), now)
    session[_key(owner)] = place
    return place


def move(where: str, change: Callable[[Place], Place]) -> None:
    """Changes the place of a page from a widget's callback; the script run that follows writes the link.

    `where` is the page, or `page/lab` for what belongs to that lab alone: once another one is shown, it comes too late.
    """
    session, (owner, _, name) = st.session_state, where.partition("/")
    place: Place | None = session.get(_key(owner))
    session[f"{owner}.moved"] = True
    if place and name in ("", place.lab.name):
        session[_key(owner)] = change(place)


def stay(owner: str) -> None:
    """Says in a widget's callback that the place stays: on a slow line the query that came along may be an old one."""
    move(owner, lambda place: place)


def _key(owner: str) -> str:
    return f"{owner}.place"


def _query() -> Query:
    return {name: tuple(st.query_params.get_all(name)) for name in st.query_params}


def _walked(known: Place | None, place: Place, query: Query) -> bool:
    """Whether this is a talk's next item under its own address, from which the browser may have gone on meanwhile."""
    talk = place.kept.get("talk")
    return talk is not None and (known is None or known.kept.get("talk") != talk) and _whole(place) == query


def _whole(place: Place) -> Query:
    """The query with the moment."""
    return {**place.query(), **({} if place.t is None else {"t": (str(place.t),)})}


def _write(place: Place) -> None:
    st.query_params.from_dict(_whole(place))
