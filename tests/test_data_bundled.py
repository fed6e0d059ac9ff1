"""The carried files are the ones that their README describes, and the pages' words on them are true."""

import csv
import hashlib
import re

import numpy as np

from playground.data.bundled import FILES, bundled
from playground.data.sources import SOURCES
from playground.data.tables import table

README = (FILES / "README.md").read_text("utf-8")
SUMS = {name: digest for digest, name in re.findall(r"^ {4}([0-9a-f]{64})  (\S+)$", README, re.MULTILINE)}


def rows(name: str) -> int:
    with bundled(name).open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.DictReader(lines))


def test_every_file_has_its_hash_and_its_origin():
    assert set(SUMS) == {path.name for path in FILES.iterdir()} - {"README.md"}
    for name, digest in SUMS.items():
        assert hashlib.sha256(bundled(name).read_bytes()).hexdigest() == digest, name
        assert f"`{name}`" in README


def test_sources_state_the_sizes():
    sizes = {name: f"{rows(f'{name}.csv'):,}" for name in ("surnames", "sunspots", "co2", "cars")}
    sizes |= {name: f"{len(table(name).targets)}" for name in ("iris", "wine", "breast_cancer")}
    sizes["first_names"] = f"{len(bundled('first_names.txt').read_text('utf-8').split()):,}"
    for name, file in (("mnist_subset", "mnist_5k.npz"), ("fashion_mnist_subset", "fashion_mnist_6k.npz")):
        with np.load(bundled(file), allow_pickle=False) as arrays:
            sizes[name] = f"{len(arrays['train_labels']) + len(arrays['test_labels']):,}-image subset"
    for name, size in sizes.items():
        assert size in SOURCES[name].text, name


def test_every_source_has_a_licence():
    assert all(source.licence for source in SOURCES.values())
