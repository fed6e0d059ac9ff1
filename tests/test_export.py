"""The texts that a visitor takes along: CSV, script, notebook, and the parts of a page."""

from __future__ import annotations

import base64
import csv as table
import gzip
import io
import json
import math
from pathlib import Path

import nbformat
import numpy as np
import pytest
from jinja2 import UndefinedError

from playground import wire
from playground.contract import Frame, History, lab
from playground.data import toy
from playground.export import html, notebook
from playground.export.csv import csv
from playground.export.script import environment, source


def history(state: str = "done") -> History:
    frames = [Frame(0, {"loss": 0.1, "curvature": 3.0}), Frame(5, {"loss": 1 / 3}), Frame(9, {"loss": math.inf})]
    return wire.history([wire.encode(frame, i) for i, frame in enumerate(frames)], state)


def test_csv_has_one_row_a_frame_in_full_precision() -> None:
    rows = list(table.DictReader(io.StringIO(csv(history()))))
    assert [row["frame"] for row in rows] == ["0", "1", "2"]
    assert [row["step"] for row in rows] == ["0", "5", "9"]
    assert [float(row["loss"]) for row in rows] == [0.1, 1 / 3, math.inf]
    assert rows[0]["curvature"] == "3.0"
    assert rows[1]["curvature"] == "nan"


def test_csv_starts_with_frame_and_step_and_its_lines_end_alike() -> None:
    text = csv(history())
    assert text.startswith("frame,step,loss,curvature\n0,0,0.1,3.0\n")
    assert "\r" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("running", "# the run goes on: 3 frames so far"),
        ("queued", "# the run goes on: 3 frames so far"),
        ("stopped", "# the run was stopped: 3 frames"),
        ("failed", "# the run failed: 3 frames"),
    ],
)
def test_csv_of_an_unfinished_run_says_so_in_its_first_line(state: str, line: str) -> None:
    first, rest = csv(history(state)).split("\n", 1)
    assert first == line
    assert rest == csv(history())


def test_csv_reads_into_numpy_past_its_remark() -> None:
    read = np.genfromtxt(io.StringIO(csv(history("running"))), delimiter=",", names=True, skip_header=1)
    assert read["loss"].tolist() == history().metrics["loss"].tolist()


def rendered(folder: Path, template: str, **values: object) -> str:
    (folder / "one.j2").write_text(template)
    return environment(folder).get_template("one.j2").render(**values)


def test_a_template_that_names_what_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{{ knobs.nothing }}", knobs=object())


def test_tags_on_lines_of_their_own_leave_no_line(tmp_path: Path) -> None:
    assert rendered(tmp_path, "a\n  {% if yes %}\n  b\n  {% endif %}\nc", yes=True) == "a\n  b\nc"


HOSTILE = [
    "'",
    '"',
    "\\",
    '"""',
    "'''\"\"\"",
    "a\nb",
    "{{ 7 * 7 }}",
    "</script>",
    "\u2028",
    "\ud800",
    "'); import os #",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_literal_makes_any_text_a_python_string_of_the_same_value(tmp_path: Path, text: str) -> None:
    namespace: dict[str, object] = {}
    exec(rendered(tmp_path, "value = {{ text | literal }}\n", text=text), namespace)  # noqa: S102
    assert namespace["value"] == text


def test_source_gives_a_function_that_computes_the_same() -> None:
    namespace: dict[str, object] = {"np": np}
    exec(source("playground.data.toy.spiral"), namespace)  # noqa: S102
    inputs, labels = namespace["spiral"](50, 0.3, np.random.default_rng(3))  # type: ignore[operator]
    expected = toy.spiral(50, 0.3, np.random.default_rng(3))
    assert np.array_equal(inputs, expected[0])
    assert np.array_equal(labels, expected[1])


@pytest.mark.parametrize(
    "name", ["playground.data.toy.nothing", "playground.nowhere.spiral", "os.path.join", "spiral", ""]
)
def test_source_knows_only_functions_and_classes_of_the_package(name: str) -> None:
    with pytest.raises(LookupError, match="no function or class"):
        source(name)


SCRIPT = '''"""Words."""

import math


# Data
x = 2

def f():
    a = 1

    # inside
    return a

# Result
print(x + f())
'''


def test_notebook_is_valid_and_its_sections_are_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "script", lambda lab, knobs: SCRIPT)
    one = lab("network/sandbox")
    text = notebook.notebook(one, one.small)
    assert text == notebook.notebook(one, one.small)
    read = nbformat.reads(text, as_version=4)
    nbformat.validate(read)
    assert [cell.cell_type for cell in read.cells] == ["markdown", "code", "code", "code"]
    assert [cell.source.split("\n")[0] for cell in read.cells[1:]] == ['"""Words."""', "# Data", "# Result"]
    assert "network?" in read.cells[0].source


@pytest.mark.parametrize("text", ['{"a": "</script><script>alert(1)//"}', '{"a": "<!-- <script>"}', '{"a": "&lt;"}'])
def test_embedded_json_means_the_same_and_holds_no_markup(text: str) -> None:
    assert "<" not in html.data(text)
    assert json.loads(html.data(text)) == json.loads(text)


def test_embedded_code_cannot_end_its_element() -> None:
    made = html.code("a = '</script>' + '</SCRIPT >' + '<!--'; b = 1 </x/.exec('')")
    assert made == "a = '<\\/script>' + '<\\/SCRIPT >' + '<\\!--'; b = 1 </x/.exec('')"


def test_the_recording_is_the_frames_back_to_back() -> None:
    frames = [b"one", b"two", b"three"]
    assert gzip.decompress(base64.b64decode(html.recording(frames))) == b"onetwothree"
    assert html.recording(frames) == html.recording(frames)
