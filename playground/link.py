"""Knobs <-> query string: short, readable, hand-editable; what a visitor wrote wrongly is said, never fatal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import TypeAdapter, ValidationError

from playground.contract import RESERVED, Knobs, Lab, Spec, concept, lab, specs
from playground.contract import write as write

LONGEST = 2000  # characters of a link
MOST_NOTES = 8
MOST_PINS = 3
MOST_FRAMES = 1_000_000


@dataclass(frozen=True)
class Link:
    """A link understood: the lab, its knobs, the moment (a frame number) and what had to be ignored."""

    lab: Lab
    knobs: Knobs
    t: int | None = None
    notes: tuple[str, ...] = ()


def read(spec: Spec, text: str) -> Any:
    """What pydantic checks for a knob's text; the inverse of `write` on good text."""
    if spec.kind == "choice":
        return {write(choice): choice for choice in spec.choices}.get(text, text)
    if spec.kind == "point":
        return () if text in ("", "none") else tuple(text.split("_"))
    if spec.kind == "changes":
        parts = [] if text in ("", "none") else text.split("~")
        return tuple(tuple(parts[at : at + 3]) for at in range(0, len(parts), 3))
    if spec.kind in ("ints", "choices"):
        return () if text in ("", "none") else tuple(text.replace(",", "-").replace(" ", "").split("-"))
    return text


