"""What the player tells the page; Streamlit holds it for the one script run that it started."""

from __future__ import annotations

from typing import Any

import streamlit as st

from playground.contract import Knobs, Lab
from playground.engine.paths import path
from playground.engine.store import store
from playground.ui import address

PLAYER = "player"


def told(name: str) -> Any:
    """What the player told under a name for this script run; None where it told nothing."""
    player = st.session_state.get(PLAYER)
    return player.get(name) if player else None


def run_path(lab: Lab, knobs: Knobs) -> str:
    """The path of a run's socket. Raises ValueError with a sentence on knobs too long for one."""
    return path(f"run/{store().token(lab, knobs)}")


def branched(where: str) -> None:
    """Takes where the player rests with Branch on; the knobs that may change then change there.

    Streamlit may hand over the Branch button and a knob's change in one script run, the knob first.
    """
    match told("branch"):
        case {"step": int(step), "i": int(shown), "socket": str(of)}:
            address.move(where, lambda one: one.branching(step, shown) if of == run_path(one.lab, one.knobs) else one)
        case {"step": None}:
            address.move(where, lambda place: place.branching(None, None))
