"""Widgets: each kind of knob shows its value, turns it, and says what it could not take."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.contract import specs
from playground.ui.controls import KINDS, log_options, nice
from playground.ui.place import Place
from tests.kinds import LAB, Kinds


def script() -> None:
    import streamlit as st

    from playground.ui.controls import controls
    from playground.ui.place import Place
    from tests.kinds import LAB, Kinds

    st.session_state.setdefault("network.place", Place(LAB, Kinds()))
    controls(st.session_state["network.place"])


@pytest.fixture
def app() -> AppTest:
    opened = AppTest.from_function(script)
    opened.session_state["network/sandbox.more"] = True
    return opened.run()


def place(app: AppTest) -> Place:
    assert not app.exception
    found: Place = app.session_state["network.place"]
    return found


def widget(app: AppTest, kind: str, name: str) -> Any:
    """The widget of a knob; its name grows where something else changes the knob."""
    (one,) = [one for one in getattr(app, kind) if str(one.key).split("#")[0] == f"network.sandbox.{name}"]
    return one


def test_the_lab_of_these_tests_has_every_kind() -> None:
    assert {spec.kind for spec in specs(Kinds).values()} == {*KINDS, "upload"}


@pytest.mark.parametrize(
    ("kind", "name", "value", "turned"),
    [
        ("button_group", "few", "b", "b"),
        ("selectbox", "many", "r", "r"),
        ("button_group", "numbers", 32, 32),
        ("button_group", "several", ["z", "x"], ("x", "z")),
        ("toggle", "flag", True, True),
        ("slider", "whole", 7, 7),
        ("number_input", "large", 4321, 4321),
        ("slider", "bounded", 64, 64),
        ("slider", "share", 0.26, 0.26),
        ("number_input", "fine", 0.75, 0.75),
        ("select_slider", "rate", 0.3, 0.3),
        ("select_slider", "decay", 0.001, 0.001),
        ("text_input", "sizes", "4, 4,2", (4, 4, 2)),
        ("text_input", "sizes", "none", ()),
        ("text_input", "point", "1_2.5", (1.0, 2.5)),
        ("text_input", "word", "xyz", "xyz"),
        ("number_input", "seed", 9, 9),
    ],
)
def test_a_widget_turns_its_knob(app: AppTest, kind: str, name: str, value: Any, turned: Any) -> None:
    widget(app, kind, name).set_value(value).run()
    assert place(app).knobs == Kinds(**{name: turned})
    assert not app.caption


@pytest.mark.parametrize(
    ("kind", "name", "value", "said"),
    [
        ("text_input", "sizes", "8-x", "sizes=8-x is not 0 to 3 whole numbers from 1 to 64"),
        ("text_input", "sizes", "65", "sizes=65"),
        ("text_input", "point", "1", "point=1"),
        ("text_input", "word", "A1", "word=A1"),
        ("button_group", "several", [], "several=none is not some of x, y, z"),
    ],
)
def test_a_bad_input_is_said_and_stays_to_be_mended(app: AppTest, kind: str, name: str, value: Any, said: str) -> None:
    widget(app, kind, name).set_value(value).run()
    assert place(app).knobs == Kinds()
    assert said in app.caption[0].value
    widget(app, "number_input", "seed").set_value(5).run()
    assert place(app).knobs == Kinds(seed=5)
    assert said in app.caption[0].value
    assert widget(app, kind, name).value == value


def test_a_widget_shows_what_came_with_a_link(app: AppTest) -> None:
    knobs = Kinds(rate=0.04, sizes=(3,), several=("y", "z"), share=0.123, many="q", queue=0.7)
    app.session_state["network.place"] = place(app).to(knobs)
    app.run()
    assert widget(app, "select_slider", "rate").value == 0.04
    assert widget(app, "text_input", "sizes").value == "3"
    assert widget(app, "button_group", "several").value == ["y", "z"]
    assert widget(app, "slider", "share").value == 0.123
    assert widget(app, "slider", "queue").value == 0.7
    assert place(app).knobs == knobs


def test_a_knob_out_of_force_is_hidden_and_comes_back_at_its_default(app: AppTest) -> None:
    assert "network.sandbox.queue" not in [slider.key for slider in app.slider]
    widget(app, "selectbox", "many").set_value("q").run()
    widget(app, "slider", "queue").set_value(0.8).run()
    assert place(app).knobs == Kinds(many="q", queue=0.8)
    widget(app, "selectbox", "many").set_value("p").run()
    widget(app, "selectbox", "many").set_value("q").run()
    assert widget(app, "slider", "queue").value == 0.2


def test_a_bound_that_is_a_knob_lowers_the_other(app: AppTest) -> None:
    widget(app, "slider", "bounded").set_value(90).run()
    widget(app, "number_input", "large").set_value(50).run()
    assert place(app).knobs == Kinds(large=50, bounded=50)
    assert widget(app, "slider", "bounded").value == 50


def test_the_dice_changes_the_seed_and_nothing_else(app: AppTest) -> None:
    seeds = set()
    for _ in range(3):
        app.button(key="dice").click().run()
        assert place(app).knobs == Kinds(seed=place(app).knobs.seed)
        seeds.add(widget(app, "number_input", "seed").value)
    assert len(seeds) > 1


def test_a_widget_has_another_name_exactly_where_something_else_changed_its_knob(app: AppTest) -> None:
    def names() -> list[str]:
        return [str(widget(app, *one).key) for one in (("select_slider", "rate"), ("slider", "whole"))]

    first = names()
    widget(app, "slider", "whole").set_value(7).run()
    assert names() == first
    app.session_state["network.place"] = place(app).turned("rate", "0.05")
    app.run()
    second = names()
    assert second[0] != first[0] and second[1] == first[1]
    widget(app, "select_slider", "rate").set_value(0.1).run()
    assert names() == second and place(app).knobs == Kinds(whole=7, rate=0.1)


def test_stops_of_a_logarithmic_slider() -> None:
    assert log_options(0.01, 1, (0.04,)) == [0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 0.7, 1]
    assert log_options(0, 1, (0.0,))[:3] == [0, 1e-5, 2e-5]
    assert [nice(step) for step in (0.02, 0.01998, 24.9, 1, 0, 0.3)] == [0.02, 0.01, 20, 1, 1, 0.2]


def test_folded_knobs_are_made_when_they_are_unfolded() -> None:
    shown = AppTest.from_function(script)
    shown.session_state["network.place"] = Place(LAB, Kinds(many="q"))
    assert "network.sandbox.queue" not in [slider.key for slider in shown.run().slider]
    shown.session_state["network/sandbox.more"] = True
    assert "network.sandbox.queue" in [slider.key for slider in shown.run().slider]
