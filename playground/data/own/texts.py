"""A visitor's text: any of the usual encodings as clean Unicode, or one sentence."""

from __future__ import annotations

import unicodedata

from playground.data.published import DataError

LARGEST = 1_000_000  # bytes of a file
ODD_SHARE = 0.02  # more control characters than that: not a text
BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def normalised(raw: bytes) -> bytes:
    """The text in UTF-8, composed (NFC), with plain line ends and without control characters.

    Raises DataError with one sentence.
    """
    if len(raw) > LARGEST:
        raise DataError(f"The text has {len(raw) / 1e6:.1f} MB; at most {LARGEST // 10**6} MB is taken.")
    return _clean(decoded(raw)).encode()


def decoded(raw: bytes) -> str:
    """The characters of a file in UTF-8, UTF-16 with its mark, or Windows-1252. Raises DataError."""
    encoding = next((name for mark, name in BOMS.items() if raw.startswith(mark)), "utf-8")
    for name in (encoding, "cp1252"):
        try:
            return _checked(raw.decode(name))
        except UnicodeDecodeError:
            continue
    raise DataError("This file is not a text that can be read: save it as UTF-8.")


def _checked(text: str) -> str:
    """The text itself. Raises DataError where it holds what no text holds."""
    if sum(_is_control(c) for c in text) > ODD_SHARE * len(text):
        raise DataError("This file is not a text: it holds binary data.")
    return text


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Cn") and character not in "\n\r\t\f\v"


def _clean(text: str) -> str:
    lines = unicodedata.normalize("NFC", text).replace("\t", " ").splitlines()
    kept = ("".join(c for c in line if not _is_control(c)).rstrip() for line in lines)
    found = "\n".join(kept).strip("\n")
    if not found.strip():
        raise DataError("This file is empty: there is no text in it.")
    return found
