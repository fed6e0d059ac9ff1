"""The pages as Streamlit knows them, and links to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.contract import PAGES, Concept, concept, concepts

Query = Mapping[str, Sequence[str]]


def page(name: str) -> Any:
    """The page of a concept; `home` is the default page and has no path of its own, `talk` is not in the menu."""
    if name == "home":
        return st.Page(PAGES / "home.py", title="Home", default=True)
    if name == "talk":
        return st.Page(PAGES / "talk.py", title="Talk", url_path="talk", visibility="hidden")
    return st.Page(PAGES / f"{name}.py", title=concept(name).title, url_path=name)


def menu() -> dict[str, list[Any]]:
    """Home, then the pages of each section in the order of their concepts."""
    found: dict[str, list[Any]] = {"": [page("home"), page("talk")]}
    for one in concepts():
        found.setdefault(one.section, []).append(page(one.name))
    return found


def link(
    name: str, label: str, *, query: Query | None = None, help: str | None = None, icon: str | None = None
) -> None:
    """A link to a page, with the query that makes its knobs."""
    st.page_link(page(name), label=label, help=help, icon=icon, query_params=dict(query or {}))


def neighbours(name: str) -> tuple[Concept | None, Concept | None]:
    """The concepts before and after one, in the order of the menu."""
    order = concepts()
    at = [one.name for one in order].index(name)
    return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)
