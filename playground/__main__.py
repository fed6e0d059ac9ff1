"""The command line: list, run, code, bench."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from playground import __version__, cli

LINK = "what the browser shows, whole or from the page's name on: 'optimizers?lab=surface&learning_rate=0.1'"
SUMMARY = "one JSON object on standard output; a number that is not finite is the string nan, inf or -inf"
FAILED, WRONG, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status of one command: 0, or after one sentence 2 for what was asked wrongly and 1 for a failed run."""
    options = vars(parser().parse_args(arguments))
    command = options.pop("command")
    try:
        command(**options)
        sys.stdout.flush()
    except cli.Refusal as refusal:
        return _say(str(refusal), WRONG)
    except cli.Failure as failure:
        return _say(str(failure), FAILED)
    except KeyboardInterrupt:
        return _say("Stopped.", INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python's flush at exit complains
        return PIPE_CLOSED
    return 0


def _say(sentence: str, status: int) -> int:
    print(sentence, file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """What the command line understands; `command` is the function that does it."""
    found = argparse.ArgumentParser(prog="python -m playground", description="The Deep Learning Playground, headless.")
    found.add_argument("--version", action="version", version=__version__)
    commands = found.add_subparsers(required=True, metavar="COMMAND")
    _list(commands.add_parser("list", help="every lab, its knobs, bounds and presets"))
    _run(commands.add_parser("run", help="trains a link's run headless"))
    _code(commands.add_parser("code", help="a link's stand-alone script on standard output"))
    _bench(commands.add_parser("bench", help="speed, latency and memory, measured here"))
    return found


def _list(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", dest="as_json", action="store_true", help="as JSON")
    command.set_defaults(command=cli.list_labs)


def _run(command: argparse.ArgumentParser) -> None:
    command.add_argument("link", metavar="LINK", help=LINK)
    command.add_argument("--json", dest="as_json", action="store_true", help=SUMMARY)
    command.add_argument("--csv", type=Path, metavar="F", help="writes the metrics of each frame to F")
    command.add_argument("--html", type=Path, metavar="F", help="writes the page with its player to F")
    command.add_argument("--device", choices=("cpu", "cuda"), help="where to train; as the server would, if left out")
    command.set_defaults(command=cli.run)


def _code(command: argparse.ArgumentParser) -> None:
    command.add_argument("link", metavar="LINK", help=LINK)
    command.add_argument("--notebook", action="store_true", help="a Jupyter notebook instead")
    command.set_defaults(command=cli.code)


def _bench(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", dest="as_json", action="store_true", help="as JSON")
    command.set_defaults(command=cli.bench)


if __name__ == "__main__":
    sys.exit(main())
