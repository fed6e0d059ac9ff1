"""One model for each loss on the same points, all trained together as one population (M, 2) by gradient descent.

M losses, N points. Metrics of every frame, for each loss: `intercept.<name>`, `slope.<name>`, `loss.<name>`,
`error.<name>` (distance from the true line, root mean square over -3 ... 3) and, where there are outliers,
`outlier_share.<name>` (of the gradient); curvature (of the MSE, in frame 0); `runaway_step.<name>` from when a member
that ran away was frozen. Arrays: in frame 0 x, y, wild_x, wild_y, all_x (N,), axis (2,), aims, fair (M,); in each frame
`line_<name>` (2,), `share_<name>` (N,), wild_shares, intercepts, slopes, errors (M,); share_range, wild_range (2,),
what axes of shares, of single points and of the outliers, show, whenever they have to grow. Series: step,
`error.<name>`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from playground.concepts.losses.functions import Loss, regression_losses
from playground.concepts.losses.outliers.aims import aim
from playground.concepts.losses.outliers.knobs import Knobs
from playground.concepts.losses.outliers.points import good_points, wild_points
from playground.contract import Frame
from playground.training.pace import frame_steps
from playground.wire import narrow

FRAMES = 110
RUNAWAY = 1e4  # a parameter this large has diverged
AXIS = (-4.0, 4.0)
TOPS = (5, 10, 20, 40, 60, 80, 100)  # percent at which an axis of shares may end


class Fits:
    """The models: parameters (M, 2), each member under its own loss."""

    def __init__(self, knobs: Knobs) -> None:
        generator = np.random.default_rng(knobs.seed)
        good = good_points(knobs.truth, knobs.samples, knobs.noise, knobs.noise_kind, generator)
        wild = wild_points(knobs.outlier, knobs.outlier_count, generator)
        self.knobs, self.names = knobs, knobs.losses
        self.x, self.y = (torch.from_numpy(np.append(*both)) for both in zip(good, wild, strict=True))
        slope = self.x if knobs.model == "line" else torch.zeros_like(self.x)
        self.design = torch.stack([torch.ones_like(self.x), slope])  # (2, N)
        self.parameters = torch.zeros(len(self.names), 2, dtype=torch.float64, requires_grad=True)
        chosen = regression_losses(knobs.delta, knobs.quantile)
        self.loss_fns: Sequence[Loss] = [chosen[name] for name in self.names]
        self.tops = {"share": 0, "wild": 0}  # percent, of the axes of shares

    def losses(self) -> tuple[Tensor, Tensor]:
        """(outputs, losses), both (M, N)."""
        outputs = self.parameters @ self.design
        rows = [loss(row, self.y) for loss, row in zip(self.loss_fns, outputs, strict=True)]
        return outputs, torch.stack(rows)

    def pulls(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(mean losses (M,), size (M, N) of each point's gradient on the parameters)."""
        outputs, losses = self.losses()
        (slopes,) = torch.autograd.grad(losses.sum(), outputs)
        return losses.mean(1).detach().numpy(), (slopes.abs() * self.design.norm(dim=0)).numpy()

    def outgrown(self, axis: str, share: float) -> int:
        """The new top of an axis that has to grow for a share, both in percent; 0 where it holds it."""
        top = next((top for top in TOPS if top >= share), TOPS[-1])
        grows = top > self.tops[axis]
        self.tops[axis] = max(top, self.tops[axis])
        return top if grows else 0

    def curvature(self) -> float:
        """The largest eigenvalue of the MSE's Hessian: gradient descent diverges above 2 / curvature."""
        hessian = 2 * self.design @ self.design.T / self.design.shape[1]
        return float(torch.linalg.eigvalsh(hessian)[-1])


