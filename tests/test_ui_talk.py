"""A talk's text and the words by which links name it: what is taken, what is said, and what stays bounded."""

from __future__ import annotations

import random
import zlib
from base64 import urlsafe_b64encode

import pytest

from playground import link
from playground.data.own import store, talks
from playground.data.published import DataError
from playground.ui import talk
from playground.ui.place import arrive
from playground.ui.talk import parse
from playground.ui.walking import shown, walking

TEXT = """# Hidden layers

network?data=xor&hidden_sizes=none | A straight line.
# a comment
http://here.test/x/network?data=moons&t=40&present=1&talk=abc~7&embed=true | Bends | twice.
rnn?lab=memory&show=units"""


def links(text: str) -> list[str]:
    return [one.link() for one in parse(text).items]


def test_a_talk_has_a_title_and_an_item_a_line() -> None:
    found = parse(TEXT)
    assert found.title == "Hidden layers"
    assert [one.title for one in found.items] == ["Neural network: Sandbox", "Neural network: Sandbox", "RNN: Memory"]
    assert [one.note for one in found.items] == ["A straight line.", "Bends | twice.", ""]
    assert found.faults == ()


def test_a_whole_link_is_taken_from_the_pages_name_on_without_the_stage_that_it_was_copied_from() -> None:
    assert links(TEXT) == [
        "network?data=xor&hidden_sizes=none", "network?data=moons&t=40", "rnn?show=units&lab=memory",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n\n", "# only a title", "   \n # two \n"])
def test_a_text_without_items_has_none_and_no_fault(text: str) -> None:
    assert parse(text).items == parse(text).faults == ()


def test_without_a_title_it_is_called_a_talk() -> None:
    assert parse("network\n# Not a title").title == "A talk"


def test_a_bad_line_is_named_with_its_reason_and_the_others_stay() -> None:
    found = parse("network\nnowhere?x=1 | no\nhttp://[bad | no\nnetwork?colour=1 | yes\nrnn")
    assert [one.place.lab.concept for one in found.items] == ["network", "network", "rnn"]
    first, second, third = found.faults
    assert first.startswith("Line 2: There is no concept 'nowhere'")
    assert second.startswith("Line 3: http?//?bad is not a link")
    assert third == "Line 4: colour is not a knob of this lab: ignored."


def test_a_link_that_is_too_long_is_a_fault_of_its_line() -> None:
    (fault,) = parse("network?data=" + "x" * link.LONGEST).faults
    assert fault.startswith("Line 1: This link has 2013 characters")


def test_a_link_leaves_room_for_the_name_of_its_talk() -> None:
    found = parse("network?show=" + "data~" * 390)
    assert found.items == ()
    assert found.faults == ("Line 1: this link has 1963 characters; in a talk it has at most 1940.",)


def test_the_same_line_twice_is_two_items() -> None:
    assert links("network\nnetwork") == ["network", "network"]


def test_windows_line_ends_a_mark_of_utf_8_and_another_direction_of_writing_are_taken() -> None:
    raw = "\ufeff# שיחה\r\nnetwork?data=xor | שלום עולם\r\n".encode()
    found = parse(talks.normalised(raw).decode())
    assert (found.title, found.items[0].note, found.faults) == ("שיחה", "שלום עולם", ())


def test_of_ten_thousand_lines_fifty_are_items_and_one_sentence_says_so() -> None:
    found = parse("gan\n" * 10_000)
    assert len(found.items) == 50
    assert found.faults == ("Line 51 and those below it: a talk has at most 50 items.",)


def test_ten_thousand_bad_lines_make_few_sentences() -> None:
    found = parse("nowhere\n" * 10_000)
    assert len(found.faults) == talk.MOST_FAULTS + 1
    assert found.faults[-1] == "9988 more lines or parts of them were left out."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "This file is empty"), (b"\n \n", "This file is empty"), (bytes(range(32)) * 9, "binary data"),
        (b"network\n" * 10_000, "The talk has 80 kB; at most 64 kB are taken."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_talk_is_refused_in_a_sentence(raw: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        store.keep("talk", raw)


def test_a_talk_that_was_kept_is_found_by_its_name_and_one_that_is_gone_says_so() -> None:
    name = store.keep("talk", TEXT.encode())
    assert parse(talk.text_of(name)) == parse(TEXT)
    with pytest.raises(DataError, match="The talk that this link was made with is no longer here"):
        talk.text_of("0" * 20)


def test_a_packed_talk_comes_back_from_its_link() -> None:
    name = talk.whole(TEXT)
    assert talk.text_of(name) == TEXT
    assert all(len(step) <= link.LONGEST for step in talk.steps(parse(TEXT), name))


def test_no_packed_talk_is_taken_for_a_key_or_a_name() -> None:
    draw = random.Random(0)
    for _ in range(300):
        name = talk.packed("".join(chr(draw.randrange(32, 1000)) for _ in range(draw.randrange(60))))
        assert name.startswith("eN") and not store.KEY.fullmatch(name) and name not in talk.carried()


def test_a_talk_that_does_not_fit_in_a_link_has_no_whole_one() -> None:
    draw = random.Random(0)
    note = "".join(chr(draw.randrange(97, 123)) for _ in range(900))
    assert talk.whole(f"network | {note}")
    assert talk.whole(f"network | {note}\nrnn | {note[::-1]}\ngan | {note.swapcase()}") == ""


BOMB = urlsafe_b64encode(zlib.compress(b"network\n" * 1_000_000)).decode().rstrip("=")


@pytest.mark.parametrize(
    "word", ["x", "eN", "a b", "AAAAAAAAAAAA", talk.packed(TEXT)[:-9], "nobody_knows", BOMB, "é" * 9]
)
def test_a_name_that_is_cut_changed_or_swollen_is_refused(word: str) -> None:
    with pytest.raises(DataError, match="The talk in this link cannot be read"):
        talk.text_of(word)


@pytest.mark.parametrize(
    ("value", "found"),
    [("a~3", ("a", 3)), ("a", ("a", 1)), ("a~0", ("a", 1)), ("a~x", ("a", 1)), ("a~9999", ("a", 1)), ("", ("", 1))],
)
def test_a_link_names_a_talk_and_an_item(value: str, found: tuple[str, int]) -> None:
    assert talk.named(value) == found


def test_the_link_of_an_item_on_stage_is_understood_as_that_place() -> None:
    found = parse(TEXT)
    for number, step in enumerate(talk.steps(found, "abc"), 1):
        owner, pairs = link.split(step)
        place = arrive(owner, {name: (text,) for name, text in pairs})
        assert place.presenting and place.notes == ()
        assert place.kept["talk"] == (f"abc~{number}",)
        assert (place.knobs, place.t) == (found.items[number - 1].place.knobs, found.items[number - 1].place.t)


def test_a_place_on_stage_knows_its_talk_and_the_run_behind_it() -> None:
    name = store.keep("talk", TEXT.encode())
    walk, said = walking(arrive("network", {"present": ("1",), "talk": (f"{name}~2",)}))
    assert walk is not None and said == ""
    assert (walk["number"], len(walk["items"])) == (2, 3)
    assert walk["next"].startswith("/playground/run/")
    assert shown(name, 99, parse(TEXT))["number"] == 3
    assert shown(name, 3, parse(TEXT))["next"] == ""


def test_a_talk_that_is_gone_is_said_on_stage_and_off_stage_nothing_is() -> None:
    query = {"present": ("1",), "talk": ("0" * 20 + "~2",)}
    assert walking(arrive("network", query))[1].startswith("The talk that this link was made with")
    assert walking(arrive("network", {"talk": query["talk"]})) == (None, "")
