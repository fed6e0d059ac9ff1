"""What runs in a child process: bounds for itself, then the recorder."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Protocol

from playground.engine.parcels import Line

RECORDER = "playground.training.recorder"
NICENESS = 5  # the server answers before children train


class Sink(Protocol):
    """What takes a child's messages."""

    def send_bytes(self, raw: bytes, /) -> None:
        """Sends one."""


def main(pipe: Sink, path: str, knobs: str, device: str, skip: int, memory: int) -> None:
    """Records a lab's run into a pipe; frames before number `skip` are computed, not sent.

    `knobs` is JSON; `memory` the bytes allowed beyond what the process has now.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends its children itself
    threading.Thread(target=_die_with_server, daemon=True).start()
    if sys.platform != "win32":
        os.nice(NICENESS)
    if sys.platform == "linux" and device == "cpu":  # CUDA reserves far more than it uses
        _bound(memory)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        importlib.import_module(RECORDER).record(pipe.send_bytes, path, knobs, device, skip)


def main_at(address: str, gpus: str, path: str, knobs: str, device: str, memory: int) -> None:
    """Records a whole run for whoever listens at a socket of this machine, and ends when the listener does."""
    if gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(address)
        line = Line(one)
        threading.Thread(target=_die_with, args=(line,), daemon=True).start()
        main(line, path, knobs, device, 0, memory)


def _die_with(line: Line) -> None:
    """Ends the process when the line's other end is closed."""
    with contextlib.suppress(EOFError, OSError):
        line.recv_bytes()
    os._exit(0)


def _die_with_server() -> None:
    """Ends the process when the server's has ended, however that came."""
    if server := multiprocessing.parent_process():
        server.join()
        os._exit(1)


def _bound(memory: int) -> None:
    """Lets the process's private memory grow by so many bytes; beyond, an allocation fails."""
    import resource

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    limit = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
