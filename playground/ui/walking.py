"""A talk on its way: what the browser gets of it, on stage and in the presenter's view."""

from __future__ import annotations

from playground.data.published import DataError
from playground.player.component import Step, Walk
from playground.ui import talk as talks
from playground.ui.place import Place
from playground.ui.talk import Talk
from playground.ui.told import run_path


def shown(name: str, number: int, talk: Talk) -> Walk:
    """A talk as the browser gets it, standing at the item of that number or at the last one."""
    pairs = zip(talk.items, talks.steps(talk, name), strict=True)
    items = tuple(Step(title=one.title, note=one.note, link=step) for one, step in pairs)
    at = min(number, max(1, len(items)))
    return Walk(name=name, number=at, title=talk.title, items=items, faults=talk.faults, next=_next(talk, at))


def _next(talk: Talk, number: int) -> str:
    """The socket's path of the item behind the one of that number; empty for the last."""
    if number >= len(talk.items):
        return ""
    place = talk.items[number].place
    try:
        return run_path(place.lab, place.knobs)
    except ValueError:  # a device that is not here: the item itself will say so
        return ""


def walking(place: Place) -> tuple[Walk | None, str]:
    """(the talk that a place on stage is an item of, why it cannot be had)."""
    word = place.kept.get("talk", ("",))[-1]
    if not word or not place.presenting:
        return None, ""
    name, number = talks.named(word)
    try:
        return shown(name, number, talks.parse(talks.text_of(name))), ""
    except DataError as error:
        return None, str(error)
