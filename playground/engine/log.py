"""The server's log: one line an event, for people or, as JSON, for machines; what a visitor wrote breaks no line."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import Any

LOG = logging.getLogger("playground")
OTHERS = ("uvicorn", "uvicorn.error", "streamlit")
PLAIN = re.compile(r"[\w./:+-]+", re.ASCII)


def event(name: str, /, **fields: object) -> None:
    """Writes an event with its fields."""
    LOG.info(name, extra={"fields": fields})


class Seldom:
    """Writes an event at most once in `rest` seconds: whoever can cause it could else fill the disk."""

    def __init__(self, name: str, rest: float = 1.0) -> None:
        self.name, self.rest = name, rest
        self._times, self._written = 0, float("-inf")

    def __call__(self, **fields: object) -> None:
        """Writes the fields and how many events there were since the last line."""
        self._times += 1
        if time.monotonic() - self._written >= self.rest:
            event(self.name, **fields, times=self._times)
            self._times, self._written = 0, time.monotonic()


def configure(kind: str) -> None:
    """Sends the log to standard error as `text` or `json`; as JSON the lines of the libraries below too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMS[kind]())
    LOG.handlers[:], LOG.propagate = [handler], False
    LOG.setLevel(logging.INFO)
    if kind == "json":
        for other in (one for name in OTHERS for one in logging.getLogger(name).handlers):
            other.setFormatter(FORMS[kind]())


class Text(logging.Formatter):
    """`2026-01-31T12:00:00Z INFO run ended lab=network/sandbox seconds=3.2`; what is not plain is quoted as in JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told = _told(record)
        head = f"{told.pop('time')} {told.pop('level')} {_clean(told.pop('event'))}"
        return " ".join([head, *(f"{name}={_word(value)}" for name, value in told.items())])


class Json(logging.Formatter):
    """One JSON object a line: time, level, event, and the event's fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        return json.dumps(_told(record), default=str)


FORMS: dict[str, type[logging.Formatter]] = {"text": Text, "json": Json}


def _told(record: logging.LogRecord) -> dict[str, Any]:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
    told = {"time": at, "level": record.levelname, "event": record.getMessage(), **getattr(record, "fields", {})}
    if record.exc_info:
        told["traceback"] = logging.Formatter().formatException(record.exc_info)
    return told


def _clean(text: str) -> str:
    return text if text.isascii() and text.isprintable() else json.dumps(text)


def _word(value: Any) -> str:
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text)
