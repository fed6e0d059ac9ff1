"""A run as one web page that needs nothing else: the player with its recording inside."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from playground import link
from playground.contract import PACKAGE, Knobs, Lab, concept
from playground.export.script import script
from playground.export.state import so_far
from playground.player.assets import plotly_file
from playground.player.bundle import bundle
from playground.stage import to_json

CSS = PACKAGE / "player" / "player.css"
ENDS = re.compile(r"<(?=/script|/style|!--)", re.IGNORECASE)


def standalone(
    lab: Lab, knobs: Knobs, frames: Sequence[bytes], *, t: int | None, state: str, error: str | None = None
) -> bytes:
    """The page's bytes, the same for the same run; it opens at frame `t`, from a file and without a network.

    A run that is not done says so in the first line, under the title and in the player's bar, there with its `error`.
    """
    owner = concept(lab.concept)
    t = None if t is None else min(t, len(frames) - 1)
    plotly, player, allowed = _scripts()
    page = _template().render(
        title=f"{owner.title}: {lab.title}", sentence=owner.sentence, link=link.url(lab, knobs, t), t=t,
        remark=so_far(state, len(frames)), policy=allowed, css=code(CSS.read_text("utf-8")),
        plotly=plotly, player=player, stage=data(to_json(lab, knobs)), recording=recording(frames),
        status=data(json.dumps({"state": state, "error": error})), script=script(lab, knobs),
        sources=lab.sources_of(knobs),
    )  # fmt: skip
    return page.encode()


@cache
def _scripts() -> tuple[Markup, Markup, str]:
    """plotly.js, the player and the policy that lets them run: the same for every page."""
    plotly, player = code(plotly_file().read_text("utf-8")), code(bundle("embedded.js"))
    return plotly, player, policy(plotly, player)


@cache
def _template() -> Template:
    """The page's template; whatever is not marked as markup is escaped."""
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return environment.get_template("page.html.j2")


def code(text: str) -> Markup:
    """JavaScript or CSS that means the same and cannot end the element it stands in."""
    return Markup(ENDS.sub(r"<\\", text.replace("\r\n", "\n")))


def data(json_text: str) -> Markup:
    """JSON that means the same and cannot end the element it stands in."""
    return Markup(json_text.replace("<", "\\u003c"))


def recording(frames: Sequence[bytes]) -> str:
    """The frames back to back, compressed, in base64."""
    return base64.b64encode(gzip.compress(b"".join(frames), 6, mtime=0)).decode()


def policy(*scripts: str) -> str:
    """The page's Content-Security-Policy: exactly these scripts run, and nothing is fetched."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
