"""Names: each part against torch, a hand's computation or scikit-learn; then what the page claims, over seeds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.decomposition import PCA
from sklearn.metrics import confusion_matrix

from playground import wire
from playground.concepts.rnn.names import baselines, places, reading, sampling, telling
from playground.concepts.rnn.names.cloud import kind
from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import coded, coded_names, common, corpus, wrapped
from playground.concepts.rnn.names.network import Network, as_vector, mean_loss, put_vector
from playground.concepts.rnn.names.plane import Plane, nearest_turn
from playground.concepts.rnn.names.view import View
from playground.concepts.rnn.names.words import LANGUAGES
from playground.contract import Frame, History, Ranged, lab, mended
from playground.stage import to_json
from tests.runs import Runs

RUNS = Runs("rnn/names", Knobs)
LAB, recorded, preset, changed = RUNS.lab, RUNS.recorded, RUNS.preset, RUNS.changed
TINY = Knobs(hidden_size=6, embedding_size=3)
FAST = Knobs(epochs=1, hidden_size=48, embedding_size=12, learning_rate=0.02, cell="lstm")


def run(knobs: Knobs) -> History:
    return wire.history(recorded(knobs))


def network(knobs: Knobs = TINY, symbols: int = 9, outputs: int = 9, seed: int = 0) -> Network:
    torch.manual_seed(seed)
    return Network(knobs, symbols, outputs).eval()


def arrays_of(history: History) -> dict[str, Any]:
    """Each array as it stands at the end."""
    found: dict[str, Any] = {}
    for i in range(len(history)):
        found |= history.decode(i).arrays
    return {name: one.values() if isinstance(one, Ranged) else one for name, one in found.items()}


# Lines


def test_lines_are_split_without_leaks_and_without_repetitions() -> None:
    for knobs in (Knobs(), Knobs(data="surnames"), Knobs(data="own")):
        found = corpus(knobs)
        assert not set(found.train) & set(found.test)
        assert len(set(found.train)) == len(found.train) and len(found.test) > 500
        assert corpus(changed(knobs, seed=1)).test != found.test
        assert len(corpus(changed(knobs, train_lines=200)).train) == 200
        assert corpus(changed(knobs, train_lines=200)).test == found.test
    assert len(corpus(Knobs()).train) + len(corpus(Knobs()).test) == 5163


def test_languages_keep_their_labels() -> None:
    found = corpus(Knobs(data="surnames"))
    names = dict(zip(found.test, found.test_labels.tolist(), strict=True))
    names |= dict(zip(found.train, found.train_labels.tolist(), strict=True))
    assert LANGUAGES[names["martinelli"]] == "italian" and LANGUAGES[names["aaltonen"]] == "finnish"
    assert sorted(set(names.values())) == list(range(len(LANGUAGES)))


def test_inputs_start_with_0_and_targets_end_with_it() -> None:
    inputs, targets = coded(["ab", "b"], "ab", 4)
    assert inputs.tolist() == [[0, 1, 2, 0], [0, 2, 0, 0]]
    assert targets.tolist() == [[1, 2, 0, -100], [2, 0, -100, -100]]
    inputs, targets = coded_names(["ab", "b"], np.array([7, 3]), "ab", 4)
    assert inputs.tolist() == [[0, 1, 2, 0], [0, 2, 0, 0]]
    assert targets.tolist() == [[-100, -100, -100, 7], [-100, -100, 3, -100]]


def test_text_is_wrapped_at_spaces_and_long_words_are_cut() -> None:
    assert wrapped("one two three\n\n  four \nabcdefgh", 5) == ["one", "two", "three", "four", "abcde", "fgh"]
    assert wrapped("a b", 3) == ["a b"] and wrapped(" \n ", 5) == []
    assert max(map(len, wrapped("the quick brown fox " * 50, 40))) <= 40


def test_rare_characters_become_one() -> None:
    assert common(["aabb", "abc", "z"], 2, "□") == ["aabb", "ab□", "□"]


def test_a_visitor_s_word_is_read_in_any_case_and_what_is_unknown_left_out() -> None:
    names = corpus(Knobs())
    assert names.numbers("Ana!") == names.numbers("ana") == [1, 14, 1]
    assert names.numbers("ß→") == []


# Baselines


def test_bigrams_are_counted_as_by_hand() -> None:
    train = coded(["ab", "aa"], "ab", 3)  # pairs: 0a ab b0, 0a aa a0
    table = np.exp(baselines.bigram(*train, 3, 1.0))
    assert table[0].tolist() == pytest.approx([1 / 5, 3 / 5, 1 / 5])
    assert table[1].tolist() == pytest.approx([2 / 6, 2 / 6, 2 / 6])
    assert table[2].tolist() == pytest.approx([2 / 4, 1 / 4, 1 / 4])
    test = coded(["b"], "ab", 3)
    assert baselines.mean_nll(np.log(table), *test) == pytest.approx(-(np.log(1 / 5) + np.log(2 / 4)) / 2)
    assert baselines.bigram_nll(train, test, 3, (1.0,)) == pytest.approx(-(np.log(1 / 5) + np.log(2 / 4)) / 2)


def test_a_unigram_model_knows_frequencies_alone() -> None:
    train, test = coded(["ab", "aa"], "ab", 3), coded(["b"], "ab", 3)
    assert baselines.unigram_nll(train, test, 3, (1.0,)) == pytest.approx(-(np.log(2 / 9) + np.log(3 / 9)) / 2)


def test_languages_by_counting_are_bayes_rule() -> None:
    train, labels = coded(["aa", "ab", "bb"], "ab", 3), np.array([0, 0, 1])
    test = coded(["bb"], "ab", 3)
    scores = baselines.language_scores(train, labels, test, 3, 1.0)
    tables = [baselines.bigram(train[0][labels == k], train[1][labels == k], 3, 1.0) for k in (0, 1)]
    by_hand = [tables[k][0, 2] + tables[k][2, 2] + tables[k][2, 0] + np.log([2 / 3, 1 / 3][k]) for k in (0, 1)]
    assert scores[0].tolist() == pytest.approx(by_hand)


# Network, samples


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_the_loss_is_torch_s_cross_entropy_of_each_character(cell: str) -> None:
    net = network(changed(TINY, cell=cell))
    inputs, targets = map(torch.from_numpy, coded(["abc", "d"], "abcdefgh", 6))
    losses = []
    for row, line in ((0, 4), (1, 2)):
        logits = net(inputs[row : row + 1, :line])[0]
        losses += [F.cross_entropy(logits[t], targets[row, t]) for t in range(line)]
    assert mean_loss(net, inputs, targets).item() == pytest.approx(torch.stack(losses).mean().item(), rel=1e-5)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_step_by_step_is_the_whole(cell: str) -> None:
    net = network(changed(TINY, cell=cell))
    codes, state, found = torch.tensor([[0, 3, 5, 1]]), None, []
    for t in range(4):
        logits, state = net.step(codes[:, t], state)
        found.append(logits)
    assert torch.allclose(torch.stack(found, 1), net(codes), atol=1e-6)


def test_parameters_travel_as_one_vector() -> None:
    one, other = network(seed=0), network(seed=1)
    put_vector(other, as_vector(one))
    codes = torch.tensor([[0, 1, 2]])
    assert torch.equal(one(codes), other(codes))


def test_draws_follow_softmax_at_the_temperature() -> None:
    net = network()
    count = 20_000
    with torch.no_grad():
        expected = (net(torch.tensor([[0]]))[0, 0] / 0.5).softmax(0)
    drawn = sampling.draw(net, sampling.gumbel(count, 1, 9, seed=3), 0.5, 0, [])
    shares = torch.bincount(drawn.codes[:, 0], minlength=9) / count
    spread = (expected * (1 - expected) / count).sqrt()
    assert ((shares - expected).abs() < 4 * spread).all()


def test_top_k_never_leaves_the_k() -> None:
    logits = torch.randn(50, 9, generator=torch.Generator().manual_seed(0))
    kept = sampling.sharpened(logits, 2.0, 3)
    assert (kept.isfinite().sum(1) == 3).all()
    assert torch.equal(kept.argmax(1), logits.argmax(1))
    assert torch.equal(kept.isfinite().nonzero()[:, 1].view(50, 3), logits.topk(3, 1).indices.sort(1).values)
    assert torch.equal(sampling.sharpened(logits, 2.0, 0), logits / 2)
    assert torch.equal(sampling.sharpened(logits, 2.0, 9), logits / 2)
    ones = sampling.draw(network(), sampling.gumbel(100, 4, 9, seed=0), 3.0, 1, [])
    assert (ones.codes == ones.codes[0]).all()


def test_samples_begin_as_told_and_end_with_their_end() -> None:
    net = network()
    drawn = sampling.draw(net, sampling.gumbel(60, 8, 9, seed=0), 1.0, 0, [4, 2])
    assert (drawn.codes[:, :2] == torch.tensor([4, 2])).all()
    texts = sampling.written(drawn, "abcdefgh")
    assert all(text.startswith("db") for text in texts)
    assert [text.endswith("…") for text in texts] == (~drawn.ended).tolist()
    for codes, chances in zip(drawn.codes, drawn.probability, strict=True):
        count = int((codes > 0).sum()) + 1
        assert (codes[: count - 1] > 0).all() and (codes[count:] == 0).all() and (chances[count:] == 0).all()
        read = net(torch.cat([torch.zeros(1, dtype=torch.long), codes])[None, :-1])[0].softmax(1)
        own = read.gather(1, codes[:, None])[:, 0]
        assert torch.allclose(chances[:count], own[:count], atol=1e-5)


def test_copies_are_counted() -> None:
    counts = sampling.shares(["ann", "bob", "ann", "zed", "an…"], {"ann", "an"}, {"bob"})
    assert counts == {"copied": 0.4, "rediscovered": 0.2, "different": 0.8}


# Reading


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_dependence_is_autograd_s_row_by_row(cell: str) -> None:
    net = network(changed(TINY, cell=cell))
    codes, following = torch.tensor([0, 3, 5, 1]), torch.tensor([3, 5, 1, 0])
    found = reading.dependence(net, codes, following)
    for t in range(4):
        embedded = net.embedding(codes).detach().requires_grad_()
        logits, _ = net.read(embedded[None])
        (gradient,) = torch.autograd.grad(logits[0, t, following[t]], embedded)
        norms = gradient.norm(dim=1)
        assert torch.allclose(found[t], norms / norms.sum(), atol=1e-6)
    assert torch.equal(found.triu(1), torch.zeros(4, 4))


def test_contributions_are_the_slope_along_each_letter() -> None:
    net = network(outputs=4).double()
    codes = torch.tensor([0, 3, 5, 0])
    found = reading.contributions(net, codes, 4)
    embedded = net.embedding(codes).detach()

    def centred(each: torch.Tensor) -> torch.Tensor:
        logits = net.read(each[None])[0][0, -1]
        return logits - logits.mean()

    for s in range(4):
        step = torch.zeros_like(embedded)
        step[s] = 1e-5 * embedded[s]
        slope = (centred(embedded + step) - centred(embedded - step)) / 2e-5
        assert torch.allclose(found[:, s], slope, atol=1e-6)


def test_the_plane_is_scikit_learn_s_and_does_not_jump() -> None:
    generator = torch.Generator().manual_seed(0)
    cloud, path = torch.randn(80, 7, generator=generator) * torch.arange(1.0, 8), torch.randn(5, 7, generator=generator)
    plane = Plane()
    places_, way, shown = plane(cloud, path)
    oracle = PCA(2).fit(cloud.numpy())
    scale = np.abs(places_.numpy()).max(0) / np.abs(oracle.transform(cloud.numpy())).max(0)
    assert np.allclose(np.abs(places_.numpy()), np.abs(oracle.transform(cloud.numpy())) * scale, atol=1e-4)
    assert np.allclose(np.abs(way.numpy()), np.abs(oracle.transform(path.numpy())) * scale, atol=1e-4)
    assert shown == pytest.approx(oracle.explained_variance_ratio_.sum(), abs=1e-5)
    again, _, _ = plane(cloud @ torch.diag(torch.tensor([-1.0, 1, -1, 1, 1, -1, -1])), path)
    assert torch.allclose(again, places_, atol=1e-4)


def test_a_turn_is_undone() -> None:
    places_ = torch.randn(30, 2, generator=torch.Generator().manual_seed(1))
    turn = torch.tensor([[0.6, 0.8], [0.8, -0.6]])
    assert torch.allclose(nearest_turn(places_ @ turn.T, places_), turn, atol=1e-5)


def test_kinds_of_characters() -> None:
    assert [kind(c) for c in "aÉyö"] == [0, 0, 0, 0] and [kind(c) for c in "bñß"] == [1, 1, 1]
    assert [kind(c) for c in " -↵"] == [2, 2, 2]


# Telling


def test_confusion_is_scikit_learn_s() -> None:
    generator = np.random.default_rng(0)
    labels, told = generator.integers(0, 8, 200), generator.integers(0, 9, 200)
    table = telling.confusion(told, labels)
    oracle = confusion_matrix(labels, told, labels=range(9), normalize="true")
    assert np.allclose(table, oracle)
    found = telling.worst(table)
    wrong = oracle - np.diag(np.diag(oracle))
    assert found["worst_share"] == wrong.max() == wrong[int(found["worst_from"]), int(found["worst_to"])]


def test_the_table_is_read_in_per_cent() -> None:
    table = np.zeros((9, 9))
    table[0, 0], table[0, 1], table[1, 1] = 0.333, 0.004, 1
    codes = np.asarray(telling.as_text(table)["confusion"])
    assert ["".join(chr(c) for c in codes[i] if c) for i in (0, 1, 10, 2)] == ["33", "", "100", ""]


def test_the_end_of_each_name_is_where_it_is_told() -> None:
    net = network(outputs=4)
    inputs, targets = map(torch.from_numpy, coded_names(["ab", "abc"], np.array([2, 3]), "abcdefgh", 6))
    logits, labels = telling.ends(net, inputs, targets)
    assert labels.tolist() == [2, 3]
    assert torch.allclose(logits[0], net(torch.tensor([[0, 1, 2, 0]]))[0, -1], atol=1e-6)
    assert torch.allclose(logits[1], net(torch.tensor([[0, 1, 2, 3, 0]]))[0, -1], atol=1e-6)


# Runs


def test_one_epoch_beats_counting_and_the_verdict_says_by_how_much() -> None:
    history = run(FAST)
    first, last = history.metrics["test_loss"][0], history.last("test_loss")
    assert first == pytest.approx(np.log(27), abs=0.1) and last < history.last("bigram_loss") < 2.4
    assert LAB.verdicts(FAST, history)[0].sentence.startswith(f"A held-out character costs {last:.2f} nats")


def test_temperature_and_word_change_nothing_of_the_training(monkeypatch: pytest.MonkeyPatch) -> None:
    cold = changed(FAST, temperature=0.3, word="zoe", start="mar", top_k=9)
    assert FAST.training() == cold.training()
    history = run(FAST)  # trained, or remembered
    monkeypatch.setattr("playground.concepts.rnn.names.experiment.updates", lambda *_, **__: pytest.fail("trained"))
    other = run(cold)
    for name in ("train_loss", "test_loss", "bigram_loss", "epoch"):
        assert np.array_equal(history.metrics[name], other.metrics[name])
    assert other.last("different") < history.last("different")
    texts = [bytes(row).decode() for row in arrays_of(other)["samples"].astype(np.uint8)]
    assert all(text.startswith("mar") for text in texts)


def test_a_stage_names_its_training() -> None:
    def training(knobs: Knobs) -> str:
        return str(json.loads(to_json(LAB, knobs))["training"])

    assert training(FAST) == training(changed(FAST, temperature=0.3)) != training(changed(FAST, hidden_size=20))
    sandbox = lab("network/sandbox")
    assert json.loads(to_json(sandbox, sandbox.small))["training"] is None


def test_top_1_writes_one_name_and_the_verdict_offers_the_way_out() -> None:
    knobs = changed(FAST, top_k=1)
    history = run(knobs)
    assert history.last("different") == 1 / 200
    (said,) = (one for one in LAB.verdicts(knobs, history) if one.sentence.startswith("Only"))
    assert said.sentence == "Only 1 of 200 samples is distinct: top 1 keeps to the likeliest."
    assert mended(knobs, said.mend) == changed(knobs, top_k=0)


def test_the_bar_counts_epochs_as_the_axes_do_and_the_bigram_s_name_is_above_its_line() -> None:
    assert LAB.clock == "epoch" and "epoch" in run(FAST).metrics
    (losses,) = (part for part in LAB.stage(FAST) if part.name == "nll")
    assert losses.figure.layout.xaxis.title.text == "epoch"
    assert losses.figure.data[2].name == "bigram" and losses.figure.data[2].textposition == "top left"


def test_too_hot_writes_what_the_network_does_not_believe_in() -> None:
    knobs = changed(FAST, temperature=2.5)
    history = run(knobs)
    assert history.last("sample_nll") > history.last("test_loss") + 1
    assert any("does not believe in" in one.sentence for one in LAB.verdicts(knobs, history))
    assert not any("does not believe in" in one.sentence for one in LAB.verdicts(FAST, run(FAST)))


def test_marks_stand_before_copies_alone() -> None:
    knobs = changed(FAST, temperature=0.5)
    arrays, lines = arrays_of(run(knobs)), corpus(knobs)
    texts = ["".join(chr(c) for c in row if c) for row in arrays["samples"]]
    boxes = places.grid(arrays["samples"].shape[1])
    assert len(texts) == len(boxes) == 24 and np.array_equal(boxes, arrays["sample_boxes"])
    for name, known in (("copied", lines.train), ("rediscovered", lines.test)):
        chosen = [text in known for text in texts]
        assert np.array_equal(arrays[f"{name}_y"], places.marks(boxes, np.array(chosen))[1])


def test_the_word_s_probabilities_are_the_network_s() -> None:
    lines = corpus(FAST)
    net = network(FAST, lines.symbols, lines.symbols)
    frame = View(FAST, lines, net)(Frame(1, {}, {"parameters": as_vector(net).numpy()}))
    codes, following = map(torch.from_numpy, coded(["elizabeth"], lines.alphabet, 10))
    logits = net(codes)[0]
    assert frame.metrics["word_nll"] == pytest.approx(F.cross_entropy(logits, following[0]).item(), rel=1e-5)
    own, *best = frame.arrays["expected_shade"].values()  # type: ignore[union-attr]
    likeliest = logits.softmax(1).topk(5, 1)
    assert np.allclose(best, likeliest.values.T.detach(), atol=0.003)
    assert np.allclose(own, logits.softmax(1).gather(1, following[0][:, None])[:, 0].detach(), atol=0.003)
    letters = [["↵", *lines.alphabet][k] for k in likeliest.indices[:, 0].tolist()]
    assert ["".join(map(chr, row)) for row in np.asarray(frame.arrays["expected"])[:2]] == [
        "elizabeth↵",
        "".join(letters),
    ]


def test_what_a_word_depends_on_adds_up() -> None:
    arrays = arrays_of(run(FAST))
    assert np.allclose(arrays["depends"].sum((1, 2)), 1, atol=0.03)
    assert np.array_equal(arrays["depends"][-1], arrays["depends_last"][0])


def test_a_run_ends_with_its_last_step_and_frames_are_small() -> None:
    sizes = [*map(len, recorded(FAST)), *map(len, recorded(LAB.small))]
    assert max(sizes) < 9_000 and len(recorded(FAST)) <= 70
    assert run(FAST).steps[-1] == 73 and run(FAST).last("epoch") == 1
    assert "parameters" not in run(FAST).decode(0).arrays


def test_surnames_are_told() -> None:
    knobs = Knobs(data="surnames", cell="lstm", batch_size=128, epochs=1, hidden_size=32, learning_rate=0.03)
    history = run(knobs)
    assert history.last("test_accuracy") > history.last("majority_accuracy") + 0.2
    arrays = arrays_of(history)
    assert np.allclose(arrays["languages"].sum(0), 1, atol=0.03) and arrays["languages"].shape == (9, 12)
    told, _, *_ = LAB.verdicts(knobs, history)
    assert f"{history.last('test_accuracy'):.1%} of held-out surnames" in told.sentence
    assert max(map(len, recorded(knobs))) < 9_000
    assert not LAB.challenges[1].met(knobs, history)


def test_the_best_try_of_a_verdict_is_no_worse() -> None:
    frame = Frame(5, {"test_loss": 3.0, "bigram_loss": 2.4, "train_loss": 2.0, "epoch": 9.0, "copied": 0.1,
                      "rediscovered": 0.0, "different": 1.0, "sample_nll": 2.0, "word_nll": 1.0, "word_known": 0.0,
                      "word_read": 9.0})  # fmt: skip
    history = wire.recorded([frame])
    for knobs, mend in (
        (Knobs(learning_rate=0.3), {"learning_rate": 0.01}), (Knobs(hidden_size=4), {"hidden_size": 64}),
        (Knobs(train_lines=100), {"train_lines": 0}), (Knobs(epochs=2), {"epochs": 20}),
    ):  # fmt: skip
        assert LAB.verdicts(knobs, history)[0].mend == mend


# What the page claims, over seeds


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_ten_epochs_reach_two_nats_on_every_seed(seed: int) -> None:
    history = run(Knobs(seed=seed))
    assert history.last("test_loss") <= 2.0 < 2.3 < history.last("bigram_loss")
    assert history.last("copied") < 0.35 and history.last("different") > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_300_names_are_learnt_by_heart(seed: int) -> None:
    knobs = changed(preset("Break it: by heart"), seed=seed)
    history = run(knobs)
    losses = history.metrics["test_loss"]
    assert history.last("copied") > 0.75 and losses[-1] > losses.min() + 0.8
    heart = next(one for one in LAB.verdicts(knobs, history) if "by heart" in one.sentence)
    assert 3 <= heart.mend["epochs"] <= 25


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_presets_show_what_their_lines_say(seed: int) -> None:
    default = run(Knobs(seed=seed))
    cold, hot, rnn, four = (run(changed(preset(title), seed=seed)) for title in
                            ("Cold: 0.3", "Break it: too hot", "Plain RNN", "Four units"))  # fmt: skip
    assert cold.last("different") < 0.8 and 0.35 < cold.last("copied") < 0.75
    assert cold.last("sample_nll") < default.last("sample_nll") - 0.3
    assert hot.last("sample_nll") > default.last("sample_nll") + 1 and hot.last("copied") < 0.03
    assert default.last("test_loss") < rnn.last("test_loss") < 2.1
    assert abs(four.last("test_loss") - four.last("bigram_loss")) < 0.15
    assert default.last("copied") + default.last("rediscovered") < 0.4


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_surnames_are_told_as_well_as_by_counting(seed: int) -> None:
    history = run(changed(preset("Surnames"), seed=seed))
    assert history.last("test_accuracy") > history.last("bigram_accuracy") - 0.03
    assert history.last("test_accuracy") > history.last("majority_accuracy") + 0.35
    assert LANGUAGES[int(history.last("told"))] == "italian" and history.last("told_sure") > 0.5


@pytest.mark.slow
def test_both_challenges_can_be_met_and_are_not_by_their_start() -> None:
    cheap, counting = LAB.challenges
    assert not cheap.met(Knobs(), run(Knobs()))
    best = Knobs(cell="lstm", hidden_size=128, dropout=0.3, epochs=20, learning_rate=0.003, batch_size=32)
    assert cheap.met(best, run(best))
    start = changed(Knobs(), **counting.start)
    assert not counting.met(start, run(start))
    better = Knobs(data="surnames", cell="lstm", hidden_size=128, dropout=0.5, batch_size=128, epochs=7)
    assert counting.met(better, run(better))
