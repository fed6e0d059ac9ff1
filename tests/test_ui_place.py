"""Who is right, link or widgets: the rules as values, without a browser."""

from __future__ import annotations

import random
import string

import pytest

from playground.contract import Lab, labs
from playground.data import full
from playground.ui.place import ECHO_SECONDS, Place, Written, arrive, follow

DEFAULT: dict[str, tuple[str, ...]] = {}
XOR = {"data": ("xor",)}
MOONS = {"data": ("moons",)}


def at(query: dict[str, tuple[str, ...]]) -> Place:
    return arrive("network", query)


def test_the_first_run_follows_the_link() -> None:
    place = follow("network", None, Written(XOR), XOR, now=0.0)
    assert place.query() == XOR


def test_a_place_stays_while_the_address_is_what_was_written() -> None:
    place = at(XOR)
    assert follow("network", place, Written(XOR), {**XOR, "t": ("9",)}, now=5.0) is place


def test_another_query_is_the_visitors() -> None:
    assert follow("network", at(XOR), Written(XOR), MOONS, now=5.0).query() == MOONS


def test_a_widget_wins_over_an_address_that_is_not_written_yet() -> None:
    moved = at(XOR).turned("learning_rate", "0.3")
    assert follow("network", moved, Written(XOR), XOR, now=5.0, by_widget=True) is moved


def test_a_widget_wins_over_an_address_that_is_old_on_a_slow_line() -> None:
    moved, written = at(MOONS), Written(XOR).followed_by(MOONS, XOR, now=10.0)
    assert follow("network", moved, written, XOR, now=30.0, by_widget=True) is moved
    assert follow("network", moved, written, XOR, now=30.0).query() == XOR


def test_an_old_query_is_an_echo_for_a_second_but_back_is_followed_at_once() -> None:
    place = at(MOONS)
    written = Written(XOR).followed_by(MOONS, XOR, now=10.0)
    assert follow("network", place, written, XOR, now=10.0 + ECHO_SECONDS / 2) is place
    assert follow("network", place, written, XOR, now=10.0 + ECHO_SECONDS / 2, by_history=True).query() == XOR
    assert follow("network", place, written, XOR, now=10.0 + 2 * ECHO_SECONDS).query() == XOR


def test_a_step_back_in_a_talk_is_the_visitors_however_soon() -> None:
    first, second = ({**XOR, "present": ("1",), "talk": (f"ten~{number}",)} for number in (1, 2))
    written = Written(first).followed_by(second, first, now=10.0)
    assert follow("network", at(second), written, first, now=10.1, by_widget=True).query() == first


def test_leaving_the_stage_at_once_is_the_visitors() -> None:
    stage = {**XOR, "present": ("1",)}
    written = Written(XOR).followed_by(stage, XOR, now=10.0)
    assert not follow("network", at(stage), written, XOR, now=10.1, by_widget=True).presenting


def test_a_query_is_new_where_the_page_was_never_at_it() -> None:
    written = Written(DEFAULT).followed_by(XOR, DEFAULT, now=1.0)
    assert written.is_new(MOONS) and not written.is_new(XOR) and not written.is_new(DEFAULT)


def test_every_query_of_the_last_second_can_echo() -> None:
    written = Written(DEFAULT)
    for number in range(40):
        written = written.followed_by({"seed": (str(number),)}, DEFAULT, now=number * 0.02)
    assert written.is_echo({"seed": ("3",)}, now=0.9)
    assert not written.is_echo({"seed": ("3",)}, now=3.0)


def test_the_moment_is_kept_until_the_knobs_change() -> None:
    place = at({**XOR, "t": ("57",)})
    assert place.t == 57
    assert place.turned("data", "xor").t == 57
    assert place.turned("data", "moons").t is None


def test_names_that_belong_to_others_travel_on_and_the_moment_is_not_one_of_them() -> None:
    place = at({"present": ("1",), "show": ("data~noise",), "t": ("3",), **XOR})
    assert place.query() == {"present": ("1",), "show": ("data~noise",), **XOR}


