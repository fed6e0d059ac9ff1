"""Names: a character model that writes them, and a reader that tells the language of surnames."""

from __future__ import annotations

from dataclasses import replace

from playground.concepts.rnn.names import class_panels, panels
from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.data.sources import SOURCES as SETS
from playground.stage import Part

TITLE = "Names"
CLOCK = "epoch"
SMALL = Knobs(hidden_size=8, embedding_size=4, epochs=1, train_lines=300)

PRESETS = (
    Preset("First names", "Gibberish turns into names within a few epochs; most of them are new.", Knobs()),
    Preset("Cold: 0.3", "Safe and repetitive: about half are copies, and many come twice.", Knobs(temperature=0.3)),
    Preset("Break it: too hot", "Nothing was trained anew: the same network, read too daringly, writes gibberish.",
           Knobs(temperature=2.5), breaks=True),
    Preset("Top 1", "Only the likeliest letter each time: one and the same name.", Knobs(top_k=1)),
    Preset("Break it: by heart", "300 names, 60 epochs: held-out loss turns and rises while samples become copies.",
           Knobs(train_lines=300, epochs=60, hidden_size=128), breaks=True),
    Preset("Plain RNN", "It learns names too, a little worse: see what each letter depended on.", Knobs(cell="rnn")),
    Preset("Four units", "Little better than counting pairs of letters: four numbers hold little of a name.",
           Knobs(hidden_size=4)),
    Preset("Surnames", "Nine languages: watch the diagonal grow, and the name turn Italian at its end.",
           Knobs(data="surnames", cell="lstm", batch_size=128, epochs=8)),
)  # fmt: skip

READOUTS = (
    Readout("test_loss", "Held-out loss (nats)"),
    Readout("bigram_loss", "Bigram loss (nats)"),
    Readout("copied", "Samples copied", "percent"),
    Readout("rediscovered", "Real, never seen", "percent"),
    Readout("different", "Samples distinct", "percent"),
    Readout("test_accuracy", "Held-out accuracy", "percent"),
    Readout("bigram_accuracy", "Bigram accuracy", "percent"),
    Readout("majority_accuracy", "Always the commonest", "percent"),
)

MATHS = (
    (
        "The network reads character after character; its hidden state is all that it keeps. A GRU:",
        r"z_t = \sigma(W_z x_t + U_z h_{t-1} + b_z), \quad r_t = \sigma(W_r x_t + U_r h_{t-1} + b_r), \quad "
        r"h_t = (1 - z_t) \odot \tanh(W x_t + r_t \odot (U h_{t-1} + c) + b) + z_t \odot h_{t-1}",
    ),
    (
        "The loss: the mean negative log-likelihood of the next character, in nats, held out; and that of a bigram:",
        r"L = - \frac{1}{N} \sum_t \log p(x_{t+1} \mid x_1, \ldots, x_t) = \cell{test_loss}, \quad "
        r"L_{\text{bigram}} = \cell{bigram_loss}",
    ),
    (
        "Drawing at temperature T: logits are divided by it. The letters of 200 samples cost, by the network itself,",
        r"p_T(c) = \frac{\exp(z_c / T)}{\sum_k \exp(z_k / T)}, \quad - \overline{\log p_1} = \cell{sample_nll}",
    ),
    (
        "What a next letter depended on: how its logit answers to a small change of each letter read.",
        r"d_{ts} = \frac{\lVert \partial z_t / \partial e_s \rVert}{\sum_r \lVert \partial z_t / \partial e_r \rVert}",
    ),
)
SOURCES = (
    replace(SETS["first_names"], when=("data", ("names",))),
    replace(SETS["surnames"], when=("data", ("surnames", "own"))),
    Source(
        "A tenth of the lines, at most 600, is held out. The bigram models choose their smoothing on it, which "
        "favours them."
    ),
    Source(
        "The recipe: Karpathy, makemore, and The unreasonable effectiveness of recurrent neural networks, 2015.",
        url="https://karpathy.github.io/2015/05/21/rnn-effectiveness/",
    ),
    Source(
        "Writing one character at a time: Graves, Generating sequences with recurrent neural networks, 2013.",
        url="https://arxiv.org/abs/1308.0850",
    ),
    Source(
        "What a letter depended on: Madsen, Visualizing memorization in RNNs, Distill, 2019.",
        url="https://distill.pub/2019/memorization-in-rnns/",
        when=("data", ("names", "own")),
    ),
    Source(
        "GRU: Cho and others, Learning phrase representations using RNN encoder-decoder, 2014.",
        url="https://arxiv.org/abs/1406.1078",
        when=("cell", ("gru",)),
    ),
    Source(
        "LSTM: Hochreiter and Schmidhuber, Long short-term memory, 1997.",
        url="https://doi.org/10.1162/neco.1997.9.8.1735",
        when=("cell", ("lstm",)),
    ),
)


def _cheap(knobs: Knobs, history: History) -> bool:
    """Whether held-out first names cost 1.89 nats a character or less, all others being learnt from."""
    return knobs.data == "names" and not knobs.train_lines and history.last("test_loss") <= 1.89


def _counting(knobs: Knobs, history: History) -> bool:
    """Whether surnames are told better than by counting pairs of letters."""
    return knobs.data == "surnames" and history.last("test_accuracy") > history.last("bigram_accuracy")


CHALLENGES = (
    Challenge("Bring the held-out loss of the first names to 1.89 nats or less.", _cheap, {"data": "names"}),
    Challenge(
        "Tell more held-out surnames right than nine bigram models do.", _counting,
        {"data": "surnames", "batch_size": 128, "epochs": 6},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """What it writes or tells, its curves, and a word as it reads it."""
    if knobs.writes:
        return (
            panels.samples(knobs), panels.nll(knobs), panels.expected(knobs), panels.depends(knobs),
            panels.kinds_plane(knobs), panels.hidden(knobs), panels.copies(knobs),
        )  # fmt: skip
    return (
        class_panels.confusion(), class_panels.accuracy(knobs), class_panels.languages(knobs),
        class_panels.speaks(knobs), class_panels.languages_plane(knobs), panels.hidden(knobs), class_panels.loss(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
