"""A lab's page: head, knobs at the left, presets and the player at the right, and what is to be read below."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from playground import contract
from playground import link as links
from playground.contract import History, Knobs, Preset, Source, lab, specs
from playground.device import device_note
from playground.engine.paths import path
from playground.engine.store import store
from playground.export.routes import UPLOADS
from playground.player.component import mount_head, mount_player
from playground.stage import to_json
from playground.ui import address
from playground.ui.changes import changes
from playground.ui.controls import controls
from playground.ui.downloads import offers
from playground.ui.literal import literal
from playground.ui.named import agree, by_hand, named
from playground.ui.navigation import link, neighbours
from playground.ui.pins import pins, repin
from playground.ui.place import Place
from playground.ui.told import PLAYER, branched, run_path, told
from playground.ui.verdicts import challenges, verdicts
from playground.ui.walking import walking
from playground.ui.whole import whole

TALK = Path(__file__).parent / "talk.css"
EMBED = Path(__file__).parent / "embed.css"


def lab_page(owner: str) -> None:
    """The page of a concept, at the place that its link or this visitor's widgets say."""
    concept = contract.concept(owner)
    place = replace(address.current(owner), embedded=bool(st.context.is_embedded))
    walk, said = walking(place)
    title = f"{concept.title}: {place.lab.title}" if place.bare else concept.title
    mount_head(
        key="head", title=title, sentence=concept.sentence,
        question=concept.question, presenting=place.presenting, embedded=place.embedded, walk=walk,
    )  # fmt: skip
    if place.bare:
        _on_stage(replace(place, notes=(*place.notes, said)))
        return
    left, right = st.columns([1, 3], gap="medium")
    with right, st.container(key="stage", gap="small"):
        above, middle, below = (st.container(key=name, gap="small") for name in ("above", "middle", "below"))
    history = _ended(place)
    shown = PLAYER in st.session_state  # then its next run starts first; a new player waits for the widgets
    if shown:
        with middle:
            _player(place)
    with left, st.container(key="side", gap="small"):
        _labs(place, concept.labs)
        with st.container(key="knobs", gap="small"):
            controls(place)
            _guide(place)
            _challenge(place, history)
    with above:
        _presets(place)
        _notes(place)
        changes(place)
        offers(place)
    if not shown:
        with middle:
            _player(place)
    with below:
        _why(place, history)
    _below(place)


def _on_stage(place: Place) -> None:
    """On stage or in a frame: the player, with the chosen knobs above it; the presets answer to number keys."""
    st.html(TALK if place.presenting else EMBED)
    if any(map(place.shows, specs(place.lab.Knobs))):
        with st.container(key="knobs", horizontal=True, gap="large"):
            controls(place)
    with st.container(key="stage", gap="small"):
        _presets(place)
        _notes(place)
        _player(place)


def _labs(place: Place, names: tuple[str, ...]) -> None:
    """The labs of the page side by side; the others are not on the page."""
    if len(names) == 1:
        return
    owner = place.lab.concept
    key = named(f"{owner}.lab", place.lab.name)
    st.session_state[key] = place.lab.name
    st.container(key="labs").segmented_control(
        "Lab", names, key=key, required=True, label_visibility="collapsed",
        format_func=lambda name: lab(f"{owner}/{name}").title, on_change=_switch, args=(owner, key),
    )  # fmt: skip


@whole
def _switch(owner: str, key: str) -> None:
    if not by_hand(f"{owner}.lab", key):
        return
    name = st.session_state[key]
    address.move(owner, lambda place: place.elsewhere(name))
    agree(f"{owner}.lab", key, name)


def _presets(place: Place) -> None:
    """The presets as a row of links; the one shown says what to watch."""
    with st.container(horizontal=True, gap="small", key="presets"):
        for number, preset in enumerate(place.lab.presets):
            state = "on" if preset.knobs == place.knobs else "off"
            with st.container(key=f"preset-{state}-{number}", width="content"):
                _preset(place, preset)
    for preset in place.lab.presets:
        if preset.knobs == place.knobs:
            st.caption(preset.watch)


def _preset(place: Place, preset: Preset) -> None:
    query = place.to(preset.knobs).query()
    link(
        place.lab.concept,
        preset.title,
        query=query,
        icon=":material/bolt:" if preset.breaks else None,
        help=preset.watch,
    )


def _notes(place: Place) -> None:
    """What of the link was ignored, and a GPU that is missing: a calm line each."""
    if notes := [note for note in (*place.notes, device_note(store().gpu())) if note]:
        st.caption("  \n".join(f":orange[:material/info:] {literal(note)}" for note in notes))


