"""Widgets made from the knobs: one for each kind; what they say is checked like a link."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from playground import link
from playground.contract import Knobs, Spec, specs
from playground.data.own import sheets, store
from playground.data.published import DataError
from playground.ui import address
from playground.ui.literal import literal
from playground.ui.named import agree, by_hand, named
from playground.ui.place import Place
from playground.ui.told import branched
from playground.ui.uploads import uploader
from playground.ui.whole import whole

FEW = 3  # choices that lie side by side; more go into a list
SLIDABLE = 500  # whole numbers that a slider can still hit

Common = dict[str, Any]


def controls(place: Place) -> None:
    """The knobs in force: the main ones, the seed where it changes something, and the others folded under More."""
    known = specs(type(place.knobs)).items()
    named = [spec for name, spec in known if place.knobs.in_force(name) and place.shows(name) and name != "seed"]
    for spec in named:
        if spec.group == "main" or (spec.group == "more" and place.chosen):
            _control(place, spec)
    if place.lab.random and place.shows("seed"):
        _seed(place)
    if more := [spec for spec in named if spec.group == "more" and not place.chosen]:
        folded = st.expander("More", key=f"{place.lab.path}.more", on_change=_fold, args=(place.lab.concept,))
        if folded.open:  # thirty widgets that nobody sees would cost every slider step a tenth of a second
            with folded:
                for spec in more:
                    _control(place, spec)


def _control(place: Place, spec: Spec) -> None:
    """One knob's widget, and beside it what was wrong with its last input."""
    key = widget_key(place, spec.name)
    said = place.bad.get(spec.name)
    if spec.kind == "upload":
        uploader(place, spec, key)
    else:
        _widget(place, spec, key, said)
    if said:
        st.caption(f":red[{literal(said)}]")


def _widget(place: Place, spec: Spec, key: str, said: str | None) -> None:
    """A widget that shows the knob's value, or still the input that could not be taken."""
    value = shown(spec, getattr(place.in_hand, spec.name))
    name = named(key, value)
    if said is None and st.session_state.get(name) != value:
        st.session_state[name] = value
    common = {
        "label": spec.title, "key": name, "help": spec.help or None, "on_change": _changed,
        "args": (place.lab.path, key, name, spec.name),
    }  # fmt: skip
    KINDS[spec.kind](spec, place.knobs, common)


def _seed(place: Place) -> None:
    """The seed with a dice beside it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="seed"):
        _control(place, specs(type(place.knobs))["seed"])
        st.button("", icon=":material/casino:", help="Another seed", key="dice", on_click=_roll, args=(place.lab.path,))


def widget_key(place: Place, name: str) -> str:
    """The session's name of a knob's widgets: `concept.lab.knob`."""
    return f"{place.lab.concept}.{place.lab.name}.{name}"


def shown(spec: Spec, value: Any) -> Any:
    """A knob's value as its widget holds it."""
    if spec.kind in ("ints", "point"):
        return link.write(value)
    return list(value) if spec.kind == "choices" else value


def text(spec: Spec, value: Any) -> str:
    """What a widget holds, as a link would write it."""
    if spec.kind == "choices":
        return link.write(tuple(choice for choice in spec.choices if choice in value))
    return str(value).strip() if isinstance(value, str) and spec.kind != "choice" else link.write(value)


@whole
def _fold(owner: str) -> None:
    address.stay(owner)


@whole
def _changed(lab: str, key: str, widget: str, name: str) -> None:
    if not by_hand(key, widget):
        return
    branched(lab)
    value = st.session_state[widget]
    place = address.move(lab, lambda one: one.turned(name, text(specs(one.lab.Knobs)[name], value)[: link.LONGEST]))
    if place:
        agree(key, widget, shown(specs(place.lab.Knobs)[name], getattr(place.in_hand, name)))


@whole
def _roll(lab: str) -> None:
    address.move(lab, lambda place: place.turned("seed", str(random.randrange(10_000))))


def _choice(spec: Spec, knobs: Knobs, common: Common) -> None:
    if len(spec.choices) <= FEW:
        st.segmented_control(options=spec.choices, format_func=spec.label, required=True, width="stretch", **common)
    else:
        st.selectbox(options=spec.choices, format_func=spec.label, **common)