def test_a_repeated_name_counts_once_and_is_said() -> None:
    place = at({"learning_rate": ("0.1", "0.3")})
    assert place.query() == {"learning_rate": ("0.3",)}
    assert place.notes == ("learning_rate is given 2 times: the last counts.",)


def test_a_bad_input_is_said_beside_its_knob_and_changes_nothing() -> None:
    place = at(XOR).turned("hidden_sizes", "8-x")
    assert place.query() == XOR
    assert "8-x" in place.bad["hidden_sizes"]
    mended = place.turned("hidden_sizes", "4, 4")
    assert mended.bad == {}
    assert mended.query() == {**XOR, "hidden_sizes": ("4-4",)}


def test_another_bad_input_stays_while_a_good_knob_turns() -> None:
    place = at(DEFAULT).turned("hidden_sizes", "x").turned("seed", "7")
    assert set(place.bad) == {"hidden_sizes"}
    assert place.query() == {"seed": ("7",)}


def test_a_gesture_with_a_bad_value_is_a_note() -> None:
    place = at(XOR).edited("learning_rate", "much")
    assert place.query() == XOR
    assert "learning_rate=much" in place.notes[0]
    assert at(XOR).edited("no_such", "1").notes == ("This picture sets a knob that the lab does not have.",)


def test_a_stand_in_that_does_not_go_with_the_other_knobs_gives_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full, "here", lambda name: False)
    query = {"lab": ("training",), "data": ("cifar10",), "architecture": ("own",), "own": ("m2-m2-m2-m2-m2",)}
    place = arrive("cnn", query)
    assert place.knobs == type(place.knobs)() and place.wanted == (("data", "cifar10", "cifar10"),)
    assert "not here" in place.notes[0] and "Layer 5" in place.notes[1] and "the defaults" in place.notes[1]
    fits = arrive("cnn", {**query, "own": ("c4-m2",)})
    assert fits.knobs.model_dump()["own"] == "c4-m2" and len(fits.notes) == 1


def test_pins_travel_in_the_link_once_each_and_three_at_most() -> None:
    place = at(DEFAULT)
    for text in ("default", "learning_rate~0.3", "learning_rate~0.3", "seed~1", "seed~2"):
        place = place.pinned(text)
    assert place.query() == {"pin": ("default", "learning_rate~0.3", "seed~1")}
    assert "At most" in place.notes[0]
    assert arrive("network", place.query()).pins == place.pins
    assert place.unpinned("default").query() == {"pin": ("learning_rate~0.3", "seed~1")}


@pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.path)
def test_every_preset_comes_back_from_its_own_query(lab: Lab) -> None:
    for preset in lab.presets:
        assert arrive(lab.concept, Place(lab, preset.knobs).query()).knobs == preset.knobs


def odd_query(rng: random.Random) -> dict[str, tuple[str, ...]]:
    """A query with wrong types, huge numbers, unknown names, unicode and repeated keys."""
    known = ["data", "hidden_sizes", "learning_rate", "seed", "batch_size", "features", "lab", "t", "pin", "present"]
    texts = ["", "1e999", "nan", "-1", "9" * 400, "ü漢🎲", "8-8-8", "xor", "<script>", "1~2~3", "%00", "\x00", "none"]
    names = [*known, "x" * 200, "ключ", "", "a b", "".join(rng.choices(string.printable, k=8))]
    return {rng.choice(names): tuple(rng.choices(texts, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 6))}


@pytest.mark.parametrize("seed", range(100))
def test_any_query_gives_a_place_and_settles_at_once(seed: int) -> None:
    place = arrive("network", odd_query(random.Random(seed)))
    assert arrive("network", place.query()).query() == place.query()
    assert all(note.isprintable() for note in place.notes)


def test_a_link_that_is_too_long_opens_the_defaults_and_says_so() -> None:
    place = at({**XOR, "show": ("x" * 3000,)})
    assert place.query() == DEFAULT
    assert "a link holds at most 2000" in place.notes[0]
