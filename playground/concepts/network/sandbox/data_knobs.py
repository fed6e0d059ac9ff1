"""The sandbox's knobs that choose the data."""

from __future__ import annotations

from typing import Literal

from playground.concepts.network.sandbox.own import STARTING, Own, OwnError, painted_points, table_points
from playground.contract import Knobs as Base
from playground.contract import knob
from playground.data.painted import MOST_POINTS, PATTERN

Feature = Literal["x1", "x2", "x1sq", "x2sq", "x1x2", "sinx1", "sinx2"]

TOY_CLASSES = ("circles", "xor", "gaussians", "spiral", "moons", "blobs", "checkerboard", "rings")
REAL_CLASSES = ("iris", "wine", "breast_cancer")
PLANE_TARGETS = ("plane", "multi_gaussian")
LINE_TARGETS = ("sine",)
ALWAYS_CLASSES = (*TOY_CLASSES, *REAL_CLASSES, "painted")
TARGETS = PLANE_TARGETS + LINE_TARGETS
TOYS = TOY_CLASSES + TARGETS
TWO_INPUTS = (*ALWAYS_CLASSES, *PLANE_TARGETS, "table")

IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
WINE = (
    "alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols", "flavanoids",
    "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline",
)  # fmt: skip
CANCER = (
    "mean_radius", "mean_texture", "mean_perimeter", "mean_area", "mean_smoothness", "mean_compactness",
    "mean_concavity", "mean_concave_points", "mean_symmetry", "mean_fractal_dimension", "worst_radius",
    "worst_texture", "worst_perimeter", "worst_area", "worst_smoothness", "worst_compactness", "worst_concavity",
    "worst_concave_points", "worst_symmetry", "worst_fractal_dimension",
)  # fmt: skip
FEATURE_LABELS = {
    "x1": "x₁", "x2": "x₂", "x1sq": "x₁²", "x2sq": "x₂²", "x1x2": "x₁x₂", "sinx1": "sin πx₁", "sinx2": "sin πx₂",
}  # fmt: skip


class DataKnobs(Base):
    """Which points, how many, how noisy, and what of them enters the network."""

    data: Literal[
        "circles", "xor", "gaussians", "spiral", "moons", "blobs", "checkerboard", "rings",
        "plane", "multi_gaussian", "sine", "iris", "wine", "breast_cancer", "painted", "table",
    ] = knob(
        "spiral", title="Data",
        labels={
            "circles": "Circles", "xor": "XOR", "gaussians": "Two Gaussians", "spiral": "Spiral", "moons": "Moons",
            "blobs": "Blobs", "checkerboard": "Checkerboard", "rings": "Rings", "plane": "Plane (regression)",
            "multi_gaussian": "Multi-Gaussian (regression)", "sine": "Sine, one input (regression)",
            "iris": "Iris flowers (real)", "wine": "Wine (real)", "breast_cancer": "Breast cancer (real)",
            "painted": "Own points: paint them", "table": "Own table (CSV)",
        },
    )  # fmt: skip

    table: str = knob(
        "", title="CSV file", upload="table", when=("data", ("table",)),
        help="A header line, then at most 20,000 rows, 2 MB: two columns of numbers, and a label or number to predict.",
    )  # fmt: skip
    table_x: str = knob("", title="Across", max_length=200, column_of="table", when=("data", ("table",)))
    table_y: str = knob("", title="Up", max_length=200, column_of="table", when=("data", ("table",)))
    table_target: str = knob("", title="To predict", max_length=200, column_of="table", when=("data", ("table",)))
    predicts: Literal["label", "number"] = knob(
        "label", title="It is a", when=("data", ("table",)), help="A label with 2 to 8 values, or a number."
    )
    painted: str = knob(
        STARTING, title="Painted points", pattern=PATTERN, max_length=3 * MOST_POINTS, group="stage",
        when=("data", ("painted",)),
    )  # fmt: skip

    class_count: int = knob(4, title="Classes", ge=2, le=8, group="more", when=("data", ("blobs",)))
    iris_x: Literal[*IRIS] = knob("petal_length", title="Across", group="more", when=("data", ("iris",)))  # type: ignore[valid-type]
    iris_y: Literal[*IRIS] = knob("petal_width", title="Up", group="more", when=("data", ("iris",)))  # type: ignore[valid-type]
    wine_x: Literal[*WINE] = knob("flavanoids", title="Across", group="more", when=("data", ("wine",)))  # type: ignore[valid-type]
    wine_y: Literal[*WINE] = knob("color_intensity", title="Up", group="more", when=("data", ("wine",)))  # type: ignore[valid-type]
    cancer_x: Literal[*CANCER] = knob("mean_radius", title="Across", group="more", when=("data", ("breast_cancer",)))  # type: ignore[valid-type]
    cancer_y: Literal[*CANCER] = knob("mean_texture", title="Up", group="more", when=("data", ("breast_cancer",)))  # type: ignore[valid-type]
    samples: int = knob(600, title="Samples", ge=20, le=5000, group="more", when=("data", TOYS))
    label_noise: float = knob(
        0.0, title="Label noise", ge=0, le=0.5, group="more", when=("data", (*ALWAYS_CLASSES, "table")),
        help="Share of the training labels that are redrawn at random.",
    )  # fmt: skip
    train_share: int = knob(
        60, title="Training share", ge=10, le=90, unit="%", group="more",
        help="The rest is halved into validation and test.",
    )  # fmt: skip
    features: tuple[Feature, ...] = knob(
        ("x1", "x2"), title="Features", min_length=1, group="more", when=("data", TWO_INPUTS),
        labels=FEATURE_LABELS,
    )  # fmt: skip

    @property
    def is_classes(self) -> bool:
        """Whether the targets are classes."""
        return self.data in ALWAYS_CLASSES or (self.data == "table" and self.predicts == "label")

    @property
    def feature_names(self) -> tuple[str, ...]:
        """What enters the network."""
        return self.features if self.data in TWO_INPUTS else ("x1",)

    def own(self) -> Own:
        """The visitor's own points. Raises OwnError with one sentence where they cannot be trained on."""
        if self.data == "painted":
            return painted_points(self.painted)
        return table_points(self.table, (self.table_x, self.table_y, self.table_target), self.is_classes)

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The names of the table's columns across, up and to predict, as far as they are known."""
        try:
            return self.own().columns
        except OwnError:
            return ("x₁", "x₂", "target")

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names of the classes of the visitor's own points; two where these cannot be trained on."""
        try:
            return self.own().names
        except OwnError:
            return ("class 0", "class 1")

    @property
    def output_count(self) -> int:
        """The number of outputs: one logit for two classes, one per class for more, one value for a target."""
        if not self.is_classes:
            return 1
        counts = {"blobs": self.class_count, "rings": 3, "iris": 3, "wine": 3}
        classes = len(self.own_names) if self.data in ("painted", "table") else counts.get(self.data, 2)
        return classes if classes > 2 else 1
