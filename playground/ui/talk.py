"""A talk: a list of links with a note each, as a text that people write, and the short words by which links name it."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from playground import link
from playground.contract import concept
from playground.data.own import store, talks
from playground.data.published import DataError
from playground.ui.place import Place, Query, arrive

MOST_ITEMS = 50
MOST_FAULTS = 12
LONGEST_NOTE = 1000  # characters
LONGEST_TITLE = 120
ROOM = 60  # characters that a link gets while its talk is walked: the talk's key and the item's number
OWN = ("present", "talk", "embed", "embed_options")  # names in an item's link that its talk decides
CARRIED = Path(__file__).parent / "talks"
PACKED = re.compile(r"[A-Za-z0-9_-]{8,}")
UNREADABLE = "The talk in this link cannot be read: the link is cut or changed."


@dataclass(frozen=True)
class Item:
    """One item of a talk: a place, without the stage, and what the speaker says there."""

    place: Place
    note: str

    @property
    def title(self) -> str:
        """`Network: Sandbox`, the concept and its lab."""
        owner = concept(self.place.lab.concept).title
        return owner if self.place.lab.title == owner else f"{owner}: {self.place.lab.title}"

    def link(self, **more: str) -> str:
        """The item's link from the page's name on, with more names in it."""
        moment = {} if self.place.t is None else {"t": (str(self.place.t),)}
        query: Query = {**{name: (text,) for name, text in more.items()}, **self.place.query(), **moment}
        text = urlencode([(name, one) for name, texts in query.items() for one in texts], quote_via=quote)
        return self.place.lab.concept + (f"?{text}" if text else "")


@dataclass(frozen=True)
class Talk:
    """A talk understood: its title, its items, and a sentence for each line or part that was left out."""

    title: str
    items: tuple[Item, ...]
    faults: tuple[str, ...]


def parse(text: str) -> Talk:
    """The talk that a text means: a first line with # is its title, others with # are comments, the rest are items."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    title = lines[0][1].lstrip("# ")[:LONGEST_TITLE] if lines and lines[0][1].startswith("#") else ""
    items: list[Item] = []
    faults: list[str] = []
    for number, line in lines:
        if line.startswith("#"):
            continue
        if len(items) == MOST_ITEMS:
            faults.append(f"Line {number} and those below it: a talk has at most {MOST_ITEMS} items.")
            break
        try:
            items.append(_item(line))
        except ValueError as error:
            faults.append(f"Line {number}: {error}")
        else:
            faults += [f"Line {number}: {note}" for note in items[-1].place.notes]
    if len(faults) > MOST_FAULTS:
        faults[MOST_FAULTS:] = [f"{len(faults) - MOST_FAULTS} more lines or parts of them were left out."]
    return Talk(title or "A talk", tuple(items), tuple(faults))


def _item(line: str) -> Item:
    """The item of one line. Raises ValueError with one sentence."""
    address, _, note = (part.strip() for part in line.partition("|"))
    owner, pairs = link.split(address)
    query: dict[str, tuple[str, ...]] = {}
    for name, text in pairs:
        if name not in OWN:
            query[name] = (*query.get(name, ()), text)
    one = Item(arrive(owner, query), note[:LONGEST_NOTE])
    if len(one.link()) > link.LONGEST - ROOM:
        raise ValueError(f"this link has {len(one.link())} characters; in a talk it has at most {link.LONGEST - ROOM}.")
    return one


def carried() -> tuple[str, ...]:
    """The names of the talks that come with the playground."""
    return tuple(sorted(path.stem for path in CARRIED.glob("*.txt")))


def packed(text: str) -> str:
    """A talk's whole text as a word of a link."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def text_of(name: str) -> str:
    """The text of the talk that a link names: one that comes with the playground, an upload's key, or the text packed.

    Raises DataError with one sentence.
    """
    if name in carried():
        return (CARRIED / f"{name}.txt").read_text("utf-8")
    if store.KEY.fullmatch(name):
        return store.plain("talk", name).decode()
    return _unpacked(name)


def _unpacked(word: str) -> str:
    if not PACKED.fullmatch(word):
        raise DataError(UNREADABLE)
    unpacker = zlib.decompressobj()
    try:
        raw = unpacker.decompress(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)), talks.LARGEST + 1)
    except (ValueError, zlib.error):
        raise DataError(UNREADABLE) from None
    if not unpacker.eof:
        raise DataError(UNREADABLE)
    return talks.normalised(raw).decode()


def named(value: str) -> tuple[str, int]:
    """(the talk's name, the item's number from 1) of what a link says: `NAME~3`; without a number the first."""
    name, _, number = value.partition("~")
    return name, max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 4 else 1


def steps(talk: Talk, name: str) -> tuple[str, ...]:
    """The link of each item on stage: a reload, Back and the link itself keep the place in the talk."""
    return tuple(one.link(present="1", talk=f"{name}~{number}") for number, one in enumerate(talk.items, 1))


def whole(text: str) -> str:
    """The name that carries the talk itself; empty where it makes a link too long."""
    name = packed(text)
    links = steps(parse(text), name)
    return name if max(map(len, (f"talk?talk={name}", *links))) <= link.LONGEST else ""
