"""The script of every preset of the losses page, run alone, ends where the recorded run ends."""

from __future__ import annotations

import pytest

from playground import contract
from playground.contract import Knobs, mended
from playground.export.script import script
from playground.training.recorder import frames
from tests.scripts import ends

NAMES = ("curves", "outliers", "logits", "imbalance")
SHORT = {"outliers": {"steps": 80}, "imbalance": {"steps": 50, "samples": 200, "seeds": 2}}
MORE: dict[str, dict[str, dict[str, object]]] = {
    "curves": {"all": {"losses": tuple(contract.specs(contract.lab("losses/curves").Knobs)["losses"].choices)}},
    "outliers": {"laplace": {"noise_kind": "laplace", "seed": 3, "quantile": 0.3, "model": "constant"}},
    "logits": {"offset": {"offset": 100.0, "class_count": 5, "label": 5}},
    "imbalance": {"hidden": {"hidden_units": 4, "threshold": 0.3, "seed": 9}},
}
CASES: dict[str, tuple[str, Knobs]] = {
    f"{name}_{title}": (name, mended(knobs, SHORT.get(name, {})))
    for name in NAMES
    for one in [contract.lab(f"losses/{name}")]
    for title, knobs in [
        *((str(i), preset.knobs) for i, preset in enumerate(one.presets)),
        *((title, mended(one.Knobs(), changes)) for title, changes in MORE[name].items()),
    ]
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """What each case's script prints last."""
    scripts = [script(contract.lab(f"losses/{name}"), knobs) for name, knobs in CASES.values()]
    return dict(zip(CASES, ends(scripts, tmp_path_factory.mktemp("scripts"), timeout=300), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_script_reproduces_the_run(case: str, printed: dict[str, dict[str, float]]) -> None:
    name, knobs = CASES[case]
    *_, last = frames(contract.lab(f"losses/{name}"), knobs, "cpu")
    assert len(printed[case]) > 4
    for metric, value in printed[case].items():
        assert value == pytest.approx(last.metrics[metric], abs=1e-4, rel=1e-4, nan_ok=True), metric


@pytest.mark.parametrize("case", CASES)
def test_script_reads_well(case: str) -> None:
    name, knobs = CASES[case]
    text = script(contract.lab(f"losses/{name}"), knobs)
    compile(text, "script", "exec")
    assert max(map(len, text.splitlines())) <= 120 and "\n\n\n\n" not in text
