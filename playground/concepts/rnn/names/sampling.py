"""Text drawn from a network character by character, and what of it is copied."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor

from playground.concepts.rnn.names.network import Network, State


@dataclass(frozen=True)
class Samples:
    """n lines of at most T characters.

    `codes` (n, T) are 0 from a line's end on; `probability` (n, T) is what the network itself, at temperature 1, gave
    each; `ended` (n,) are the lines that ended within T.
    """

    codes: Tensor
    probability: Tensor
    ended: Tensor


def gumbel(count: int, length: int, symbols: int, seed: int) -> Tensor:
    """Noise (n, T, V) of its own generator: the largest of logits + noise is a draw from their softmax."""
    generator = torch.Generator().manual_seed(seed)
    return -torch.empty(count, length, symbols).exponential_(generator=generator).log()


def sharpened(logits: Tensor, temperature: float, top_k: int) -> Tensor:
    """Logits (N, V) divided by the temperature; but for the `top_k` largest they are -inf, where that is not 0."""
    scaled = logits / temperature
    if not 0 < top_k < logits.shape[1]:
        return scaled
    chosen = scaled.topk(top_k, 1).indices
    return torch.full_like(scaled, -torch.inf).scatter(1, chosen, scaled.gather(1, chosen))


@torch.no_grad()
def draw(network: Network, noise: Tensor, temperature: float, top_k: int, start: list[int]) -> Samples:
    """Lines that begin with the codes `start`, under noise (n, T, V): the same noise draws alike from like networks."""
    count, length, _ = noise.shape
    last = torch.zeros(count, dtype=torch.long)
    state: State | None = None
    going = torch.ones(count, dtype=torch.bool)
    codes, chances = torch.zeros(count, length, dtype=torch.long), torch.zeros(count, length)
    for t in range(length):
        logits, state = network.step(last, state)
        last = (sharpened(logits, temperature, top_k) + noise[:, t]).argmax(1)
        if t < len(start):
            last = torch.full_like(last, start[t])
        codes[:, t] = last * going
        chances[:, t] = logits.softmax(1).gather(1, last[:, None])[:, 0] * going
        going = going & (last != 0)
        if not going.any():
            break
    return Samples(codes, chances, ~going)


def written(samples: Samples, alphabet: str) -> list[str]:
    """The samples as text; one that had not ended has three dots behind it."""
    lines = ["".join(alphabet[code - 1] for code in row if code) for row in samples.codes.tolist()]
    return [line if ended else f"{line}…" for line, ended in zip(lines, samples.ended.tolist(), strict=True)]


def shares(lines: list[str], train: Collection[str], test: Collection[str]) -> dict[str, float]:
    """Of the samples the shares `copied` (training lines), `rediscovered` (held-out lines), `different` (each once)."""
    count = len(lines)
    copied, rediscovered = sum(line in train for line in lines), sum(line in test for line in lines)
    return {"copied": copied / count, "rediscovered": rediscovered / count, "different": len(set(lines)) / count}


def mean_nll(samples: Samples, given: int) -> float:
    """The mean nll of the characters drawn after the first `given`, in nats, as the network itself has it."""
    chances = samples.probability[:, given:]
    return float(-chances[chances > 0].log().mean())