@lru_cache(maxsize=256)
def _stage(path: str, knobs: Knobs) -> str:
    return to_json(lab(path), knobs)


def _player(place: Place) -> None:
    """The player of the place's run; a lab that cannot draw its stage says so and the knobs stay."""
    where = place.lab.path
    try:
        stage = _stage(where, place.knobs)
        socket, others = run_path(place.lab, place.knobs), pins(place)
    except ValueError as error:
        st.error(literal(str(error)))
    except Exception as error:
        said = literal(f"{type(error).__name__}: {str(error)[:200]}")
        st.error(f"The stage of {where} cannot be drawn: {said}")
    else:
        mount_player(
            key=PLAYER, socket=socket, stage=stage, pins=others, pin=links.pin_text(place.knobs), t=place.t,
            command=links.url(place.lab, place.knobs), talk=place.presenting, reads=_reads(place, socket),
            item=place.kept.get("talk", ("",))[-1], branched=place.goes_on,
            on_ended=whole(lambda: _note_end(place.lab.concept, told("ended"))),
            on_edit=whole(lambda: _edited(where, told("edit"))),
            on_pin=whole(lambda: repin(where, told("pin"))),
            on_branch=whole(lambda: branched(where)),
        )  # fmt: skip


def _reads(place: Place, socket: str) -> list[tuple[str, str]]:
    """Address and name of each file that the run's script may read: of the playground's data, and the visitor's own."""
    carried = [source.file for source in place.lab.sources_of(place.knobs) if source.file]
    own = [spec.upload for name, spec in specs(place.lab.Knobs).items() if spec.upload and place.knobs.in_force(name)]
    uploads = [UPLOADS[kind][0] for kind in own]
    return [(path(f"data/{name}"), name) for name in carried] + [(f"{socket}/{name}", name) for name in uploads]


def _note_end(owner: str, event: Any) -> None:
    match event:
        case {"socket": str(socket)}:
            st.session_state["ended"] = socket
            address.stay(owner)


def _edited(where: str, event: Any) -> None:
    """Takes a gesture's value like a link's; a bad one is said."""
    match event:
        case {"knob": str(name), "value": str(text), "step": int(step), "i": int(shown)}:
            address.move(where, lambda place: place.edited(name, text, step, shown))


def _ended(place: Place) -> History | None:
    """The history of the run shown, once the player reached its end."""
    try:
        token = store().token(place.lab, place.knobs)
        run = store().peek(token)
    except ValueError:
        return None
    return run.history() if run and run.frames and st.session_state.get("ended") == path(f"run/{token}") else None


def _guide(place: Place) -> None:
    """First steps, each a link with a sentence; the one shown is open."""
    if not place.lab.guide:
        return
    with st.expander(f"New here? {len(place.lab.guide)} steps", key=f"{place.lab.path}.guide"):
        for number, step in enumerate(place.lab.guide, 1):
            link(place.lab.concept, f"{number}. {step.title}", query=place.to(step.knobs).query())
            st.caption(step.watch)


def _challenge(place: Place, history: History | None) -> None:
    if place.lab.challenges:
        with st.container(border=True, key="challenge", gap="small"):
            st.markdown("**Challenge**")
            challenges(place, history)


def _why(place: Place, history: History | None) -> None:
    """The verdicts at the run's end, or where the visitor asks before."""
    with st.container(key="why"):
        if history is None:
            st.button("Why did that happen?", type="tertiary", icon=":material/help:", on_click=_ask, args=(place,))
            return
    with st.container(border=True, key="verdicts", gap="small"):
        st.markdown("**Why did that happen?**")
        verdicts(place, history)


@whole
def _ask(place: Place) -> None:
    st.session_state["ended"] = run_path(place.lab, place.knobs)
    address.stay(place.lab.concept)


def _source(source: Source) -> str:
    """A source in a sentence: what, licence, address, and the file that the script reads."""
    licence = f" Licence: {source.licence}." if source.licence else ""
    where = f" [{source.url}]({source.url})" if source.url else ""
    file = f" [Download {source.file}]({path(f'data/{source.file}')})" if source.file else ""
    return f"{source.text}{licence}{where}{file}"


def _below(place: Place) -> None:
    """What the lab stands on, and the way to the concepts before and after."""
    if sources := place.lab.sources_of(place.knobs):
        with st.expander("Data and licence"):
            for source in sources:
                st.markdown(_source(source))
    before, after = neighbours(place.lab.concept)
    with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
        if before:
            link(before.name, before.title, icon=":material/arrow_back:")
        if after:
            link(after.name, after.title, icon=":material/arrow_forward:")
