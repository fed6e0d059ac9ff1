"""Image augmentation: pure functions of images and of the values drawn for them.

N square images of S x S pixels in [0, 1]. A matrix (N, 3, 3) says for each place of the new image which place of the
old one it shows, in coordinates that run from -1 to 1 over the image, x to the right, y down; what lies outside is 0.
The matrix of one change after another is their product in that order, so several changes cost one resampling.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def affine(a: Tensor, b: Tensor, c: Tensor, d: Tensor, e: Tensor, f: Tensor) -> Tensor:
    """The matrices (N, 3, 3) with rows (a, b, c), (d, e, f), (0, 0, 1), from six times (N,)."""
    zero, one = torch.zeros_like(a), torch.ones_like(a)
    return torch.stack([a, b, c, d, e, f, zero, zero, one], 1).view(-1, 3, 3)


def rotation(degrees: Tensor) -> Tensor:
    """The matrices (N, 3, 3) that turn images counter-clockwise."""
    cos, sin, zero = torch.cos(torch.deg2rad(degrees)), torch.sin(torch.deg2rad(degrees)), torch.zeros_like(degrees)
    return affine(cos, -sin, zero, sin, cos, zero)


def translation(right: Tensor, down: Tensor, size: int) -> Tensor:
    """The matrices (N, 3, 3) that move images of that size by so many pixels."""
    one, zero = torch.ones_like(right), torch.zeros_like(right)
    return affine(one, zero, -2 * right / size, zero, one, -2 * down / size)


def scaling(factors: Tensor) -> Tensor:
    """The matrices (N, 3, 3) that enlarge images about their centre so many times."""
    zero = torch.zeros_like(factors)
    return affine(1 / factors, zero, zero, zero, 1 / factors, zero)


def mirroring(left_right: Tensor, top_bottom: Tensor) -> Tensor:
    """The matrices (N, 3, 3) that mirror images where the flags (N,) are true."""
    zero = torch.zeros(len(left_right))
    return affine(1 - 2 * left_right.float(), zero, zero, zero, 1 - 2 * top_bottom.float(), zero)


def cropping(left: Tensor, top: Tensor, side: Tensor) -> Tensor:
    """The matrices (N, 3, 3) that enlarge a square window to the whole image: corner and side as shares of it."""
    zero = torch.zeros_like(side)
    return affine(side, zero, 2 * left + side - 1, zero, side, 2 * top + side - 1)


def warp(images: Tensor, matrices: Tensor) -> Tensor:
    """The images (N, S, S) seen through their matrices (N, 3, 3), bilinear."""
    places = F.affine_grid(matrices[:, :2], [len(images), 1, *images.shape[1:]], align_corners=False)
    return F.grid_sample(images[:, None], places, align_corners=False)[:, 0]


def add_noise(images: Tensor, noise: Tensor) -> Tensor:
    """The images plus noise of their shape, clipped to [0, 1]."""
    return (images + noise).clamp(0, 1)


def boxes(shares: Tensor, aspects: Tensor, rows: Tensor, columns: Tensor, size: int) -> Tensor:
    """Boxes (N, 4) in whole pixels, top, left, bottom, right (exclusive), from area, height over width, and centre.

    `shares` are of the image's area; clipped at its border, as in Cutout and CutMix, a box may hold less.
    """
    high, wide = size * torch.sqrt(shares * aspects), size * torch.sqrt(shares / aspects)
    corners = torch.stack([rows - high / 2, columns - wide / 2, rows + high / 2, columns + wide / 2], 1)
    return corners.round().clamp(0, size).long()


def inside(found: Tensor, size: int) -> Tensor:
    """Which pixels (N, S, S) lie in the boxes (N, 4)."""
    top, left, bottom, right = found[:, :, None].unbind(1)  # (N, 1)
    at = torch.arange(size)
    rows, columns = (at >= top) & (at < bottom), (at >= left) & (at < right)
    return rows[:, :, None] & columns[:, None, :]


def erase(images: Tensor, found: Tensor) -> Tensor:
    """The images with 0 inside their boxes (N, 4): Cutout (DeVries and Taylor 2017), random erasing (Zhong 2020)."""
    return images.masked_fill(inside(found, images.shape[-1]), 0.0)


def mixup(images: Tensor, partners: Tensor, shares: Tensor) -> Tensor:
    """share * image + (1 - share) * partner, for images (N, S, S), shares (N,) (Zhang and others 2018, section 2)."""
    return shares[:, None, None] * images + (1 - shares[:, None, None]) * partners


def cutmix(images: Tensor, partners: Tensor, found: Tensor) -> Tensor:
    """The images with their partners' pixels inside the boxes (N, 4) (Yun and others 2019, equation 1)."""
    return torch.where(inside(found, images.shape[-1]), partners, images)


def mixed_targets(labels: Tensor, partners: Tensor, shares: Tensor, classes: int) -> Tensor:
    """The targets (N, K) of mixed images: the share (N,) for the own label, the rest for the partner's."""
    own, other = (F.one_hot(one, classes).float() for one in (labels, partners))
    return shares[:, None] * own + (1 - shares[:, None]) * other
