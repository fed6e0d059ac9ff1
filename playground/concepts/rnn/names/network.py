"""The network: an embedding, one recurrent layer, and a linear layer at every step."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from playground.concepts.rnn.names.knobs import Knobs
from playground.concepts.rnn.names.lines import IGNORED
from playground.training.supervised import Objective

CELLS: dict[str, type[nn.RNN | nn.LSTM | nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}

State = Tensor | tuple[Tensor, Tensor]


class Network(nn.Module):
    """Logits (N, T, K) for codes (N, T): at each step they rest on the codes up to it."""

    def __init__(self, knobs: Knobs, symbols: int, outputs: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(symbols, knobs.embedding_size)
        self.recurrent = CELLS[knobs.cell](knobs.embedding_size, knobs.hidden_size, batch_first=True)
        self.dropout = nn.Dropout(knobs.dropout) if knobs.dropout else nn.Identity()
        self.output = nn.Linear(knobs.hidden_size, outputs)

    def forward(self, codes: Tensor) -> Tensor:
        """The logits (N, T, K)."""
        return self.read(self.embedding(codes))[0]

    def read(self, embedded: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (N, T, K) and hidden states (N, T, H) for embedded codes (N, T, E)."""
        hidden, _ = self.recurrent(embedded)
        return self.output(self.dropout(hidden)), hidden

    def step(self, codes: Tensor, state: State | None) -> tuple[Tensor, State]:
        """Logits (N, K) after one more code (N,) and the state that goes on."""
        hidden, state = self.recurrent(self.embedding(codes)[:, None], state)
        return self.output(self.dropout(hidden[:, 0])), state


def mean_loss(network: Network, inputs: Tensor, targets: Tensor) -> Tensor:
    """The mean cross-entropy over the targets, in nats; steps after the last target of all rows are not computed."""
    width = int((targets != IGNORED).any(0).nonzero().max()) + 1
    logits = network(inputs[:, :width])  # (N, W, K)
    return F.cross_entropy(logits.flatten(0, 1), targets[:, :width].flatten())


def objective(network: Network) -> Objective:
    """What training minimises."""
    return lambda inputs, targets: mean_loss(network, inputs, targets)


def as_vector(network: nn.Module) -> Tensor:
    """All parameters (P,), one after the other."""
    return torch.cat([parameter.detach().flatten() for parameter in network.parameters()])


@torch.no_grad()
def put_vector(network: nn.Module, vector: Tensor) -> None:
    """Sets the parameters to those of `as_vector`."""
    parameters = list(network.parameters())
    parts = torch.split(vector, [parameter.numel() for parameter in parameters])
    for parameter, part in zip(parameters, parts, strict=True):
        parameter.copy_(part.view_as(parameter))
