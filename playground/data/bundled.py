"""The files that the package carries; their origin and licences are in `files/README.md`."""

from __future__ import annotations

from pathlib import Path

FILES = Path(__file__).parent / "files"


def bundled(name: str) -> Path:
    """The path of a carried file, such as `sunspots.csv`."""
    return FILES / name
