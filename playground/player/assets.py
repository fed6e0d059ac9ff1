"""The files a browser loads once: plotly.js and the player, at addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.engine.bulk import Bulk
from playground.engine.paths import path
from playground.player.bundle import bundle

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is served: its bytes, the same compressed, its media type and ten digits of its hash."""

    content: bytes
    compressed: bytes
    media_type: str
    hash: str


def plotly_file() -> Path:
    """The plotly.js to serve: PLAYGROUND_PLOTLYJS, else the one in the plotly package."""
    if chosen := os.environ.get("PLAYGROUND_PLOTLYJS"):
        return Path(chosen)
    found = importlib.util.find_spec("plotly")
    assert found is not None and found.origin is not None
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


@cache
def assets() -> dict[str, Asset]:
    """The served files by name, read and compressed once."""
    css = b"\n".join((Path(__file__).parent / name).read_bytes() for name in ("player.css", "talk.css"))
    return {
        "plotly.js": _asset(plotly_file().read_bytes(), "text/javascript"),
        "player.js": _asset(bundle().encode(), "text/javascript"),
        "player.css": _asset(css, "text/css"),
    }


def _asset(content: bytes, media_type: str) -> Asset:
    return Asset(content, gzip.compress(content, 6, mtime=0), media_type, hashlib.sha256(content).hexdigest()[:10])


def asset_url(name: str) -> str:
    """The address of a served file on this host."""
    return path(f"assets/{assets()[name].hash}/{name}")


async def serve(request: Request) -> Response:
    """The file named, compressed where the browser takes it; 404 for another name or an outdated hash."""
    one = assets().get(request.path_params["name"])
    if one is None or one.hash != request.path_params["hash"]:
        return Response("There is no such file.", 404, media_type="text/plain")
    headers = {"Cache-Control": FOREVER, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Bulk(one.content, media_type=one.media_type, headers=headers)
    return Bulk(one.compressed, media_type=one.media_type, headers={**headers, "Content-Encoding": "gzip"})


def routes() -> list[Route]:
    """The route of the assets, under the app's base path."""
    return [Route(path("assets/{hash}/{name}"), serve)]


def preload_links() -> str:
    """The Link header that lets plotly.js and the player load beside Streamlit's own code."""
    kinds = {"plotly.js": "preload; as=script", "player.js": "modulepreload", "player.css": "preload; as=style"}
    return ", ".join(f"<{asset_url(name)}>; rel={kind}" for name, kind in kinds.items())
