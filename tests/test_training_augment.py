"""The augmentations against their definitions, on images made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy import ndimage
from torch import Tensor

from playground.training import augment
from playground.training.augment_draw import DRAWS, Recipe, altered, blended, draw, own_share

EVERY = tuple(DRAWS)


def hand(size: int = 4) -> Tensor:
    """One image (1, S, S) whose pixels all differ."""
    return torch.arange(size * size, dtype=torch.float32).view(1, size, size) / (size * size)


def each(*values: float) -> Tensor:
    return torch.tensor(values)


@pytest.mark.parametrize("turns", [-1, 1, 2, 3])
def test_a_quarter_turn_is_torch_s(turns: int) -> None:
    turned = augment.warp(hand(), augment.rotation(each(90.0 * turns)))
    assert torch.allclose(turned, torch.rot90(hand(), turns, (1, 2)), atol=1e-5)


def test_a_turn_between_pixels_is_scipy_s() -> None:
    image = torch.zeros(1, 15, 15)
    image[0, 4:9, 6:12] = torch.rand(5, 6, generator=torch.Generator().manual_seed(0))
    turned = augment.warp(image, augment.rotation(each(23.0)))[0].numpy()
    oracle = ndimage.rotate(image[0].numpy(), 23.0, reshape=False, order=1)
    assert np.abs(turned - oracle).max() < 1e-4


def test_a_shift_by_whole_pixels_moves_them_and_fills_with_zeros() -> None:
    moved = augment.warp(hand(), augment.translation(each(1.0), each(-2.0), 4))
    expected = torch.zeros(1, 4, 4)
    expected[0, :2, 1:] = hand()[0, 2:, :3]
    assert torch.allclose(moved, expected, atol=1e-6)


def test_half_a_pixel_is_the_mean_of_two() -> None:
    moved = augment.warp(hand(), augment.translation(each(0.5), each(0.0), 4))
    assert torch.allclose(moved[0, :, 1:], (hand()[0, :, 1:] + hand()[0, :, :-1]) / 2, atol=1e-6)


def test_flips_are_torch_s() -> None:
    yes, no = torch.tensor([True]), torch.tensor([False])
    assert torch.allclose(augment.warp(hand(), augment.mirroring(yes, no)), hand().flip(2), atol=1e-6)
    assert torch.allclose(augment.warp(hand(), augment.mirroring(no, yes)), hand().flip(1), atol=1e-6)
    assert torch.allclose(augment.warp(hand(), augment.mirroring(no, no)), hand(), atol=1e-6)


def test_a_crop_is_the_window_enlarged_by_torch() -> None:
    cropped = augment.warp(hand(8), augment.cropping(each(0.25), each(0.5), each(0.5)))
    window = hand(8)[:, 4:8, 2:6]
    oracle = F.interpolate(window[None], (8, 8), mode="bilinear", align_corners=False)[0]
    assert torch.allclose(cropped[:, 1:-1, 1:-1], oracle[:, 1:-1, 1:-1], atol=1e-6)  # its edge sees the neighbours


def test_scaling_by_two_shows_the_middle_half() -> None:
    scaled = augment.warp(hand(8), augment.scaling(each(2.0)))
    cropped = augment.warp(hand(8), augment.cropping(each(0.25), each(0.25), each(0.5)))
    assert torch.allclose(scaled, cropped, atol=1e-6)
    small = augment.warp(torch.ones(1, 8, 8), augment.scaling(each(0.5)))
    assert torch.allclose(small, F.pad(torch.ones(1, 4, 4), (2, 2, 2, 2)))


def test_one_warp_is_the_changes_one_after_the_other() -> None:
    quarter, moved = augment.rotation(each(90.0)), augment.translation(each(1.0), each(0.0), 4)
    two = augment.warp(augment.warp(hand(), quarter), moved)
    assert torch.allclose(augment.warp(hand(), quarter @ moved), two, atol=1e-5)


def test_noise_is_added_and_clipped() -> None:
    image, noise = torch.tensor([[[0.2, 0.9], [0.1, 0.5]]]), torch.tensor([[[0.3, 0.3], [-0.3, 0.0]]])
    assert torch.equal(augment.add_noise(image, noise), torch.tensor([[[0.5, 1.0], [0.0, 0.5]]]))


def test_boxes_have_their_area_and_are_clipped() -> None:
    shares, aspects = each(0.25, 0.25, 0.25), each(1.0, 4.0, 1.0)
    found = augment.boxes(shares, aspects, each(4.0, 4.0, 0.0), each(4.0, 4.0, 8.0), 8)
    assert found.tolist() == [[2, 2, 6, 6], [0, 3, 8, 5], [0, 6, 2, 8]]
    assert augment.inside(found, 8).sum((1, 2)).tolist() == [16, 16, 4]


def test_erase_zeroes_its_box_alone() -> None:
    erased = augment.erase(hand() + 1, torch.tensor([[1, 0, 3, 2]]))
    expected = hand() + 1
    expected[0, 1:3, 0:2] = 0
    assert torch.equal(erased, expected)


def test_mixup_and_its_targets() -> None:
    mixed = augment.mixup(torch.ones(2, 2, 2), torch.zeros(2, 2, 2), each(0.7, 1.0))
    assert torch.allclose(mixed, each(0.7, 1.0)[:, None, None].expand(2, 2, 2))
    targets = augment.mixed_targets(torch.tensor([0, 1]), torch.tensor([2, 1]), each(0.7, 0.4), 3)
    assert torch.allclose(targets, torch.tensor([[0.7, 0.0, 0.3], [0.0, 1.0, 0.0]]))


def test_cutmix_pastes_a_box_and_its_target_is_the_area() -> None:
    images, partners, cut = torch.zeros(1, 4, 4), torch.ones(1, 4, 4), torch.tensor([[0, 1, 2, 4]])
    mixed = augment.cutmix(images, partners, cut)
    assert mixed.sum() == 6 and mixed[0, :2, 1:].all()
    assert own_share({"cut": cut}, 1, 4).item() == pytest.approx(1 - 6 / 16)


def test_the_loss_of_a_mixed_target_is_the_mixed_loss() -> None:
    logits = torch.randn(5, 3, generator=torch.Generator().manual_seed(0))
    own, other, share = torch.tensor([0, 1, 2, 0, 1]), torch.tensor([1, 1, 0, 2, 0]), torch.linspace(0, 1, 5)
    mixed = F.cross_entropy(logits, augment.mixed_targets(own, other, share, 3), reduction="none")
    both = [F.cross_entropy(logits, labels, reduction="none") for labels in (own, other)]
    assert torch.allclose(mixed, share * both[0] + (1 - share) * both[1], atol=1e-6)


def test_drawn_values_stay_within_the_recipe_and_fill_it() -> None:
    torch.manual_seed(0)
    recipe = Recipe(EVERY, degrees=30, pixels=2, zoom=0.3, crop=0.4, noise=0.5, erase=0.2)
    drawn = draw(recipe, 4000, 14)
    assert 29 < drawn["degrees"].max() <= 30 and -30 <= drawn["degrees"].min() < -29
    assert 1.9 < drawn["right"].abs().max() <= 2 and 0.7 <= drawn["factor"].min() < 0.71
    left, top, side = drawn["crop"].unbind(1)
    assert 0.6 <= side.min() < 0.61 and (left + side).max() <= 1 and top.min() >= 0
    assert 0.49 < drawn["noise_level"].max() <= 0.5 and drawn["mirrored"].float().mean() == pytest.approx(0.5, abs=0.03)
    assert augment.inside(drawn["erased"], 14).float().mean((1, 2)).max() < 0.25  # whole pixels
    assert drawn["share"].min() >= 0 and own_share(drawn, 4000, 14).max() <= 1


def test_mixup_s_share_follows_beta() -> None:
    torch.manual_seed(0)
    share = draw(Recipe(("mixup",), mixup=0.4), 20000, 8)["share"]
    assert share.mean().item() == pytest.approx(0.5, abs=0.01)
    assert share.var().item() == pytest.approx(0.25 / (2 * 0.4 + 1), abs=0.005)  # ab / ((a + b)^2 (a + b + 1))


def test_of_mixup_and_cutmix_an_image_gets_one() -> None:
    torch.manual_seed(0)
    drawn = draw(Recipe(("mixup", "cutmix")), 500, 14)
    pasted = augment.inside(drawn["cut"], 14).any(2).any(1)
    assert not (pasted & (drawn["share"] < 1)).any() and 150 < pasted.sum() < 350


@pytest.mark.parametrize("name", EVERY)
def test_each_augmentation_alone_changes_images_and_only_the_mixes_change_labels(name: str) -> None:
    torch.manual_seed(0)
    images = torch.rand(20, 8, 8)
    drawn = draw(Recipe((name,)), 20, 8)
    moved = altered(images, drawn)
    made, share = blended(moved, images.roll(1, 0), drawn), own_share(drawn, 20, 8)
    assert made.shape == images.shape and not torch.equal(made, images) and 0 <= made.min() <= made.max() <= 1 + 1e-6
    assert (share < 1).any() == (name in ("mixup", "cutmix")) and not math.isnan(made.sum().item())


def test_nothing_is_changed_at_strength_zero() -> None:
    torch.manual_seed(0)
    names = tuple(name for name in EVERY if name not in ("mirror", "upend", "mixup", "cutmix"))
    recipe = Recipe(names, degrees=0, pixels=0, zoom=0, crop=0, noise=0, erase=0)
    images = torch.rand(6, 8, 8)
    assert torch.allclose(altered(images, draw(recipe, 6, 8)), images, atol=1e-5)
