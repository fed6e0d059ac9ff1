"""The tables against scikit-learn's own readers, and against a plain reading of plotly's file."""

import csv
import gzip
import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly
import pytest
from sklearn import datasets

from playground.concepts.network.sandbox import data_knobs as knobs
from playground.data.tables import FILES, digits, stocks, table

ORACLES = {"iris": datasets.load_iris, "wine": datasets.load_wine, "breast_cancer": datasets.load_breast_cancer}


@pytest.mark.parametrize("name", FILES)
def test_a_table_equals_scikit_learns(name):
    found, oracle = table(name), ORACLES[name]()
    assert np.array_equal(found.values, oracle.data) and np.array_equal(found.targets, oracle.target)
    assert found.class_names == tuple(oracle.target_names)
    renamed = [title.replace("_", " ").removesuffix(" of diluted wines") for title in oracle.feature_names]
    assert list(found.titles) == renamed


def test_the_digits_equal_scikit_learns():
    (pictures, labels), oracle = digits(), datasets.load_digits()
    assert np.array_equal(pictures, oracle.images) and np.array_equal(labels, oracle.target)


def test_the_stocks_are_those_of_plotlys_file():
    names, prices = stocks()
    file = Path(plotly.__file__).parent / "package_data" / "datasets" / "stocks.csv.gz"
    header, *rows = csv.reader(gzip.decompress(file.read_bytes()).decode().splitlines())
    assert header == ["date", *names] and [row[1:] for row in rows] == [[str(v) for v in row] for row in prices]
    assert prices.shape == (105, 6) and (prices[0] == 1).all()


def test_columns_are_the_names_of_the_sandbox():
    assert table("iris").columns == knobs.IRIS
    assert table("wine").columns == knobs.WINE
    assert table("breast_cancer").columns[:10] + table("breast_cancer").columns[20:] == knobs.CANCER


def test_a_table_is_read_without_scikit_learn():
    code = "import sys; from playground.data.tables import table; table('wine'); print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"False\n"


def test_an_unknown_table_is_refused():
    with pytest.raises(KeyError):
        table("titanic")
