"""The changes made mid-run, each with a button that takes it back."""

from __future__ import annotations

import streamlit as st

from playground.contract import Change, Knobs, specs, write
from playground.ui import address
from playground.ui.place import Place
from playground.ui.whole import whole


def changes(place: Place) -> None:
    """One button a change, in the order in which they are made; nothing where none is made."""
    if not place.knobs.made:
        return
    with st.container(horizontal=True, gap="small", key="changes"):
        for number, change in enumerate(place.knobs.made):
            st.button(
                said(place.knobs, change), icon=":material/close:", key=f"change-{number}",
                help="Take this change back", on_click=_undo, args=(place.lab.path, number),
            )  # fmt: skip


def said(knobs: Knobs, change: Change) -> str:
    """What was changed when: `step 1200: Learning rate = 0.1`."""
    step, name, value = change
    spec = specs(type(knobs)).get(name)
    return f"step {step}: {spec.title if spec else knobs.called(name)} = {write(float(value))}"


@whole
def _undo(lab: str, number: int) -> None:
    address.move(lab, lambda place: place.unchanged(number))
