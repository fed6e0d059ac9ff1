"""A visitor's own points in the sandbox: painted or from a table; odd ones give one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from playground import contract, link
from playground.concepts.network.sandbox.knobs import Knobs
from playground.concepts.network.sandbox.own import STARTING, chosen, labelled
from playground.concepts.network.sandbox.points import points
from playground.contract import mended
from playground.data import painted
from playground.data.own import sheets, store
from playground.data.published import DataError
from playground.export.script import script
from playground.stage import to_json
from playground.training.recorder import frames
from tests.test_labs_export import assert_same, printed

LAB = contract.lab("network/sandbox")
QUICK = {"steps": 100, "map_size": 32, "hidden_sizes": (4,)}
LEAVES = "length,width,kind\n" + "\n".join(f"{i},{i % 7},{'oak' if i % 3 else 'elm'}" for i in range(60))
PRICES = "size,age,price\n" + "\n".join(f"{i},{50 - i},{3 * i + 7}" for i in range(1, 41))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))


def of_table(text: str | bytes, **knobs: object) -> Knobs:
    key = store.keep("table", text.encode() if isinstance(text, str) else text)
    return Knobs.model_validate({"data": "table", "table": key, **QUICK, **knobs})


def test_the_start_is_two_classes_within_the_plane_and_is_learnt() -> None:
    knobs = Knobs.model_validate({**QUICK, "data": "painted", "steps": 1500, "hidden_sizes": (8, 8)})
    own = knobs.own()
    assert np.abs(own.inputs).max() < 1.2 and np.bincount(own.targets).tolist() == [23, 23]
    *_, last = frames(LAB, knobs, "cpu")
    assert last.metrics["train_accuracy"] > 0.95


def test_painted_points_are_in_the_link_and_in_the_script(tmp_path: Path) -> None:
    knobs = Knobs.model_validate({**QUICK, "data": "painted", "painted": STARTING[:90]})
    assert link.from_query(Knobs, link.to_query(knobs)) == (knobs, ())
    *_, last = frames(LAB, knobs, "cpu")
    assert_same(dict(last.metrics), printed(script(LAB, knobs), tmp_path))


def test_colours_painted_are_classes() -> None:
    places = [(x, 10 * k, k) for k in (0, 2, 4) for x in (3, 30, 60, 90)]
    bits = [x << 10 | y << 3 | k for x, y, k in places]
    text = "".join(painted.ALPHABET[b >> shift & 63] for b in bits for shift in (12, 6, 0))
    knobs = Knobs.model_validate({**QUICK, "data": "painted", "painted": text})
    assert knobs.output_count == 5 and knobs.own_names[4] == "class 4"
    *_, last = frames(LAB, knobs, "cpu")
    assert last.step == 100


@pytest.mark.parametrize("text", ["", "AAA", STARTING[:21], "AAAB" * 3, STARTING[:3] * 9])
def test_too_few_points_say_what_to_do_and_the_stage_stands(text: str) -> None:
    knobs = Knobs.model_validate({"data": "painted", "painted": text})
    with pytest.raises(DataError, match="Paint at least 8 points of two classes"):
        list(frames(LAB, knobs, "cpu"))
    assert json.loads(to_json(LAB, knobs))["parts"]


def test_a_table_of_labels_is_trained_on_and_its_script_gives_the_numbers(tmp_path: Path) -> None:
    knobs = of_table(LEAVES)
    own = knobs.own()
    assert own.columns == ("length", "width", "kind") and own.names == ("elm", "oak") and len(own.targets) == 60
    *_, last = frames(LAB, knobs, "cpu")
    assert_same(dict(last.metrics), printed(script(LAB, knobs), tmp_path))


def test_a_table_of_numbers_is_a_regression(tmp_path: Path) -> None:
    knobs = of_table(PRICES, predicts="number", table_target="price").settled()
    assert not knobs.is_classes and knobs.output_count == 1
    *_, last = frames(LAB, knobs, "cpu")
    assert {"train_r2", "test_r2"} <= set(last.metrics)
    assert_same(dict(last.metrics), printed(script(LAB, knobs), tmp_path))


def test_a_sweep_over_a_table_of_numbers_is_its_script_s(tmp_path: Path) -> None:
    sweep = contract.lab("network/compare")
    chosen = {"data": "table", "table": of_table(PRICES).table, "predicts": "number", "table_target": "price"}
    knobs = mended(sweep.small, chosen)
    *_, last = frames(sweep, knobs, "cpu")
    assert_same(dict(last.metrics), printed(script(sweep, knobs), tmp_path))


def test_targets_are_scaled_like_inputs_on_the_training_rows_alone() -> None:
    knobs = of_table(PRICES, predicts="number", table_target="price").settled()
    found = points(knobs)
    order = np.random.default_rng(knobs.seed).permutation(40)
    prices = np.arange(1, 41)[order] * 3.0 + 7
    low, high = prices[:24].min(), prices[:24].max()
    assert (low, high) != (prices.min(), prices.max())
    scaled = np.concatenate([found.targets[split] for split in ("train", "validation", "test")])
    assert scaled.dtype == np.float32 and scaled == pytest.approx(2 * (prices - low) / (high - low) - 1, abs=1e-6)


def test_columns_not_named_are_chosen() -> None:
    sheet = sheets.read(sheets.normalised(b"id,a,b,c\n1,2,3,x\n4,5,6,y"))
    assert chosen(sheet, ("", "", "")) == ("id", "a", "c")
    assert chosen(sheet, ("b", "", "")) == ("b", "id", "c")
    assert chosen(sheet, ("a", "b", "id")) == ("a", "b", "id")


def test_labels_keep_the_order_of_numbers() -> None:
    targets, names = labelled(["10", "9", "10"], "n")
    assert names == ("9", "10") and targets.tolist() == [1, 0, 1]


def test_rows_without_a_value_are_left_out_and_named() -> None:
    knobs = of_table(LEAVES.replace("\n5,5,oak", "\n,5,oak").replace("\n7,0,oak", "\n7,0,"))
    assert knobs.own().left_out == (7, 9)
    history = contract.History(np.array([0]), {"train_loss": np.ones(1)}, "done", lambda i: contract.Frame(0))
    said = [one.sentence for one in LAB.verdicts(mended(knobs, {}), _whole(history))]
    assert said == ["2 rows lack a value and are left out: 7, 9."]


def _whole(history: contract.History) -> contract.History:
    zero, one = np.zeros(1), np.ones(1)
    metrics = {
        "dead_share": zero,
        "saturated_share": zero,
        "train_accuracy": one,
        "test_accuracy": one,
        "train_loss": one,
    }
    return contract.History(history.steps, metrics, history.state, history.decode)


def rows(count: int, line: str = "{i},{j},{k}") -> str:
    return "\n".join(line.format(i=i, j=(7 * i) % 11, k="ab"[i % 2]) for i in range(count))


GOOD = "x,y,z\n" + rows(20)
MALFORMED: dict[str, str | bytes] = {
    "empty": "", "a header alone": "x,y,z", "two columns": "x,y\n" + rows(20, "{i},{j}"), "one column": "x\n1\n2\n3",
    "no numbers": "x,y,z\n" + rows(20, "a{i},b{j},{k}"), "one numeric column": "x,y,z\n" + rows(20, "{i},q,{k}"),
    "a word among numbers": GOOD.replace("\n5,2,", "\n5,two,"), "one class": "x,y,z\n" + rows(20, "{i},{j},a"),
    "nine classes": "x,y,z\n" + rows(20, "{i},{j},c{i}"), "too few rows": "x,y,z\n" + rows(5),
    "too few whole rows": "x,y,z\n" + rows(20, "{i},,{k}"), "all missing": "x,y,z\n" + rows(20, "NA,NA,NA"),
    "duplicate header": "x,x,z\n" + rows(20), "no header": rows(20, "{i},{j},{i}"), "empty name": "x,,z\n" + rows(20),
    "a short row": GOOD + "\n1,2", "a long row": GOOD + "\n1,2,3,4", "open quote": 'x,y,z\n1,"2,a\n',
    "huge": b"x,y,z\n" + b"1,2,a\n" * 400_000, "too many rows": "x,y,z\n" + "1,2,a\n" * 20_001,
    "too many columns": ",".join(f"c{i}" for i in range(61)) + "\n1" + ",1" * 60,
    "a huge cell": GOOD + f"\n1,2,{'a' * 300}",
    "nul bytes": b"\0" * 500, "binary": bytes(range(256)) * 20, "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "infinite": "x,y,z\n" + rows(20, "inf,{j},{k}"), "hexadecimal": "x,y,z\n" + rows(20, "0x1f,{j},{k}"),
    "dates": "x,y,z\n" + rows(20, "2020-01-0{i},{j}.1.2000,{k}"), "html": "<html><body>404</body></html>",
    "json": '{"x": [1, 2], "y": [3]}', "blank lines": "\n\n\n   \n", "delimiters alone": ",,,\n,,,\n",
    "utf-16 cut": "x,y,z\n1,2,a".encode("utf-16")[:-1],
}  # fmt: skip
FINE: dict[str, str | bytes] = {
    "semicolons": GOOD.replace(",", ";"), "tabs": GOOD.replace(",", "\t"),
    "decimal commas": "x;y;z\n" + rows(20, "{i},5;{j};{k}"),
    "utf-16": GOOD.encode("utf-16"), "latin-1": GOOD.replace("a", "ä").encode("latin-1"),
    "bom": b"\xef\xbb\xbf" + GOOD.encode(),
    "windows lines": GOOD.replace("\n", "\r\n"), "quotes": GOOD.replace("x,y,z", '"x","y","z"'),
    "emoji": GOOD.replace("a", "🙂"),
    "markup": GOOD.replace("a", "<b>"), "large numbers": "x,y,z\n" + rows(20, "{i}e30,{j},{k}"),
    "constant": "x,y,z\n" + rows(20, "1,{j},{k}"), "blank lines between": GOOD.replace("\n", "\n\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_table_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError) as caught:
        list(frames(LAB, of_table(MALFORMED[name]), "cpu"))
    said = str(caught.value)
    assert said.endswith(".") and len(said) < 300 and "Traceback" not in said


@pytest.mark.parametrize("name", FINE)
def test_an_odd_table_that_holds_points_is_trained_on(name: str) -> None:
    knobs = of_table(FINE[name])
    *_, last = frames(LAB, knobs, "cpu")
    assert last.step == 100 and np.isfinite(last.metrics["train_loss"])
    assert "<b>" not in to_json(LAB, knobs)


def test_a_number_that_is_constant_or_a_word_is_said() -> None:
    for target, said in (("y", "only one value"), ("z", "not a number")):
        knobs = of_table("x,w,y,z\n" + rows(20, "{i},{j},3,{k}"), predicts="number", table_target=target)
        with pytest.raises(DataError, match=said):
            list(frames(LAB, knobs, "cpu"))


def test_a_table_that_is_gone_or_not_chosen_is_said() -> None:
    for key, said in (("", "Choose a CSV file"), ("0" * 20, "no longer here")):
        with pytest.raises(DataError, match=said):
            list(frames(LAB, Knobs(data="table", table=key), "cpu"))
