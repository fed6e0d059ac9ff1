"""Where image sets are found and how they are read: made files with hashes of their own, and Debian's real ones."""

import dataclasses
import gzip
import tarfile

import numpy as np
import pytest

from playground.data import cifar, full, idx
from playground.data.full import Images, images
from playground.data.published import SETS, DataError
from tests.tiny_sets import ARCHIVE, IDX_FILES, IMAGES, LABELS, PICTURES, batches, lay, tar, tiny, tiny_cifar


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    """No folder of this machine takes part; a test adds its own."""
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(full, "DEBIAN", tmp_path / "debian")


def load(one=None) -> Images:
    return images("tiny", full=True, sets={"tiny": one or tiny()})


@pytest.mark.parametrize(("name", "counts"), [("mnist", (4000, 1000)), ("fashion_mnist", (5000, 1000))])
def test_the_subset_is_called_a_subset(name, counts):
    found = images(name)
    assert (len(found.train_images), len(found.test_images)) == counts
    assert found.title == f"{SETS[name].title} ({sum(counts):,}-image subset)" and not found.note
    assert found.train_images.dtype == np.uint8 and found.train_labels.dtype == np.int64
    assert np.ptp(np.bincount(found.train_labels)) == 0 == np.ptp(np.bincount(found.test_labels))


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("folder", [".", "tiny", "Tiny/raw"])
def test_a_users_folder_is_read_flat_or_as_torchvision_lays_it(tmp_path, monkeypatch, folder, packed):
    lay(tmp_path / "mine" / folder, IDX_FILES, packed)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "mine"))
    found = load()
    assert np.array_equal(found.train_images, IMAGES["train"]) and np.array_equal(found.test_images, IMAGES["test"])
    assert np.array_equal(found.train_labels, LABELS["train"]) and np.array_equal(found.test_labels, LABELS["test"])
    assert found.title == "Tiny (full set, 9 images)" and found.folder == tmp_path / "mine" / folder and not found.note


def test_places_are_searched_in_order(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "mine"))
    assert load().folder == full.FILES
    for root in ("cache", "debian", "mine"):
        lay(tmp_path / root / "tiny", IDX_FILES)
        assert load().folder == tmp_path / root / "tiny"


def test_the_full_set_is_taken_only_when_asked_for(tmp_path):
    lay(tmp_path / "cache" / "tiny", IDX_FILES)
    assert images("tiny", sets={"tiny": tiny()}).title == "Tiny (5,000-image subset)"


def test_a_missing_full_set_gives_the_subset_and_a_sentence():
    found = load()
    assert found.title == "Tiny (5,000-image subset)"
    assert found.note == "The full Tiny is not here: download it, or put its files into the folder PLAYGROUND_DATA_DIR."
    with pytest.raises(DataError, match="The full Tiny is not here"):
        load(tiny(subset=""))


@pytest.mark.parametrize(
    "spoil",
    [lambda raw: raw[:-1], lambda raw: raw + b"!", lambda raw: bytes([*raw[:-1], raw[-1] ^ 1]), lambda raw: b""],
    ids=["short", "long", "one bit", "empty"],
)
def test_a_file_that_is_not_the_published_one_is_passed_over(tmp_path, monkeypatch, spoil):
    name = "train-images-idx3-ubyte"
    lay(tmp_path / "mine", {**IDX_FILES, name: spoil(IDX_FILES[name])}, packed=True)
    monkeypatch.setenv("PLAYGROUND_DATA_DIR", str(tmp_path / "mine"))
    assert f"{name}.gz is not the published {name}" in load().note
    lay(tmp_path / "cache" / "tiny", IDX_FILES)
    assert load().folder == tmp_path / "cache" / "tiny"


@pytest.mark.parametrize("raw", [b"", b"not gzip", gzip.compress(b"x" * 1000)[:-9]], ids=["empty", "text", "cut"])
def test_a_damaged_gzip_is_one_sentence(tmp_path, raw):
    lay(tmp_path / "cache" / "tiny", IDX_FILES, packed=True)
    (tmp_path / "cache" / "tiny" / "t10k-labels-idx1-ubyte.gz").write_bytes(raw)
    assert "t10k-labels-idx1-ubyte" in load().note


def test_a_file_that_unpacks_without_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(full, "BLOCK", 100)
    path = lay(tmp_path, {"train-labels-idx1-ubyte": bytes(100_000)}, packed=True) / "train-labels-idx1-ubyte.gz"
    taken = []
    with pytest.raises(DataError, match="differs"):
        taken.extend(full.blocks(path, tiny().layouts[0][1]))
    assert sum(map(len, taken)) <= 200


