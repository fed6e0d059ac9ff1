"""Texts to learn from: tokens and the right answers (N, T), drawn by torch."""

from __future__ import annotations

import torch
from torch import Tensor

LENGTH = 12


def brackets(count: int, length: int) -> tuple[Tensor, Tensor]:
    """Brackets, at most four deep: 0 opens, 1 closes. Is one still open?"""
    depth, drawn, depths = torch.zeros(count, dtype=torch.long), [], []
    for _ in range(length):
        closes = ((torch.rand(count) < 0.5) & (depth > 0)) | (depth == 4)
        depth = depth + torch.where(closes, -1, 1)
        drawn.append(closes.long())
        depths.append(depth)
    return torch.stack(drawn, 1), (torch.stack(depths, 1) > 0).float()


def parity(count: int, length: int) -> tuple[Tensor, Tensor]:
    """Bits. Is the number of ones odd?"""
    drawn = torch.randint(2, (count, length))
    return drawn, (drawn.cumsum(1) % 2).float()


def first(count: int, length: int) -> tuple[Tensor, Tensor]:
    """Bits. Was the first one a one?"""
    drawn = torch.randint(2, (count, length))
    return drawn, drawn[:, :1].expand(-1, length).float()


def switch(count: int, length: int) -> tuple[Tensor, Tensor]:
    """0 switches on, 1 off, 2 (three of five) does nothing. Is it on?"""
    chance = torch.rand(count, length)
    drawn = torch.where(chance < 0.6, 2, torch.where(chance < 0.8, 0, 1))
    on, states = torch.zeros(count), []
    for token in drawn.T:
        on = torch.where(token == 0, 1.0, torch.where(token == 1, 0.0, on))
        states.append(on)
    return drawn, torch.stack(states, 1)


TASKS = {"brackets": brackets, "parity": parity, "first": first, "switch": switch}
