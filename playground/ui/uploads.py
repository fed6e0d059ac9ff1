"""The widget of a knob that is a visitor's own file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from playground.contract import Spec
from playground.data.own import store
from playground.data.published import DataError
from playground.engine.settings import settings
from playground.ui import address
from playground.ui.place import Place

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "ppm", "pgm"),
    "text": ("txt", "md", "csv", "text"),
    "table": ("csv", "tsv", "txt"),
}


def uploader(place: Place, spec: Spec, key: str) -> None:
    """Takes a file for a knob; a file that came with the link is named, and can be taken out."""
    owner, kind = place.lab.concept, str(spec.upload)
    file = st.file_uploader(
        spec.title, type=ENDINGS[kind], help=spec.help or None, key=f"{key}.file", max_upload_size=settings().upload,
        on_change=_take, args=(owner, key, spec.name, kind),
    )  # fmt: skip
    if file is None and getattr(place.knobs, spec.name):
        st.button(f"Remove the {kind} of this link", key=f"{key}.remove", on_click=_turn, args=(owner, spec.name, ""))


def _take(owner: str, key: str, name: str, kind: str) -> None:
    """Keeps the file chosen and sets the knob to its key; what cannot be used is said beside the knob."""
    file = st.session_state[f"{key}.file"]
    try:
        _turn(owner, name, store.keep(kind, file.getvalue()) if file else "")
    except DataError as error:
        address.move(owner, partial(Place.said, name=name, sentence=str(error)))


def _turn(owner: str, name: str, text: str) -> None:
    address.move(owner, lambda place: place.turned(name, text))
