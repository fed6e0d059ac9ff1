"""Every test, in two processes at once: `python -m tests.halves` runs those that drive a browser beside the others.

Each half has its own browser and server, so that two cores are in use; what is given goes to both (`-m slow`).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
BROWSER = ("test_app_*.py", "test_deploy.py", "test_export_page.py", "test_security_*.py", "test_soak.py", "player")
NOTHING = 5  # pytest's exit status where no test was chosen


def halves() -> tuple[list[str], list[str]]:
    """The files and folders of each half; together they are all that pytest finds by itself."""
    driven = {path for pattern in BROWSER for path in HERE.glob(pattern)}
    rest = {*HERE.glob("test_*.py"), HERE / "player"} - driven
    return sorted(map(str, driven)), sorted(map(str, rest))


def main(options: list[str]) -> int:
    """The worse exit status of the two; the second half's words follow the first's."""
    command = [sys.executable, "-m", "pytest", "-q", *options]
    first, second = halves()
    with tempfile.TemporaryFile("w+") as words:
        beside = subprocess.Popen([*command, *second], stdout=words, stderr=subprocess.STDOUT)
        status = subprocess.run([*command, *first], check=False).returncode
        other = beside.wait()
        words.seek(0)
        print(words.read(), end="", flush=True)
    return max(0 if one == NOTHING else one for one in (status, other))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
