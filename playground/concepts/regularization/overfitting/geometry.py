"""A loss of two weights under a penalty: the exact solution, from the whole budget down to almost nothing.

F frames. Metrics: budget, the share of the minimum's penalty that is left; strength, the weight of the penalty there;
weight_1, weight_2, the solution; excess, by how much its loss lies above the least; distance, to the minimum.
Arrays: in frame 0 rings_x, rings_y, level lines with gaps of NaN, and span (2,), of the smaller weight; in each frame
level_x, level_y and ball_x, ball_y, the level line and the penalty's ball on which the solution lies; solution_x,
solution_y (1,).
Series: left, the budget in percent, weight_1, weight_2, and the smaller weight's size: least_l1, least_l2,
least_elastic.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from playground.concepts.regularization.overfitting.knobs import Knobs
from playground.contract import Frame

FRAMES = 100
PENALTIES = {"l1": (1.0, 0.0), "l2": (0.0, 1.0), "elastic": (0.5, 0.5)}  # of sum |w| and of sum w²
RINGS = (0.1, 0.4, 0.9, 1.6, 2.5)
ANGLES = np.linspace(0, 2 * np.pi, 121)
ROUND = np.stack([np.cos(ANGLES), np.sin(ANGLES)], 1)


def hessian(stretch: float, tilt: float) -> np.ndarray:
    """The matrix (2, 2) of eigenvalues 1 / sqrt(stretch), along `tilt` degrees, and sqrt(stretch), across."""
    angle = np.deg2rad(tilt)
    along, across = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    found: np.ndarray = np.outer(along, along) / np.sqrt(stretch) + np.outer(across, across) * np.sqrt(stretch)
    return found


def least(matrix: np.ndarray, minimum: np.ndarray, l1: np.ndarray, l2: np.ndarray) -> np.ndarray:
    """The weights w (F, 2) of least (w - m)' H (w - m) / 2 + l1 sum |w| + l2 sum w², exact, for l1 and l2 (F,).

    Where the signs of w are known it solves a linear system: each of the nine patterns is tried, the best that has the
    signs it assumed is the solution.
    """
    best, lowest = np.zeros((len(l1), 2)), np.full(len(l1), np.inf)
    for signs in np.array([(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1)]):
        on = (signs != 0).astype(float)
        system = matrix * np.outer(on, on) + np.diag(1 - on) + 2 * l2[:, None, None] * np.diag(on)
        right = on * (matrix @ minimum - l1[:, None] * signs)
        weights = np.linalg.solve(system, right[:, :, None])[:, :, 0]
        off = weights - minimum
        value = np.einsum("fi,ij,fj->f", off, matrix, off) / 2
        value += l1 * np.abs(weights).sum(1) + l2 * (weights**2).sum(1)
        better = (weights * signs >= 0).all(1) & (value < lowest)
        best[better], lowest[better] = weights[better], value[better]
    return best


def shrunk(
    matrix: np.ndarray, minimum: np.ndarray, mix: tuple[float, float], budgets: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(weights (F, 2), strengths (F,)): least loss with no more than each budget's share of the minimum's penalty.

    The penalty is mix[0] sum |w| + mix[1] sum w²; its strength, the Lagrange multiplier, is found by bisection.
    """
    allowed = budgets * (mix[0] * np.abs(minimum).sum() + mix[1] * (minimum**2).sum())
    low, high = np.zeros(len(budgets)), np.full(len(budgets), 1e4)
    for _ in range(80):
        strengths = (low + high) / 2
        weights = least(matrix, minimum, mix[0] * strengths, mix[1] * strengths)
        spent = mix[0] * np.abs(weights).sum(1) + mix[1] * (weights**2).sum(1)
        low, high = np.where(spent > allowed, strengths, low), np.where(spent > allowed, high, strengths)
    return least(matrix, minimum, mix[0] * high, mix[1] * high), high


def sweep(knobs: Knobs) -> Iterator[Frame]:
    """The frames: the budget falls from all of the minimum's penalty to a hundredth."""
    matrix, minimum = hessian(knobs.stretch, knobs.tilt), np.array(knobs.minimum)
    budgets = 1 - np.arange(FRAMES) / FRAMES
    solved = {name: shrunk(matrix, minimum, mix, budgets) for name, mix in PENALTIES.items()}
    weights, strengths = solved[knobs.penalty]
    smaller = {f"least_{name}": np.abs(found).min(1) for name, (found, _) in solved.items()}
    for k in range(FRAMES):
        w = weights[k]
        off = w - minimum
        excess = float(off @ matrix @ off / 2)
        metrics = {"budget": float(budgets[k]), "strength": float(strengths[k]), "weight_1": float(w[0]),
                   "weight_2": float(w[1]), "excess": excess, "distance": float(np.hypot(*off))}  # fmt: skip
        arrays = {"solution_x": w[:1], "solution_y": w[1:], **_line("level", level(matrix, minimum, excess)),
                  **_line("ball", ball(PENALTIES[knobs.penalty], w))}  # fmt: skip
        if k == 0:
            arrays |= {**_line("rings", rings(matrix, minimum)), "span": np.array([0, 0.05 + np.abs(minimum).min()])}
        points = {"left": 100 * budgets, "weight_1": weights[:, 0], "weight_2": weights[:, 1], **smaller}
        series = {name: values[[k]] for name, values in points.items()}
        narrow = {name: values.astype(np.float32) for name, values in arrays.items()}
        yield Frame(k, metrics, narrow, series)


def level(matrix: np.ndarray, minimum: np.ndarray, excess: float) -> np.ndarray:
    """The ellipse (121, 2) on which the loss lies `excess` above the least."""
    values, vectors = np.linalg.eigh(matrix)
    found: np.ndarray = minimum + np.sqrt(2 * excess) * (ROUND / np.sqrt(values)) @ vectors.T
    return found


def rings(matrix: np.ndarray, minimum: np.ndarray) -> np.ndarray:
    """Level lines of even distance, with a gap after each."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([part for excess in RINGS for part in (level(matrix, minimum, excess), gap)])


def ball(mix: tuple[float, float], on: np.ndarray) -> np.ndarray:
    """The edge (121, 2) of the ball of equal penalty on which the weights `on` (2,) lie."""
    penalty = mix[0] * np.abs(on).sum() + mix[1] * (on**2).sum()
    a, b = mix[1], mix[0] * np.abs(ROUND).sum(1)  # a r² + b r = penalty along each direction
    radius = 2 * penalty / (b + np.sqrt(b**2 + 4 * a * penalty)) if penalty else 0 * b
    found: np.ndarray = ROUND * radius[:, None]
    return found


def _line(name: str, points: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_x": points[:, 0], f"{name}_y": points[:, 1]}
