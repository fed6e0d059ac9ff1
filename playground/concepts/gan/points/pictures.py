"""The arrays that the panels show, from looks at the games.

One game: `map` (48, 48), what the discriminator says of each place; fake_x, fake_y (240,); push_x, push_y (2, 36), from
a fake to where its gradient points; hist_x (2 B + 2,), hist_y (2 B + 2, 2), outlines of the histograms of D(real) and
D(fake), and when they change score_range, count_range (2,). In frame 0 real_x, real_y (240,). Not in slow motion:
grid_x, grid_y (P, 2), lines of equal latent through the generator, NaN between two, and in frame 0 placed_x, placed_y,
the real points beside the latents; with modes `raster` (K, 100), the share of the samples in each mode over the steps,
beside twice its fair share.
Several games: `maps` (M, 32, 32), fake_x, fake_y (120 M,), each in its place; in frame 0 real_x, real_y.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from playground.concepts.gan.points import places
from playground.concepts.gan.points.measure import Look, scores
from playground.concepts.gan.points.players import Game
from playground.concepts.gan.points.sets import REACH
from playground.concepts.gan.points.words import PROBABILITY, WASSERSTEIN
from playground.contract import ranged
from playground.training.lattice import square
from playground.wire import narrow

SHOWN, ARROWS = 240, 36
SHOWN_EACH = 120
MAP, SMALL_MAP = 48, 32
LINES, ALONG, LATENT_REACH = 9, 17, 2.0
BINS = 36
BOUNDLESS = 1e30  # of a critic's output: what is larger no axis shows
COLUMNS = 100
PUSH = 0.35  # units of the plane for a gradient of length 1
SHORTEST, LONGEST = 0.12, 0.9  # of an arrow
MIDDLES = {"least_squares": (0.5, 1.0), "hinge": (0.0, 2.0)}  # of a map's scale, and how far it goes to either side
RANGES = {"least_squares": (-0.75, 1.75), "hinge": (-3.0, 3.0)}
TOPS = (0.1, 0.2, 0.4, 0.7, 1.0)  # shares at which the histogram's axis may end

Arrays = dict[str, Any]


def centred(name: str, logits: Tensor, look: Look) -> Tensor:
    """What a map shows, from -1 (fake) to 1 (real): 0 is where the discriminator cannot tell.

    A Wasserstein critic is known up to a constant: 0 is midway between its means over real and over fake points.
    """
    if name in PROBABILITY:
        return 2 * torch.sigmoid(logits) - 1
    if name in WASSERSTEIN:
        middle = (look.real_logits.mean() + look.fake_logits.mean()) / 2
        return (logits - middle) / (logits - middle).abs().quantile(0.9).clamp_min(1e-6)
    middle, far = MIDDLES[name]  # type: ignore[assignment]
    return (logits - middle) / far


def arrows(starts: Tensor, moves: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """x and y (2, n) of arrows from the starts (n, 2): cut where they are too long, NaN where too short to be seen."""
    lengths = moves.norm(dim=1, keepdim=True).clamp_min(1e-12)
    seen = torch.where(lengths < SHORTEST, torch.nan, (LONGEST / lengths).clamp_max(1))
    ends = starts + moves * seen
    both = torch.stack([starts, ends]).numpy()  # (2, n, 2)
    return both[..., 0], both[..., 1]


def latent_lines(size: int) -> Tensor:
    """Latents (2, P, size) along lines of equal second, then equal first number; the others are 0, NaN ends a line."""
    along, across = (
        torch.linspace(-LATENT_REACH, LATENT_REACH, ALONG),
        torch.linspace(-LATENT_REACH, LATENT_REACH, LINES),
    )
    rows = torch.zeros(2, LINES, ALONG + 1, size)
    for family in range(2):
        rows[family, :, :ALONG, family % size] = along
        if size > 1:
            rows[family, :, :ALONG, 1 - family] = across[:, None]
    rows[:, :, ALONG] = torch.nan
    return rows.flatten(1, 2)


def warped(lines: Tensor) -> np.ndarray:
    """Where lines (2, P, 2) of the plane are drawn, point by point (P, 2, 2), at the right of the latent plane."""
    inside = torch.where(lines.abs() <= REACH, lines, torch.nan)
    found: np.ndarray = (inside + torch.tensor([places.AFTER, 0])).permute(1, 0, 2).numpy()
    return found


def outline(edges: np.ndarray, heights: np.ndarray) -> np.ndarray:
    """The y (2 B + 2,) of a histogram's outline with heights (B,)."""
    return np.concatenate([[0], np.repeat(heights, 2), [0]])


