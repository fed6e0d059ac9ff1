"""Exported scripts in a clean interpreter: all of a test in one, since torch takes seconds to import."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

DRIVER = "import runpy, sys; [runpy.run_path(path, run_name='__main__') for path in sys.argv[1:]]"


def ends(scripts: Sequence[str], folder: Path, timeout: float = 120) -> list[dict[str, float]]:
    """The JSON object that each script prints, one after the other; a warning or an error fails with its text."""
    names = [f"{i}.py" for i in range(len(scripts))]
    for name, text in zip(names, scripts, strict=True):
        (folder / name).write_text(text, "utf-8")
    command = [sys.executable, "-I", "-W", "error", "-c", DRIVER, *names]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(found) == len(scripts)
    return found
