"""The lab's figures where the language of a surname is told: confusion, accuracy, a name as it is read."""

from __future__ import annotations

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.panels import FIVE, NAMED, nothing, plane, row_ticks, rule
from playground.concepts.rnn.names.words import LANGUAGE_COLORS, LANGUAGES
from playground.stage import Extend, Panel, Replace, Text, Tiles
from playground.stage.bindings import Binding
from playground.stage.figures import figure, line
from playground.stage.palette import SPLITS

COUNT = len(LANGUAGES)
MIDDLES = [COUNT - k - 0.5 for k in range(COUNT)]


def confusion() -> Panel:
    """Of the held-out names of each language, how many per cent were told to be of each."""
    boxes = [(x + 0.03, COUNT - y - 0.96, x + 0.97, COUNT - y - 0.04) for y in range(COUNT) for x in range(COUNT)]
    made = figure("Held-out surnames: what each is taken for, in %", nothing(), "told", "true")
    made.update_xaxes(row_ticks(list(LANGUAGES), [k + 0.5 for k in range(COUNT)]), range=[0, COUNT], tickangle=0)
    made.update_yaxes(row_ticks(list(LANGUAGES), MIDDLES), range=[0, COUNT], automargin=True)
    binding = Text("confusion", boxes, "confusion_shade", flow="words", size=17)
    alt = "A table of nine languages: the true one of held-out surnames against the one that the network tells."
    return Panel("confusion", made, [binding], alt, size="main")


def accuracy(knobs: Knobs) -> Panel:
    """Training and held-out accuracy over the epochs, beside what counting achieves."""
    traces = [
        line("training", SPLITS["train"]), line("held out", SPLITS["test"]),
        rule("bigram", knobs, "dash", "top right"), rule("majority", knobs, "dot"),
    ]  # fmt: skip
    bindings: list[Binding] = [
        Extend(0, "epoch", "train_accuracy"), Extend(1, "epoch", "test_accuracy"),
        Replace(2, "y", "bigram_line"), Replace(3, "y", "majority_line"),
    ]  # fmt: skip
    made = figure("Languages told right", traces, "epoch", "share correct", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    made.update_yaxes(range=[0, 1.02])
    alt = "Accuracy on training and held-out surnames, beside nine bigram models and the most frequent language."
    return Panel("accuracy", made, bindings, alt)


def languages(knobs: Knobs) -> Panel:
    """The probability of each language after each letter."""
    return _by_letter(
        knobs, "languages", "What it takes the name for, so far", "sequential",
        f"The probability of nine languages after each letter of {knobs.looked_at}.",
    )  # fmt: skip


def speaks(knobs: Knobs) -> Panel:
    """Which letter speaks for which language."""
    return _by_letter(
        knobs, "speaks", "Letters for (orange) and against (blue) a language", "diverging",
        f"Gradient times input: what each letter of {knobs.looked_at} adds to the logit of each language.",
    )  # fmt: skip


def _by_letter(knobs: Knobs, name: str, title: str, scale: str, alt: str) -> Panel:
    across = {"range": [0, knobs.columns], **NAMED, "showticklabels": False}
    made = figure(title, nothing(), xaxis=across)
    made.update_yaxes(row_ticks(list(LANGUAGES), MIDDLES), range=[0, COUNT + 1.2], automargin=True)
    bindings: list[Binding] = [
        Tiles(name, [(0, 0, knobs.columns, COUNT)], scale, "upper"),  # type: ignore[arg-type]
        Text("word", [(0, COUNT + 0.05, knobs.columns, COUNT + 1.15)], flow="columns", size=18),
    ]
    return Panel(name, made, bindings, alt)


def languages_plane(knobs: Knobs) -> Panel:
    """The plane with the last hidden states of surnames, coloured by language."""
    return plane(knobs, LANGUAGE_COLORS, **FIVE)


def loss(knobs: Knobs) -> Panel:
    """Training and held-out loss over the epochs."""
    traces = [line("training", SPLITS["train"]), line("held out", SPLITS["test"])]
    bindings = [Extend(0, "epoch", "train_loss"), Extend(1, "epoch", "test_loss")]
    made = figure("Loss", traces, "epoch", "cross-entropy in nats", hovermode="x unified")
    made.update_xaxes(range=[0, knobs.epochs])
    alt = "Cross-entropy on training and held-out surnames over the epochs."
    return Panel("loss", made, bindings, alt, log=True)
