"""Plays scenarios, all or those named, and prints a row a figure; status 1 where a bound is not kept."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

from tests.soak.figures import LINE, Figure, exactly
from tests.soak.scenarios import SCENARIOS, full

HEAD = LINE.format(name="name", value="value", unit="unit", bound="bound", ok="")


def main() -> int:
    """0 where every bound is kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"one of {', '.join(SCENARIOS)}; all where none is named"
    )
    parser.add_argument("--minutes", type=float, default=30, help="how long `steady` goes on (30)")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of the table")
    given = parser.parse_args()
    if unknown := [name for name in given.names if name not in SCENARIOS]:
        parser.error(f"there is no scenario {unknown[0]!r}; there are {', '.join(SCENARIOS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server and the clients end with us
    if not given.json:
        print(HEAD.rstrip(), flush=True)
    kept = [show(figure, given.json) for name in given.names or SCENARIOS for figure in play(name, given.minutes)]
    return 0 if all(kept) else 1


def play(name: str, minutes: float) -> Iterator[Figure]:
    """A scenario's figures; one that breaks off is a figure that fails, and the load of the machine is told with it."""
    changes: dict[str, Any] = {"minutes": minutes} if name == "steady" else {}
    yield Figure(f"{name}.load_before", os.getloadavg()[0], "")
    try:
        yield from full(name, **changes)
    except Exception as error:  # the others are played all the same
        yield exactly(f"{name}: {type(error).__name__}: {error}", 1, 0)


def show(figure: Figure, as_json: bool) -> bool:
    """Prints a figure and tells whether its bounds are kept."""
    print(json.dumps(figure.row()) if as_json else figure.line(), flush=True)
    return figure.ok


if __name__ == "__main__":
    raise SystemExit(main())
