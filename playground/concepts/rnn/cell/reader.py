"""The network that learns and reads: torch's own recurrent layer with a linear read-out, and every value on its way.

N texts, T tokens, D symbols, H units, G rows of weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from playground.concepts.rnn import gates
from playground.concepts.rnn.cell.knobs import Knobs

LAYERS: dict[str, Callable[..., nn.RNNBase]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}

Floats = NDArray[np.float64]
Values = dict[str, Floats]


class Reader(nn.Module):
    """Answers after every token: the logit of yes."""

    def __init__(self, knobs: Knobs) -> None:
        super().__init__()
        self.kind, self.symbols, self.units = knobs.cell, knobs.symbols, knobs.units
        self.layer = LAYERS[knobs.cell](knobs.symbols, knobs.units, batch_first=True)
        self.out = nn.Linear(knobs.units, 1)
        if knobs.cell != "rnn":  # rows H to 2 H: the LSTM's forget gate, the GRU's update gate
            with torch.no_grad():
                _, _, _, bias = self.layer.parameters()
                bias[knobs.units : 2 * knobs.units] += knobs.gate_bias

    def forward(self, tokens: Tensor) -> Tensor:
        """The logits (N, T) for tokens (N, T)."""
        hidden, _ = self.layer(F.one_hot(tokens, self.symbols).float())
        logits: Tensor = self.out(hidden)[..., 0]
        return logits

    def weights(self) -> tuple[Tensor, ...]:
        """The layer's weights as `gates` wants them, for one member."""
        w_input, w_hidden, b_input, b_hidden = (parameter.detach() for parameter in self.layer.parameters())
        return w_input.T[None], w_hidden.T[None], b_input[None, None], b_hidden[None, None]


@torch.no_grad()
def trace(reader: Reader, tokens: Sequence[int]) -> list[Values]:
    """Every value (H,) of every step while a text is read, and `answer` (1,), the probability of yes."""
    hidden = cell = torch.zeros(1, 1, reader.units)
    step, weights, found = gates.STEPS[reader.kind], reader.weights(), []
    for token in tokens:
        x = F.one_hot(torch.tensor([[token]]), reader.symbols).float()
        before = {"hidden_before": hidden, "cell_before": cell}
        hidden, cell, stages = step(x, hidden, cell, weights)
        values = {**before, **dict(zip(gates.STAGES[reader.kind], stages, strict=True)), "cell": cell, "hidden": hidden}
        values |= _more(reader.kind, values) | _sums(reader.kind, x, values, weights)
        values["answer"] = reader.out(hidden).sigmoid()
        found.append({name: value.flatten().double().numpy() for name, value in values.items()})
    return found


def _more(kind: str, values: dict[str, Tensor]) -> dict[str, Tensor]:
    """What the picture shows beside the values of the step."""
    if kind == "lstm":
        return {"bent": values["cell"].tanh()}
    return {"rest": 1 - values["update"]} if kind == "gru" else {"sum": values["from_input"] + values["from_hidden"]}


def _sums(kind: str, x: Tensor, values: dict[str, Tensor], weights: tuple[Tensor, ...]) -> dict[str, Tensor]:
    """What goes into each bend, as `<name>_sum`."""
    w_input, w_hidden, b_input, b_hidden = weights
    sums = torch.split(x @ w_input + b_input + values["hidden_before"] @ w_hidden + b_hidden, w_hidden.shape[1], -1)
    if kind == "lstm":
        return {f"{name}_sum": one for name, one in zip(gates.STAGES["lstm"], sums, strict=True)}
    if kind == "gru":
        new = values["from_input"] + values["reset"] * values["from_hidden"]
        return {"reset_sum": sums[0], "update_sum": sums[1], "new_sum": new}
    return {}


@torch.no_grad()
def states(reader: Reader, tokens: Tensor) -> Tensor:
    """The hidden states (N, T, H) while texts (N, T) are read."""
    hidden: Tensor = reader.layer(F.one_hot(tokens, reader.symbols).float())[0]
    return hidden


def matrix(reader: Reader) -> Floats:
    """All weights of the layer (G, D + H + 2): from the token, from the hidden state, and the two biases."""
    w_input, w_hidden, b_input, b_hidden = (one[0] for one in reader.weights())
    return torch.cat([w_input, w_hidden, b_input, b_hidden]).T.double().numpy()
