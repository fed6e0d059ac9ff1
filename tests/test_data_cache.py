"""Bounded folders: what is written is whole, what failed or was left leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.data import cache
from tests.conftest import ROOT


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path; from playground.data import cache\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "cache.write(Path(sys.argv[1]) / 'small', bytes(1000))\n"
        "try:\n    cache.write(Path(sys.argv[1]) / 'large', bytes(5000))\n"
        "except OSError:\n    print('refused')"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "refused\n" and [path.name for path in tmp_path.iterdir()] == ["small"], done.stderr


def test_what_was_left_unfinished_goes_after_an_hour_and_not_before(tmp_path: Path) -> None:
    for name, age in (("old", 3700), ("young", 60)):
        file = tmp_path / f"unfinished-{name}"
        file.write_bytes(bytes(10))
        os.utime(file, (time.time() - age, time.time() - age))
    cache.write(tmp_path / "whole", b"hello")
    cache.trim(tmp_path, 5)
    assert {path.name for path in tmp_path.iterdir()} == {"whole", "unfinished-young"}
