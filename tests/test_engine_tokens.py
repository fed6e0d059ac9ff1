"""Tokens, settings and paths: what a server accepts."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from playground.engine import paths, settings, tokens
from playground.engine.settings import MB, Settings
from tests.engine_fakes import LAB, SECRET

ROOT = Path(__file__).parents[1]


def sealed(values: object) -> str:
    """A token around any JSON, signed rightly."""
    payload = base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()
    return payload + tokens._signature(SECRET, payload)


def test_a_token_gives_back_its_lab_and_knobs() -> None:
    knobs = LAB.Knobs(seed=7, hidden_sizes=(), data="moons", learning_rate=1e-5, features=("x1", "sinx2"))
    assert tokens.unseal(SECRET, tokens.seal(SECRET, LAB, knobs)) == (LAB, knobs)


def test_knobs_out_of_force_are_no_part_of_a_token() -> None:
    adam = tokens.seal(SECRET, LAB, LAB.Knobs(optimizer="adam", momentum=0.9))
    assert adam == tokens.seal(SECRET, LAB, LAB.Knobs(optimizer="adam", momentum=0.1))


def test_every_flipped_character_is_refused() -> None:
    token = tokens.seal(SECRET, LAB, LAB.Knobs())
    for at, character in enumerate(token):
        flipped = token[:at] + ("A" if character != "A" else "B") + token[at + 1 :]
        with pytest.raises(ValueError, match="reload the page"):
            tokens.unseal(SECRET, flipped)


def test_a_token_of_another_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="not one that this server gave"):
        tokens.unseal(b"another secret, as long as the first", tokens.seal(SECRET, LAB, LAB.Knobs()))


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 43, "A" * 5_000, "A" * 1_000_000, "é" * 60, "🙂" * 60, "\0" * 60, "../" * 30]
)
def test_odd_tokens_are_refused_with_the_same_sentence(token: str) -> None:
    with pytest.raises(ValueError, match="not one that this server gave"):
        tokens.unseal(SECRET, token)


@pytest.mark.parametrize(
    "values", [["no/lab", {}], [LAB.path, {"seed": -1}], [LAB.path, {"speed": 1}], [LAB.path, {"seed": "x"}]]
)
def test_a_signed_token_is_still_checked(values: object) -> None:
    with pytest.raises(ValueError, match="not one that this server gave"):
        tokens.unseal(SECRET, sealed(values))


def test_a_token_of_other_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.seal(SECRET, LAB, LAB.Knobs())
    monkeypatch.setattr(tokens, "code_version", lambda: "another")
    with pytest.raises(ValueError, match="reload the page"):
        tokens.unseal(SECRET, token)


def test_knobs_too_long_for_an_address_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "LONGEST", 100)
    with pytest.raises(ValueError, match="too long"):
        tokens.seal(SECRET, LAB, LAB.Knobs())


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, text in variables.items():
        monkeypatch.setenv(f"PLAYGROUND_{name}", text)
    return settings.settings.__wrapped__()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(monkeypatch, RUNS="3", HISTORY_MB="100", RUN_MB="64", RUN_SECONDS="9", GRACE_SECONDS="0", SOCKETS="5")
    assert (found.runs, found.history, found.memory) == (3, 100 * MB, 64 * MB)
    assert (found.seconds, found.grace, found.sockets, found.run_history) == (9, 0, 5, 25 * MB)


def test_how_a_server_is_reached_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(
        monkeypatch, VISITOR_RUNS="3", RUN_FRAMES="50", UPLOAD_MB="2", PROXIES="1", METRICS="public", LOG="json",
        PUBLIC_URL="https://play.example:8443/x/",
    )  # fmt: skip
    assert (found.visitor_runs, found.frames, found.upload, found.proxies) == (3, 50, 2, 1)
    assert (found.open_metrics, found.log, found.public) == (True, "json", "https://play.example:8443/x")


@pytest.mark.parametrize(("runs", "each"), [("1", 2), ("2", 2), ("4", 2), ("16", 8)])
def test_a_visitor_gets_a_run_and_a_pin_at_once_and_never_more_than_half(
    monkeypatch: pytest.MonkeyPatch, runs: str, each: int
) -> None:
    monkeypatch.delenv("PLAYGROUND_VISITOR_RUNS", raising=False)
    assert read(monkeypatch, RUNS=runs).visitor_runs == each


def test_the_readme_s_table_names_every_variable_that_the_code_reads_and_no_other() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "playground").rglob("*.py")]
    read = {name for text in texts for name in re.findall(r"""environ.*?["']PLAYGROUND_([A-Z_]+)["']""", text)}
    helpers = r"""\b_(?:whole|one_of|address|host|share)\("([A-Z_]+)\""""
    read |= set(re.findall(helpers, Path(settings.__file__).read_text("utf-8")))
    told = re.findall(
        r"^\| `PLAYGROUND_([A-Z_]+)` \| .+ \| .+ \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert sorted(told) == sorted(read) and {"RUNS", "SECRET", "PUBLIC_URL", "DATA_DIR"} <= read


def test_a_cluster_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.importlib.util, "find_spec", lambda name: name)
    found = read(monkeypatch, ENGINE="ray")
    assert (found.engine, found.ray_address, found.gpu_share) == ("ray", "auto", 0.25)
    assert (found.runs, found.visitor_runs) == (0, 0)  # what the cluster has room for
    found = read(monkeypatch, RAY_ADDRESS="[::1]:6379", GPU_SHARE="0.5", RUNS="8")
    assert (found.ray_address, found.gpu_share, found.runs, found.visitor_runs) == ("[::1]:6379", 0.5, 8, 4)


def test_a_cluster_without_its_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"^PLAYGROUND_ENGINE is ray, .*requirements-ray[.]txt[.]$"):
        read(monkeypatch, ENGINE="ray")


