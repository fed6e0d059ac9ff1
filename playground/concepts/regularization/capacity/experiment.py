"""A model of growing capacity on many re-samplings at once: bias, variance and the error that is measured.

R re-samplings draw N points each; at each capacity D all R are fitted together (float64), by least squares of least
norm or by ridge. Frames sweep D. Metrics: parameters (D); bias_squared, the mean fit against the true function;
variance, the fits about their mean; chance, the part of bias_squared that only the small number of fits makes; noise
(its variance); expected_error, the sum of the first three parts; test_error, measured on T = 201 fresh noisy targets
of each re-sampling at evenly spread x, and test_band, two standard errors of it; train_error; size, the median norm of
the weights; plain_error, the test error without the ridge, where there is one.
Arrays (float32): of frame 0 x (101,), truth (101,), fits_x (20 * 102,), sample_x, sample_y (N,), mark_x, mark_errors,
mark_sizes (2,) of the threshold, y_range, capacity_range, error_range, size_range (2,), axes' ranges; of every frame
fits (20 * 102,), the first 20 with gaps between, mean, own (101,), the fit of the points shown, at (2,), parts (7,).
Series: the metrics, test_low, test_high. 11 kB a frame at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.regularization.capacity.fits import solve
from playground.concepts.regularization.capacity.knobs import Knobs
from playground.concepts.regularization.capacity.points import capacities, cosines, legendre, sample, waves
from playground.contract import Frame

TESTS = 201
SHOWN = 20  # fits at most
HALF = slice(None, None, 2)  # of the test inputs are drawn
ROOM = 3.0  # spans of the y axis beyond which a curve is cut
PARTS = ("bias_squared", "variance", "noise", "expected_error", "test_error", "test_band", "train_error")
FLOOR = 1e-12  # what a logarithmic axis shows of nothing

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Data:
    """R re-samplings: x, y (R, N); features of them (R, N, D) and of the test inputs (R, T, D); test targets (R, T)."""

    x: Numbers
    y: Numbers
    train: Tensor
    test: Tensor
    test_x: Numbers
    truth: Numbers
    test_y: Numbers


def draw(knobs: Knobs) -> Data:
    """Everything that the sweep stands on; re-sampling r has a generator of its own."""
    test_x = np.linspace(-1, 1, TESTS)
    truth = knobs.truth(x=test_x)
    rows = [_resampling(knobs, test_x, np.random.default_rng([knobs.seed, r])) for r in range(knobs.resamplings)]
    x, y, fresh, train, test = (np.stack(column) for column in zip(*rows, strict=True))
    return Data(x, y, torch.from_numpy(train), torch.from_numpy(test), test_x, truth, truth + fresh)


def _resampling(knobs: Knobs, test_x: Numbers, generator: np.random.Generator) -> tuple[Numbers, ...]:
    """(x, y, noise of the test targets, features of x, features of the test inputs) of one re-sampling."""
    x, noise, fresh = sample(knobs.samples, TESTS, knobs.noise, generator)
    if knobs.model == "polynomial":
        features = [legendre(points, knobs.most, knobs.falloff) for points in (x, test_x)]
    else:
        drawn = waves(knobs.most, knobs.frequency, generator)
        features = [cosines(points, drawn) for points in (x, test_x)]
    return x, knobs.truth(x=x) + noise, fresh, *features


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """A frame for each capacity."""
    data = draw(knobs)
    targets = torch.from_numpy(data.y)
    for step, capacity in enumerate(capacities(knobs.most, knobs.samples).tolist()):
        scale = capacity**-0.5 if knobs.model == "features" else 1.0  # the kernel then has a limit
        train, test = data.train[..., :capacity] * scale, data.test[..., :capacity] * scale
        factors = torch.linalg.svd(train, full_matrices=False)
        weights = solve(factors, targets, knobs.ridge)
        fits, guesses = ((part @ weights[..., None])[..., 0].numpy() for part in (test, train))
        metrics = {"parameters": float(capacity), **measure(fits, data, knobs.noise)}
        metrics["train_error"] = float(np.mean((guesses - data.y) ** 2))
        metrics["size"] = weights.norm(dim=1).median().item()
        if knobs.ridge:
            plain = (test @ solve(factors, targets, 0)[..., None])[..., 0].numpy()
            metrics["plain_error"] = float(np.mean((plain - data.test_y) ** 2))
        yield _frame(step, metrics, fits, data, knobs)


def measure(fits: Numbers, data: Data, noise: float) -> dict[str, float]:
    """The parts of the error of fits (R, T), their sum, and the error on fresh targets with its band."""
    count = len(fits)
    bias_squared = float(np.mean((fits.mean(0) - data.truth) ** 2))
    variance = float(fits.var(0).mean())
    errors = np.mean((fits - data.test_y) ** 2, 1)  # (R,)
    return {
        "bias_squared": bias_squared, "variance": variance, "chance": variance / (count - 1), "noise": noise**2,
        "expected_error": bias_squared + variance + noise**2, "test_error": float(errors.mean()),
        "test_band": float(2 * errors.std(ddof=1) / count**0.5),
    }  # fmt: skip


def _frame(step: int, metrics: dict[str, float], fits: Numbers, data: Data, knobs: Knobs) -> Frame:
    """What is shown of one capacity."""
    low, high = y_range(data)
    room = ROOM * (high - low)
    shown = np.clip(np.vstack([fits.mean(0), fits[:SHOWN]]), low - room, high + room)[:, HALF]
    arrays = {
        **(_fixed(knobs, data) if step == 0 else {}), "mean": shown[0], "own": shown[1], "fits": gapped(shown[1:]),
        "at": np.full(2, metrics["parameters"]), "parts": np.array([metrics[part] for part in PARTS]),
    }  # fmt: skip
    error, band = metrics["test_error"], metrics["test_band"]
    series = {**metrics, "test_low": max(error - band, error_span(knobs, data)[0]), "test_high": error + band}
    lines = {name: np.array([value if value > FLOOR else np.nan]) for name, value in series.items()}
    return Frame(step, metrics, {name: np.asarray(values, np.float32) for name, values in arrays.items()}, lines)


def _fixed(knobs: Knobs, data: Data) -> dict[str, Numbers]:
    """What no capacity changes: the true function, one sample, the threshold, and what the axes show."""
    x, errors = data.test_x[HALF], np.array(error_span(knobs, data))
    sizes = errors[1] ** 0.5 * np.array([0.002, 1000])
    return {
        "x": x, "truth": data.truth[HALF], "fits_x": gapped(np.tile(x, (min(len(data.x), SHOWN), 1))),
        "sample_x": data.x[0], "sample_y": data.y[0], "y_range": np.array(y_range(data)),
        "mark_x": np.full(2, knobs.samples), "mark_errors": errors, "mark_sizes": sizes,
        "error_range": np.log10(errors), "size_range": np.log10(sizes),
        "capacity_range": np.log10([0.95, 1.05 * knobs.most]),
    }  # fmt: skip


def error_span(knobs: Knobs, data: Data) -> tuple[float, float]:
    """The errors that the axis shows; at the threshold they may rise beyond it."""
    scale = float(np.mean(data.truth**2)) + knobs.noise**2 or 1.0
    return max(knobs.noise**2 / 40, scale * 1e-4), 500 * scale


def gapped(curves: Numbers) -> Numbers:
    """Curves (R, X) one after the other in one line, with a gap behind each (R * (X + 1),)."""
    return np.pad(curves, ((0, 0), (0, 1)), constant_values=np.nan).ravel()


def y_range(data: Data) -> tuple[float, float]:
    """What the picture shows: the true function, the points of one sample, and a margin."""
    low = min(data.truth.min(), data.y[0].min())
    high = max(data.truth.max(), data.y[0].max())
    margin = 0.25 * (high - low) or 1.0
    return float(low - margin), float(high + margin)
