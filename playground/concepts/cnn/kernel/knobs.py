"""The kernel lab's knobs: which picture, what slides over it, and how."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field

from playground.concepts.cnn.kernel import kernels, picture
from playground.concepts.cnn.kernel.drawn import EXAMPLE
from playground.concepts.cnn.kernel.picture import SIDE
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.data.painted import PATTERN
from playground.data.published import DataError

Share = Annotated[float, Field(ge=0, le=1)]
POOLINGS = ("max", "average", "l2")
ADAPTIVE = ("adaptive_average", "adaptive_max")
OPERATIONS = {
    "convolution": "convolution", "max": "max pooling", "average": "average pooling", "l2": "L2 pooling",
    "adaptive_average": "adaptive average pooling", "adaptive_max": "adaptive max pooling",
}  # fmt: skip


def _with(*operations: str) -> Any:
    """In force with one of these operations."""
    return ("operation", operations)


def _kernel(text: str) -> str:
    """The text of a kernel. Raises ValueError, which says where a number is wrong."""
    kernels.parse(text)
    return text


class Knobs(Base):
    picture: Literal["cat", "camera", "brick", "grass", "gravel", "digit", "drawn", "upload"] = knob(
        "cat", title="Picture",
        labels={"cat": "cat (photo)", "camera": "cameraman (photo)", "brick": "brick (texture)",
                "grass": "grass (texture)", "gravel": "gravel (texture)", "digit": "digit (MNIST subset)",
                "drawn": "draw one", "upload": "your own"},
        help="Its middle square, at most 128 × 128 pixels. Click on it to move the piece that is enlarged.",
    )  # fmt: skip
    upload: str = knob("", title="Your picture", upload="image", when=("picture", ("upload",)))
    digit: int = knob(3, title="Digit", ge=0, le=9, when=("picture", ("digit",)))
    operation: Literal["convolution", "max", "average", "l2", "adaptive_average", "adaptive_max"] = knob(
        "convolution", title="Operation", labels=OPERATIONS,
        help="Pooling has nothing to learn. Adaptive pooling is told its output size and chooses its windows.",
    )  # fmt: skip
    kernel: Literal[
        "sobel_x", "sobel_y", "outline", "laplacian", "sharpen", "gaussian", "box", "emboss", "identity", "own",
    ] = knob("sobel_x", title="Kernel", labels=kernels.LABELS, when=_with("convolution"))  # fmt: skip
    own: Annotated[str, AfterValidator(_kernel)] = knob(
        "0 1 2; -1 0 1; -2 -1 0", title="Own kernel, row by row", max_length=400, when=("kernel", ("own",)),
        help="9, 25 or 49 numbers with blanks between them and ; between rows. Fractions such as 1/9 are fine.",
    )  # fmt: skip
    size: Literal[3, 5, 7] = knob(
        3, title="Kernel size", labels={3: "3 × 3", 5: "5 × 5", 7: "7 × 7"}, when=("kernel", tuple(kernels.NAMED))
    )
    window: Literal[2, 3, 4] = knob(
        2, title="Window", labels={2: "2 × 2", 3: "3 × 3", 4: "4 × 4"}, when=_with(*POOLINGS)
    )
    output: int = knob(5, title="Output size", ge=1, le=7, unit="px", when=_with(*ADAPTIVE))
    stride: int = knob(
        1, title="Stride", ge=1, le=4, unit="px", when=_with("convolution"),
        help="How far the window moves. A strided convolution makes the picture smaller, as pooling does.",
    )  # fmt: skip
    pool_stride: int = knob(2, title="Stride", ge=1, le=4, unit="px", when=_with(*POOLINGS))
    padding: int = knob(
        0, title="Padding", ge=0, le="most_padding", unit="px", when=_with("convolution", *POOLINGS),
        help="Pixels added all round, at most half a window. Convolutions and averages see 0 there, max pooling −∞.",
    )  # fmt: skip
    dilation: int = knob(
        1, title="Dilation", ge=1, le=3, unit="px", when=_with("convolution", "max"),
        help="The distance between the pixels that the window looks at: a wide view for few weights.",
    )  # fmt: skip
    mode: Literal["zeros", "reflect", "replicate", "circular"] = knob(
        "zeros", title="Padding filled with", group="more", when=_with("convolution"),
        labels={"zeros": "zeros", "reflect": "the mirror image", "replicate": "the rim", "circular": "the other side"},
    )  # fmt: skip
    bias: float = knob(0.0, title="Bias", ge=-1, le=1, group="more", when=_with("convolution"))
    channel: Literal["grey", "red", "green", "blue"] = knob(
        "grey", title="Channel", group="more", when=("picture", ("cat", "upload")),
        help="One channel is shown: grey is 0.299 red + 0.587 green + 0.114 blue.",
    )  # fmt: skip
    place: tuple[Share, Share] = knob(
        (0.8, 0.57), title="Centre of the piece", group="stage", help="In shares of the width and height, from below."
    )
    drawing: str = knob(
        EXAMPLE, title="Drawing", pattern=PATTERN, max_length=1200, group="stage", when=("picture", ("drawn",))
    )

    @property
    def image(self) -> NDArray[np.float32]:
        """The picture (S, S) in [0, 1], S from 14 to 128. Raises DataError where an upload is missing."""
        pixels = picture.loaded(self.picture, upload=self.upload, digit=self.digit, drawing=self.drawing)
        found = picture.prepared(picture.one_channel(pixels, self.channel), picture.LONGEST, SIDE)
        return picture.in_levels(found) if self.picture == "upload" else found

    @property
    def lines(self) -> tuple[str, ...]:
        """What a script prints of a visitor's own picture; nothing where it is gone."""
        if self.picture == "drawn":
            return picture.hexadecimal(self.drawing)
        try:
            return picture.packed(self.image)
        except DataError:
            return ()

    @property
    def convolves(self) -> bool:
        """Whether the operation has weights."""
        return self.operation == "convolution"

    @property
    def adapts(self) -> bool:
        """Whether the output size is given and the windows follow."""
        return self.operation in ADAPTIVE

    @property
    def weights(self) -> kernels.Kernel:
        """The kernel (k, k)."""
        return kernels.parse(self.own) if self.kernel == "own" else kernels.named(self.kernel, self.size)

    @property
    def side(self) -> int:
        """The pixels along a window that it looks at; of adaptive windows, which differ, the most."""
        if self.adapts:
            return max(stop - start for start, stop in adaptive_windows(SIDE, self.output))
        return len(self.weights) if self.convolves else self.window

    @property
    def spacing(self) -> int:
        """The dilation in force."""
        return self.dilation if self.operation in ("convolution", "max") else 1

    @property
    def extent(self) -> int:
        """The pixels that a window spans."""
        return self.spacing * (self.side - 1) + 1

    @property
    def step(self) -> int:
        """The stride in force."""
        return self.stride if self.convolves else self.pool_stride

    @property
    def rim(self) -> int:
        """The padding in force."""
        return 0 if self.adapts else self.padding

    @property
    def most_padding(self) -> int:
        """Half a window: beyond, a window at the rim sees mostly padding, and torch's pooling refuses."""
        return self.extent // 2 if self.convolves else self.window // 2

    @property
    def places(self) -> int:
        """The output's pixels along a side; 0 or less where the window does not fit."""
        return self.output if self.adapts else (SIDE + 2 * self.rim - self.extent) // self.step + 1

    @property
    def pools(self) -> tuple[int, int]:
        """The window and stride of the poolings compared; beside a convolution its stride, at least 2."""
        if self.operation in POOLINGS:
            return self.window, self.pool_stride
        return max(self.stride, 2), max(self.stride, 2)

    @property
    def signed(self) -> bool:
        """Whether the output says more or less than 0 rather than dark or light: the weights cancel."""
        kernel = self.weights
        return self.convolves and float(kernel.sum()) <= 0.05 * float(abs(kernel).sum())


def adaptive_windows(inputs: int, outputs: int) -> list[tuple[int, int]]:
    """Where each of `outputs` adaptive windows starts and stops: floor(i n / m) to ceil((i + 1) n / m)."""
    return [(i * inputs // outputs, -(-(i + 1) * inputs // outputs)) for i in range(outputs)]
