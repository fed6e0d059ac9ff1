"""What the network learnt and what its samples are, as measured, each with its number and where there is one a cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.words import LANGUAGES, SAMPLES
from playground.contract import History, Verdict

RISE = 0.05  # nats of held-out loss above its lowest
MEMORY = 0.3  # share of the samples that are copies
ALIKE = 0.6  # share of the samples that are different
STRANGE = 0.7  # nats of a sample's letters above those of held-out lines


def verdicts(knobs: Knobs, history: History) -> tuple[Verdict, ...]:
    """Whether it learnt more than counting, whether it learns by heart, how it is read, the word looked at."""
    if not len(history):
        return ()
    if "nan_step" in history.metrics:
        return tuple(_broken(knobs, history))
    rules = (_read, _learnt, _heart, _drawn, _cold, _hot, _word) if knobs.writes else (_told, _heart, _mistaken)
    return tuple(verdict for rule in rules for verdict in rule(knobs, history))


def _end(history: History) -> int:
    return int(history.steps[-1])


def _lines(knobs: Knobs) -> str:
    return {"names": "names", "own": "lines", "surnames": "surnames"}[knobs.data]


def _broken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    step = int(np.nanmin(history.metrics["nan_step"]))
    sentence = f"The loss is no number from step {step} on: a learning rate of {knobs.learning_rate:g} is too high."
    yield Verdict(sentence, step, {"learning_rate": 0.01})


def _read(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """What there was to read of a visitor's text."""
    if knobs.data != "own":
        return
    train, test, symbols = (int(history.last(name)) for name in ("train_lines", "test_lines", "symbols"))
    what = "Your text" if knobs.text else "There is no text of yours yet, so the surnames were read: this"
    sentence = (
        f"{what} gave {train:,} lines to learn from and {test:,} held out, in {symbols - 1} different characters."
    )
    if (share := history.last("share_read")) < 1:
        sentence += f" Only its first 100,000 characters were read, {share:.0%} of it."
    yield Verdict(sentence, _end(history))


def _learnt(knobs: Knobs, history: History) -> Iterator[Verdict]:
    test, pairs = history.last("test_loss"), history.last("bigram_loss")
    said = f"A held-out character costs {test:.2f} nats, as if {np.exp(test):.1f} were equally likely; "
    if test < pairs:
        said += f"counting pairs of characters, {pairs:.2f}. The network uses more than the last one."
        yield Verdict(said, _end(history))
        return
    said += f"merely counting pairs of characters costs less, {pairs:.2f}."
    yield Verdict(said, _end(history), _stronger(knobs))


def _stronger(knobs: Knobs) -> dict[str, Any]:
    """Of what may be lacking the first: a fair learning rate, units, lines, epochs."""
    if not 0.002 <= knobs.learning_rate <= 0.03:
        return {"learning_rate": 0.01}
    if knobs.hidden_size < 32:
        return {"hidden_size": 64}
    if 0 < knobs.train_lines < 1000:
        return {"train_lines": 0}
    return {"epochs": 20} if knobs.epochs < 10 else {"dropout": 0.3} if knobs.dropout < 0.2 else {}


def _heart(knobs: Knobs, history: History) -> Iterator[Verdict]:
    """Held-out loss that has risen again."""
    losses, epochs = history.metrics["test_loss"], history.metrics["epoch"]
    best = int(np.argmin(losses))
    if losses[-1] - losses[best] < RISE:
        return
    sentence = (
        f"It learns by heart: held-out loss was lowest at epoch {epochs[best]:.1f} ({losses[best]:.2f}) and is "
        f"{losses[-1]:.2f} now, while on training {_lines(knobs)} it is {history.last('train_loss'):.2f}."
    )
    yield Verdict(sentence, int(history.steps[best]), {"epochs": max(1, round(float(epochs[best])))})


def _drawn(knobs: Knobs, history: History) -> Iterator[Verdict]:
    copied, real = history.last("copied"), history.last("rediscovered")
    new = max(0.0, 1 - copied - real)
    what = _lines(knobs)
    sentence = (
        f"Of {SAMPLES} samples {copied:.0%} are copies of training {what}, {real:.1%} are held-out {what} that it "
        f"never saw, and {new:.0%} stand in neither list."
    )
    yield Verdict(sentence, _end(history), _freer(knobs) if copied > MEMORY else {})


def _freer(knobs: Knobs) -> dict[str, Any]:
    if 0 < knobs.train_lines < 5000:
        return {"train_lines": 0}
    return {"temperature": 1.0} if knobs.temperature < 0.8 else {"dropout": 0.3} if knobs.dropout < 0.2 else {}


def _cold(knobs: Knobs, history: History) -> Iterator[Verdict]:
    different = history.last("different")
    if different >= ALIKE:
        return
    choice = f"top {knobs.top_k}" if 0 < knobs.top_k < 4 else f"temperature {knobs.temperature:g}"
    count = round(SAMPLES * different)
    sentence = (
        f"Only {count} of {SAMPLES} samples {'is' if count == 1 else 'are'} distinct: {choice} keeps to the likeliest."
    )
    yield Verdict(sentence, _end(history), {"temperature": 1.0, "top_k": 0})


def _hot(knobs: Knobs, history: History) -> Iterator[Verdict]:
    drawn, real = history.last("sample_nll"), history.last("test_loss")
    if knobs.temperature <= 1 or drawn - real < STRANGE:
        return
    sentence = (
        f"At temperature {knobs.temperature:g} a sample's letter costs {drawn:.2f} nats by the network's own "
        f"probabilities, a real one {real:.2f}: it draws what it does not believe in."
    )
    yield Verdict(sentence, _end(history), {"temperature": 1.0})


def _word(knobs: Knobs, history: History) -> Iterator[Verdict]:
    known = {1.0: "which it learnt from", 0.5: "which was held out"}.get(history.last("word_known"), "in neither list")
    cost, read = history.last("word_nll"), int(history.last("word_read"))
    if read == 0:
        sentence = "None of the word's characters is in its alphabet: a held-out line is looked at instead."
    elif read < len(knobs.word):
        sentence = (
            f"Of the word's {len(knobs.word)} characters {read} could be read: the others are not in its alphabet."
        )
    else:
        sentence = f"The word looked at, {known}, costs {cost:.2f} nats a character."
    yield Verdict(sentence, _end(history))


def _told(knobs: Knobs, history: History) -> Iterator[Verdict]:
    test, pairs, common = (history.last(f"{name}_accuracy") for name in ("test", "bigram", "majority"))
    sentence = (
        f"It tells {test:.1%} of held-out surnames right. Nine bigram models, one a language, tell {pairs:.1%}; always "
        f"the commonest language, {common:.1%}."
    )
    if test > pairs:
        yield Verdict(sentence, _end(history))
    else:
        yield Verdict(f"{sentence} Counting is hard to beat with few names.", _end(history), _better(knobs))


def _better(knobs: Knobs) -> dict[str, Any]:
    wish = {"cell": "lstm", "hidden_size": 128, "dropout": 0.5, "batch_size": 128, "learning_rate": 0.01, "epochs": 7}
    return {} if all(getattr(knobs, name) == value for name, value in wish.items()) else wish


def _mistaken(knobs: Knobs, history: History) -> Iterator[Verdict]:
    share = history.last("worst_share")
    if not share > 0.05:
        return
    source, target = (LANGUAGES[int(history.last(f"worst_{end}"))].capitalize() for end in ("from", "to"))
    yield Verdict(
        f"Its most frequent mistake: {share:.0%} of the {source} names are taken for {target}.", _end(history)
    )
