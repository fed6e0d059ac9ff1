"""The served app as a scenario sees it from outside: its process, its figures, its log. Linux only."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from playground import contract
from playground.contract import Knobs, Lab
from playground.engine import tokens
from playground.engine.metrics import REST
from playground.engine.processes import PROC, cpu_seconds, private_bytes
from tests.conftest import ROOT, free_port

LAB = contract.lab("network/sandbox")
PATIENCE = 60.0  # seconds that the app may take to answer
PINGS = 60.0  # seconds after which Streamlit's server takes one who answers no ping for lost
CORES = 2
ENVIRONMENT = {
    "PLAYGROUND_RUNS": str(CORES), "PLAYGROUND_GRACE_SECONDS": "5", "PLAYGROUND_HISTORY_MB": "64",
    "PLAYGROUND_PROXIES": "1",
}  # fmt: skip
WRONG = re.compile(r"Traceback|\b(ERROR|CRITICAL)\b|Exception in|never retrieved")


@dataclass
class Server:
    """A served app; `folder` holds its cache and its log, `secret` seals its tokens and marks its processes."""

    process: subprocess.Popen[bytes]
    host: str
    secret: str
    folder: Path
    patience: float = 60  # seconds for which a client may owe an answer
    _asked: float = field(default=float("-inf"))

    @property
    def cache(self) -> Path:
        """Where it keeps uploads and weights."""
        return self.folder / "cache"

    def token(self, knobs: Knobs, lab: Lab = LAB) -> str:
        """The address of a run."""
        return tokens.seal(self.secret.encode(), lab, knobs)

    def get(self, path: str, patience: float = 20) -> bytes:
        """What it answers to a path. Raises OSError."""
        with urllib.request.urlopen(f"http://{self.host}/{path}", timeout=patience) as answer:
            found: bytes = answer.read()
            return found

    def metric(self, name: str) -> float:
        """A figure of its own telling, such as `runs_started_total`, as it is now."""
        time.sleep(max(0.0, self._asked + 1.1 * REST - time.monotonic()))  # it tells the same for that long
        self._asked = time.monotonic()
        text = self.get("playground/metrics").decode()
        (line,) = re.findall(rf"^playground_{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(line)

    def cpu(self) -> float:
        """Processor time of the server's process alone, in seconds."""
        return cpu_seconds(self.process.pid)

    def memory(self) -> float:
        """Private bytes of the server's process without its recordings, which have a bound of their own."""
        return private_bytes(self.process.pid) - self.metric("history_bytes")

    def sockets(self) -> int:
        """Open sockets of the server's process."""
        return sum("socket:" in _target(path) for path in (PROC / str(self.process.pid) / "fd").iterdir())

    def family(self) -> set[int]:
        """Every process that descends from the server's, also where its parent has died."""
        mark = f"PLAYGROUND_SECRET={self.secret}".encode()
        return {int(path.parent.name) for path in PROC.glob("[0-9]*/environ") if mark in _content(path)}

    def keepers(self) -> set[int]:
        """The server's process, the forkserver and multiprocessing's tracker: what stays while nothing trains."""
        pid = self.process.pid
        return {one for one in self.family() if one == pid or _parent(one) == pid}

    def children(self) -> set[int]:
        """The processes that train, and any that was left behind."""
        return self.family() - self.keepers()

    def forkserver(self) -> int:
        """The process that children come from: the larger of the server's own two."""
        return max(self.keepers() - {self.process.pid}, key=private_bytes)

    def complaints(self) -> list[str]:
        """Lines of its log that tell of something unexpected."""
        return [line for line in self.log.read_text("utf-8", "replace").splitlines() if WRONG.search(line)]

    @property
    def log(self) -> Path:
        """What it wrote on standard error."""
        return self.folder / "log"


def _target(path: Path) -> str:
    with contextlib.suppress(OSError):  # closed meanwhile
        return str(path.readlink())
    return ""


def _content(path: Path) -> bytes:
    with contextlib.suppress(OSError):  # ended meanwhile, or another user's
        return path.read_bytes()
    return b""


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int((PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    return 0


@contextlib.contextmanager
def served(*options: str, **environment: str) -> Iterator[Server]:
    """The app on a free port with a cache of its own, until the block ends. Raises RuntimeError where it does not."""
    port, secret = str(free_port()), secrets.token_hex(16)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port, "--server.address"]
    with TemporaryDirectory(prefix="soak-") as name, (Path(name) / "log").open("wb") as log:
        (folder := Path(name)).joinpath("cache").mkdir()
        own = {"PLAYGROUND_SECRET": secret, "PLAYGROUND_CACHE_DIR": str(folder / "cache")}
        process = subprocess.Popen(
            [*command, "127.0.0.1", *options], cwd=ROOT, env={**os.environ, **ENVIRONMENT, **own, **environment},
            stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
        one = Server(
            process, f"127.0.0.1:{port}", secret, folder, float(environment.get("PLAYGROUND_PATIENCE_SECONDS", 60))
        )
        try:
            _wait(one)
            yield one
        finally:
            process.terminate()
            process.wait(20)


def _wait(one: Server) -> None:
    """Returns once the app answers."""
    deadline = time.monotonic() + PATIENCE
    while one.process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            one.get("playground/health", 2)
            return
        time.sleep(0.05)
    raise RuntimeError(f"The app did not start: {one.log.read_text('utf-8', 'replace')[-500:]}")
