"""The torch half of `bench`: what recording and populations cost, in ratios measured in turns on one thread.

Ratios are of processor time, so that other programs weigh little.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import torch
from torch import Tensor, nn

from playground import contract, wire
from playground.contract import Frame
from playground.data import full
from playground.models.mlp import mlp
from playground.training.losses import binary_cross_entropy
from playground.training.population import Member, Population
from playground.training.population_updates import updates
from playground.training.recorder import frames

SIZES, POINTS, BATCH, LEARNING_RATE = (2, 8, 8, 1), 360, 32, 0.03  # the default sandbox
CNN_BATCH, CNN_FRAMES, CNN_ROUNDS = 64, 8, 5  # of its frames one in eight measures the whole test set
ROUNDS, STEPS, SPARSE_STEPS, DENSE_FRAMES = 15, 300, 10_000, 12

Row = tuple[str, float, str]


def rows() -> Iterator[Row]:
    """The rows (name, value, unit) as they are measured."""
    torch.set_num_threads(1)
    yield "recorded_vs_bare", recorded_vs_bare(), "ratio"
    ratio, speed = sandbox_vs_bare()
    yield "sandbox_vs_bare", ratio, "ratio"
    yield "cnn_recorded_vs_bare", cnn_recorded_vs_bare(), "ratio"
    yield "population_8", population(8), "ratio"
    yield "population_32", population(32), "ratio"
    yield "sweep_64", sweep_64(), "ratio"
    yield "updates_per_s", speed, "updates/s"


def data() -> tuple[Tensor, Tensor]:
    """As many points as the default sandbox trains on: inputs (N, 2), targets (N, 1)."""
    inputs = torch.rand(POINTS, 2) * 2 - 1
    return inputs, (inputs.prod(1, keepdim=True) > 0).float()


def bare() -> Iterator[None]:
    """The idiomatic PyTorch loop, an update at each turn, without end."""
    inputs, targets = data()
    model = mlp(SIZES, nn.Tanh)
    loss_fn = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    while True:
        for batch in torch.split(torch.randperm(POINTS), BATCH):
            optimizer.zero_grad()
            loss = loss_fn(model(inputs[batch]), targets[batch])
            loss.backward()
            optimizer.step()
            yield


def recorded(path: str = "network/sandbox", **knobs: Any) -> Iterator[Frame]:
    """The frames of a run of a lab, encoded as for a visitor."""
    lab = contract.lab(path)
    for index, frame in enumerate(frames(lab, lab.Knobs(**knobs), "cpu")):
        wire.encode(frame, index)
        yield frame


def seconds(work: Callable[[], object]) -> float:
    """The processor time that the work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def advance(running: Iterator[object], turns: int) -> float:
    """The seconds of that many turns of an iterator."""
    return seconds(lambda: list(islice(running, turns)))


def recorded_vs_bare() -> float:
    """Speed of a run with a frame every 100 steps against the bare loop's."""
    plain, recording = bare(), recorded(steps=SPARSE_STEPS)
    advance(plain, STEPS)
    advance(recording, DENSE_FRAMES)
    return statistics.median(_ratio(plain, recording) for _ in range(ROUNDS))


def _ratio(plain: Iterator[None], recording: Iterator[Frame]) -> float:
    """Speed of the recording over the next frames against that of as many bare steps."""
    shown: list[Frame] = []
    taken = seconds(lambda: shown.extend(islice(recording, 4)))
    per_step = taken / (4 * (shown[-1].step - shown[0].step) / 3)
    return advance(plain, STEPS) / STEPS / per_step


def sandbox_vs_bare() -> tuple[float, float]:
    """The default run against the bare loop: the ratio of their speeds, and its updates a second."""
    plain, steps = bare(), int(contract.lab("network/sandbox").Knobs().model_dump()["steps"])
    ratios, speeds = [], []
    for _ in range(ROUNDS // 3):
        start = time.perf_counter()
        taken = seconds(lambda: list(recorded()))
        speeds.append(steps / (time.perf_counter() - start))
        ratios.append(advance(plain, steps) / taken)
    return statistics.median(ratios), statistics.median(speeds)


def cnn_bare() -> Iterator[None]:
    """The idiomatic loop of the network, images and batches of the default run of cnn/training, without end."""
    found = full.images("mnist")
    inputs, labels = torch.from_numpy(found.train_images)[:, None].float(), torch.from_numpy(found.train_labels)
    inputs = (inputs - inputs.mean()) / inputs.std()
    model = nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(784, 10),
    )  # fmt: skip
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, SPARSE_STEPS)
    while True:
        for batch in torch.split(torch.randperm(len(inputs)), CNN_BATCH):
            optimizer.zero_grad()
            loss = loss_fn(model(inputs[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            scheduler.step()
            yield


def cnn_recorded_vs_bare() -> float:
    """Speed of a run of cnn/training, as long as one may be, against the bare loop's."""
    plain, recording = cnn_bare(), recorded("cnn/training", epochs=30)
    advance(plain, 20)
    before = list(islice(recording, CNN_FRAMES + DENSE_FRAMES))[-1].step
    ratios = []
    for _ in range(CNN_ROUNDS):
        shown: list[Frame] = []
        taken = seconds(partial(_take, shown, recording, CNN_FRAMES))
        steps, before = shown[-1].step - before, shown[-1].step
        ratios.append(advance(plain, steps) / taken)
    return statistics.median(ratios)


def _take(shown: list[Frame], recording: Iterator[Frame], count: int) -> None:
    shown.extend(islice(recording, count))


def sweep_64() -> float:
    """The time of the default sweep, of 64 values, against that of one default sandbox run, as visitors get them."""
    turns = range(ROUNDS // 5)
    return statistics.median(
        seconds(lambda: list(recorded("network/compare"))) / seconds(lambda: list(recorded())) for _ in turns
    )


def population(count: int) -> float:
    """The time of a step of members that differ in seed and rate, against that of one network alone."""
    members = [Member(i, "tanh", "adam", LEARNING_RATE * (i + 1) / count) for i in range(count)]
    model = Population(members, SIZES)
    together = updates(model, binary_cross_entropy, *data(), batch_size=BATCH, steps=10**9)
    plain = bare()
    advance(plain, STEPS), advance(together, STEPS)
    return statistics.median(advance(together, STEPS) / advance(plain, STEPS) for _ in range(ROUNDS))
