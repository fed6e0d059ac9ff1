"""One step of each recurrent cell in torch.nn's convention, for a population: M members, N samples, D inputs, H units.

The weights are those of the inputs (M, D, G) and of the hidden state (M, H, G), then their biases (M, 1, G): torch's,
turned. G is H in the plain cell, 4 H in the LSTM (input, forget, candidate, output), 3 H in the GRU (reset, update,
new). Every step takes and gives hidden and cell states (M, N, H); only the LSTM has a cell state of its own. It also
gives what it computed on the way, by the names in `STAGES`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Bend = Callable[[Tensor], Tensor]
Weights = tuple[Tensor, ...]
Stepped = tuple[Tensor, Tensor, Weights]
Step = Callable[[Tensor, Tensor, Tensor, Weights], Stepped]

STAGES = {
    "rnn": ("from_input", "from_hidden"),
    "lstm": ("input", "forget", "candidate", "output"),
    "gru": ("reset", "update", "from_input", "from_hidden", "new"),
}
BENDS: dict[str, Bend] = {"tanh": torch.tanh, "relu": torch.relu, "identity": torch.clone}
CELLS: dict[str, Callable[[int, int], nn.RNNCellBase]] = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}


def rnn(x: Tensor, h: Tensor, c: Tensor, weights: Weights, bend: Bend = torch.tanh) -> Stepped:
    """Elman's cell: h' = tanh(a + b), with a from the inputs and b from the hidden state."""
    w_input, w_hidden, b_input, b_hidden = weights
    a, b = torch.baddbmm(b_input, x, w_input), torch.baddbmm(b_hidden, h, w_hidden)
    return bend(a + b), c, (a, b)


def lstm(x: Tensor, h: Tensor, c: Tensor, weights: Weights) -> Stepped:
    """c' = f c + i g and h' = o tanh(c'): the gates i, f and o are sigmoids, the candidate g is a tanh."""
    w_input, w_hidden, b_input, b_hidden = weights
    sums = torch.baddbmm(torch.baddbmm(b_input + b_hidden, x, w_input), h, w_hidden)
    i, f, g, o = sums.chunk(4, -1)
    i, f, g, o = i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid()
    c = f * c + i * g
    return o * c.tanh(), c, (i, f, g, o)


def gru(x: Tensor, h: Tensor, c: Tensor, weights: Weights) -> Stepped:
    """h' = (1 - z) n + z h with n = tanh(a + r b): the gate r acts on what comes from the hidden state, as in torch."""
    w_input, w_hidden, b_input, b_hidden = weights
    units = h.shape[-1]
    from_input, a = torch.split(torch.baddbmm(b_input, x, w_input), [2 * units, units], -1)
    from_hidden, b = torch.split(torch.baddbmm(b_hidden, h, w_hidden), [2 * units, units], -1)
    r, z = (from_input + from_hidden).sigmoid().chunk(2, -1)
    n = torch.addcmul(a, r, b).tanh()
    return torch.lerp(n, h, z), c, (r, z, a, b, n)


STEPS: dict[str, Step] = {"rnn": rnn, "lstm": lstm, "gru": gru}


def turned(cell: nn.RNNCellBase) -> Weights:
    """The weights of a torch cell as a step wants them, detached, without the members' axis."""
    w_input, w_hidden, b_input, b_hidden = (parameter.detach() for parameter in cell.parameters())
    return w_input.T, w_hidden.T, b_input[None], b_hidden[None]
