"""Names of widgets whose values a link, a preset or another widget may change too.

A browser sends the values of all widgets with whatever it asks for. One that has not heard yet that a preset gave a
knob another value sends the old one along, which Streamlit takes for the visitor's own change. So a widget has another
name from then on, and what comes under an old name counts only where it is not what that widget showed.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

KEPT = 20  # names that a browser may still know


def named(base: str, value: Any) -> str:
    """The name under which a widget shows a value: a new one where anything but the widget itself led to the value.

    So it is too where the widget comes back to a page, for the browser has forgotten what it showed.
    """
    shown = _shown(base)
    name = next(reversed(shown), "")
    if not name or shown[name] != value or name not in st.session_state:
        number = int(name.partition("#")[2] or 0) + 1 if name else 0
        name = f"{base}#{number}" if number else base
    st.session_state[_memo(base)] = dict([*shown.items(), (name, value)][-KEPT:])
    return name


def by_hand(base: str, name: str) -> bool:
    """Whether the visitor changed the widget of this name: it says something else than it showed."""
    shown = _shown(base)
    return name not in shown or st.session_state[name] != shown[name]


def agree(base: str, name: str, value: Any) -> None:
    """Says in the callback of a widget what value of its base that led to: where it is the last one, its name stays."""
    if name in (shown := _shown(base)):
        st.session_state[_memo(base)] = {**shown, name: value}


def _shown(base: str) -> dict[str, Any]:
    """The last names, newest last, each with the value that its widget shows."""
    found: dict[str, Any] = st.session_state.get(_memo(base), {})
    return found


def _memo(base: str) -> str:
    return f"{base}.shown"
