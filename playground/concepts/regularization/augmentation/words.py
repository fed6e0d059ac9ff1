"""What the augmentation lab calls things: arms, augmentations, classes, and the tests that pictures are put to."""

from __future__ import annotations

from playground.stage.palette import BLUE, VERMILLION

ARMS = {"plain": "without", "augmented": "with"}
COLORS = {"plain": VERMILLION, "augmented": BLUE}

AUGMENTATIONS = {
    "rotate": "rotate", "shift": "shift", "scale": "scale", "crop": "crop", "mirror": "flip left-right",
    "upend": "flip upside down", "noise": "noise", "erase": "erase", "mixup": "mixup", "cutmix": "cutmix",
}  # fmt: skip

DIGITS = tuple("0123456789")
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")
CLASSES = {"mnist": DIGITS, "fashion": CLOTHES, "digits": DIGITS}

TITLES = {"rotation": "turned", "shift": "moved to the side", "scale": "enlarged", "noise": "with noise"}
UNITS = {"rotation": "degrees", "shift": "pixels", "scale": "times", "noise": "standard deviation"}
POINTS: dict[str, tuple[float, ...]] = {
    "rotation": tuple(15.0 * i for i in range(-4, 5)),
    "shift": tuple(float(i) for i in range(-4, 5)),
    "scale": tuple(0.5 + 0.125 * i for i in range(9)),
    "noise": tuple(0.1 * i for i in range(9)),
}


def minus(value: float) -> str:
    """A number with a true minus."""
    return f"{value:g}".replace("-", "−")


def plural(data: str, number: int) -> str:
    """What several pictures of a class are called: `6s`, `pullovers`."""
    name = CLASSES[data][number]
    if name.endswith("ss"):
        return f"{name}es"
    return name if name.endswith("s") else f"{name}s"
