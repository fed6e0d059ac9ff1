"""Finding a Chromium that Playwright can drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def executable() -> str | None:
    """The path of the system's Chromium or Chrome; None lets Playwright use its own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = [os.environ.get("PLAYGROUND_CHROMIUM"), *map(shutil.which, names)]
    return next((path for path in found if path and Path(path).exists()), None)
