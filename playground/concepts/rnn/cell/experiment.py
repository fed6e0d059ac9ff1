"""A small recurrent cell learns to answer after every token, then reads the visitor's text token by token.

Steps 0 to N are the training; then come four for each token: it comes in, the gates, the new memory, the answer.
Metrics and arrays: see `measure`.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

from playground.concepts.rnn.cell import tasks
from playground.concepts.rnn.cell.knobs import Knobs
from playground.concepts.rnn.cell.measure import STAGES, Measure
from playground.concepts.rnn.cell.reader import Reader
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.training.seeding import aside

FRAMES, BATCH, CLIP = 40, 32, 1.0


def train_step(reader: Reader, optimizer: torch.optim.Optimizer, task: str) -> None:
    """Updates the reader once on fresh texts."""
    tokens, targets = tasks.TASKS[task](BATCH, tasks.LENGTH)
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy_with_logits(reader(tokens), targets)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(reader.parameters(), CLIP)
    optimizer.step()


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of the training, then those of the reading."""
    reader = Reader(knobs)
    optimizer = torch.optim.Adam(reader.parameters(), lr=knobs.learning_rate)
    measure = Measure(knobs, reader)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    yield measure.training(0)
    for step in range(1, knobs.steps + 1):
        train_step(reader, optimizer, knobs.task)
        if step in shown:
            with aside():
                yield measure.training(step)
    for token in range(len(knobs.text)):
        for stage in range(STAGES):
            yield measure.reading(token, stage)
