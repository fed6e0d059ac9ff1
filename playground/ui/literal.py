"""Sentences that may quote a visitor, written so that Markdown shows every letter and makes nothing of any."""

from __future__ import annotations

import re

JOINER = "\u2060"  # shows nothing, and parts what would be found as a link, an icon or a colour
MARKS = re.compile(r"[\\`*\[\]<>$|~]|(?<![^\W_])_|_(?![^\W_])")
NAMES = re.compile(r"(?i)(?<=:)(?=[\w/])|(?<=www)(?=\.)|(?=@)")


def literal(text: str) -> str:
    """The text on one line of Markdown, as it is: no link, no emphasis, no formula, no colour, no element."""
    return NAMES.sub(JOINER, MARKS.sub(r"\\\g<0>", " ".join(text.split())))
