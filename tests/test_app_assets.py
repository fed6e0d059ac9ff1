"""The player's files: joined in the right order, served compressed at addresses that change with their content."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Message

from playground.engine.bulk import PIECE, Bulk
from playground.player import assets
from playground.player.bundle import MODULES, BundleError, bundle
from tests.engine_fakes import apart


def folder(tmp_path: Path, **modules: str) -> Path:
    for name, text in modules.items():
        (tmp_path / f"{name}.js").write_text(text)
    return tmp_path


def test_modules_come_after_what_they_import_and_each_once(tmp_path: Path) -> None:
    text = bundle("top.js", folder(
        tmp_path,
        top="import {left} from './left.js';\nimport {right} from './right.js';\nexport function top() { left(); }",
        left="import {base} from './base.js';\nexport const left = base;",
        right="import {base} from './base.js';\nexport class right {}\nconst hidden = base;",
        base="export const base = 1;",
    ))  # fmt: skip
    order = [text.index(part) for part in ("const base", "const left", "class right", "function top", "export { top }")]
    assert order == sorted(order)
    assert text.count("const base") == 1
    assert "import" not in text


def test_an_entry_without_exports_makes_a_plain_script(tmp_path: Path) -> None:
    assert "export" not in bundle("top.js", folder(tmp_path, top="const started = true;"))


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"top": "import {a} from './top.js';\nexport const a = 1;"}, "circle: top.js -> top.js"),
        ({"top": "import {a} from './one.js';", "one": "const a = 1;"}, "top.js imports a, which one.js does not"),
        ({"top": "import {a} from './one.js';\nconst b = a;", "one": "export const a = 1;\nlet b;"}, "b is declared"),
        ({"top": "import {a as b} from './one.js';"}, "only import"),
        ({"top": "import a from './one.js';"}, "only import"),
        ({"top": "export default 1;"}, "only export function"),
        ({"top": "export * from './one.js';"}, "only export function"),
        ({"top": "import {a} from './gone.js';"}, "There is no module gone.js"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_said(tmp_path: Path, modules: dict[str, str], said: str) -> None:
    with pytest.raises(BundleError, match=said):
        bundle("top.js", folder(tmp_path, **modules))


def test_every_module_of_the_player_is_joined_by_one_of_its_two_entries() -> None:
    joined = bundle("mount.js") + bundle("embedded.js")
    assert all(f"// {module.name}\n" in joined for module in MODULES.glob("*.js"))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=assets.routes()))


@pytest.mark.parametrize("name", ["plotly.js", "player.js", "player.css"])
def test_an_asset_is_served_compressed_and_kept_for_ever(client: TestClient, name: str) -> None:
    packed = client.get(assets.asset_url(name), headers={"Accept-Encoding": "gzip"})
    plain = client.get(assets.asset_url(name), headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == gzip.decompress(assets.assets()[name].compressed)
    assert "immutable" in packed.headers["cache-control"]
    assert packed.headers["x-content-type-options"] == "nosniff"


def test_what_a_client_does_not_take_is_not_copied_for_him() -> None:
    body, sent = bytes(range(256)) * 1000, list[Message]()

    async def send(message: Message) -> None:
        sent.append(message)

    for content in (body, body[: 2 * PIECE], b"short", b""):
        sent.clear()
        apart(Bulk(content)({}, None, send))  # type: ignore[arg-type]
        first, *pieces = sent
        assert (b"content-length", str(len(content)).encode()) in first["headers"]
        assert b"".join(piece["body"] for piece in pieces) == content
        assert max(len(piece["body"]) for piece in pieces) <= PIECE
        assert [bool(piece.get("more_body")) for piece in pieces] == [True] * (len(pieces) - 1) + [False]


def test_an_outdated_hash_and_an_unknown_name_are_not_found(client: TestClient) -> None:
    address = assets.asset_url("player.js")
    digest = address.split("/")[-2]
    for wrong in (address.replace(digest, "0" * 10), address.replace("player.js", "other.js"), address + "/.."):
        assert client.get(wrong).status_code == 404


def test_plotly_may_be_a_smaller_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_PLOTLYJS", str(tmp_path / "plotly-cartesian.min.js"))
    assert assets.plotly_file() == tmp_path / "plotly-cartesian.min.js"
    monkeypatch.delenv("PLAYGROUND_PLOTLYJS")
    assert assets.plotly_file().is_file()
