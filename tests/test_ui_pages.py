"""Every page opens, whatever its link says; what was ignored is said and nothing breaks."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image, ImageStat
from streamlit.testing.v1 import AppTest

from playground import contract, wire
from playground.contract import Frame, concepts, lab
from playground.ui.home import SCHEMES, picture
from playground.ui.literal import JOINER
from playground.ui.navigation import neighbours
from playground.ui.place import Place
from playground.ui.verdicts import calm
from tests.conftest import ROOT
from tests.pictures import SIZE, SMALL, fingerprint
from tests.test_ui_place import odd_query

ROUTER = str(ROOT / "playground" / "ui" / "router.py")
NAMES = [one.name for one in concepts()]


def visit(name: str, query: dict[str, Any] | None = None) -> AppTest:
    app = AppTest.from_file(ROUTER, default_timeout=20).run()
    app.switch_page(f"../../pages/{name}.py")
    for key, texts in (query or {}).items():
        app.query_params[key] = list(texts)
    app.run()
    assert not app.exception
    return app


@pytest.mark.parametrize("name", ["home", "talk", *NAMES])
def test_a_page_opens_without_an_error(name: str) -> None:
    app = visit(name)
    assert not app.error
    assert dict(app.query_params) == {}


def test_home_leads_to_every_concept() -> None:
    words = [text.value for text in visit("home").markdown]
    assert all(one.sentence in words for one in concepts())


def test_a_run_without_a_fault_is_told_in_its_numbers() -> None:
    metrics = {"test_accuracy": 0.9917, "train_loss": -0.0123, "test_r2": float("nan"), "epoch": 2000, "step_ms": 0.2}
    history = wire.recorded([Frame(0, metrics, {})])
    said = calm(lab("network/sandbox").readouts, history)
    assert said == "No fault found: test accuracy 99.2%, training loss −0.0123, epoch 2,000."
    assert calm((), history) == "No fault found."


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_shows_the_knobs_of_today(name: str) -> None:
    first = lab(f"{name}/{contract.concept(name).labs[0]}")
    shades = []
    for scheme in SCHEMES:
        file = picture(name, scheme)
        assert file.exists(), "run `make pictures`"
        with Image.open(file) as found:
            assert found.size == SIZE
            assert found.info["knobs"] == fingerprint(first), "run `make pictures`"
            shades.append(ImageStat.Stat(found.convert("L")).median[0])
        assert file.stat().st_size <= SMALL
    assert shades[0] >= shades[1]


@pytest.mark.parametrize("seed", range(8))
def test_an_odd_link_opens_a_working_page(seed: int) -> None:
    query = odd_query(random.Random(seed))
    for name in ("", "embed", "embed_options"):
        query.pop(name, None)
    app = visit("network", query)
    assert not app.error
    app.button(key="dice").click().run()
    assert not app.exception
    assert app.session_state["network.place"].notes == ()


def test_what_was_ignored_is_said_and_the_address_made_canonical() -> None:
    app = visit("network", {"learning_rate": ["much"], "data": ["xor"], "colour": ["1"], "lab": ["none"]})
    (said,) = [one.value for one in app.caption if "learning_rate=much is not a number" in one.value]
    assert "colour is not a knob" in said
    assert "none is not a lab" in said
    assert dict(app.query_params) == {"data": "xor"}


@pytest.mark.parametrize("text", ["[go](//ev.il)", "**x**", ":red[x]", "$x$", "<b>", "`x`", "~~x~~", "www.ev.il"])
def test_what_a_link_says_wrongly_is_shown_as_it_is(text: str) -> None:
    app = visit("network", {"layer_activations": [text]})
    (said,) = [one.value for one in app.caption if "is no activation" in one.value]
    assert text not in said and f"'{text}'" in said.replace("\\", "").replace(JOINER, "")


def test_a_lab_without_chance_shows_no_seed_and_keeps_the_one_of_its_link() -> None:
    app = visit("losses", {"seed": ["3"], "target_probability": ["0.9"]})
    assert not [one for one in app.number_input if one.key and one.key.endswith(".seed")]
    assert not [one for one in app.button if one.key == "dice"]
    assert dict(app.query_params) == {"seed": "3", "target_probability": "0.9"}


def test_a_widget_changes_the_address_and_drops_the_moment() -> None:
    app = visit("network", {"data": ["xor"], "t": ["12"]})
    assert dict(app.query_params) == {"data": "xor", "t": "12"}
    app.select_slider(key="network.sandbox.learning_rate").set_value(0.3).run()
    assert dict(app.query_params) == {"data": "xor", "learning_rate": "0.3"}


def test_a_preset_links_to_its_knobs_and_the_one_shown_says_what_to_watch() -> None:
    preset = lab("network/sandbox").presets[0]
    app = visit("network", Place(lab("network/sandbox"), preset.knobs).query())
    assert preset.watch in [caption.value for caption in app.caption]


class TestFaultsOfALab:
    """A lab that fails in `stage` or `verdicts` costs one sentence, not the page."""

    @pytest.fixture
    def faulty(self, monkeypatch: pytest.MonkeyPatch) -> Any:
        def put(**faces: Any) -> None:
            broken = replace(lab("network/sandbox"), **faces)
            monkeypatch.setattr(contract, "_lab", lambda *_: broken)
            contract.lab.cache_clear()

        yield put
        monkeypatch.undo()
        contract.lab.cache_clear()

    def test_in_its_stage(self, faulty: Any) -> None:
        def stage(knobs: Any) -> Any:
            raise ZeroDivisionError("by nought")

        faulty(stage=stage)
        app = visit("network", {"seed": ["77"]})
        assert [error.value for error in app.error] == [
            "The stage of network/sandbox cannot be drawn: ZeroDivisionError: by nought"
        ]
        assert app.number_input(key="network.sandbox.seed").value == 77


SERVER = """
import sys
import app
from streamlit.testing.v1 import AppTest
from tests.test_ui_pages import NAMES, visit
for name in ("home", "talk", *NAMES):
    visit(name)
print([name for name in ("torch", "sklearn", "pandas", "pyarrow") if name in sys.modules])
"""


def test_no_page_costs_the_server_a_heavy_import() -> None:
    done = subprocess.run([sys.executable, "-c", SERVER], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr[-2000:]


def test_neighbours_follow_the_menu() -> None:
    order = [one.name for one in concepts()]
    before, after = neighbours(order[0])
    assert before is None
    assert (after.name if after else None) == (order[1] if len(order) > 1 else None)
