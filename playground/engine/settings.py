"""The server's bounds, read once from its environment."""

from __future__ import annotations

import importlib.util
import os
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

MB = 1024 * 1024
SHORTEST_SECRET = 16


@dataclass(frozen=True)
class Settings:
    """What a server allows, and how it is reached.

    `runs` children train at once, `visitor_runs` of them for one visitor. `history` bytes hold all recordings,
    `run_history` one, in at most `frames` frames. A child gets `memory` bytes beyond its start and `seconds` of time. A
    run that nobody watches lives for `grace` seconds. A client may owe what it has to send or to take for `patience`
    seconds. One visitor opens `sockets` WebSockets. A file to upload has at
    most `upload` MB. `public` is the address to share, `""` for what the browser shows; `proxies` stand before this
    server and add to X-Forwarded-For. Anyone reads the metrics where `open_metrics`. `log` is text or json. `secret`
    signs the tokens. `engine` is local or ray: then `runs` and `visitor_runs` may be 0, which is what the cluster at
    `ray_address` has room for, and a run that trains on a GPU takes `gpu_share` of it.
    """

    runs: int
    visitor_runs: int
    history: int
    frames: int
    memory: int
    seconds: float
    grace: float
    sockets: int
    secret: bytes
    patience: float = 60
    upload: int = 16
    public: str = ""
    proxies: int = 0
    open_metrics: bool = False
    log: str = "text"
    engine: str = "local"
    ray_address: str = "auto"
    gpu_share: float = 0.25

    @property
    def run_history(self) -> int:
        """The bytes that one recording may hold."""
        return self.history // 4


@cache
def settings() -> Settings:
    """The settings of this process. Raises ValueError with one sentence that names the variable.

    What other parts read for themselves is checked here too: a server that starts has no bad variable.
    """
    engine = _engine()
    _one_of("DEVICE", ("auto", "cpu", "cuda"))
    _whole("UPLOADS_MB", 64, 1, 999_999)
    _file("PLOTLYJS")
    runs = _whole("RUNS", 0 if engine == "ray" else _cores(), 1, 1024)
    return Settings(
        runs=runs,
        visitor_runs=_whole("VISITOR_RUNS", max(2, runs // 2) if runs else 0, 1, 1024),
        history=_whole("HISTORY_MB", 512, 8, 1_000_000) * MB,
        frames=_whole("RUN_FRAMES", 10_000, 10, 1_000_000),
        memory=_whole("RUN_MB", 1024, 64, 1_000_000) * MB,
        seconds=_whole("RUN_SECONDS", 600, 1, 86_400),
        grace=_whole("GRACE_SECONDS", 30, 0, 3600),
        sockets=_whole("SOCKETS", 256, 1, 100_000),
        secret=_secret(),
        patience=_whole("PATIENCE_SECONDS", 60, 1, 3600),
        upload=_whole("UPLOAD_MB", 16, 1, 1000),
        public=_address("PUBLIC_URL"),
        proxies=_whole("PROXIES", 0, 0, 10),
        open_metrics=_one_of("METRICS", ("local", "public")) == "public",
        log=_one_of("LOG", ("text", "json")),
        engine=engine,
        ray_address=_host("RAY_ADDRESS", "auto"),
        gpu_share=_share("GPU_SHARE", 0.25),
    )


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _engine() -> str:
    """Where runs train. Raises ValueError where that needs a package which is not here."""
    name = _one_of("ENGINE", ("local", "ray"))
    if name == "ray" and importlib.util.find_spec("ray") is None:
        raise ValueError("PLAYGROUND_ENGINE is ray, which is not installed: pip install -r requirements-ray.txt.")
    return name


def _whole(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(f"PLAYGROUND_{name}")
    if text is None:
        return default
    if text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high:
        return int(text)
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be a whole number from {low} to {high}.")


def _share(name: str, default: float) -> float:
    """A part of a whole, in hundredths."""
    text = os.environ.get(f"PLAYGROUND_{name}", str(default))
    if re.fullmatch(r"(0?\.\d\d?|1(\.00?)?)", text, re.ASCII) and float(text) > 0:
        return float(text)
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be a number from 0.01 to 1.")


def _host(name: str, default: str) -> str:
    """A host and its port, or the default."""
    text = os.environ.get(f"PLAYGROUND_{name}", default)
    if text == default or re.fullmatch(r"([\w.-]+|\[[\da-fA-F:]+\]):\d{1,5}", text, re.ASCII):
        return text
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be {default} or a host and port like 10.0.0.1:6379.")


def _file(name: str) -> None:
    """Checks that a file, where one is named, is here."""
    text = os.environ.get(f"PLAYGROUND_{name}")
    if text and not Path(text).expanduser().is_file():
        raise ValueError(f"PLAYGROUND_{name} is {text[:200]!r}, which is not a file here.")


def _one_of(name: str, words: tuple[str, ...]) -> str:
    """One of some words, the first where nothing is set."""
    text = os.environ.get(f"PLAYGROUND_{name}", words[0])
    if text in words:
        return text
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be {' or '.join(words)}.")


def _address(name: str) -> str:
    """A web address without a slash at its end; nothing where none is set."""
    text = os.environ.get(f"PLAYGROUND_{name}", "")
    if not text or _is_address(text):
        return text.rstrip("/")
    raise ValueError(f"PLAYGROUND_{name} is {text[:40]!r}; it can be an address like https://play.example/path.")


def _is_address(text: str) -> bool:
    """Whether a text is scheme, host and perhaps port and path of a web page, and nothing else."""
    if not text.isascii() or not text.isprintable() or set(text) & set(" \"'<>\\?#@"):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _secret() -> bytes:
    """The secret that replicas share, else one that dies with the process."""
    text = os.environ.get("PLAYGROUND_SECRET")
    if text is None:
        return secrets.token_bytes(32)
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"PLAYGROUND_SECRET has {len(text)} characters; it needs at least {SHORTEST_SECRET}.")
    return text.encode()