def test_debians_package_is_read(tmp_path, monkeypatch):
    """The real package where it is installed, else a made one at its path."""
    monkeypatch.undo()
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DATA_DIR", raising=False)
    one, count = SETS["fashion_mnist"], 70_000
    if not (full.DEBIAN / "fashion-mnist").is_dir():
        monkeypatch.setattr(full, "DEBIAN", tmp_path / "debian")
        lay(tmp_path / "debian" / "fashion-mnist", IDX_FILES, packed=True)
        one, count = dataclasses.replace(one, layouts=tiny().layouts), 9
    found = images("fashion_mnist", full=True, sets={"fashion_mnist": one})
    assert found.folder == full.DEBIAN / "fashion-mnist" and not found.note
    assert found.title == f"Fashion-MNIST (full set, {count:,} images)"
    assert len(found.train_images) + len(found.test_images) == count == len(found.train_labels) + len(found.test_labels)


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0\0\x08", b"\0\0\x08\1\0\0\0", b"\0\0\x0d\1\0\0\0\1x", b"\1\0\x08\1\0\0\0\1x", b"\0\0\x08\1\0\0\0\2x",
     b"\0\0\x08\0", b"\0\0\x08\xff" + b"\xff" * 1020, b"\0\0\x08\3" + b"\xff" * 12],
)  # fmt: skip
def test_what_is_no_idx_file_is_refused(raw):
    with pytest.raises(DataError):
        idx.decode(raw)


def test_idx_files_that_do_not_match_are_refused():
    swapped = dict(zip(IDX_FILES, [*list(IDX_FILES.values())[1:], IDX_FILES["train-images-idx3-ubyte"]], strict=True))
    with pytest.raises(DataError, match="do not match"):
        idx.arrays(swapped)


@pytest.mark.parametrize("files", [{"cifar-10-binary.tar.gz": ARCHIVE}, batches()], ids=["archive", "folder"])
def test_cifar_is_read_from_its_archive_or_a_folder(tmp_path, files):
    lay(tmp_path / "cache" / "cifar", files)
    found = load(tiny_cifar())
    assert np.array_equal(found.train_images, PICTURES[:10]) and np.array_equal(found.test_images, PICTURES[10:])
    assert found.train_labels.tolist() == list(range(10)) and found.test_labels.tolist() == [0, 1]
    assert found.title == "TinyCifar (full set, 12 images)"


def test_a_changed_cifar_archive_is_refused(tmp_path):
    lay(tmp_path / "cache" / "cifar", {"cifar-10-binary.tar.gz": ARCHIVE[:-1] + b"!"})
    with pytest.raises(DataError, match="not the published cifar-10-binary"):
        load(tiny_cifar())


@pytest.mark.parametrize("prefix", ["", "/", "../", f"../{cifar.FOLDER}/", f"./{cifar.FOLDER}/"])
def test_members_of_other_names_are_left_alone(tmp_path, prefix):
    path = lay(tmp_path, {"x.tar.gz": tar({f"{prefix}{name}": raw for name, raw in batches().items()})}) / "x.tar.gz"
    assert cifar.members(path) == {}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_members_that_are_no_regular_files_are_left_alone(tmp_path, kind):
    files = {f"{cifar.FOLDER}/{name}": raw for name, raw in batches().items()}
    assert cifar.members(lay(tmp_path, {"x.tar.gz": tar(files, kind)}) / "x.tar.gz") == {}


def test_members_are_bounded_in_size_and_number(tmp_path, monkeypatch):
    path = lay(tmp_path, {"x.tar.gz": ARCHIVE}) / "x.tar.gz"
    assert set(cifar.members(path)) == set(batches())
    monkeypatch.setattr(cifar, "MOST_MEMBERS", 3)
    assert len(cifar.members(path)) == 2
    monkeypatch.setattr(cifar, "MOST_BYTES", cifar.RECORD)
    assert cifar.members(path) == {}


@pytest.mark.parametrize("raw", [b"", b"text", ARCHIVE[: len(ARCHIVE) // 2]], ids=["empty", "text", "cut"])
def test_a_damaged_archive_is_one_sentence(tmp_path, raw):
    path = lay(tmp_path, {"x.tar.gz": raw}) / "x.tar.gz"
    with pytest.raises(DataError, match="not an archive that can be read"):
        cifar.members(path)


def test_odd_cifar_batches_are_refused():
    good = batches()
    for odd in (b"", b"\0" * 100, b"\x0a" + good[cifar.TEST][1:]):
        with pytest.raises(DataError):
            cifar.arrays({**good, cifar.TEST: odd})
    with pytest.raises(DataError, match=r"lacks test_batch\.bin"):
        cifar.arrays({name: raw for name, raw in good.items() if name != cifar.TEST})


def test_the_published_sizes_are_those_of_the_formats():
    """An idx file is its header and one byte a pixel or label."""
    for name in ("mnist", "fashion_mnist"):
        sizes = [part.size for part in SETS[name].layouts[0]]
        assert sizes == [16 + 60_000 * 784, 8 + 60_000, 16 + 10_000 * 784, 8 + 10_000]
    assert {part.size for part in SETS["cifar10"].layouts[1]} == {cifar.MOST_BYTES}
    assert all(len(part.sha256) == 64 for one in SETS.values() for part in one.layouts[0])
