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
    where, kind = place.lab.path, str(spec.upload)
    file = st.file_uploader(
        spec.title, type=ENDINGS[kind], help=spec.help or None, key=f"{key}.file", max_upload_size=settings().upload,
        on_change=_take, args=(where, key, spec.name, kind),
    )  # fmt: skip
    if file is None and getattr(place.knobs, spec.name):
        st.button(f"Remove the {kind} of this link", key=f"{key}.remove", on_click=_turn, args=(where, spec.name, ""))


def _take(where: str, key: str, name: str, kind: str) -> None:
    """Keeps the file chosen and sets the knob to its key; what cannot be used is said beside the knob."""
    file = st.session_state[f"{key}.file"]
    try:
        _turn(where, name, store.keep(kind, file.getvalue()) if file else "")
    except DataError as error:
        address.move(where, partial(Place.said, name=name, sentence=str(error)))


def _turn(where: str, name: str, text: str) -> None:
    address.move(where, lambda place: place.turned(name, text))
