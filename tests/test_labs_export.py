"""Every lab, found by scanning: its downloads hold together, and its script gives the run's numbers."""

from __future__ import annotations

import csv as table
import io
import json
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nbformat
import pytest

from playground import link as links
from playground import wire
from playground.contract import PACKAGE, Lab, lab, labs, specs
from playground.data.bundled import FILES
from playground.export.csv import csv
from playground.export.html import standalone
from playground.export.notebook import notebook
from playground.export.script import TEMPLATE, script
from playground.training.recorder import frames

TOLERANCE = 1e-4
every_lab = pytest.mark.parametrize("lab", labs(), ids=lambda lab: lab.path)


@cache
def recorded_small(path: str) -> tuple[bytes, ...]:
    one = lab(path)
    return tuple(wire.encode(frame, index) for index, frame in enumerate(frames(one, one.small, "cpu")))


def printed(text: str, folder: Path) -> dict[str, float]:
    """The JSON object in the last line that a script prints in a clean interpreter."""
    (folder / "script.py").write_text(text, "utf-8")
    for file in FILES.iterdir():
        if file.name in text:  # the script reads it from beside itself
            shutil.copy(file, folder)
    line = [sys.executable, "-I", "-W", "error", "script.py"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def assert_same_end(lab: Lab, numbers: dict[str, float]) -> None:
    """The numbers are those of the small run's last frame, every loss among them."""
    assert_same(wire.header(recorded_small(lab.path)[-1])["m"], numbers)


def assert_same(ended: dict[str, float], numbers: dict[str, float]) -> None:
    """A script's numbers are a last frame's metrics, every loss among them."""
    assert {name for name in ended if name.endswith("loss")} <= set(numbers) <= set(ended)
    for name, number in numbers.items():
        assert float(number) == pytest.approx(float(ended[name]), rel=TOLERANCE, abs=TOLERANCE, nan_ok=True), name


@every_lab
def test_csv_holds_the_history(lab: Lab) -> None:
    history = wire.history(recorded_small(lab.path))
    rows = list(table.DictReader(io.StringIO(csv(history))))
    assert len(rows) == len(history)
    for name, values in history.metrics.items():
        assert [float(row[name]) for row in rows] == pytest.approx(values.tolist(), rel=0, abs=0, nan_ok=True)


@every_lab
def test_the_script_gives_the_run_s_numbers(lab: Lab, tmp_path: Path) -> None:
    assert_same_end(lab, printed(script(lab, lab.small), tmp_path))


@every_lab
def test_the_notebook_s_cells_in_their_order_give_the_run_s_numbers(lab: Lab, tmp_path: Path) -> None:
    read = nbformat.reads(notebook(lab, lab.small), as_version=4)
    nbformat.validate(read)
    cells = [cell.source for cell in read.cells if cell.cell_type == "code"]
    for cell in cells:
        compile(cell, lab.path, "exec")
    assert len(cells) > 1
    assert_same_end(lab, printed("\n\n".join(cells), tmp_path))


@every_lab
def test_the_script_is_free_of_this_project(lab: Lab) -> None:
    text = script(lab, lab.small)
    assert not re.search(r"^\s*(from|import) playground", text, re.MULTILINE)
    assert "{{" not in text
    assert "{%" not in text
    own = [line for line in text.splitlines() if links.url(lab, lab.small) not in line]
    assert max(map(len, own)) <= 120


@pytest.mark.parametrize("learning_rate", [3.0, 10.0])
def test_a_run_that_ends_early_ends_where_its_script_does(learning_rate: float, tmp_path: Path) -> None:
    one = lab("network/sandbox")
    values = {"data": "plane", "hidden_sizes": (), "optimizer": "sgd", "momentum": 0.5, "steps": 200}
    knobs = one.Knobs(**values, learning_rate=learning_rate).settled()
    *_, last = frames(one, knobs, "cpu")
    assert last.step < 200
    assert_same(dict(last.metrics), printed(script(one, knobs), tmp_path))


@every_lab
def test_every_preset_has_a_script_that_compiles(lab: Lab) -> None:
    for preset in lab.presets:
        compile(script(lab, preset.knobs), preset.title, "exec")
        nbformat.validate(nbformat.reads(notebook(lab, preset.knobs), as_version=4))


@every_lab
def test_a_text_knob_reaches_the_script_as_a_literal_alone(lab: Lab) -> None:
    template = (PACKAGE / "concepts" / lab.concept / lab.name / TEMPLATE).read_text("utf-8")
    for name, spec in specs(lab.Knobs).items():
        if spec.kind == "text":
            assert not re.search(rf"knobs\.{name}\b(?!\s*\|\s*literal)", template), f"{name} needs | literal"


@every_lab
def test_the_page_holds_the_recording(lab: Lab) -> None:
    page = standalone(lab, lab.small, recorded_small(lab.path), t=None, state="done")
    assert page.count(b"<script") == page.count(b"</script>")
    assert lab.title.encode() in page