@cache
def _adapter(model: type[Knobs], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    annotated: Any = Annotated[info.annotation, info]
    return TypeAdapter(annotated, config={"allow_inf_nan": False})


def check(model: type[Knobs], name: str, text: str) -> Any:
    """The value that a text means for a knob. Raises ValueError with what would be right."""
    spec = specs(model)[name]
    try:
        return _adapter(model, name).validate_python(read(spec, text))
    except ValidationError as error:
        context = error.errors()[0].get("ctx", {})
        if said := context.get("error"):  # a check of the lab's own says what is wrong
            raise ValueError(f"{name}: {said}".rstrip(".")) from None
        if spec.kind == "text" and (most := context.get("max_length")):
            raise ValueError(f"{name}={clip(text)} has {len(text)} characters, not at most {most}") from None
        raise ValueError(f"{name}={clip(text)} is not {wanted(spec)}") from None


def wanted(spec: Spec) -> str:
    """What a knob takes, in words: `a number from 1e-05 to 10`."""
    if spec.kind == "choice":
        return "one of " + ", ".join(map(write, spec.choices))
    if spec.kind == "choices":
        return "some of " + ", ".join(map(write, spec.choices)) + ", joined by -"
    span = f" from {_bound(spec.low)} to {_bound(spec.high)}" if spec.low is not None and spec.high is not None else ""
    if spec.kind == "ints":
        return f"{spec.items[0]} to {spec.items[1]} whole numbers{span}, joined by -"
    if spec.kind == "point":
        return f"numbers{span}, joined by _"
    kinds = {
        "bool": "0 or 1", "int": "a whole number", "float": "a number", "text": "a text of the right form",
        "upload": "the key of an upload", "changes": "changes like 1200~learning_rate~0.1, joined by ~",
    }  # fmt: skip
    return kinds[spec.kind] + span


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def clip(text: str) -> str:
    """A visitor's text, printable and short enough to repeat on a page."""
    plain = "".join(c if c.isprintable() and c not in "`*[]<>$\\|:@" else "?" for c in text)
    plain = re.sub(r"(?i)(www)\.", r"\1?", plain)  # Markdown would make it a link
    return plain if len(plain) <= 40 else plain[:37] + "..."


def to_query(knobs: Knobs) -> dict[str, str]:
    """The knobs that are in force and differ from their defaults."""
    found = specs(type(knobs))
    values = ((name, getattr(knobs, name)) for name, spec in found.items() if knobs.in_force(name))
    return {name: write(value) for name, value in values if value != found[name].default}


def from_query(model: type[Knobs], query: Mapping[str, str]) -> tuple[Knobs, tuple[str, ...]]:
    """The knobs that a query means, and a sentence for each part that was ignored or lowered."""
    good: dict[str, Any] = {}
    notes: list[str] = []
    known = specs(model)
    for name, text in query.items():
        if name in RESERVED:
            continue
        if name not in known:
            notes.append(f"{clip(name)} is not a knob of this lab: ignored.")
            continue
        try:
            good[name] = check(model, name, text)
        except ValueError as error:
            notes.append(f"{error}: using {write(known[name].default) or 'none'}.")
    return _settle(model, good, notes)


def _settle(model: type[Knobs], good: Mapping[str, Any], notes: list[str]) -> tuple[Knobs, tuple[str, ...]]:
    try:
        asked = model.model_validate(good)
    except ValidationError as error:  # a model's own check over several knobs
        return model(), (*notes[:MOST_NOTES], f"{error.errors()[0]['msg']}: using the defaults.")
    knobs = asked.settled()
    notes += [_moved(asked, knobs, name) for name in good if getattr(asked, name) != getattr(knobs, name)]
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [f"{len(notes) - MOST_NOTES} more parts of the link were ignored."]
    return knobs, tuple(notes)


def _moved(asked: Knobs, knobs: Knobs, name: str) -> str:
    """Why a good value was not taken."""
    spec = specs(type(asked))[name]
    if not asked.in_force(name) and spec.when:
        other = spec.when[0]
        return f"{name} has no effect with {other}={write(getattr(asked, other))}: ignored."
    if spec.kind == "changes":
        left = tuple(change for change in asked.made if change not in knobs.made)
        return f"{clip(write(left))} cannot be changed mid-run: ignored."
    return f"{name} was lowered to {write(getattr(knobs, name))}, the value of {spec.at_most}."


def parse(link: str) -> Link:
    """The lab and knobs of a link, whole or from the page's name on.

    Raises ValueError with one sentence where no lab can be told from it.
    """
    return from_pairs(*split(link))


def split(link: str) -> tuple[str, list[tuple[str, str]]]:
    """(page's name, pairs of the query) of a link. Raises ValueError with one sentence where there is no such page."""
    if len(link) > LONGEST:
        raise ValueError(f"This link has {len(link)} characters; a link holds at most {LONGEST}.")
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        raise ValueError(f"{clip(link)} is not a link.") from None
    name = parts.path.rstrip("/").rpartition("/")[2]
    try:
        return concept(name).name, parse_qsl(parts.query, keep_blank_values=True)
    except LookupError as error:
        raise ValueError(str(error)) from None


def from_pairs(owner: str, pairs: Iterable[tuple[str, str]]) -> Link:
    """The link that a page's name and its query's pairs make; of a repeated name the last counts."""
    query = dict(pairs)
    labs = concept(owner).labs
    wish = query.get("lab", labs[0])
    notes = () if wish in labs else (f"{clip(wish)} is not a lab of this page: showing {labs[0]}.",)
    one = lab(f"{owner}/{wish if wish in labs else labs[0]}")
    knobs, more = from_query(one.Knobs, query)
    t, said = moment(query.get("t"))
    return Link(one, knobs, t, (*notes, *more, *said))


def moment(text: str | None) -> tuple[int | None, tuple[str, ...]]:
    """The frame number that `t` means, if any."""
    if text is None:
        return None, ()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return min(int(text), MOST_FRAMES), ()
    return None, (f"t={clip(text)} is not a frame number: ignored.",)


def url(one: Lab, knobs: Knobs, t: int | None = None) -> str:
    """The link from the page's name on: `optimizers?lab=surface&learning_rate=0.1`."""
    first = concept(one.concept).labs[0] == one.name
    query = {**({} if first else {"lab": one.name}), **to_query(knobs), **({} if t is None else {"t": str(t)})}
    return one.concept + ("?" + urlencode(query, quote_via=quote) if query else "")


def pin_text(knobs: Knobs) -> str:
    """The value of `pin` that opens these knobs again: names and values joined by `~`, which inside a value is `~~`."""
    parts = (part.replace("~", "~~") for pair in to_query(knobs).items() for part in pair)
    return "~".join(parts) or "default"


def pinned(model: type[Knobs], texts: Iterable[str]) -> tuple[tuple[Knobs, ...], tuple[str, ...]]:
    """The knobs of up to three pins, each once, and a sentence for each that could not be read."""
    found: dict[Knobs, None] = {}
    notes: list[str] = []
    for text in list(texts)[: MOST_PINS + 1]:
        parts = [] if text == "default" else [part.replace("~~", "~") for part in re.split("(?<!~)~(?!~)", text)]
        knobs, said = from_query(model, dict(zip(parts[::2], parts[1::2], strict=False)))
        notes += [f"A pin: {note}" for note in said]
        if len(parts) % 2 or said:
            notes += [] if said else [f"pin={clip(text)} is not pairs of knob and value: ignored."]
        elif len(found) < MOST_PINS:
            found[knobs] = None
        elif knobs not in found:
            notes.append(f"At most {MOST_PINS} runs can be pinned: the others were ignored.")
    return tuple(found), tuple(notes)


def difference(pin: Knobs, shown: Knobs) -> str:
    """What sets a pinned run apart from the one shown: `learning_rate 0.03 -> 0.3`."""
    names = [n for n in specs(type(shown)) if getattr(pin, n) != getattr(shown, n)]
    parts = [f"{n} {write(getattr(pin, n))} -> {write(getattr(shown, n))}" for n in names]
    return ", ".join(parts) or "the same knobs"
