"""Finding a Chromium that Playwright can drive; `python -m tests.chromium` gets one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable() -> str | None:
    """The path of the system's Chromium or Chrome; None lets Playwright use its own."""
    found = [os.environ.get("PLAYGROUND_CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in found if path and Path(path).exists()), None)


def starts() -> bool:
    """Whether Playwright can start a Chromium now."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(executable_path=executable(), args=FLAGS).close()
        except Error:
            return False
    return True


def from_debian() -> None:
    """Installs Debian's package, as root or through sudo without a password."""
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    quiet = {"stdout": subprocess.DEVNULL, "check": True}
    subprocess.run([*rights, "apt-get", "update", "-q"], **quiet)
    subprocess.run([*rights, "apt-get", "install", "-y", "-q", "chromium"], **quiet)


def from_playwright() -> None:
    """Downloads Playwright's own build."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)


def main() -> int:
    """0 once a Chromium starts: the system's, else Debian's package, else Playwright's own."""
    for get in (None, from_debian if shutil.which("apt-get") else None, from_playwright):
        try:
            if get:
                get()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"chromium: {get.__name__ if get else ''} failed: {error}", file=sys.stderr)
        if starts():
            return 0
    print("No Chromium starts here. Install one, or name it in PLAYGROUND_CHROMIUM.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
