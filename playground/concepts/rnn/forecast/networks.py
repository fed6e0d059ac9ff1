"""Recurrent networks that forecast: one number in, one out, at every step.

N windows of W values, S own steps, D hidden units.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CELLS: dict[str, type[nn.RNN] | type[nn.LSTM] | type[nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class Network(nn.Module):
    """A cell of D units and a linear read-out of its hidden state."""

    def __init__(self, cell: str, hidden_size: int) -> None:
        super().__init__()
        self.rnn = CELLS[cell](1, hidden_size, batch_first=True)
        self.out = nn.Linear(hidden_size, 1)

    def run(self, inputs: Tensor, own_steps: int = 0) -> tuple[Tensor, Tensor]:
        """Forecasts (N, W + S) of the next value and hidden states (N, W + S, D), after reading inputs (N, W).

        Each of the first W steps reads a true value; each of the S own steps reads the forecast before it.
        """
        hidden, state = self.rnn(inputs[..., None])  # (N, W, D)
        found = [hidden]
        for _ in range(own_steps):
            hidden, state = self.rnn(self.out(hidden[:, -1:]), state)  # (N, 1, D)
            found.append(hidden)
        states = torch.cat(found, 1)
        return self.out(states)[..., 0], states

    def forward(self, inputs: Tensor, own_steps: int = 0) -> Tensor:
        """The forecasts of `run`."""
        return self.run(inputs, own_steps)[0]
