"""Downloads a full image set into the cache, where a visitor asks for it and nowhere else."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from playground.data.full import cache_folder, check
from playground.data.published import SETS, DataError, FullSet, Part

BLOCK = 1 << 16

Progress = Callable[[int, int], None]


def fetch(
    name: str,
    progress: Progress,
    stop: Callable[[], bool],
    *,
    timeout: float = 20.0,
    sets: Mapping[str, FullSet] = SETS,
) -> Path:
    """Downloads a set's published files and returns the folder of the cache that then holds them.

    `progress(received, expected)` hears of the bytes so far and altogether; `stop()` is asked between blocks;
    `timeout` is the longest silence in seconds. A file appears under its name only when its hash is right.
    Raises DataError with one sentence whatever goes wrong.
    """
    one = sets[name]
    folder = cache_folder() / one.folders[0]
    expected = sum(part.packed for part in one.layouts[0])
    received = 0

    def advance(size: int) -> None:
        nonlocal received
        received += size
        progress(received, max(expected, received))
        if stop():
            raise DataError(f"The download of {one.title} was stopped.")

    for part in one.layouts[0]:
        _save(one.base + part.names[0], part, folder, advance, timeout)
    return folder


def _save(url: str, part: Part, folder: Path, advance: Callable[[int], None], timeout: float) -> None:
    """Puts one file into a folder; an unfinished or wrong one leaves nothing behind."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="unfinished-", dir=folder) as scratch:
            path = Path(scratch, part.names[0])
            with urlopen(url, timeout=timeout) as response, path.open("wb") as file:
                for block in _blocks(response, url, 2 * part.packed):
                    file.write(block)
                    advance(len(block))
            _check(path, part, url)
            path.replace(folder / path.name)
    except (OSError, HTTPException) as error:
        raise DataError(f"The download of {url} failed: {_reason(error)}.") from None


def _check(path: Path, part: Part, url: str) -> None:
    try:
        check(path, part)
    except DataError:
        raise DataError(f"What {url} sent is not the published {part.name}.") from None


def _blocks(response: HTTPResponse, url: str, most: int) -> Iterator[bytes]:
    """The body, block by block. Raises DataError where it is longer than `most` bytes or shorter than declared."""
    declared = response.length or 0
    received = 0
    while declared <= most and received <= most:
        block = response.read1(BLOCK)
        if not block and received < declared:
            raise DataError(f"The download of {url} broke off after {received:,} of {declared:,} bytes.")
        if not block:
            return
        received += len(block)
        yield block
    raise DataError(f"The download of {url} is more than the {most:,} bytes that it may have.")


def _reason(error: Exception) -> str:
    """Why a connection failed, in a few words."""
    if isinstance(error, HTTPError):
        error.close()
        return f"the server answered {error.code}"
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return "the server fell silent"
    return str(cause) if isinstance(cause, OSError) else "the answer is not HTTP"
