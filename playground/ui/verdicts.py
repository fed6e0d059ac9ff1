"""Why a run went as it did, and whether a challenge is met: one sentence each, with a link that mends."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import streamlit as st

from playground.contract import Challenge, Change, History, Readout, Spec, Verdict, mended, specs
from playground.link import write
from playground.ui.changes import said
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
                link(place.lab.concept, f"Try {advised(place, verdict)}", query=query, icon=":material/build:")


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


def advised(place: Place, verdict: Verdict) -> str:
    """What a verdict would change, in words: `learning rate 0.05`."""
    return ", ".join(_change(place, specs(place.lab.Knobs)[name], value) for name, value in verdict.mend.items())


def _taken_back(place: Place, kept: tuple[Change, ...]) -> str:
    """Which changes made mid-run a verdict would take back: `without step 100: Learning rate = 10`."""
    gone = [said(place.knobs, change) for change in place.knobs.made if change not in kept]
    return f"without {gone[0]}" if len(gone) == 1 else f"without {len(gone)} changes"


def _change(place: Place, spec: Spec, value: Any) -> str:
    """A knob and its value as its widget shows it, of several choices those that come and go."""
    title = _small(spec.title)
    if spec.kind == "bool":
        return f"{title}: {'on' if value else 'off'}"
    if spec.kind == "changes":
        return _taken_back(place, value)
    if spec.kind == "choices":
        return _chosen(spec, getattr(place.knobs, spec.name), value)
    return f"{title}: {spec.label(value)}" if spec.kind == "choice" else f"{title} {write(value) or 'none'}"


def _chosen(spec: Spec, before: Sequence[Any], value: Sequence[Any]) -> str:
    """Which of several choices come and go; where few are left of many, those."""
    if set(value) <= set(before) and len(value) < len(before) - len(value):
        return f"{_listed('with', spec, value, ())} alone"
    gone, come = _listed("without", spec, before, value), _listed("with", spec, value, before)
    return " and ".join(filter(None, [gone, come]))


def _listed(word: str, spec: Spec, these: Any, others: Any) -> str:
    """The choices that are among these and not among the others, behind a word; nothing where there are none."""
    names = [spec.label(one) for one in these if one not in others]
    return f"{word} {', '.join(names)}" if names else ""


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
