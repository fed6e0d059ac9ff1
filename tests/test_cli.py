"""The command line: what it prints, what it writes, how it ends."""

from __future__ import annotations

import importlib
import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import playground
from playground import cli, contract, link
from playground.__main__ import main
from playground.contract import Frame
from tests.conftest import ROOT

LAB = contract.lab("network/sandbox")
SMALL = "network?data=circles&hidden_sizes=4&samples=60&steps=100&map_size=32"


def recorder(monkeypatch: pytest.MonkeyPatch, frames: Any) -> list[tuple[Any, ...]]:
    """A recorder that gives these frames; the list holds what it was called with."""
    calls: list[tuple[Any, ...]] = []

    def stand_in(*called: Any) -> Iterator[Frame]:
        calls.append(called)
        yield from frames

    module = ModuleType(cli.RECORDER)
    module.frames = stand_in  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, cli.RECORDER, module)
    return calls


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    return recorder(
        monkeypatch, [Frame(0, {"loss": 0.7, "nan_step": math.nan}), Frame(100, {"loss": 1 / 3, "rate": math.inf})]
    )


def test_run_prints_one_json_object(trained: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", SMALL + "&seed=4", "--json"]) == 0
    ended = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert list(ended) == ["lab", "knobs", "seed", "device", "steps", "frames", "seconds", "metrics"]
    assert (ended["lab"], ended["seed"], ended["device"]) == ("network/sandbox", 4, "cpu")
    assert (ended["steps"], ended["frames"]) == (100, 2)
    assert ended["metrics"] == {"loss": 1 / 3, "rate": "inf"}
    assert ended["knobs"]["hidden_sizes"] == [4]
    assert "class_count" not in ended["knobs"], "a knob out of force"


def test_run_trains_the_knobs_of_the_link(trained: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "http://localhost:8501/network?data=xor&seed=7"])
    ((lab, knobs, device),) = trained
    assert (lab.path, knobs.data, knobs.seed, device) == ("network/sandbox", "xor", 7, "cpu")
    assert "0.333333" in capsys.readouterr().out


def test_run_writes_the_csv_beside_the_summary(trained: list[Any], tmp_path: Path) -> None:
    assert main(["run", SMALL, "--csv", str(tmp_path / "out.csv")]) == 0
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines == ["frame,step,loss,nan_step,rate", "0,0,0.7,nan,nan", f"1,100,{1 / 3},nan,inf"]


BAD_LINKS = [
    "",
    "nope",
    "nope?x=1",
    "network/../..",
    "?" * 500,
    "n" * 10_000,
    "http://[",
    "ネットワーク?a=1",
    "\x00",
    "\ud800",
]


@pytest.mark.parametrize("link", BAD_LINKS, ids=range(len(BAD_LINKS)))
@pytest.mark.parametrize("command", ["run", "code"])
def test_a_bad_link_is_one_sentence_and_status_2(
    command: str, link: str, trained: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, link]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.endswith(".\n")
    assert len(said.err) < 300
    assert not trained


