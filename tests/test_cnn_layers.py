"""The builder: texts of layers against torch's own shapes, parameters and counted FLOPs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from playground.concepts.cnn.layers import LayersError, read, trace
from playground.concepts.cnn.networks import convnet
from playground.concepts.cnn.sets import BORDER, CLASSES, SHAPES, arrays, patches

TEXTS = (
    "none", "f128", "c16-m2", "c16-m2-c32-m2-f64", "c6k5p2-a2-c16k5p0-a2-f120-f84", "c8s2-n-c16s2-n-g",
    "c8-r8-r16s2-r16-g-d0.25", "c4k1-m3s2-a2s1-f10-n-d0.5-f7", "n-c8k7-r8s3-m2-f5",
)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32)])
def test_shapes_parameters_and_flops_are_torch_s(text: str, shape: tuple[int, int, int]) -> None:
    rows = trace(read(text), shape, 10)
    model = convnet(read(text), shape, 10).eval()
    assert sum(row.parameters for row in rows) == sum(p.numel() for p in model.parameters())
    with FlopCounterMode(display=False) as counted, torch.no_grad():
        x = torch.zeros(1, *shape)
        seen = [tuple((x := module(x)).shape[1:]) for module in model]
    assert counted.get_total_flops() == sum(row.flops for row in rows)
    shapes = [row.shape for row in rows]
    assert [one for one in shapes if one in seen] == shapes and seen[-1] == (10,)


def test_an_activation_follows_what_weighs_but_the_last() -> None:
    names = [type(module).__name__ for module in convnet(read("c4-n-m2-f5"), (1, 8, 8), 3, "tanh")]
    assert names == ["Conv2d", "BatchNorm2d", "Tanh", "MaxPool2d", "Flatten", "Linear", "Tanh", "Linear"]


def test_a_residual_block_is_a_shortcut_where_its_weights_are_zero() -> None:
    block = convnet(read("r2"), (2, 4, 4), 3).eval()[0]
    torch.nn.init.zeros_(block.conv2.weight)
    x = torch.rand(1, 2, 4, 4)
    torch.testing.assert_close(block(x), x)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c16-x3", "Layer 2, 'x3'"), ("c0", "between 1 and 128"), ("c999", "between 1 and 128"), ("f16k3", "'k' means"),
        ("c4k9", "1 to 7"), ("m2s0", "at least 1"), ("-".join(["c4"] * 17), "at most 16"), ("d1.5", "Layer 1"),
        ("r8k5", "'k' means"), ("c８", "Layer 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(LayersError, match=said):
        read(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("c16-m2-m2-m2-m2", "Layer 5, max pooling 2 × 2, does not fit: what comes in is only 1 × 1"),
        ("c4k7p0-c4k7p0", "Layer 2"), ("f64-c16", "Layer 2, convolution 3 × 3, needs a picture"), ("f8-g", "Layer 2"),
        ("c128-c128-c128", "FLOPs"), ("f1024-f1024-f1024", "parameters"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_said_with_its_layer(text: str, said: str) -> None:
    with pytest.raises(LayersError, match=said):
        trace(read(text), (1, 8, 8) if "FLOPs" not in said else (1, 28, 28), 10)


@pytest.mark.parametrize("data", ["digits", "mnist", "fashion", "textures"])
def test_a_set_has_its_shape_and_every_class(data: str) -> None:
    found = arrays(data, 0)
    for images, labels in ((found.train_images, found.train_labels), (found.test_images, found.test_labels)):
        assert images.dtype == np.uint8 and images.shape[1:] == SHAPES[data] and images.max() > 200
        assert set(labels.tolist()) == set(range(len(CLASSES[data]))) and len(labels) == len(images)


@pytest.mark.parametrize("data", ["digits", "mnist", "fashion", "textures"])
def test_images_lie_in_memory_as_torch_has_them(data: str) -> None:
    """Else torch takes one channel for channels last, and draws dropout's masks in another order than a script."""
    images = torch.from_numpy(arrays(data, 0).train_images).float() / 255
    assert images.stride() == torch.empty(images.shape).stride()


def test_patches_of_training_and_test_do_not_share_a_pixel() -> None:
    photo = np.tile(np.arange(512), (40, 1))
    generator = np.random.default_rng(0)
    train, test = patches(photo, 3000, 0, BORDER, 32, generator), patches(photo, 3000, BORDER, 512, 32, generator)
    assert train.max() == BORDER - 1 and test.min() == BORDER and test.max() == 511


def test_a_layer_has_a_brief_name() -> None:
    named = {item: " ".join(read(item)[0].brief) for item in ("c8k5", "r4", "m2", "a3", "g", "f9", "n")}
    assert named == {
        "c8k5": "conv 5×5", "r4": "res 3×3", "m2": "max 2×2", "a3": "avg 3×3", "g": "avg all", "f9": "linear",
        "n": "batch norm",
    }  # fmt: skip
