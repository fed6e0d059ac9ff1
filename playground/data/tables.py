"""Real tables: the CSV files that scikit-learn and plotly carry, read without importing what reads them there.

scikit-learn alone would cost 135 MB.
"""

from __future__ import annotations

import gzip
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
    path = _folder("sklearn", "datasets", "data") / file
    with path.open(encoding="utf-8") as lines:
        class_names = next(lines).strip().split(",")[2:]
        rows = np.loadtxt(lines, delimiter=",")
    return Table(rows[:, :-1], rows[:, -1].astype(np.int64), tuple(map(_column, titles)), titles, tuple(class_names))


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The handwritten digits: pictures (1797, 8, 8), grey from 0 to 16, and labels (1797,)."""
    rows = np.loadtxt(_folder("sklearn", "datasets", "data") / "digits.csv.gz", delimiter=",")
    return rows[:, :-1].reshape(-1, 8, 8), rows[:, -1].astype(np.int64)


def stocks() -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The names of six shares and their weekly prices (105, 6) of 2018 and 2019, in units of the first."""
    with gzip.open(_folder("plotly", "package_data", "datasets") / "stocks.csv.gz", "rt", encoding="utf-8") as lines:
        names = next(lines).strip().split(",")[1:]
        rows = np.loadtxt(lines, delimiter=",", usecols=range(1, len(names) + 1))
    return tuple(names), rows


def _folder(package: str, *inside: str) -> Path:
    """A folder of data inside an installed package; finding it runs none of the package's code."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(f"Some real tables come with {package}, which is not installed.")
    return Path(found.submodule_search_locations[0], *inside)


def _column(title: str) -> str:
    return title.removesuffix(" (cm)").replace(" ", "_").replace("/", "_")
