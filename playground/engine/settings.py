"""The server's bounds, read once from its environment."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import cache

MB = 1024 * 1024
SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Settings:
    """What a server allows.

    `runs` children train at once. `history` bytes hold all recordings, `run_history` one. A child gets
    `memory` bytes beyond its start and `seconds` of time. A run that nobody watches lives for `grace`
    seconds. One address opens `sockets` WebSockets. `secret` signs the tokens.
    """

    runs: int
    history: int
    memory: int
    seconds: float
    grace: float
    sockets: int
    secret: bytes

    @property
    def run_history(self) -> int:
        """The bytes that one recording may hold."""
        return self.history // 4


@cache
def settings() -> Settings:
    """The settings of this process. Raises ValueError with one sentence that names the variable."""
    return Settings(
        runs=_whole("RUNS", _cores(), 1, 1024),
        history=_whole("HISTORY_MB", 512, 8, 1_000_000) * MB,
        memory=_whole("RUN_MB", 1024, 64, 1_000_000) * MB,
        seconds=_whole("RUN_SECONDS", 600, 1, 86_400),
        grace=_whole("GRACE_SECONDS", 30, 0, 3600),
        sockets=_whole("SOCKETS", 256, 1, 100_000),
        secret=_secret(),
    )


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _whole(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(f"PLAYGROUND_{name}", str(default))
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text)
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be a whole number from {low} to {high}.")


def _secret() -> bytes:
    """The secret that replicas share, else one that dies with the process."""
    text = os.environ.get("PLAYGROUND_SECRET")
    if text is None:
        return secrets.token_bytes(32)
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"PLAYGROUND_SECRET has {len(text)} characters; it needs at least {SHORTEST_SECRET}.")
    return text.encode()