class Pictures:
    """The pictures of one game."""

    def __init__(self, game: Game, steps: int) -> None:
        self.game, self.name, self.steps = game, game.names[0], steps
        self.with_latents = game.knobs.view == "one"
        self.lattice, self.lines = square(MAP, REACH), latent_lines(game.knobs.latent)
        self.range = (0.0, 1.0) if self.name in PROBABILITY else RANGES.get(self.name, (0.0, 0.0))
        self.top = 0.0
        self.columns = np.zeros((0, COLUMNS))
        self.at = 0

    @torch.no_grad()
    def __call__(self, look: Look) -> Arrays:
        """The arrays of a moment."""
        self.surface = self.said(look)
        fake_x, fake_y = look.fake[:SHOWN].T.numpy()
        push_x, push_y = arrows(look.fake[:ARROWS], PUSH * look.pushes[:ARROWS])
        found: Arrays = {"fake_x": fake_x, "fake_y": fake_y, "push_x": push_x, "push_y": push_y}
        if self.with_latents:
            grid = warped(self.game.generator(self.lines))  # (P, 2, 2)
            found |= {"grid_x": grid[..., 0], "grid_y": grid[..., 1]}
        return {"map": ranged(self.surface.numpy(), -1, 1), **narrow(found), **narrow(self._histograms(look))}

    def said(self, look: Look) -> Tensor:
        """What the discriminator says of each place of the map (48, 48)."""
        self.game.discriminator.eval()
        found = centred(self.name, self.game.discriminator(self.lattice)[:, 0], look).view(MAP, MAP)
        self.game.discriminator.train()
        return found

    def _histograms(self, look: Look) -> Arrays:
        values = [scores(self.name, one).numpy() for one in (look.real_logits, look.fake_logits)]
        found: Arrays = {}
        if self._moves(np.concatenate(values)):
            found["score_range"] = np.array(self.range)
        edges = np.linspace(*self.range, BINS + 1)
        heights = [np.histogram(np.clip(one, *self.range), edges)[0] / len(one) for one in values]
        top = next((top for top in TOPS if top >= np.max(heights)), 1.0)
        if top > self.top or top < 0.4 * self.top:
            self.top = top
            found["count_range"] = np.array([0, 1.04 * top])
        y = np.stack([outline(edges, one) for one in heights], 1)
        return {**found, "hist_x": np.repeat(edges, 2), "hist_y": y}

    def _moves(self, values: np.ndarray) -> bool:
        """Whether the axis of D has to move: only that of Wasserstein critics does, whose outputs know no bounds."""
        if self.name not in WASSERSTEIN or not np.abs(values).max() < BOUNDLESS:
            return False
        low, high = np.quantile(values, [0.005, 0.995])
        reach, (left, right) = high - low + 1e-3, self.range
        if left <= low and high <= right and reach > 0.3 * (right - left):
            return False
        self.range = (float(low - 0.3 * reach), float(high + 0.3 * reach))
        return True

    def raster(self, step: int, shares: Tensor) -> Arrays:
        """The shares of the modes (K,), written over the steps since the last frame, the first mode at the bottom."""
        if not len(self.columns):
            self.columns = np.zeros((len(shares), COLUMNS))
        end = max(self.at + 1, round(COLUMNS * step / self.steps))
        self.columns[:, self.at : end] = shares.numpy()[:, None] * len(shares) / 2
        self.at = min(end, COLUMNS) if step else 0
        return {"raster": ranged(self.columns[::-1], 0, 1)}

    def still(self, real: Tensor) -> Arrays:
        """What never changes."""
        x, y = real[:SHOWN].T.numpy()
        start = {} if self.name in WASSERSTEIN else {"score_range": np.array(self.range)}
        beside = {"placed_x": x + places.AFTER, "placed_y": y} if self.with_latents else {}
        return narrow({"real_x": x, "real_y": y, **beside, **start})


class SideBySide:
    """The pictures of several games, each in its own place."""

    def __init__(self, game: Game) -> None:
        self.game, self.lattice = game, square(SMALL_MAP, REACH)
        self.shifts = torch.tensor(places.shifts(len(game.names)))  # (M, 2)

    @torch.no_grad()
    def __call__(self, looks: list[Look]) -> Arrays:
        """The arrays of a moment; a game that has broken down shows no points."""
        said = self.game.members(self.game.discriminator(self.lattice))
        maps = [centred(*one) for one in zip(self.game.names, (each[:, 0] for each in said), looks, strict=True)]
        fake = torch.stack([look.fake[:SHOWN_EACH] for look in looks])
        inside = torch.where(fake.abs() <= REACH, fake, torch.nan) + self.shifts[:, None]
        x, y = inside.flatten(0, 1).T.numpy()
        pictured = torch.stack(maps).view(-1, SMALL_MAP, SMALL_MAP).numpy()
        return {"maps": ranged(pictured, -1, 1), **narrow({"fake_x": x, "fake_y": y})}

    def still(self, real: Tensor) -> Arrays:
        """What never changes: the same real points in each place."""
        x, y = (real[None, :SHOWN_EACH] + self.shifts[:, None]).flatten(0, 1).T.numpy()
        return narrow({"real_x": x, "real_y": y})