def test_what_a_link_ignores_goes_to_standard_error(trained: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "network?seed=abc&colour=red", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["seed"] == 0
    assert said.err.splitlines() == [
        "seed=abc is not a whole number from 0 to 9999: using 0.",
        "colour is not a knob of this lab: ignored.",
    ]


@pytest.mark.parametrize("option", ["--csv", "--html"])
def test_a_bad_target_is_told_before_anything_trains(
    option: str, trained: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", SMALL, option, str(tmp_path / "no" / "file")]) == 2
    assert main(["run", SMALL, option, str(tmp_path)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert "there is no folder" in first
    assert second == f"{tmp_path} is a folder, not a file."
    assert not trained


def test_a_file_that_cannot_be_written_is_one_sentence(
    trained: list[Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main(["run", SMALL, "--csv", str(tmp_path / "out.csv")]) == 2
    assert capsys.readouterr().err.endswith("out.csv cannot be written: No space left on device.\n")


def test_a_device_that_is_not_here_is_one_sentence(
    trained: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    torch = SimpleNamespace(cuda=SimpleNamespace(is_available=lambda: False))
    monkeypatch.setitem(sys.modules, "torch", torch)  # type: ignore[arg-type]
    assert main(["run", SMALL, "--device", "cuda"]) == 2
    assert capsys.readouterr().err == "There is no CUDA device here: try --device cpu.\n"
    monkeypatch.setenv("PLAYGROUND_DEVICE", "abacus")
    assert main(["run", SMALL]) == 2
    assert capsys.readouterr().err == "PLAYGROUND_DEVICE is 'abacus'; it can be auto, cpu or cuda.\n"
    assert not trained


def test_an_interrupted_run_is_one_sentence_and_status_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> Iterator[Frame]:
        yield Frame(0)
        raise KeyboardInterrupt

    recorder(monkeypatch, interrupted())
    assert main(["run", SMALL, "--json"]) == 130
    assert capsys.readouterr() == ("", "Stopped.\n")


def test_a_run_that_fails_is_one_sentence_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_: Any) -> Iterator[Frame]:
        yield Frame(0, {"loss": 1.0})
        raise ZeroDivisionError("division\nby nought")

    monkeypatch.setattr(importlib.import_module(f"{LAB.package}.experiment"), "experiment", failing)
    assert main(["run", SMALL, "--json"]) == 1
    assert capsys.readouterr() == ("", "The run failed: ZeroDivisionError: division by nought\n")


def test_the_bar_moves_on_a_terminal_alone(
    trained: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["run", SMALL])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    main(["run", SMALL])
    assert "\r[##############################] step 100 of 100\r\033[K" in capsys.readouterr().err


def test_a_bar_needs_to_know_how_many_steps_there_are() -> None:
    assert cli.bar(7, 0) == "step 7"
    assert cli.bar(50, 100) == f"[{'#' * 15}{'.' * 15}] step 50 of 100"
    assert cli.bar(101, 100).startswith(f"[{'#' * 30}]")


def test_list_names_every_lab_with_knobs_and_presets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "--json"]) == 0
    entries = {entry["path"]: entry for entry in json.loads(capsys.readouterr().out)}
    for lab in contract.labs():
        entry = entries.pop(lab.path)
        assert [knob["name"] for knob in entry["knobs"]] == list(contract.specs(lab.Knobs))
        assert [preset["title"] for preset in entry["presets"]] == [preset.title for preset in lab.presets]
    assert not entries


def test_a_listed_preset_links_to_its_knobs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["list", "--json"])
    listed = {e["path"]: [preset["link"] for preset in e["presets"]] for e in json.loads(capsys.readouterr().out)}
    for lab in contract.labs():
        assert [link.parse(text).knobs for text in listed[lab.path]] == [p.knobs.settled() for p in lab.presets]


def test_list_for_the_eye_says_bounds_and_conditions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    assert "Learning rate; a number from 1e-05 to 10\n" in text
    assert "Momentum; a number from 0 to 0.999 (with optimizer=sgd, rmsprop)\n" in text
    assert "Batch size; a whole number, at most samples\n" in text
    assert all(f"{name}={link.write(spec.default)}: " in text for name, spec in contract.specs(LAB.Knobs).items())


def test_bench_prints_a_row_a_figure(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, row in zip(cli.BENCHES, (("ratio", 0.93, ""), ("frame_bytes", 9123.0, "bytes")), strict=True):
        monkeypatch.setitem(sys.modules, name, SimpleNamespace(rows=lambda row=row: iter([row])))  # type: ignore[arg-type]
    assert main(["bench"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["ratio", "0.93"],
        ["frame_bytes", "9123", "bytes"],
    ]
    assert main(["bench", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    assert first == {"name": "ratio", "value": 0.93, "unit": ""}
    assert second == {"name": "frame_bytes", "value": 9123.0, "unit": "bytes"}


def test_bench_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def rows() -> Iterator[tuple[str, float, str]]:
        raise ModuleNotFoundError("No module named 'websockets'", name="websockets")

    monkeypatch.setitem(sys.modules, cli.BENCHES[0], SimpleNamespace(rows=rows))  # type: ignore[arg-type]
    assert main(["bench"]) == 2
    assert capsys.readouterr().err == "bench needs the packages of requirements-dev.txt: websockets is missing.\n"


def test_a_lab_that_uses_no_gpu_says_cpu_whatever_is_asked(
    trained: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "gan?steps=20", "--device", "cuda", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["device"] == "cpu" and trained[0][2] == "cpu"
    monkeypatch.setenv("PLAYGROUND_DEVICE", "cuda")
    monkeypatch.setattr("playground.device.usable_gpu", lambda: False)
    assert main(["run", SMALL]) == 0
    assert (
        capsys.readouterr().err == "No GPU is usable here, though PLAYGROUND_DEVICE asks for one: running on the CPU.\n"
    )


@pytest.mark.parametrize("arguments", [[], ["sing"], ["run"], ["run", SMALL, "--device", "tpu"], ["list", "--xml"]])
def test_an_unknown_command_or_option_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


def command(*arguments: str, cwd: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "playground", *arguments]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, **options)


def test_it_runs_from_any_folder(tmp_path: Path) -> None:
    done = command("list", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "network/sandbox: " in done.stdout


def test_a_reader_that_goes_away_is_silent() -> None:
    line = f"{sys.executable} -m playground list | head -1"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


def test_what_trains_nothing_imports_no_torch() -> None:
    check = f"""
import sys
from playground.__main__ import main
main(["list"]), main(["code", "{SMALL}"])
print(*sorted({{"torch", "sklearn", "pandas", "streamlit"}} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "\n")


def test_the_same_link_gives_the_same_numbers_in_another_process(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", SMALL, "--json"]) == 0
    here = json.loads(capsys.readouterr().out)
    there = json.loads(command("run", SMALL, "--json").stdout)
    assert min(here.pop("seconds"), there.pop("seconds")) > 0
    assert here == there
    assert math.isfinite(here["metrics"]["train_loss"])


def test_the_public_face_records_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    history = playground.run(SMALL)
    main(["run", SMALL, "--json"])
    ended = json.loads(capsys.readouterr().out)
    assert (history.steps[-1], len(history)) == (ended["steps"], ended["frames"])
    assert {name: history.last(name) for name in ended["metrics"]} == ended["metrics"]
    with pytest.raises(ValueError, match="no concept"):
        playground.run("nope")


def test_run_writes_the_page(tmp_path: Path) -> None:
    assert main(["run", SMALL + "&t=3", "--html", str(tmp_path / "out.html")]) == 0
    page = (tmp_path / "out.html").read_text()
    assert page.startswith("<!doctype html>\n")
    assert '<div id="playground-moment">3</div>' in page


@pytest.mark.slow
def test_four_other_runs_change_nothing() -> None:
    alone = json.loads(command("run", SMALL, "--json").stdout)
    line = [sys.executable, "-m", "playground", "run"]
    others = [subprocess.Popen([*line, f"network?steps=20000&seed={i}"], cwd=ROOT) for i in range(4)]
    try:
        beside = json.loads(command("run", SMALL, "--json").stdout)
        assert all(other.poll() is None for other in others)
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert beside["metrics"] == alone["metrics"]
