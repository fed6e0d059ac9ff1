"""The QR code of a link, as an SVG picture: black on white in either theme, so that every camera reads it."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno

LONGEST = 2000  # characters of a link
QUIET = 4  # modules of white around the code (ISO/IEC 18004)


class LinkError(ValueError):
    """A sentence on why a link gets no code."""


def qr(link: str, origin: str) -> bytes:
    """The SVG of a link to this app; `origin` is its scheme and host.

    Raises LinkError on a link that is too long or leads elsewhere.
    """
    if len(link) > LONGEST:
        raise LinkError(f"This link has {len(link)} characters; a code is made of at most {LONGEST}.")
    try:
        parts = urlsplit(link)
    except ValueError:
        raise LinkError("This is not a link.") from None
    if f"{parts.scheme}://{parts.netloc}" != origin or not link.isprintable():
        raise LinkError("A code is made of links to this app alone.")
    out = io.BytesIO()
    made = segno.make(link, error="l", micro=False)
    made.save(out, kind="svg", border=QUIET, light="white", scale=8)
    return out.getvalue()
