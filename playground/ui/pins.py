"""Pinned runs: what the player gets of them, and its Pin button."""

from __future__ import annotations

from typing import Any

from playground import link
from playground.player.component import Pin
from playground.ui import address
from playground.ui.place import Place
from playground.ui.told import run_path


def pins(place: Place) -> list[Pin]:
    """The pinned runs of a place, each with what sets it apart from the run shown."""
    found, _ = link.pinned(place.lab.Knobs, place.pins)
    return [
        Pin(
            socket=run_path(place.lab, knobs),
            label=link.difference(knobs, place.knobs),
            text=link.pin_text(knobs),
        )
        for knobs in found
    ]


def repin(where: str, fired: Any) -> None:
    """Does what the player's Pin button or a pin's cross asks for: {"add": text} or {"remove": text}."""
    match fired:
        case {"add": str(text)}:
            address.move(where, lambda place: place.pinned(text[: link.LONGEST]))
        case {"remove": str(text)}:
            address.move(where, lambda place: place.unpinned(text))