def experiment(knobs: Knobs, device: str) -> Iterator[Frame]:
    """The frames of all fits, side by side."""
    fits = Fits(knobs)
    optimizer = torch.optim.SGD([fits.parameters], lr=knobs.learning_rate)
    shown = frozenset(frame_steps(knobs.steps, FRAMES))
    frozen: dict[str, int] = {}
    yield _frame(fits, 0, frozen)
    for step in range(1, knobs.steps + 1):
        optimizer.zero_grad()
        _, losses = fits.losses()
        losses.mean(1).sum().backward()  # type: ignore[no-untyped-call]
        _freeze(fits, step, frozen)
        optimizer.step()
        if step in shown:
            yield _frame(fits, step, frozen)


def _freeze(fits: Fits, step: int, frozen: dict[str, int]) -> None:
    """Stops the members that have run away, and notes at which step."""
    assert fits.parameters.grad is not None
    away = fits.parameters.detach().abs().amax(1) > RUNAWAY
    fits.parameters.grad[away] = 0
    for i in torch.nonzero(away).flatten().tolist():
        frozen.setdefault(fits.names[i], step - 1)


def _frame(fits: Fits, step: int, frozen: dict[str, int]) -> Frame:
    knobs, names = fits.knobs, fits.names
    means, pulls = fits.pulls()
    shares = pulls / np.maximum(pulls.sum(1, keepdims=True), 1e-300)  # (M, N)
    wild = shares[:, knobs.samples :].sum(1)
    values = fits.parameters.detach().numpy().copy()
    errors = distance(values, knobs.truth)
    columns = {"intercept": values[:, 0], "slope": values[:, 1], "loss": means, "error": errors}
    columns |= {"outlier_share": wild} if knobs.outlier_count else {}
    metrics = {f"{kind}.{name}": float(column[i]) for kind, column in columns.items() for i, name in enumerate(names)}
    metrics |= {f"runaway_step.{name}": float(at) for name, at in frozen.items()}
    arrays = {
        **{f"line_{name}": row[0] + row[1] * np.asarray(AXIS) for name, row in zip(names, values, strict=True)},
        **{f"share_{name}": 100 * row for name, row in zip(names, shares, strict=True)},
        "wild_shares": 100 * wild,
        "intercepts": values[:, 0], "slopes": values[:, 1], "errors": errors,
    }  # fmt: skip
    series = {"step": [step], **{f"error.{name}": [errors[i]] for i, name in enumerate(names)}}
    if top := fits.outgrown("share", 99 * shares.max()):
        arrays["share_range"] = np.array([-0.03 * top, 1.04 * top])
    if top := fits.outgrown("wild", 100 * wild.max()):
        arrays["wild_range"] = np.array([0, 1.15 * top])  # room for the number at a bar
    if step == 0:
        metrics["curvature"] = fits.curvature()
        arrays |= _fixed(fits)
    return Frame(step, metrics, narrow(arrays), narrow(series))


def distance(values: NDArray[np.float64], truth: tuple[float, float]) -> NDArray[np.float64]:
    """Root mean square distance (M,) of lines (M, 2) from the true one over x from -3 to 3."""
    offsets = values - np.asarray(truth)
    found: NDArray[np.float64] = np.sqrt(offsets[:, 0] ** 2 + 3 * offsets[:, 1] ** 2)  # the mean of x² is 3
    return found


def _fixed(fits: Fits) -> dict[str, NDArray[np.float64]]:
    """What never changes: the points and where a constant is best."""
    good, x, y = fits.knobs.samples, fits.x.numpy(), fits.y.numpy()
    fair = 100 * fits.knobs.outlier_count / fits.knobs.points
    aims = [aim(name, y, fits.knobs.delta, fits.knobs.quantile) for name in fits.names]
    return {
        "x": x[:good], "y": y[:good], "wild_x": x[good:], "wild_y": y[good:], "all_x": x,
        "axis": np.asarray(AXIS), "aims": np.asarray(aims), "fair": np.full(len(aims), fair),
    }  # fmt: skip
