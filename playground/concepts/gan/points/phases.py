"""What slow motion shows beside the pictures of a game: whose turn it is, and what the last update did.

Arrays: `change` (48, 48), what the discriminator's last update changed of the map; move_x, move_y (2, 36), the
generator's last move of each fake, ten times as long; seen_real_x, seen_fake_x and so on (40,), what the discriminator
has just seen; lit (2, 1, 1), how brightly the generator and the discriminator shine; forward_x, forward_y (2, 4),
back_x, back_y (2, 2), of the diagram, NaN for what rests.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from playground.concepts.gan.points import places
from playground.concepts.gan.points.measure import Look
from playground.concepts.gan.points.pictures import ARROWS, Arrays, Pictures, arrows
from playground.concepts.gan.points.players import Game
from playground.contract import Ranged, ranged
from playground.wire import narrow

BATCH_SHOWN = 40
MAGNIFIED = 10


class Phases:
    """What slow motion shows beside the pictures of a game: whose turn it is, and what the last update did."""

    def __init__(self) -> None:
        self.surface, self.fake = torch.zeros(0), torch.zeros(0)

    def __call__(self, pictures: Pictures, look: Look, turn: str) -> Arrays:
        """The arrays of a moment; `turn` is discriminator, generator or empty."""
        still = turn != "generator" or not len(self.fake)
        moved = torch.full_like(look.fake, torch.nan) if still else MAGNIFIED * (look.fake - self.fake)
        starts = look.fake[:ARROWS] if still else self.fake[:ARROWS]
        move_x, move_y = arrows(starts, moved[:ARROWS])
        found = narrow({"move_x": move_x, "move_y": move_y, **_seen(pictures.game, turn), **diagram(turn)})
        if turn == "generator":
            found |= narrow({"push_x": np.full_like(move_x, np.nan), "push_y": np.full_like(move_y, np.nan)})
            self.fake = look.fake
            return {**found, "lit": lit(turn)}
        return {**found, "change": self._change(pictures.surface, look), "lit": lit(turn)}

    def _change(self, surface: Tensor, look: Look) -> Ranged:
        """What was changed of the map since the last frame, beside the largest change."""
        change = surface - self.surface if len(self.surface) else torch.zeros_like(surface)
        change = change.nan_to_num(0, 0, 0)  # of a game that has broken down
        self.surface, self.fake = surface, look.fake
        return ranged(change.numpy(), *(np.array([-1, 1]) * max(change.abs().max().item(), 1e-6)))


def _seen(game: Game, turn: str) -> Arrays:
    """The points of the discriminator's last batch, where it has just learnt from them."""
    found: Arrays = {}
    for kind, points in zip(("real", "fake"), game.batch, strict=True):
        x, y = (points[:BATCH_SHOWN] if turn == "discriminator" else points[:0]).T.numpy()
        found |= {f"seen_{kind}_x": x, f"seen_{kind}_y": y}
    return found


def lit(turn: str) -> Ranged:
    """How brightly the generator's and the discriminator's box shine."""
    return ranged([[[0.6 * (turn == name)]] for name in ("generator", "discriminator")], 0, 2)


def diagram(turn: str) -> Arrays:
    """Who sends what to whom in a turn: points forward, gradients back."""
    wide, high = places.HALF
    row, over = places.HIGH, places.HIGH + high + 0.35
    ways = {
        "forward": [
            (places.LATENTS + 0.25, row, places.GENERATOR - wide - 0.2, row),
            (places.GENERATOR + wide, row, places.DISCRIMINATOR - wide - 0.2, row),
            (places.FAKES + 0.25, places.LOW, places.DISCRIMINATOR - 0.7, row - high - 0.15),
            (places.DISCRIMINATOR + wide, row, places.VERDICT - 0.75, row),
        ],
        "back": [
            (places.VERDICT, over, places.DISCRIMINATOR, over),
            (places.DISCRIMINATOR - 0.6, over, places.GENERATOR, over),
        ],
    }
    silent = {"": ("back", (0, 1)), "discriminator": ("back", (1,)), "generator": ("forward", (2,))}
    found: Arrays = {}
    for kind, segments in ways.items():
        lines = np.array(segments).reshape(-1, 2, 2).transpose(1, 0, 2).copy()  # (2, paths, 2)
        if silent[turn][0] == kind:
            lines[:, list(silent[turn][1])] = np.nan
        found |= {f"{kind}_x": lines[..., 0], f"{kind}_y": lines[..., 1]}
    return found