def test_without_a_secret_each_server_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYGROUND_SECRET", raising=False)
    assert read(monkeypatch).secret != read(monkeypatch).secret
    assert read(monkeypatch, SECRET="shared by replicas").secret == b"shared by replicas"


@pytest.mark.parametrize(
    ("name", "text"),
    [("RUNS", "0"), ("RUNS", "many"), ("RUNS", "1.5"), ("RUNS", "٣"), ("HISTORY_MB", "7"), ("RUN_MB", "-1"),
     ("RUN_SECONDS", "1" * 5000), ("GRACE_SECONDS", ""), ("SOCKETS", "0"), ("SECRET", "short"),
     ("VISITOR_RUNS", "0"), ("RUN_FRAMES", "9"), ("UPLOAD_MB", "0"), ("PROXIES", "-1"), ("PROXIES", "all"),
     ("LOG", "xml"), ("METRICS", ""), ("PUBLIC_URL", "play.example"), ("PUBLIC_URL", "ftp://play.example"),
     ("PUBLIC_URL", "https://"),
     ("PUBLIC_URL", "https://a@play.example"), ("PUBLIC_URL", "https://play.example/?a"), ("PUBLIC_URL", "https://["),
     ("PUBLIC_URL", "javascript:alert(1)//play.example"), ("PUBLIC_URL", "https://play.example/<b>"),
     ("PUBLIC_URL", "https://play.example:x"), ("ENGINE", "dask"), ("RAY_ADDRESS", "ray"), ("RAY_ADDRESS", "a b:1"),
     ("RAY_ADDRESS", ""), ("GPU_SHARE", "0"), ("GPU_SHARE", "1.5"), ("GPU_SHARE", "0.125"), ("GPU_SHARE", "half"),
     ("DEVICE", "tpu"), ("UPLOADS_MB", "lots"), ("UPLOADS_MB", "0"), ("PLOTLYJS", "/nowhere/plotly.js")],
)  # fmt: skip
def test_a_bad_setting_is_one_sentence_with_its_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^PLAYGROUND_{name} .*[.]$"):
        read(monkeypatch, **{name: text})


@pytest.mark.parametrize(
    ("base", "found"), [("", "/playground/a"), ("x", "/x/playground/a"), ("/x/y/", "/x/y/playground/a")]
)
def test_paths_begin_with_the_base(base: str, found: str) -> None:
    paths.configure(base)
    assert paths.path("a") == found
    paths.configure("")
