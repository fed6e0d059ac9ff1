"""Bounded folders of files: written whole or not at all, the least recently used removed first."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Puts bytes under a name at once, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix="unfinished-", delete=False) as file:
        file.write(content)
    Path(file.name).replace(path)


def trim(files: Iterable[Path], room: int) -> None:
    """Removes the least recently used files, so that the others have at most `room` bytes together."""
    found = [(path.stat().st_mtime, path.stat().st_size, path) for path in files]
    for _, size, path in sorted(found, reverse=True):
        room -= size
        if room < 0:
            path.unlink(missing_ok=True)
