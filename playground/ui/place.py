"""Where a visitor is: lab, knobs, moment and pins, as values without Streamlit; and who is right, link or widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from playground import link
from playground.contract import Knobs, Lab, concept, mended, specs
from playground.data import full
from playground.data.own import store
from playground.data.published import SETS

Query = Mapping[str, tuple[str, ...]]

ECHO_SECONDS = 1.0
REMEMBERED = 100  # queries that were written or asked for
KEPT = ("present", "show", "talk")  # names that travel on unchanged


@dataclass(frozen=True)
class Place:
    """One lab under its knobs.

    `t` is the moment that came with the link; `pins` are pins as a link writes them; `notes` say what of the link
    was ignored; `bad` holds, by knob, the sentence on an input that could not be taken; `wanted` are full image sets
    that are not here: (knob, its choice, name of the set); `branch` is the step at which live knobs change, None where
    they start a fresh run, and `shown` the frame at which the player rests there; `embedded` says that another page
    shows this one in a frame.
    """

    lab: Lab
    knobs: Knobs
    t: int | None = None
    pins: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    kept: Query = field(default_factory=dict)
    bad: Mapping[str, str] = field(default_factory=dict)
    wanted: tuple[tuple[str, str, str], ...] = ()
    branch: int | None = None
    shown: int | None = None
    embedded: bool = False

    def query(self) -> dict[str, tuple[str, ...]]:
        """The canonical query, without the moment."""
        first = concept(self.lab.concept).labs[0] == self.lab.name
        knobs = {name: (text,) for name, text in link.to_query(self.knobs).items()}
        pins = {"pin": self.pins} if self.pins else {}
        return {**self.kept, **({} if first else {"lab": (self.lab.name,)}), **knobs, **pins}

    @property
    def presenting(self) -> bool:
        """Whether the page is on stage: only title, player and chosen knobs, in large type."""
        return self.kept.get("present", ())[-1:] == ("1",)

    @property
    def bare(self) -> bool:
        """Whether the page is on stage or in another page's frame: player and chosen knobs are all there is."""
        return self.presenting or self.embedded

    @property
    def chosen(self) -> tuple[str, ...]:
        """The knobs that `show` names."""
        return tuple(name for name in self.kept.get("show", ("",))[-1].split("~") if name)

    def shows(self, name: str) -> bool:
        """Whether a knob is in sight: those that `show` names; without it all, on a bare page none."""
        return name in self.chosen if "show" in self.kept else not self.bare

    def to(self, knobs: Knobs) -> Place:
        """The same lab under other knobs: what was said of the old ones goes."""
        if knobs == self.knobs:
            return replace(self, bad={})
        return replace(self, knobs=knobs, t=None, notes=(), bad={}, wanted=(), branch=None, shown=None)

    @property
    def in_hand(self) -> Knobs:
        """The knobs as the widgets show them: with Branch on, those in force at the step shown."""
        return self.knobs if self.branch is None else self.knobs.at(self.branch)

    @property
    def goes_on(self) -> bool:
        """Whether the run was just changed at the frame shown, from which it is to play on."""
        return self.shown is not None and self.t == self.shown

    def branching(self, step: int | None, shown: int | None) -> Place:
        """The place where Branch is on and the player rests at a frame of a step, or, at None, where it is off."""
        return replace(self, branch=step, shown=shown)

    def turned(self, name: str, text: str) -> Place:
        """The place after one knob was set to what a text means; a bad text is said beside the knob.

        With Branch on a live knob is changed at the step shown.
        """
        try:
            value = link.check(self.lab.Knobs, name, text)
            if self.branch is not None and self.knobs.changeable(self.branch, name, value):
                same = value == getattr(self.in_hand, name)
                return self if same else self._changed(self.branch, name, value)
            knobs = mended(self.knobs, {name: value})
        except ValidationError as error:  # a model's own check over several knobs
            return replace(self, bad={**self.bad, name: f"{error.errors()[0]['msg']}."})
        except ValueError as error:
            return replace(self, bad={**self.bad, name: f"{error}."})
        left = {knob: said for knob, said in self.bad.items() if knob != name}
        return present(replace(self.to(knobs), bad=left))

    def _changed(self, step: int, name: str, value: float) -> Place:
        """The place where the run changes at a step and goes on; one change too many is said."""
        try:
            knobs = self.knobs.changed(step, name, value)
        except ValidationError:
            return replace(self, notes=("A run can be changed at most a dozen times.",))
        return replace(self.to(knobs), t=self.shown, branch=self.branch, shown=self.shown)

    def unchanged(self, number: int) -> Place:
        """The place without one of the changes made mid-run."""
        kept = tuple(change for at, change in enumerate(self.knobs.made) if at != number)
        return self.to(mended(self.knobs, {"changes": kept}))

    def edited(self, name: str, text: str, step: int = 0, shown: int | None = None) -> Place:
        """The place after a gesture on a picture, at a step and frame, set a knob; what could not be taken is a note.

        A gesture on `changes` says what takes which value: `w1.2.1~0.5`.
        """
        if name not in specs(self.lab.Knobs):
            return replace(self, notes=("This picture sets a knob that the lab does not have.",))
        if specs(self.lab.Knobs)[name].kind == "changes":
            return replace(self, shown=shown)._set_by_hand(step, text)
        place = self.turned(name, text[: link.LONGEST])
        return replace(self, notes=(place.bad[name],)) if name in place.bad else place

    def _set_by_hand(self, step: int, text: str) -> Place:
        """The place after a weight was set by hand at a step."""
        try:
            ((_, target, value),) = link.check(self.lab.Knobs, "changes", f"{step}~{text[: link.LONGEST]}")
        except ValueError:
            return replace(self, notes=(f"{link.clip(text)} is not a change of this network: ignored.",))
        if not self.knobs.changeable(step, target, value):
            return replace(self, notes=(f"{link.clip(text)} cannot be set here: ignored.",))
        return self._changed(step, target, value)

    def said(self, name: str, sentence: str) -> Place:
        """The place with a sentence beside a knob whose input could not be taken."""
        return replace(self, bad={**self.bad, name: sentence})

    def elsewhere(self, name: str) -> Place:
        """Another lab of the same page, at its defaults."""
        return replace(arrive(self.lab.concept, {"lab": (name,)}), kept=self.kept)

    def pinned(self, text: str) -> Place:
        """The place with one more pin; one too many is said."""
        knobs, notes = link.pinned(self.lab.Knobs, (*self.pins, text))
        return replace(self, pins=tuple(map(link.pin_text, knobs)), notes=notes)

    def unpinned(self, text: str) -> Place:
        """The place without a pin."""
        return replace(self, pins=tuple(one for one in self.pins if one != text), notes=())


