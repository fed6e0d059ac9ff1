"""Why a run went as it did, and whether a challenge is met: one sentence each, with a link that mends."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import streamlit as st

from playground.contract import Challenge, History, Readout, Spec, Verdict, mended, specs
from playground.link import write
from playground.ui.navigation import link
from playground.ui.place import Place

TOLD = 3  # read-outs that a run's last word names


def verdicts(place: Place, history: History) -> None:
    """The lab's verdicts on a history; a lab that fails to judge says so and harms nothing else."""
    try:
        found = [(one, mended(place.knobs, one.mend)) for one in place.lab.verdicts(place.knobs, history)]
    except Exception as error:
        st.caption(f"Why this happened cannot be said: {type(error).__name__} in the verdicts of {place.lab.path}.")
        return
    if not found:
        st.markdown(calm(place.lab.readouts, history))
    for number, (verdict, knobs) in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center", key=f"verdict-{number}"):
            st.markdown(verdict.sentence)
            if knobs != place.knobs:
                query = place.to(knobs).query()
                link(place.lab.concept, f"Try {_changes(place, verdict)}", query=query, icon=":material/build:")


def calm(readouts: Sequence[Readout], history: History) -> str:
    """That no fault was found, with the first of the lab's read-outs that the run has numbers for."""
    values = {one: history.last(one.metric) for one in readouts}
    told = [f"{_small(one.title)} {_number(value, one.style)}" for one, value in values.items() if isfinite(value)]
    return f"No fault found: {', '.join(told[:TOLD])}." if told else "No fault found."


def _number(value: float, style: str) -> str:
    """A measured value as a sentence writes it."""
    forms = {"percent": f"{value:.1%}", "count": f"{value:,.0f}"}
    return forms.get(style, f"{value:.3g}").replace("-", "−")


def _small(title: str) -> str:
    """A title within a sentence: one that is no name begins small."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _changes(place: Place, verdict: Verdict) -> str:
    """What a verdict would change, in words: `learning rate 0.05`."""
    known = specs(place.lab.Knobs)
    return ", ".join(_change(known[name], value) for name, value in verdict.mend.items())


def _change(spec: Spec, value: Any) -> str:
    """A knob and its value as its widget shows it."""
    title = _small(spec.title)
    if spec.kind == "bool":
        return f"{title}: {'on' if value else 'off'}"
    return f"{title} {spec.label(value) if spec.kind == 'choice' else write(value)}"


def challenges(place: Place, history: History | None) -> None:
    """The lab's challenges: the goal, whether the run shown meets it, and where to set out from."""
    for challenge in place.lab.challenges:
        met = history is not None and _met(place, challenge, history)
        st.markdown(f":green[:material/check_circle:] **{challenge.sentence}** Met." if met else challenge.sentence)
        if challenge.start and not met:
            knobs = mended(place.lab.Knobs(), challenge.start)
            link(place.lab.concept, "Start from here", query=place.to(knobs).query(), icon=":material/flag:")


def _met(place: Place, challenge: Challenge, history: History) -> bool:
    try:
        return bool(challenge.met(place.knobs, history))
    except Exception:
        return False
