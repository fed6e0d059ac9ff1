"""A visitor's own text: odd files give a network's lines or one sentence, and what was read is said."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playground import wire
from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import corpus
from playground.concepts.rnn.names.words import LINE_WIDTH, MOST_CHARACTERS, MOST_SYMBOLS
from playground.contract import History, lab, mended
from playground.data.own import store
from playground.data.published import DataError
from playground.export.script import script
from playground.stage import Panel
from playground.training.recorder import frames
from tests.scripts import ends
from tests.still import figure_at

LAB = lab("rnn/names")
DRAW = random.Random(0)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))


def words(letters: str, count: int = 400, longest: int = 8) -> str:
    return " ".join("".join(DRAW.choices(letters, k=DRAW.randint(1, longest))) for _ in range(count))


def lines(letters: str, count: int = 60) -> str:
    return "\n".join(dict.fromkeys("".join(DRAW.choices(letters, k=DRAW.randint(3, 12))) for _ in range(count)))


TEXTS: dict[str, Callable[[], bytes]] = {
    "a list": lambda: lines("abcdefgh").encode(),
    "prose": lambda: words("abcdefghijklmnopqrstuvwxyz").encode(),
    "one endless word": lambda: "".join(DRAW.choices("abc", k=3000)).encode(),
    "windows line ends": lambda: lines("abcdef").replace("\n", "\r\n").encode(),
    "old mac line ends": lambda: lines("abcdef").replace("\n", "\r").encode(),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + lines("abcdef").encode(),
    "utf-16": lambda: lines("äöüß").encode("utf-16"),
    "windows-1252": lambda: lines("äöüßé").encode("cp1252"),
    "emoji": lambda: lines("😀🚀🎉👩👨❤").encode(),
    "joined emoji": lambda: "\n".join(f"👩‍🚀{i}👨‍👩‍👧" for i in range(40)).encode(),
    "hebrew": lambda: lines("אבגדהוזחטי").encode(),
    "arabic": lambda: words("ابتثجحخد").encode(),
    "chinese": lambda: "".join(chr(0x4E00 + DRAW.randrange(900)) for _ in range(4000)).encode(),
    "combining marks": lambda: "\n".join(f"e\u0301\u0323{i}a\u0308\u0332" for i in range(40)).encode(),
    "two characters": lambda: "\n".join("a" * i + "b" for i in range(30)).encode(),
    "one character in many lines": lambda: "\n".join("a" * i for i in range(1, 31)).encode(),
    "tabs and blanks": lambda: "\n\n \t\n".join(f"a\tb{i}" for i in range(50)).encode(),
    "csv": lambda: ("name,age\n" + "\n".join(f"x{i},{i}" for i in range(60))).encode(),
    "html": lambda: "\n".join(f"<script>alert({i})</script>" for i in range(60)).encode(),
    "long": lambda: words("abcdefghij", 60_000).encode(),
}
NO_TEXTS: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "one character": lambda: b"a",
    "blank": lambda: b" \n\t\n ",
    "one line": lambda: b"hello, world",
    "one line a thousand times": lambda: b"the same line\n" * 1000,
    "50 MB": lambda: b"abc\n" * 12_500_000,
    "binary": lambda: bytes(range(256)) * 40,
    "a picture's head": lambda: b"\x89PNG\r\n\x1a\n" + bytes(2000),
    "zeros": lambda: bytes(1000),
}


def uploaded(raw: bytes, **more: Any) -> Knobs:
    small: dict[str, Any] = {"hidden_size": 4, "embedding_size": 2, "epochs": 1, "train_lines": 60, "batch_size": 32}
    return Knobs(data="own", text=store.keep("text", raw), **{**small, **more})


def run(knobs: Knobs) -> History:
    return wire.recorded(frames(LAB, knobs, "cpu"))


@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_text_is_learnt_and_can_be_drawn(name: str) -> None:
    knobs = uploaded(TEXTS[name](), word="ab é😀", start="Ab")
    history = run(knobs)
    assert np.isfinite([history.last(metric) for metric in ("test_loss", "bigram_loss", "sample_nll")]).all()
    for part in LAB.stage(knobs):
        assert isinstance(part, Panel)
        figure_at(part, history, len(history) - 1)
    assert LAB.verdicts(knobs, history)[0].sentence.startswith("Your text gave ")
    found = corpus(knobs)
    assert found.symbols <= MOST_SYMBOLS + 2
    assert max(map(len, (*found.train, *found.test))) <= LINE_WIDTH
    assert max(len(wire.encode(history.decode(i), i)) for i in range(len(history))) < 12_000


@pytest.mark.parametrize("name", NO_TEXTS)
def test_what_cannot_be_learnt_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError, match=r"^[A-Z][^\n]*\.$"):
        run(uploaded(NO_TEXTS[name]()))


def test_of_a_long_text_the_beginning_is_read_and_that_is_said() -> None:
    knobs = uploaded(("ab cd " * 30 + "\n").encode() + words("abcdefghij", 60_000).encode())
    assert 0 < corpus(knobs).share < 1
    said = LAB.verdicts(knobs, run(knobs))[0].sentence
    assert f"Only its first {MOST_CHARACTERS:,} characters were read, {corpus(knobs).share:.0%} of it." in said


def test_without_a_text_the_surnames_are_read_and_the_picture_says_so() -> None:
    knobs = Knobs(data="own", hidden_size=4, epochs=1, train_lines=60)
    assert "Martinelli" in {*corpus(mended(knobs, {"train_lines": 0})).train, *corpus(knobs).test}  # type: ignore[arg-type]
    titles = [part.figure.layout.title.text for part in LAB.stage(knobs) if isinstance(part, Panel)]
    assert titles[0].startswith("No text yet")
    assert "no text of yours yet" in LAB.verdicts(knobs, run(knobs))[0].sentence


def test_a_word_in_another_script_gives_way_to_a_line_of_the_text() -> None:
    knobs = uploaded(TEXTS["hebrew"](), word="elizabeth")
    history = run(knobs)
    assert history.last("word_read") == 0
    assert any("None of the word's characters" in one.sentence for one in LAB.verdicts(knobs, history))
    first = np.asarray(history.decode(0).arrays["word"])
    assert chr(first[0, 1]) in "אבגדהוזחטי"


def test_the_script_reads_the_text_from_beside_itself(tmp_path: Path) -> None:
    raw = words("abcdefghij", 3000).encode() + "\n".join(chr(0x4E00 + i) * 3 for i in range(120)).encode()
    knobs = uploaded(raw, start="a'b\"", temperature=0.7, top_k=4)
    (tmp_path / "upload.txt").write_bytes(store.plain("text", knobs.text))
    (numbers,) = ends([script(LAB, knobs)], tmp_path)
    history = run(knobs)
    assert {"test_loss", "bigram_loss", "copied", "sample_nll"} <= set(numbers)
    for name, number in numbers.items():
        assert number == pytest.approx(history.last(name), abs=1e-4), name


def combination(draw: random.Random) -> Knobs:
    """Knobs at their bounds or between, as they come."""
    values = {
        "data": draw.choice(["names", "own", "surnames"]), "cell": draw.choice(["rnn", "lstm", "gru"]),
        "hidden_size": draw.choice([2, 9]), "embedding_size": draw.choice([1, 5]), "epochs": 1,
        "temperature": draw.choice([0.1, 1.3, 3.0]), "top_k": draw.choice([0, 1, 30]), "dropout": draw.choice([0, 0.8]),
        "word": draw.choice(["a", "ZOË", "éé 12", "x" * 14]), "surname": draw.choice(["O'", "ß", "Novotná", "y" * 14]),
        "start": draw.choice(["", "z", "abcdefghij", "?"]), "train_lines": draw.choice([1, 40]),
        "learning_rate": draw.choice([1e-4, 0.3]), "batch_size": draw.choice([16, 256]), "seed": draw.randrange(9999),
    }  # fmt: skip
    found = Knobs.model_validate(values).settled()
    assert isinstance(found, Knobs)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_combination_of_knobs_runs(seed: int) -> None:
    knobs = combination(random.Random(seed))
    history = run(knobs)
    assert np.isfinite(history.last("test_loss"))
    LAB.verdicts(knobs, history)
    for part in LAB.stage(knobs):
        assert isinstance(part, Panel)
        figure_at(part, history, len(history) - 1)