def arrive(owner: str, query: Query) -> Place:
    """The place that a page's query means; whatever was ignored is in its notes."""
    length = sum(len(name) + len(text) + 2 for name, texts in query.items() for text in texts)
    if length > link.LONGEST:
        note = f"This link has {length} characters; a link holds at most {link.LONGEST}: showing the defaults."
        return replace(arrive(owner, {}), notes=(note,))
    found = link.from_pairs(owner, [(name, text) for name, texts in query.items() for text in texts])
    pins, said = link.pinned(found.lab.Knobs, query.get("pin", ()))
    twice = tuple(
        f"{name} is given {len(texts)} times: the last counts."
        for name, texts in query.items()
        if len(texts) > 1 and name in {*found.lab.Knobs.model_fields, "lab", "t"}
    )
    notes = (*found.notes, *twice, *said)
    place = Place(found.lab, found.knobs, found.t, tuple(map(link.pin_text, pins)), notes, _kept(query))
    return present(replace(place, notes=(*notes, *_unknown(place))))


def _kept(query: Query) -> Query:
    return {name: tuple(query[name]) for name in KEPT if name in query}


def _unknown(place: Place) -> tuple[str, ...]:
    """A sentence for what `show` names and the lab does not have."""
    odd = [name for name in place.chosen if name not in specs(place.lab.Knobs)]
    return (f"{link.clip(', '.join(odd))} in show is not a knob of this lab: ignored.",) if odd else ()


def present(place: Place) -> Place:
    """The place without uploads that are gone and full sets that are not here, each said; a set is then `wanted`."""
    changed: dict[str, str] = {}
    notes: list[str] = []
    wanted: list[tuple[str, str, str]] = []
    for name, spec in specs(type(place.knobs)).items():
        value = getattr(place.knobs, name)
        if spec.upload and value and not store.holds(spec.upload, value):
            changed[name] = ""
            notes.append(store.gone(spec.upload))
        elif spec.full and value in spec.full and not full.here(spec.full[value][0]):
            wish, changed[name] = spec.full[value]
            notes.append(f"The full {SETS[wish].title} is not here: using {spec.label(changed[name])}.")
            wanted.append((name, value, wish))
    if not changed:
        return place
    try:
        knobs = mended(place.knobs, changed)
    except ValidationError as error:  # what stands in does not go with the other knobs
        knobs = type(place.knobs)()
        notes.append(f"{error.errors()[0]['msg']}: using the defaults.")
    return replace(place, knobs=knobs, notes=(*place.notes, *notes), wanted=tuple(wanted))


@dataclass(frozen=True)
class Written:
    """The query last written to the address bar, and the last ones before it, each with when it was followed."""

    query: Query
    echoes: tuple[tuple[Query, float], ...] = ()

    def followed_by(self, query: Query, asked: Query, now: float) -> Written:
        """What is known after the next query was written in answer to the one asked for."""
        return Written(query, (*self.echoes, (self.query, now), (asked, now))[-REMEMBERED:])

    def is_echo(self, query: Query, now: float) -> bool:
        """Whether the browser, asked a moment ago, has not seen the newest query yet."""
        return any(query == old and now - at < ECHO_SECONDS for old, at in self.echoes)

    def is_new(self, query: Query) -> bool:
        """Whether the page has never been at a query: then no slow line has kept it, the visitor followed a link."""
        return query != self.query and all(query != old for old, _ in self.echoes)


def follow(
    owner: str, place: Place | None, written: Written, query: Query, now: float,
    *, by_widget: bool = False, by_history: bool = False,
) -> Place:  # fmt: skip
    """The place to show: the very `place` unless the visitor followed, typed or went back to another link.

    What a widget asked for has the place that its callback left, however old the address that the browser sent along.
    Back and Forward are the visitor's however soon, as is what no widget changes (stage, talk and its item).
    """
    if place is None or _kept(query) != place.kept:
        return arrive(owner, query)
    if by_widget or timeless(query) == written.query:
        return place
    if not by_history and written.is_echo(timeless(query), now):
        return place
    return arrive(owner, query)


def timeless(query: Query) -> Query:
    """The query without the moment, which the player writes by itself."""
    return {name: texts for name, texts in query.items() if name != "t"}
