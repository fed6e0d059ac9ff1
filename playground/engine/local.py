"""Children of this machine: processes from a forkserver that has imported torch and every experiment before."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import spawn
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from playground.contract import PACKAGE
from playground.engine import child
from playground.engine.run import Run

ROOT = str(PACKAGE.parent)
PRELOAD = ["torch", "torch._dynamo", "playground.engine.preload"]
PATIENCE = 5.0  # seconds that a child which has said its last word may take to exit
TRIES, PAUSE = 10, 0.1  # times that a child is started where the forkserver fails, and seconds between

_method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_context: Any = multiprocessing.get_context(_method)
_starting = threading.local()
_lock = threading.Lock()  # multiprocessing's list of children is not safe from threads
_preparation_data = spawn.get_preparation_data


def _without_main(name: str) -> dict[str, Any]:
    """What a new process is told, for our children without the main module.

    In a server that is Streamlit's command line or, while a script runs, the script itself: the child
    would import the one (0.8 s) or execute the other.
    """
    data = _preparation_data(name)
    if getattr(_starting, "ours", False):
        data.pop("init_main_from_name", None)
        data.pop("init_main_from_path", None)
    return data


spawn.get_preparation_data = _without_main


@dataclass(frozen=True)
class LocalChild:
    """A child process and the end of the pipe that it writes to."""

    pipe: Connection[Any, Any]
    process: BaseProcess

    def kill(self) -> None:
        """Ends the process now."""
        self.process.kill()

    def finish(self) -> int:
        """Waits for the process to exit, kills one that does not, and gives its exit status."""
        code = finish(self.process)
        self.pipe.close()
        return code


def warm() -> None:
    """Starts the forkserver, so that the first visitor does not wait for torch."""
    if _method == "forkserver":
        from multiprocessing import forkserver

        make_importable()
        _context.set_forkserver_preload(PRELOAD)
        forkserver.ensure_running()


def make_importable() -> None:
    """Lets processes find this package from wherever the server was started: a forkserver gets no `sys.path`."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if ROOT not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, *paths]))


def start(run: Run, memory: int) -> LocalChild:
    """A child that records the run from its first missing frame on, in so many bytes of memory beyond its start."""
    receiver, sender = _context.Pipe(duplex=False)
    with sender:
        process = launch(
            child.main, sender, run.lab.path, run.knobs.model_dump_json(), run.device, len(run.frames), memory
        )
    return LocalChild(receiver, process)


def launch(work: Callable[..., None], *args: object) -> BaseProcess:
    """A process of the forkserver that does some work; where that one is dying, of the next. Raises OSError, EOFError.

    A forkserver that was killed takes requests until the system has buried it, and answers none.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(EOFError, OSError):
            return _launched(work, args)
        time.sleep(PAUSE)
    return _launched(work, args)


def _launched(work: Callable[..., None], args: tuple[object, ...]) -> BaseProcess:
    process: BaseProcess = _context.Process(target=work, args=args, daemon=True)
    with _lock:
        _starting.ours = True
        try:
            process.start()
        finally:
            _starting.ours = False
    return process


def finish(process: BaseProcess) -> int:
    """Waits for a process to exit, kills one that does not, and gives its exit status."""
    exited = multiprocessing.connection.wait([process.sentinel], PATIENCE)
    with _lock:
        if not exited:  # the id of one that has exited may be another process's by now
            process.kill()
        process.join()
        return process.exitcode or 0
