"""What Linux tells of a process: its children, its processor time, its memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

PROC = Path("/proc")
FILES = 65_536  # and sockets, for thousands of visitors


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, without its children, to a hundredth of a second."""
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def private_bytes(pid: int) -> int:
    """Memory that would come free if the process ended."""
    lines = (PROC / str(pid) / "smaps_rollup").read_text("ascii").splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def allow_files() -> None:
    """Lets this process open as many files as it needs and may: it often gets 1024, and an open page takes six."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        may = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
        if soft != resource.RLIM_INFINITY and soft < may:
            resource.setrlimit(resource.RLIMIT_NOFILE, (may, hard))


def trim() -> None:
    """Gives back to the system what this process has freed, also below what it still uses. With glibc alone."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # another C library, another system
        ctypes.CDLL(None).malloc_trim(0)


def descendants(pid: int) -> list[int]:
    """The process's children and theirs, the nearest first."""
    parents = {int(path.name): _parent(int(path.name)) for path in PROC.iterdir() if path.name.isdigit()}
    found = [pid]
    for one in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _parent(pid: int) -> int:
    """The id of a process's parent; 0 where the process has ended meanwhile."""
    try:
        return int(_stat(pid)[1])
    except OSError:
        return 0


def _stat(pid: int) -> list[str]:
    """The fields of `stat` from the state on: the name before it may hold spaces."""
    return (PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
