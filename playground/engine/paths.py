"""The one place that knows under which path the app is served."""

from __future__ import annotations

_base = ""


def configure(base: str) -> None:
    """Sets the path that the server puts before every address of its own: `x`, `/x/` or nothing."""
    global _base
    trimmed = base.strip("/")
    _base = f"/{trimmed}" if trimmed else ""


def base() -> str:
    """The path that the server puts before every address of its own: `/x` or nothing."""
    return _base


def path(rest: str) -> str:
    """The address of one of the playground's routes: `run/abc` gives `/x/playground/run/abc`."""
    return f"{_base}/playground/{rest}"
