"""The upload store: a folder of normalised files named by their hash; the least recently used go first."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from playground.data import cache
from playground.data.full import cache_folder
from playground.data.own import pictures, sheets, talks, texts
from playground.data.published import DataError

MB = 1024 * 1024
DIGITS = 20
KEY = re.compile(rf"[0-9a-f]{{{DIGITS}}}")

NORMALISERS: Mapping[str, Callable[[bytes], bytes]] = {
    "image": pictures.normalised,
    "text": texts.normalised,
    "table": sheets.normalised,
    "talk": talks.normalised,
}


def folder() -> Path:
    """Where uploads lie: `uploads` in the cache folder."""
    return cache_folder() / "uploads"


def bound() -> int:
    """The bytes that all uploads may have together: PLAYGROUND_UPLOADS_MB, 64 MB unless set."""
    text = os.environ.get("PLAYGROUND_UPLOADS_MB", "64")
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise ValueError(f"PLAYGROUND_UPLOADS_MB is {text[:40]!r}; it can be a whole number from 1 to 999999.")
    return int(text) * MB


def keep(kind: str, raw: bytes) -> str:
    """Keeps a visitor's file of a kind (image, text, table, talk) and returns its key, 20 hex digits.

    The same content has the same key. Raises DataError with one sentence where the file cannot be used.
    """
    plain = NORMALISERS[kind](raw)
    key = hashlib.sha256(kind.encode() + b"\n" + plain).hexdigest()[:DIGITS]
    most = bound()
    try:
        cache.write(_path(kind, key), plain)
    except OSError:
        raise DataError("The upload cannot be kept: the server's disk is full or closed to it.") from None
    cache.trim(folder(), most, _path(kind, key))
    return key


def _path(kind: str, key: str) -> Path:
    return folder() / f"{key}.{kind}"


def holds(kind: str, key: str) -> bool:
    """Whether an upload is still here."""
    return bool(KEY.fullmatch(key)) and _path(kind, key).is_file()


def plain(kind: str, key: str) -> bytes:
    """The normalised bytes of an upload, which then counts as just used. Raises DataError where it is gone."""
    if not KEY.fullmatch(key):
        raise DataError(f"{key[:40]!r} names no upload.")
    path = _path(kind, key)
    try:
        found = path.read_bytes()
        os.utime(path)
    except OSError:
        raise DataError(gone(kind)) from None
    return found


def gone(kind: str) -> str:
    """What a visitor reads where an upload is no longer here."""
    return f"The {kind} that this link was made with is no longer here: choose the file again."
