"""Memory: three recurrent cells at growing lags, and what the way back in time does to their gradients."""

from __future__ import annotations

from playground.concepts.rnn.memory import panels, sweep_panels
from playground.concepts.rnn.memory.knobs import CLASSES, Knobs
from playground.concepts.rnn.memory.radii import HIGHEST
from playground.concepts.rnn.memory.verdicts import verdicts
from playground.contract import Challenge, History, Preset, Readout, Source
from playground.stage import Part

TITLE = "Memory"
CLOCK = "radius"  # of the sweep; the training has none, and counts its steps
SMALL = Knobs(longest=7, units=4, symbols=3, batch_size=8, steps=50, repeats=2)

PRESETS = (
    Preset("Recall", "Name the first of many symbols: watch at which lag the RNN falls to guessing.", Knobs()),
    Preset("Half-open gates", "No bias keeps the gates half open: the LSTM forgets like the RNN, the GRU soon after.",
           Knobs(gate_bias=0.0)),
    Preset("Adding", "Two marked numbers are to be added: the RNN answers 1, whatever comes.",
           Knobs(task="adding", learning_rate=0.02, gate_bias=2.0, steps=500)),
    Preset("Copy two", "Two symbols in their order: LSTM and GRU keep both over 15 steps, the RNN half as long.",
           Knobs(task="copy", longest=15, symbols=4, learning_rate=0.02, steps=500)),
    Preset("Orthogonal RNN", "An RNN that starts as a rotation: its gradient comes back, and it remembers.",
           Knobs(start="orthogonal", filler="silence")),
    Preset("Spectral radius", "Drag the moment: the gradient tilts from vanishing to exploding; tanh tames it.",
           Knobs(view="gradient")),
    Preset("Break it: no clipping", "A linear RNN of radius 1.4 under SGD: gradients explode, the RNN's dots vanish.",
           Knobs(start="radius", radius=1.4, bend="identity", clip=0.0, optimizer="sgd", learning_rate=0.1, steps=100),
           breaks=True),
)  # fmt: skip

READOUTS = (
    Readout("reach.rnn", "RNN remembers (steps)", "count"),
    Readout("reach.lstm", "LSTM remembers (steps)", "count"),
    Readout("reach.gru", "GRU remembers (steps)", "count"),
    Readout("gradient_ratio.rnn", "RNN: gradient first / last"),
    Readout("factor.identity", "Factor a step, identity"),
    Readout("factor.tanh", "Factor a step, tanh"),
    Readout("ratio.identity", "First / last, identity"),
    Readout("theory", "The same by theory"),
)

MATHS = (
    (
        "Back through time the gradient on an early state is a product of one matrix a step. RNN, first to last:",
        r"\frac{\partial L}{\partial h_t} = \left( \prod_{s=t+1}^{T} W^\top \operatorname{diag} f'(a_s) \right) "
        r"\frac{\partial L}{\partial h_T}, \quad \frac{|\partial L / \partial h_0|}{|\partial L / \partial h_T|} = "
        r"\cell{gradient_ratio.rnn}",
    ),
    (
        "The LSTM's cell state is added to, not multiplied by a matrix: the way back is a product of forget gates.",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \quad \frac{\partial c_T}{\partial c_t} \approx \prod_{s=t+1}^{T} "
        r"f_s, \quad \text{first to last } \cell{gradient_ratio.lstm}",
    ),
    (
        "The GRU's update gate does the same for its hidden state.",
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}, \quad \text{first to last } \cell{gradient_ratio.gru}",
    ),
    (
        "Without a bend, and with an orthogonal matrix of spectral radius r, the product is r to the number of steps.",
        r"\left| \frac{\partial L}{\partial h_{T-k}} \right| = r^k \left| \frac{\partial L}{\partial h_T} \right|, "
        r"\quad r = \cell{radius}, \quad r^T = \cell{theory}, \quad \text{measured } \cell{ratio.identity}",
    ),
    (
        "Clipping by norm shortens a gradient longer than the threshold and keeps its direction.",
        r"g \leftarrow g \cdot \min\left(1, \frac{\theta}{|g|}\right), \quad |g| = \cell{gradient_norm.identity} "
        r"\to \cell{clipped_norm.identity}",
    ),
)

SOURCES = (
    Source("Sequences are drawn anew for every update; each is seen once, so every score is on fresh ones."),
    Source("Hochreiter and Schmidhuber, Long short-term memory, 1997: LSTM, and the adding problem.",
           url="https://doi.org/10.1162/neco.1997.9.8.1735"),
    Source("Bengio, Simard and Frasconi, Learning long-term dependencies with gradient descent is difficult, 1994.",
           url="https://doi.org/10.1109/72.279181"),
    Source("Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013: radius, clip.",
           url="https://arxiv.org/abs/1211.5063"),
    Source("Cho and others, Learning phrase representations using RNN encoder-decoder, 2014: GRU.",
           url="https://arxiv.org/abs/1406.1078"),
    Source("Jozefowicz, Zaremba and Sutskever, An empirical exploration of recurrent network architectures, 2015: "
           "the forget gate's bias.", url="https://proceedings.mlr.press/v37/jozefowicz15.html"),
    Source("Le, Jaitly and Hinton, A simple way to initialize recurrent networks of rectified linear units, 2015.",
           url="https://arxiv.org/abs/1504.00941", when=("start", ("identity",))),
    Source("Saxe, McClelland and Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural "
           "networks, 2014: starting as a rotation.",
           url="https://arxiv.org/abs/1312.6120", when=("start", ("orthogonal",))),
    Source("Arjovsky, Shah and Bengio, Unitary evolution recurrent neural networks, 2016: copy over long lags.",
           url="https://arxiv.org/abs/1511.06464", when=CLASSES),
)  # fmt: skip


def _plain(knobs: Knobs, history: History) -> bool:
    """Whether the plain cell recalls one of eight symbols after 30 steps."""
    return knobs.task == "recall" and knobs.symbols == 8 and history.last("reach.rnn") >= 30


def _balanced(knobs: Knobs, history: History) -> bool:
    """Whether over 100 steps at the last radius tanh neither shrinks nor stretches the gradient much."""
    swept = knobs.matrix == "orthogonal" and knobs.back == 100 and history.last("radius") == HIGHEST
    return swept and 1 / 3 <= history.last("ratio.tanh") <= 3


CHALLENGES = (
    Challenge("Make the plain RNN recall one of eight symbols after 30 steps.", _plain),
    Challenge(
        "Find inputs with which tanh passes the gradient on within a factor of 3 over 100 steps, at radius 1.5.",
        _balanced, {"view": "gradient", "back": 100},
    ),
)  # fmt: skip


def stage(knobs: Knobs) -> tuple[Part, ...]:
    """Memory by lag with what goes on inside; or the gradient by spectral radius."""
    if knobs.view == "gradient":
        return (
            sweep_panels.back(knobs), sweep_panels.eigenvalues(knobs), sweep_panels.clipping(knobs),
            sweep_panels.over_radii(knobs),
        )  # fmt: skip
    loss, norm = panels.curves(knobs)
    return (
        panels.by_lag(knobs), panels.back(knobs), panels.hidden(knobs), panels.paths(knobs), loss, norm,
        panels.table(knobs),
    )  # fmt: skip


__all__ = [
    "CHALLENGES", "CLOCK", "MATHS", "PRESETS", "READOUTS", "SMALL", "SOURCES", "TITLE", "Knobs", "stage", "verdicts",
]  # fmt: skip
