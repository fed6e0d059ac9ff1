"""Bounded folders of files: written whole or not at all, the least recently used removed first."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

UNFINISHED = "unfinished-"
ABANDONED = 3600  # seconds after which nobody writes on


def write(path: Path, content: bytes) -> None:
    """Puts bytes under a name at once, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def trim(folder: Path, room: int, newest: Path | None = None) -> None:
    """Removes the least recently used files, so that the others have at most `room` bytes together.

    `newest` counts first and stays. What others remove meanwhile is gone, what they write is left alone, and what they
    left unfinished an hour ago goes.
    """
    found = []
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            about = path.stat()
            if not path.name.startswith(UNFINISHED):
                found.append((path == newest, about.st_mtime, about.st_size, path))
            elif about.st_mtime < time.time() - ABANDONED:
                path.unlink()
    for stays, _, size, path in sorted(found, reverse=True):
        room -= size
        if room < 0 and not stays:
            path.unlink(missing_ok=True)
