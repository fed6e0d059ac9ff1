"""A visitor's talk: a small text, a line an item."""

from __future__ import annotations

from playground.data.own import texts
from playground.data.published import DataError

LARGEST = 64_000  # bytes of a file


def normalised(raw: bytes) -> bytes:
    """The text of a talk, clean and in UTF-8. Raises DataError with one sentence."""
    if len(raw) > LARGEST:
        raise DataError(f"The talk has {len(raw) / 1000:,.0f} kB; at most {LARGEST // 1000} kB are taken.")
    return texts.normalised(raw)
