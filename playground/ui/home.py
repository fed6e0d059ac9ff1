"""The home page: what this is, where to start, and a card for each concept with a picture of its real run."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Literal

import streamlit as st

from playground.contract import Concept, concepts
from playground.ui.first import NAME, SENTENCE
from playground.ui.navigation import link

PICTURES = Path(__file__).parent / "pictures"
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
ACROSS = 3


def home_page() -> None:
    """One sentence, a place to start, and the concepts by section."""
    first = concepts()[0]
    with st.container(key="home", gap="small"):
        st.title(NAME)
        st.markdown(SENTENCE)
        with st.container(key="start"):
            link(first.name, f"Start here: {first.title}", icon=":material/play_arrow:")
        sections = [(title, list(group)) for title, group in groupby(concepts(), key=lambda one: one.section)]
        for title, group in sections:
            if len(sections) > 1:
                st.subheader(title)
            _cards(group)
        with st.container(key="foot"):
            link("talk", "Give a talk: walk an audience through your own list of links", icon=":material/slideshow:")


def _cards(group: list[Concept]) -> None:
    for start in range(0, len(group), ACROSS):
        row = zip(st.columns(ACROSS, gap="medium"), group[start : start + ACROSS], strict=False)
        for column, one in row:
            with column, st.container(border=True, key=f"card-{one.name}", gap="small"):
                _card(one)


def _card(one: Concept) -> None:
    for scheme in SCHEMES:  # the style sheet shows the one of the page's
        file = picture(one.name, scheme)
        if file.is_file():
            with st.container(key=f"{scheme}-{one.name}"):
                st.image(str(file), width="stretch", alt=f"What the first run of {one.title} shows at its end.")
    link(one.name, one.title)
    st.markdown(one.sentence)
    st.caption(one.question)


def picture(name: str, scheme: Scheme) -> Path:
    """The file with a concept's picture for a page of that scheme."""
    return PICTURES / f"{name}.{scheme}.png"
