"""The rules of the layout: who imports whom, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.halves import halves

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "playground").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])
CORE = {"playground", "contract", "knobs"}
ALLOWED = {
    "knobs": set(),
    "contract": CORE,
    "device": CORE,
    "wire": CORE,
    "expression": CORE,
    "expression_code": CORE | {"expression"},
    "link": CORE,
    "data": CORE | {"data"},
    "stage": CORE | {"stage"},
    "engine": CORE | {"device", "wire", "engine"},
    "player": CORE | {"engine", "player"},
    "export": CORE | {"data", "engine", "link", "stage", "wire", "export", "player"},
    "models": CORE | {"data", "wire", "expression", "models"},
    "training": CORE | {"models", "data", "wire", "expression", "training"},
    "ui": CORE | {"device", "data", "player", "export", "engine", "link", "stage", "wire", "ui", "expression"},
    "pages": {"playground", "ui"},
    "app": CORE | {"ui", "player", "export", "engine"},
    "face": CORE | {"stage", "data", "expression", "expression_code", "concepts"},
    "experiment": CORE | {"training", "models", "data", "wire", "expression", "concepts"},
    "__init__": CORE | {"device", "link", "wire"},
    "__main__": CORE | {"link", "wire", "export", "cli"},
    "cli": CORE | {"device", "link", "wire", "export", "cli"},
}
STREAMLIT = {"pages", "ui", "player", "app"}
TORCH = {"training", "models", "experiment"}
FACES = {"lab.py", "knobs.py"}


def part(path: Path) -> str:
    """Which part of the layout a file belongs to."""
    inside = path.relative_to(ROOT).parts
    if inside[0] != "playground":
        return inside[0].removesuffix(".py")
    if inside[1] == "concepts":
        return "face" if path in faces() or path.name in FACES or path.name.endswith("panels.py") else "experiment"
    return inside[1].removesuffix(".py")


@cache
def faces() -> frozenset[Path]:
    """What the server imports of the concepts: each `__init__.py` and `lab.py`, and all that these import there."""
    concepts = ROOT / "playground" / "concepts"
    found: set[Path] = set()
    left = {*concepts.rglob("__init__.py"), *concepts.rglob("lab.py")}
    while left:
        found |= left
        left = {path for one in left for path in within(one) if path.is_relative_to(concepts)} - found
    return frozenset(found)


def within(path: Path) -> list[Path]:
    """The files of the project that a file imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    names = imported(path) + [f"{node.module}.{alias.name}" for node in nodes for alias in node.names]
    return [file for name in names if (file := ROOT / f"{name.replace('.', '/')}.py").is_file()]


def imported(path: Path) -> list[str]:
    """Every module that a file imports anywhere, dotted."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += names if node.module == "playground" else [node.module or ""]
    return found


def arrows(path: Path, here: str) -> None:
    """Asserts that a file imports only what its part of the layout may."""
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "playground" and rest:
            assert rest[0] in ALLOWED[here] or rest[0].startswith("_"), f"{path.name} ({here}) may not import {name}"
        assert top != "streamlit" or here in STREAMLIT, f"{path.name} may not import streamlit"
        assert top not in ("torch", "sklearn", "pandas") or here in TORCH, f"{path.name} may not import {top}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_down(path: Path) -> None:
    arrows(path, part(path))


@pytest.mark.parametrize("name", ["lab.py", "knobs.py", "panels.py", "score_panels.py", "verdicts.py"])
@pytest.mark.parametrize("line", ["import torch", "from torch import nn", "from playground.training import losses"])
def test_what_the_server_reads_of_a_lab_may_not_import_torch(tmp_path: Path, name: str, line: str) -> None:
    (tmp_path / name).write_text(f"{line}\n", "utf-8")
    with pytest.raises(AssertionError, match="may not import"):
        arrows(tmp_path / name, part(ROOT / "playground" / "concepts" / "network" / "sandbox" / name))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_long_and_nothing_is_evaluated(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__"), path
    assert "pickle" not in {name.split(".")[0] for name in imported(path)}


def test_no_browser_file_is_long() -> None:
    for path in (ROOT / "playground" / "player").rglob("*.*s"):
        assert path.read_text("utf-8").count("\n") <= 300, path


def test_the_server_never_imports_torch() -> None:
    code = (
        "import sys, playground.contract as c; [c.lab(one.path).stage(one.small) for one in c.labs()]\n"
        "import playground.engine.routes, playground.engine.metrics, playground.engine.shutdown\n"
        "import playground.engine.cluster, playground.export.routes, playground.ui, playground.player.component\n"
        "print([m for m in ('torch', 'sklearn', 'pandas', 'ray') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_visitors_write_is_not_cached_without_end(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(one) == "cache" for one in node.decorator_list):
            assert not {arg.arg for arg in node.args.args} & {"text", "knobs", "token", "key", "link", "query"}, (
                node.name
            )


def test_the_two_halves_are_all_tests() -> None:
    found = subprocess.run(
        ["git", "ls-files", "tests"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    files = {ROOT / name for name in found if Path(name).name.startswith("test_")}
    covered = {path for half in halves() for name in half for path in (Path(name), *Path(name).glob("test_*.py"))}
    assert files <= covered and not set(halves()[0]) & set(halves()[1])
