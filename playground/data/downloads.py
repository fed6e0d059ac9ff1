"""Downloads under way in this process: one thread a set, watched and stopped from anywhere."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.data.fetch import fetch
from playground.data.published import SETS, DataError, FullSet


@dataclass
class Download:
    """One download: bytes so far and altogether; `error` is the sentence on which it ended, if any."""

    received: int = 0
    expected: int = 1
    error: str = ""
    done: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def running(self) -> bool:
        """Whether bytes may still come."""
        return not self.done and not self.error

    def progress(self, received: int, expected: int) -> None:
        """Notes the bytes so far."""
        self.received, self.expected = received, expected


_known: dict[str, Download] = {}
_lock = threading.Lock()


def state(name: str) -> Download | None:
    """The latest download of a set in this process, if there was one."""
    return _known.get(name)


def start(name: str, sets: Mapping[str, FullSet] = SETS) -> Download:
    """Begins to download a set, or joins the download that is under way."""
    with _lock:
        known = _known.get(name)
        if known and known.running:
            return known
        one = _known[name] = Download()
    threading.Thread(target=_run, args=(name, one, sets), name=f"download {name}", daemon=True).start()
    return one


def stop(name: str) -> None:
    """Ends a download at its next block; nothing unfinished is left behind."""
    if known := _known.get(name):
        known.stopped.set()


def _run(name: str, one: Download, sets: Mapping[str, FullSet]) -> None:
    try:
        fetch(name, one.progress, one.stopped.is_set, sets=sets)
        one.done = True
    except DataError as error:
        one.error = str(error)
    except Exception as error:  # the thread's end must not be silent
        one.error = f"The download of {sets[name].title} failed: {type(error).__name__}."
