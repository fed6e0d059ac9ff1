"""The address bar and the session: which place this visitor is at, and writing it where the browser shows it."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.ui.place import Place, Query, Written, arrive, follow, timeless


def current(owner: str) -> Place:
    """The place to show on a page in this script run; the address bar then holds its canonical link."""
    session, query, now = st.session_state, _query(), time.monotonic()
    known: Place | None = session.get(_key(owner))
    written: Written = session.get(f"{owner}.written") or Written(timeless(query))
    by_widget, by_history = session.pop(f"{owner}.moved", False), _by_history()
    place = follow(owner, known, written, query, now, by_widget=by_widget, by_history=by_history)
    ahead = by_history or session.get("entered", True) or _walked(known, place)  # the browser may have gone on
    there = _whole(place) == query and ahead
    if not there and (place is not known or not place.query() == written.query == timeless(query)):
        st.query_params.from_dict(_whole(place))
    if place is not known or place.query() != written.query:
        session[f"{owner}.written"] = written.followed_by(place.query(), timeless(query), now)
    session[_key(owner)] = place
    return place


def move(where: str, change: Callable[[Place], Place]) -> Place | None:
    """Changes the place of a page from a widget's callback and gives it; the script run that follows writes the link.

    `where` is the page, or `page/lab` for what belongs to that lab alone: once another one is shown, it comes too late,
    and nothing is given.
    """
    session, (owner, _, name) = st.session_state, where.partition("/")
    place = _followed(owner)
    session[f"{owner}.moved"] = True
    if not place or name not in ("", place.lab.name):
        return None
    session[_key(owner)] = changed = change(place)
    return changed


def _followed(owner: str) -> Place | None:
    """The place of a page; that of a link where its script run had no time before a widget asked for the next one."""
    session, query = st.session_state, _query()
    place: Place | None = session.get(_key(owner))
    written: Written | None = session.get(f"{owner}.written")
    if place and written and written.is_new(timeless(query)):
        session[_key(owner)] = place = arrive(owner, query)
    return place


def stay(owner: str) -> None:
    """Says in a widget's callback that the place stays: on a slow line the query that came along may be an old one."""
    move(owner, lambda place: place)


def entering(page: str) -> None:
    """Notes which page runs, a concept's or another.

    One that is entered under its own link keeps it: a browser on its way from another page would take a link that is
    written for a step of that one.
    """
    st.session_state["entered"] = st.session_state.get("page") != page
    st.session_state["page"] = page


def _key(owner: str) -> str:
    return f"{owner}.place"


def _by_history() -> bool:
    """Whether the browser's Back or Forward asked for this script run."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def _query() -> Query:
    return {name: tuple(st.query_params.get_all(name)) for name in st.query_params}


def _walked(known: Place | None, place: Place) -> bool:
    """Whether this is a talk's next item, from which the browser may have gone on meanwhile."""
    talk = place.kept.get("talk")
    return talk is not None and (known is None or known.kept.get("talk") != talk)


def _whole(place: Place) -> Query:
    """The query with the moment."""
    return {**place.query(), **({} if place.t is None else {"t": (str(place.t),)})}
