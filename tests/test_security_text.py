"""What a visitor writes stays a text: in links, in tables, in the page that is saved, in the script, in the numbers."""

from __future__ import annotations

import ast
import contextlib
import csv as table
import io
import itertools
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest

from playground import link as links
from playground import wire
from playground.contract import Frame, Knobs, Lab, Spec, labs, mended, specs
from playground.data.own import sheets, store
from playground.data.published import DataError
from playground.export.csv import csv
from playground.export.html import standalone
from playground.export.notebook import notebook
from playground.export.script import script

HOSTILE = (
    "<script>window.pwned=1</script>",
    "<b onclick=x>",
    '"><img src=x onerror="window.pwned=1">',
    "</style><script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "{{7*7}}",
    "{% raw %}",
    "$\\href{javascript:window.pwned=1}{x}$",
    "\\html{<img src=x>}",
    "[x](javascript:window.pwned=1)",
    "<svg/onload=x>",
    "'''+x+'''",
    '"""+x+"""',
    "\\",
    "'; import os",
    '"\nimport os',
    "a\r\nb",
    "\u2028x",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
)
TEXTS = ("text", "point", "ints", "choices", "changes", "upload")
every_lab = pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.path)


def in_force(lab: Lab, spec: Spec, value: Any) -> Iterator[Knobs]:
    """The small run's knobs with one set, and what it needs to have an effect; none where a file is needed too."""
    needed = {spec.when[0]: spec.when[1][0]} if spec.when else {}
    for knobs in taken(lab, {**needed, spec.name: value}):
        with contextlib.suppress(DataError):
            script(lab, knobs)
            yield knobs


def taken(lab: Lab, changes: dict[str, Any]) -> Iterator[Knobs]:
    """The knobs after some changes; none where the lab does not take them."""
    try:
        yield mended(lab.small, changes)
    except ValueError:
        return


def hostile_knobs(lab: Lab) -> list[Knobs]:
    """All knobs that a link with a hostile text makes of the small ones."""
    named = [spec for spec in specs(lab.Knobs).values() if spec.kind in TEXTS]
    return [knobs for spec in named for text in HOSTILE for knobs in in_force(lab, spec, text)]


class Tags(HTMLParser):
    """The elements of a page with the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def saved(lab: Lab, knobs: Knobs) -> str:
    frames = [wire.encode(Frame(0, {"loss": 1.0}), 0)]
    return standalone(lab, knobs, frames, t=None, state="failed", error=HOSTILE[0]).decode()


@every_lab
def test_hostile_text_in_a_knob_stays_in_strings_of_the_script(lab: Lab) -> None:
    for spec in specs(lab.Knobs).values():
        if spec.kind in TEXTS:
            found = [knobs for text in (*HOSTILE, "abc") for knobs in in_force(lab, spec, text)]
            assert len({shape(script(lab, knobs)) for knobs in found}) <= 1, spec.name
            assert all(notebook(lab, knobs) for knobs in found)


def shape(text: str) -> str:
    """A script without its comments and with every constant blank: what it does with whatever texts."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.value = None
    return ast.dump(tree)


@every_lab
def test_hostile_text_in_a_knob_adds_nothing_to_the_saved_page(lab: Lab) -> None:
    found = hostile_knobs(lab)
    harmless = Tags(saved(lab, lab.small)).found if found else []
    for knobs in found:
        assert [tag for tag in Tags(saved(lab, knobs)).found if tag not in harmless] == [], knobs


@every_lab
def test_what_a_link_got_wrong_is_repeated_without_markup(lab: Lab) -> None:
    for text in HOSTILE:
        query = dict.fromkeys(specs(lab.Knobs), text) | {text: text, "lab": text, "t": text}
        for note in links.from_pairs(lab.concept, query.items()).notes:
            assert not set("<>[]`$\\|") & set(note.replace("->", "")), note


@pytest.mark.parametrize("text", HOSTILE)
def test_no_formula_leaves_in_a_table(text: str) -> None:
    history = wire.history((wire.encode(Frame(0, {text: 1.0, "loss": -2.0}), 0),), "done")
    cells = csv(history).split("\n")
    assert cells[1] == "0,0,1.0,-2.0" or "\n" in text or "\r" in text
    (name, *_) = table.reader(io.StringIO(cells[0].removeprefix("frame,step,")))
    assert not name[0].startswith(("=", "@", "+", "-"))


def test_an_uploaded_table_holds_no_formula_and_keeps_its_numbers() -> None:
    raw = b"a,=cmd|' /C calc'!A0,c\n-1.5,@SUM(1),+cmd\n+2,-x,-\n"
    columns, *rows = (line.split(",") for line in sheets.normalised(raw).decode().splitlines())
    assert columns == ["a", "'=cmd|' /C calc'!A0", "c"]
    assert rows == [["-1.5", "'@SUM(1)", "'+cmd"], ["+2", "'-x", "-"]]
    assert sheets.normalised(sheets.normalised(raw)) == sheets.normalised(raw)


def test_hostile_names_in_an_uploaded_table_stay_names(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    one = next(lab for lab in labs() if lab.path == "network/sandbox")
    names = [text for text in HOSTILE if "\n" not in text and "\u2028" not in text]
    plain = ""
    for x, target in [("one", "other"), *itertools.pairwise(names)]:
        rows = "\n".join(f"{i},{i % 7},{(x, target)[i % 2]!r}".replace('"', "") for i in range(40))
        quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in (x, "y", target)]
        raw = io.StringIO(f"{','.join(quoted)}\n{rows}\n").getvalue().encode()
        key = store.keep("table", raw)
        columns = sheets.read(store.plain("table", key)).columns
        changes = {"data": "table", "table": key, "table_x": columns[0], "table_y": "y", "table_target": columns[2]}
        for knobs in taken(one, changes):
            plain = plain or shape(script(one, knobs))
            assert shape(script(one, knobs)) == plain
            assert [tag for tag in Tags(saved(one, knobs)).found if tag not in Tags(saved(one, one.small)).found] == []


def test_hostile_text_reaches_labs_at_all() -> None:
    assert sum(len(hostile_knobs(lab)) for lab in labs()) > 20
