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
from playground.ui.named import agree, named
from playground.ui.place import Place
from playground.ui.whole import whole

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff", "ppm", "pgm"),
    "text": ("txt", "md", "csv", "text"),
    "table": ("csv", "tsv", "txt"),
}


def uploader(place: Place, spec: Spec, key: str) -> None:
    """Takes a file for a knob; a file that came with the link is named, and can be taken out."""
    where, kind, held = place.lab.path, str(spec.upload), getattr(place.knobs, spec.name)
    name = named(f"{key}.file", held)
    file = st.file_uploader(
        spec.title, type=ENDINGS[kind], help=spec.help or None, key=name, max_upload_size=settings().upload,
        on_change=_take, args=(where, f"{key}.file", name, spec.name, kind),
    )  # fmt: skip
    if file is None and held:
        st.button(f"Remove the {kind} of this link", key=f"{key}.remove", on_click=_remove, args=(where, spec.name))


@whole
def _take(where: str, key: str, widget: str, name: str, kind: str) -> None:
    """Keeps the file chosen and sets the knob to its key; what cannot be used is said beside the knob."""
    file = st.session_state[widget]
    try:
        found = store.keep(kind, file.getvalue()) if file else ""
        place = address.move(where, lambda one: one.turned(name, found))
    except DataError as error:
        place = address.move(where, partial(Place.said, name=name, sentence=str(error)))
    if place:
        agree(key, widget, getattr(place.knobs, name))


@whole
def _remove(where: str, name: str) -> None:
    address.move(where, lambda place: place.turned(name, ""))
