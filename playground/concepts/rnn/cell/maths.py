"""Every equation of the three cells, in torch.nn's convention, with this token's numbers of one unit."""

from __future__ import annotations


def gate(cell: str, symbol: str, name: str, bend: str) -> str:
    """A gate: the weighted sums of token and hidden state, and what the bend makes of them."""
    sums = rf"W_{{i{symbol}}} x + b_{{i{symbol}}} + W_{{h{symbol}}} h_- + b_{{h{symbol}}}"
    numbers = rf"{bend}\left(\cell{{{cell}_{name}_sum}}\right) = \cell{{{cell}_{name}}}"
    return rf"{symbol} = {bend}\left({sums}\right) = {numbers}"


LSTM = (
    ("The LSTM's input gate: how much of the candidate is let in.", gate("lstm", "i", "input", r"\sigma")),
    ("Its forget gate: how much of the cell state stays.", gate("lstm", "f", "forget", r"\sigma")),
    ("Its candidate: what would be written.", gate("lstm", "g", "candidate", r"\tanh")),
    ("Its output gate: how much of the cell state is shown.", gate("lstm", "o", "output", r"\sigma")),
    (
        "The cell state is kept in part, and added to.",
        r"c = f \odot c_- + i \odot g = \cell{lstm_forget} \cdot \cell{lstm_cell_before} + \cell{lstm_input} \cdot "
        r"\cell{lstm_candidate} = \cell{lstm_cell}",
    ),
    (
        "The hidden state is what the output gate shows of it.",
        r"h = o \odot \tanh(c) = \cell{lstm_output} \cdot \cell{lstm_bent} = \cell{lstm_hidden}",
    ),
)
GRU = (
    ("The GRU's reset gate: how much of the memory enters the new value.", gate("gru", "r", "reset", r"\sigma")),
    ("Its update gate: how much of the hidden state stays.", gate("gru", "z", "update", r"\sigma")),
    (
        "The new value; in torch the reset gate acts after the hidden state's weights, not before.",
        r"n = \tanh\left(W_{in} x + b_{in} + r \odot \left(W_{hn} h_- + b_{hn}\right)\right) = "
        r"\tanh\left(\cell{gru_from_input} + \cell{gru_reset} \cdot \cell{gru_from_hidden}\right) = \cell{gru_new}",
    ),
    (
        "The hidden state slides from the old value to the new one.",
        r"h = (1 - z) \odot n + z \odot h_- = \cell{gru_rest} \cdot \cell{gru_new} + \cell{gru_update} \cdot "
        r"\cell{gru_hidden_before} = \cell{gru_hidden}",
    ),
)
RNN = (
    (
        "The plain cell: what comes from the token and what comes from the hidden state, bent.",
        r"h = \tanh\left(W_{ih} x + b_{ih} + W_{hh} h_- + b_{hh}\right) = \tanh\left(\cell{rnn_from_input} + "
        r"\cell{rnn_from_hidden}\right) = \cell{rnn_hidden}",
    ),
)
ANSWER = (
    (
        "The answer: the probability of yes, read from all hidden units.",
        r"p = \sigma\left(w^\top h + b\right) = \cell{answer}",
    ),
)
MATHS = (*LSTM, *GRU, *RNN, *ANSWER)