def _choices(spec: Spec, knobs: Knobs, common: Common) -> None:
    st.pills(options=spec.choices, format_func=spec.label, selection_mode="multi", **common)


def _bool(spec: Spec, knobs: Knobs, common: Common) -> None:
    st.toggle(**common)


def _float(spec: Spec, knobs: Knobs, common: Common) -> None:
    low, high = (None if bound is None else float(bound) for bound in bounds(spec, knobs))
    if low is None or high is None:
        st.number_input(min_value=low, max_value=high, format="%g", **common)
    elif spec.log:
        options = log_options(low, high, (spec.default, getattr(knobs, spec.name)))
        st.select_slider(options=options, format_func=link.write, **common)
    elif low == round(low, 2) and high == round(high, 2):
        st.slider(min_value=low, max_value=high, step=nice((high - low) / 50), format=with_unit("%g", spec), **common)
    else:
        st.number_input(min_value=low, max_value=high, step=nice((high - low) / 100), format="%g", **common)


def _int(spec: Spec, knobs: Knobs, common: Common) -> None:
    low, high = (None if bound is None else int(bound) for bound in bounds(spec, knobs))
    if low is not None and high is not None and low < high <= low + SLIDABLE:
        st.slider(min_value=low, max_value=high, step=1, format=with_unit("%d", spec), **common)
    else:
        span = (high or 0) - (low or 0)
        st.number_input(min_value=low, max_value=high, step=max(1, int(nice(span / 200))), **common)


def _text(spec: Spec, knobs: Knobs, common: Common) -> None:
    if spec.column_of:
        _column(spec, knobs, common)
        return
    st.text_input(max_chars=spec.items[1] if spec.kind == "text" else None, **common)


def _column(spec: Spec, knobs: Knobs, common: Common) -> None:
    """A column of the table that another knob holds; none chosen lets the lab choose."""
    key = getattr(knobs, str(spec.column_of))
    try:
        columns = sheets.read(store.plain("table", key)).columns if key else ()
    except DataError:
        columns = ()
    named = [] if knobs_value(knobs, spec) in ("", *columns) else [knobs_value(knobs, spec)]
    st.selectbox(
        options=["", *columns, *named],
        format_func=lambda name: name or "chosen for you",
        disabled=not columns,
        **common,
    )


def knobs_value(knobs: Knobs, spec: Spec) -> str:
    """The text of a knob."""
    return str(getattr(knobs, spec.name))


KINDS: Mapping[str, Callable[[Spec, Knobs, Common], None]] = {
    "choice": _choice, "choices": _choices, "bool": _bool, "float": _float, "int": _int,
    "ints": _text, "point": _text, "text": _text,
}  # fmt: skip


def bounds(spec: Spec, knobs: Knobs) -> tuple[float | None, float | None]:
    """(lowest, highest) value now; a bound that is another knob counts with its value."""
    return spec.low, getattr(knobs, spec.at_most) if spec.at_most else spec.high


def log_options(low: float, high: float, also: tuple[float, ...]) -> list[float]:
    """The stops 1, 2, 3, 5, 7 of each decade within the bounds, with the bounds and some more values.

    A lowest bound of 0 is a stop of its own, five decades below the highest.
    """
    least = low if low > 0 else high * 1e-5
    decades = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    stops = {float(f"{digit}e{decade}") for decade in decades for digit in (1, 2, 3, 5, 7)}
    return sorted({stop for stop in stops if least <= stop <= high} | {low, high, *also})


def nice(step: float) -> float:
    """The power of ten, or 2 or 5 times one, next below a positive step; 1 for none."""
    if step <= 0:
        return 1.0
    decade = math.floor(math.log10(step))
    return max(float(f"{digit}e{decade}") for digit in (1, 2, 5) if float(f"{digit}e{decade}") <= step * 1.0001)


def with_unit(form: str, spec: Spec) -> str:
    """A slider's number format, with the knob's unit."""
    return form + (" " + spec.unit.replace("%", "%%") if spec.unit else "")
