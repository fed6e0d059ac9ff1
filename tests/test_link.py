"""Links: what is written reads back, and what a visitor mistypes is said."""

from __future__ import annotations

import random
import string
from typing import Annotated, Literal
from urllib.parse import quote

import pytest
from pydantic import Field

from playground import contract, link
from playground.contract import Knobs, knob, labs, specs

Coordinate = Annotated[float, Field(ge=-5, le=5)]
Width = Annotated[int, Field(ge=1, le=64)]


class Every(Knobs):
    """A knob of every kind."""

    choice: Literal["a", "b_c", 64] = knob("a", title="Choice")
    several: tuple[Literal["x1", "x2"], ...] = knob(("x1",), title="Several", min_length=1)
    toggle: bool = knob(False, title="Toggle")
    rate: float = knob(0.03, title="Rate", ge=1e-5, le=10, log=True)
    samples: int = knob(400, title="Samples", ge=20, le=5000)
    batch_size: int = knob(10, title="Batch size", ge=0, le="samples")
    sizes: tuple[Width, ...] = knob((8, 8), title="Sizes", max_length=8)
    start: tuple[Coordinate, Coordinate] = knob((0.0, 1.0), title="Start")
    place: tuple[Coordinate, ...] = knob((), title="Place", max_length=2)
    momentum: float = knob(0.9, title="Momentum", ge=0, le=0.999, when=("choice", ("b_c",)))
    formula: str = knob("", title="Formula", max_length=20)


OTHER = Every(
    choice="b_c", several=("x2", "x1"), toggle=True, rate=0.1 + 0.2, samples=500, batch_size=0, sizes=(),
    start=(-0.5, 1e-7), place=(1.0, 2.0), momentum=0.5, formula="sin(x)", seed=7,
)  # fmt: skip


def test_what_is_written_reads_back() -> None:
    query = link.to_query(OTHER)
    assert link.from_query(Every, query) == (OTHER, ())
    assert set(query) == set(Every.model_fields)
    assert link.to_query(Every()) == {}


def test_nothing_is_written_as_none() -> None:
    assert [link.check(Every, name, "none") for name in ("sizes", "place")] == [(), ()]
    assert link.write(()) == "none"


def test_values_stay_readable_in_an_address() -> None:
    for name, text in link.to_query(OTHER).items():
        assert name == "formula" or quote(text, safe="") == text


@pytest.mark.parametrize("seed", range(20))
def test_every_float_reads_back_as_itself(seed: int) -> None:
    value = random.Random(seed).uniform(-1, 1) * 10 ** random.Random(seed).randint(-12, 12)
    assert float(link.write(value)) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("rate", "nan"), ("rate", "inf"), ("rate", "11"), ("rate", ""), ("rate", "1e999"), ("samples", "19"),
        ("samples", "4.5"), ("choice", "A"), ("several", "none"), ("several", "x3"), ("toggle", "maybe"),
        ("sizes", "8-0"), ("sizes", "8-65"), ("sizes", "1-" * 9 + "1"), ("start", "1"), ("start", "1_2_3"),
        ("start", "9_0"), ("formula", "x" * 21), ("seed", "-1"), ("seed", "1" * 400),
    ],
)  # fmt: skip
def test_a_bad_value_falls_back_with_one_sentence(name: str, text: str) -> None:
    knobs, notes = link.from_query(Every, {name: text})
    assert knobs == Every() and len(notes) == 1
    assert notes[0].startswith(f"{name}=") and "using" in notes[0]


def test_unknown_names_and_idle_knobs_are_said() -> None:
    knobs, notes = link.from_query(Every, {"nothing": "1", "momentum": "0.5"})
    assert knobs == Every()
    assert notes == ("nothing is not a knob of this lab: ignored.", "momentum has no effect with choice=a: ignored.")


def test_a_value_above_a_named_bound_is_lowered() -> None:
    knobs, notes = link.from_query(Every, {"batch_size": "900", "samples": "100"})
    assert knobs.batch_size == 100 and "lowered to 100, the value of samples" in notes[0]  # type: ignore[attr-defined]


def test_a_misspelt_knob_is_named_as_it_was_written() -> None:
    assert link.parse("network?learing_rate=1").notes == ("learing_rate is not a knob of this lab: ignored.",)


def test_hostile_text_is_never_repeated_raw() -> None:
    _, notes = link.from_query(Every, {"<script>": "1", "rate": "<img src=x>`*", "\u202eabc": "1"})
    assert not any(c in note for note in notes for c in "<>`*\u202e")


@pytest.mark.parametrize("seed", range(100))
def test_random_queries_always_give_knobs(seed: int) -> None:
    rng = random.Random(seed)
    alphabet = string.printable + "äß漢字\u202e\0😀"
    names = [*Every.model_fields, "lab", "t", "x"]
    query = {rng.choice(names): "".join(rng.choices(alphabet, k=rng.randint(0, 60))) for _ in range(rng.randint(0, 30))}
    knobs, notes = link.from_query(Every, query)
    assert Every.model_validate(knobs.model_dump()) == knobs and len(notes) <= link.MOST_NOTES + 1


def test_links_of_every_lab_reopen_it() -> None:
    for lab in labs():
        for knobs in (lab.small, *(preset.knobs for preset in lab.presets)):
            found = link.parse("https://host/base/" + link.url(lab, knobs, t=5))
            assert (found.lab, found.knobs, found.t, found.notes) == (lab, knobs, 5, ())


@pytest.mark.parametrize("text", ["", "nowhere?x=1", "http://[", "x" * 3000, "?data=xor", "/"])
def test_a_link_to_nowhere_is_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+\.$"):
        link.parse(text)


def test_pins_reopen_and_say_what_differs() -> None:
    shown = Every(rate=0.3)
    (back,), notes = link.pinned(Every, [link.pin_text(Every(sizes=(4, 4)))])
    assert back == Every(sizes=(4, 4)) and notes == ()
    assert link.difference(back, shown) == "rate 0.03 -> 0.3, sizes 4-4 -> 8-8"
    found, said = link.pinned(Every, ["default", "seed~1", "seed~2", "seed~3", "seed"])
    assert len(found) == link.MOST_PINS and said


def test_a_reserved_name_cannot_name_a_knob() -> None:
    with pytest.raises(TypeError, match="t cannot name a knob"):
        type("Bad", (Knobs,), {"__annotations__": {"t": int}, "t": knob(0, title="T")})


def test_specs_hold_bounds_of_items_and_named_bounds() -> None:
    found = specs(Every)
    assert (found["sizes"].low, found["sizes"].high, found["sizes"].items) == (1, 64, (0, 8))
    assert found["batch_size"].at_most == "samples" and list(found)[-1] == "seed"


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("x+" * 200 + "x", "has 401 characters, not at most 100"),
        ("__import__('os')", "no meaning in a formula"),
        ("2*3", "neither x nor y"),
        ("x*", "is missing"),
    ],
)
def test_a_text_that_cannot_be_taken_says_why(formula: str, why: str) -> None:
    _, (note,) = link.from_query(contract.lab("optimizers/surface").Knobs, {"surface": "own", "formula": formula})
    assert why in note
