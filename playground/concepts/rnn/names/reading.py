"""What a network makes of one word: what it expects after each character, what it keeps, and what that rests on."""

from __future__ import annotations

import torch
from torch import Tensor

from playground.concepts.rnn.names.network import Network


@torch.no_grad()
def read(network: Network, codes: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities (T, K) after each of the codes (T,), and the hidden states (T, H)."""
    logits, hidden = network.read(network.embedding(codes[None]))
    return logits[0].softmax(1), hidden[0]


def gradients(network: Network, codes: Tensor, steps: Tensor, outputs: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients (R, T, E) of R logits, output `outputs[r]` at step `steps[r]`, by the embedded codes, and those (T, E).

    R copies of the codes (T,) go through the network together, so that one backward pass gives every row.
    """
    embedded = network.embedding(codes).detach()  # (T, E)
    copies = embedded.expand(len(steps), -1, -1).clone().requires_grad_()
    logits = network.read(copies)[0]  # (R, T, K)
    chosen = logits[torch.arange(len(steps)), steps, outputs]
    (found,) = torch.autograd.grad(chosen.sum(), copies)
    return found, embedded


def dependence(network: Network, codes: Tensor, following: Tensor) -> Tensor:
    """Shares (T, T): row t says how much the logit of character `following[t]` after step t rests on each code read.

    It is the norm of the gradient by the code's embedding, beside the sum of the row.
    """
    norms = gradients(network, codes, torch.arange(len(codes)), following)[0].square().sum(2).sqrt()
    return norms / norms.sum(1, keepdim=True).clamp_min(1e-12)


def contributions(network: Network, codes: Tensor, outputs: int) -> Tensor:
    """What each code (T,) says for each output, (K, T): gradient times embedding of its logit beside the mean logit."""
    last = torch.full((outputs,), len(codes) - 1)
    by_logit, embedded = gradients(network, codes, last, torch.arange(outputs))
    return ((by_logit - by_logit.mean(0)) * embedded).sum(2)
