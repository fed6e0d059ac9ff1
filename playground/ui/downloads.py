"""What a page offers where a full data set is asked for and not here: a download with its progress, or a folder."""

from __future__ import annotations

import streamlit as st

from playground.contract import mended
from playground.data import downloads
from playground.data.full import here
from playground.data.published import SETS
from playground.ui.literal import literal
from playground.ui.navigation import link
from playground.ui.place import Place

MB = 1_000_000
EVERY = 1.0  # seconds between two looks at a download under way


def offers(place: Place) -> None:
    """One offer for each set that was wanted and is not in use."""
    for knob, choice, name in place.wanted:
        under_way = (state := downloads.state(name)) is not None and state.running
        with st.container(border=True, key=f"download-{name}", gap="small"):
            st.fragment(run_every=EVERY if under_way else None)(_offer)(place, knob, choice, name)


def _offer(place: Place, knob: str, choice: str, name: str) -> None:
    """The download as it stands now."""
    title, state = SETS[name].title, downloads.state(name)
    if here(name):
        query = place.to(mended(place.knobs, {knob: choice})).query()
        st.markdown(f"The full {title} is here now.")
        link(place.lab.concept, f"Train on the full {title}", query=query, icon=":material/play_arrow:")
    elif state and state.running:
        _progress(title, name, state)
    else:
        _ask(title, name, state.error if state else "")


def _progress(title: str, name: str, state: downloads.Download) -> None:
    share = min(1.0, state.received / max(1, state.expected))
    st.progress(share, f"Downloading {title}: {state.received / MB:.1f} of {state.expected / MB:.1f} MB")
    st.button("Stop", key=f"stop-{name}", on_click=downloads.stop, args=(name,))


def _ask(title: str, name: str, error: str) -> None:
    size = sum(part.packed for part in SETS[name].layouts[0]) / MB
    if error:
        st.markdown(f":red[{literal(error)}]")
    st.markdown(f"Put the files of the full {title} into the server's folder `PLAYGROUND_DATA_DIR`, or download them.")
    st.button(f"Download {title} ({size:.0f} MB)", key=f"start-{name}", on_click=_start, args=(name,))


def _start(name: str) -> None:
    downloads.start(name)
