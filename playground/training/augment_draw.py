"""What is drawn for a batch of augmented images, and the images that the drawn values make.

N images of S x S pixels. The drawn values are a dictionary of arrays (N, ...), so that a page can show them:
degrees, right, down (pixels), factor, crop (N, 3: left, top, side), mirrored, upended, noise_level, noise (N, S, S),
erased (N, 4), share (of the own label under mixup) and cut (N, 4), as far as a recipe asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.distributions import Beta

from playground.training import augment

Drawn = Mapping[str, Tensor]


@dataclass(frozen=True)
class Recipe:
    """Which augmentations, and how strong: `names` of DRAWS, and for each the most that may be drawn.

    `degrees` to either side; `pixels` along each axis; `zoom` a share more or less; `crop` the share of the side that
    may go; `noise` a standard deviation; `erase` a share of the image; `mixup` and `cutmix` the alpha of Beta(alpha,
    alpha), from which the share of the own image comes.
    """

    names: tuple[str, ...]
    degrees: float = 15.0
    pixels: float = 1.0
    zoom: float = 0.1
    crop: float = 0.2
    noise: float = 0.2
    erase: float = 0.15
    mixup: float = 0.4
    cutmix: float = 1.0


def even(count: int) -> Tensor:
    """Numbers (N,) drawn evenly from -1 to 1."""
    return 2 * torch.rand(count) - 1


def _rotate(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"degrees": recipe.degrees * even(count)}


def _shift(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"right": recipe.pixels * even(count), "down": recipe.pixels * even(count)}


def _scale(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"factor": 1 + recipe.zoom * even(count)}


def _crop(recipe: Recipe, count: int, size: int) -> Drawn:
    side = 1 - recipe.crop * torch.rand(count)
    return {"crop": torch.stack([(1 - side) * torch.rand(count), (1 - side) * torch.rand(count), side], 1)}


def _mirror(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"mirrored": torch.rand(count) < 0.5}


def _upend(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"upended": torch.rand(count) < 0.5}


def _noise(recipe: Recipe, count: int, size: int) -> Drawn:
    level = recipe.noise * torch.rand(count)
    return {"noise_level": level, "noise": level[:, None, None] * torch.randn(count, size, size)}


def _erase(recipe: Recipe, count: int, size: int) -> Drawn:
    share, aspect = recipe.erase * torch.rand(count), torch.exp(even(count))
    return {"erased": augment.boxes(share, aspect, size * torch.rand(count), size * torch.rand(count), size)}


def _mixup(recipe: Recipe, count: int, size: int) -> Drawn:
    return {"share": Beta(recipe.mixup, recipe.mixup).sample((count,))}


def _cutmix(recipe: Recipe, count: int, size: int) -> Drawn:
    share = 1 - Beta(recipe.cutmix, recipe.cutmix).sample((count,))
    rows, columns = size * torch.rand(count), size * torch.rand(count)
    return {"cut": augment.boxes(share, torch.ones(count), rows, columns, size)}


DRAWS: dict[str, Callable[[Recipe, int, int], Drawn]] = {
    "rotate": _rotate, "shift": _shift, "scale": _scale, "crop": _crop, "mirror": _mirror, "upend": _upend,
    "noise": _noise, "erase": _erase, "mixup": _mixup, "cutmix": _cutmix,
}  # fmt: skip


def draw(recipe: Recipe, count: int, size: int) -> Drawn:
    """Drawn values for that many images, in the order of DRAWS; of mixup and cutmix each image gets one."""
    drawn: dict[str, Tensor] = {}
    for name, one in DRAWS.items():
        if name in recipe.names:
            drawn |= one(recipe, count, size)
    if "share" in drawn and "cut" in drawn:
        cut = torch.rand(count) < 0.5
        drawn["share"] = torch.where(cut, 1.0, drawn["share"])
        drawn["cut"] = torch.where(cut[:, None], drawn["cut"], 0)
    return drawn


def matrices(drawn: Drawn, count: int, size: int) -> Tensor:
    """The matrices (N, 3, 3) of all that moves pixels: crop, scale, turn, shift, mirror, in this order."""
    found = torch.eye(3).expand(count, 3, 3)
    never = torch.zeros(count, dtype=torch.bool)
    if "crop" in drawn:
        found = found @ augment.cropping(*drawn["crop"].unbind(1))
    if "factor" in drawn:
        found = found @ augment.scaling(drawn["factor"])
    if "degrees" in drawn:
        found = found @ augment.rotation(drawn["degrees"])
    if "right" in drawn:
        found = found @ augment.translation(drawn["right"], drawn["down"], size)
    if "mirrored" in drawn or "upended" in drawn:
        found = found @ augment.mirroring(drawn.get("mirrored", never), drawn.get("upended", never))
    return found


MOVES = frozenset({"crop", "factor", "degrees", "right", "mirrored", "upended"})


def altered(images: Tensor, drawn: Drawn) -> Tensor:
    """The images (N, S, S) after all that concerns one image: moved, with noise, erased."""
    count, size = images.shape[:2]
    found = augment.warp(images, matrices(drawn, count, size)) if MOVES & drawn.keys() else images
    found = augment.add_noise(found, drawn["noise"]) if "noise" in drawn else found
    return augment.erase(found, drawn["erased"]) if "erased" in drawn else found


def blended(images: Tensor, partners: Tensor, drawn: Drawn) -> Tensor:
    """The images (N, S, S) mixed with their partners (N, S, S)."""
    found = augment.mixup(images, partners, drawn["share"]) if "share" in drawn else images
    return augment.cutmix(found, partners, drawn["cut"]) if "cut" in drawn else found


def own_share(drawn: Drawn, count: int, size: int) -> Tensor:
    """The share (N,) of each target that stays the own label's: mixup's share, less the area that cutmix pasted."""
    found = drawn.get("share", torch.ones(count))
    return found - augment.inside(drawn["cut"], size).float().mean((1, 2)) if "cut" in drawn else found
