"""Real tables: the CSV files that scikit-learn carries, read without importing it (which would cost 135 MB)."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

IRIS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
WINE = (
    "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids",
    "nonflavanoid phenols", "proanthocyanins", "color intensity", "hue", "od280/od315", "proline",
)  # fmt: skip
MEASURES = (
    "radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry",
    "fractal dimension",
)  # fmt: skip
CANCER = (
    *(f"mean {measure}" for measure in MEASURES),
    *(f"{measure} error" for measure in MEASURES),
    *(f"worst {measure}" for measure in MEASURES),
)
FILES = {"iris": ("iris.csv", IRIS), "wine": ("wine_data.csv", WINE), "breast_cancer": ("breast_cancer.csv", CANCER)}


@dataclass(frozen=True)
class Table:
    """A table of numbers with classes.

    `values` (N, D) float64, `targets` (N,) int64 with names in `class_names`; `columns` name the D columns as
    knobs do (petal_length), `titles` as axes do (petal length (cm)).
    """

    values: NDArray[np.float64]
    targets: NDArray[np.int64]
    columns: tuple[str, ...]
    titles: tuple[str, ...]
    class_names: tuple[str, ...]


def table(name: str) -> Table:
    """The table iris, wine or breast_cancer. Raises KeyError on another name."""
    file, titles = FILES[name]
    path = _folder() / file
    with path.open(encoding="utf-8") as lines:
        class_names = next(lines).strip().split(",")[2:]
        rows = np.loadtxt(lines, delimiter=",")
    return Table(rows[:, :-1], rows[:, -1].astype(np.int64), tuple(map(_column, titles)), titles, tuple(class_names))


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The handwritten digits: pictures (1797, 8, 8), grey from 0 to 16, and labels (1797,)."""
    rows = np.loadtxt(_folder() / "digits.csv.gz", delimiter=",")
    return rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(np.int64)


def _folder() -> Path:
    """Where scikit-learn keeps its files; finding it runs none of its code."""
    found = importlib.util.find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("The real tables come with scikit-learn, which is not installed.")
    return Path(found.submodule_search_locations[0], "datasets", "data")


def _column(title: str) -> str:
    return title.removesuffix(" (cm)").replace(" ", "_").replace("/", "_")
