"""Tokens: a lab and its knobs, signed, so that a run starts again from its address alone.

The signature covers the code's version: frames of two versions never meet in one recording.
"""

from __future__ import annotations

import base64
import hmac
import json

from pydantic import ValidationError

from playground.contract import Knobs, Lab, code_version, lab

LONGEST = 6000  # characters of a token; a server reads about 8,000 of a request's first line
SIGNATURE = 43  # characters of a SHA-256 in base64url

REFUSED = "This run's address is not one that this server gave: reload the page."
TOO_LONG = "These knobs are too long for a run's address: shorten the longest text."


def seal(secret: bytes, one: Lab, knobs: Knobs) -> str:
    """The token of a lab's run: base64url of its path and the knobs in force, then the signature.

    Raises ValueError with a sentence where the knobs make it too long.
    """
    text = json.dumps([one.path, knobs.settled().active()], separators=(",", ":"), ensure_ascii=False)
    payload = _base64(text.encode())
    if len(payload) + SIGNATURE > LONGEST:
        raise ValueError(TOO_LONG)
    return payload + _signature(secret, payload)


def unseal(secret: bytes, token: str) -> tuple[Lab, Knobs]:
    """The lab and knobs of a token. Raises ValueError with a sentence unless this secret and code sealed it."""
    if not SIGNATURE < len(token) <= LONGEST or not token.isascii():
        raise ValueError(REFUSED)
    payload, signature = token[:-SIGNATURE], token[-SIGNATURE:]
    if not hmac.compare_digest(signature, _signature(secret, payload)):
        raise ValueError(REFUSED)
    name, values = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    try:
        one = lab(name)
        return one, one.Knobs.model_validate(values).settled()
    except (LookupError, ValidationError):
        raise ValueError(REFUSED) from None


def _signature(secret: bytes, payload: str) -> str:
    return _base64(hmac.digest(secret, f"{code_version()}.{payload}".encode(), "sha256"))


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
