"""What visitors bring: odd pictures, texts and tables give a plain form or one sentence, never anything else."""

from __future__ import annotations

import io
import os
import struct
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from playground.data.own import pictures, sheets, store, texts
from playground.data.published import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PLAYGROUND_CACHE_DIR", str(tmp_path))
    return tmp_path / "uploads"


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def grey(mode: str, dtype: str, top: float) -> Image.Image:
    ramp = np.linspace(0, top, 40 * 30).reshape(30, 40).astype(dtype)
    made = Image.fromarray(ramp)
    assert made.mode == mode
    return made


def photo(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    return Image.fromarray(pixels).convert(mode)


def animated() -> bytes:
    return saved(photo("P"), "GIF", save_all=True, append_images=[photo("P", (40, 30)), photo("P")], duration=10)


def turned() -> bytes:
    """40 x 30 pixels that say of themselves that they lie on their side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved(photo(), "JPEG", exif=exif)


def bomb(width: int, height: int) -> bytes:
    """A tiny PNG that claims to be huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


PNG = saved(photo(), "PNG")
JPEG = saved(photo(), "JPEG")
PICTURES: dict[str, Callable[[], bytes]] = {
    "png": lambda: PNG,
    "jpeg": lambda: JPEG,
    "cmyk": lambda: saved(photo("CMYK"), "JPEG"),
    "cmyk tiff": lambda: saved(photo("CMYK"), "TIFF"),
    "palette": lambda: saved(photo("P"), "PNG"),
    "palette with transparency": lambda: saved(photo("P"), "PNG", transparency=3),
    "one bit": lambda: saved(photo("1"), "PNG"),
    "grey": lambda: saved(photo("L"), "PNG"),
    "grey with alpha": lambda: saved(photo("LA"), "PNG"),
    "transparent": lambda: saved(photo("RGBA"), "PNG"),
    "16 bits": lambda: saved(grey("I;16", "uint16", 65535), "PNG"),
    "32 bits": lambda: saved(grey("I", "int32", 1e9), "TIFF"),
    "floats": lambda: saved(grey("F", "float32", 1.0), "TIFF"),
    "hsv": lambda: saved(photo("YCbCr"), "JPEG"),
    "lab": lambda: saved(photo("LAB"), "TIFF"),
    "animated gif": animated,
    "animated webp": lambda: saved(photo(), "WEBP", save_all=True, append_images=[photo()]),
    "bmp": lambda: saved(photo(), "BMP"),
    "ppm": lambda: saved(photo(), "PPM"),
    "interlaced": lambda: saved(photo(), "PNG", interlace=1),
    "progressive": lambda: saved(photo(), "JPEG", progressive=True),
    "turned by exif": turned,
    "one pixel": lambda: saved(photo(size=(1, 1)), "PNG"),
    "one row": lambda: saved(photo(size=(3000, 1)), "PNG"),
    "large": lambda: saved(photo(size=(2500, 2000)), "JPEG"),
}
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "a text": lambda: b"hello, I am not a picture",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": lambda: b"<!doctype html><script>alert(1)</script>",
    "truncated png": lambda: saved(photo(size=(400, 300)), "PNG")[:5000],
    "truncated jpeg": lambda: saved(photo(size=(400, 300)), "JPEG")[:5000],
    "only a head": lambda: PNG[:20],
    "bomb": lambda: bomb(60_000, 60_000),
    "bomb below Pillow's own limit": lambda: bomb(9_000, 9_000),
    "too many bytes": lambda: PNG + b"\0" * 20_000_000,
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "a zip": lambda: b"PK\x03\x04" + bytes(100),
    "zeros": lambda: bytes(1000),
}


@pytest.mark.parametrize("name", PICTURES)
def test_an_odd_picture_becomes_a_small_rgb_picture(name: str) -> None:
    found = pictures.pixels(pictures.normalised(PICTURES[name]()))
    assert found.ndim == 3 and found.shape[2] == 3 and found.dtype == np.uint8
    assert min(found.shape[:2]) >= 1 and max(found.shape[:2]) <= pictures.SIDE


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_picture_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError, match=r"^[A-Z][^\n]*\.$"):
        pictures.normalised(NO_PICTURES[name]())


def test_pictures_keep_what_they_show() -> None:
    assert np.array_equal(pictures.pixels(pictures.normalised(PNG)), np.asarray(photo()))
    assert pictures.pixels(pictures.normalised(turned())).shape == (40, 30, 3)
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert (pictures.pixels(pictures.normalised(saved(clear, "PNG"))) == 255).all()
    deep = pictures.pixels(pictures.normalised(saved(grey("I;16", "uint16", 65535), "PNG")))
    assert deep.min() == 0 and deep.max() == 255


TEXTS = {
    "ascii": b"hello",
    "one character": b"a",
    "emoji": "\U0001f600\U0001f680 family: \U0001f469‍\U0001f469‍\U0001f467".encode(),
    "right to left": "שלום עולם\nمرحبا".encode(),
    "chinese": "深度学习".encode(),
    "with a mark": b"\xef\xbb\xbfhello",
    "utf-16": "hello".encode("utf-16"),
    "utf-16 big": b"\xfe\xff" + "hello".encode("utf-16-be"),
    "windows": b"caf\xe9 \x93quoted\x94",
    "old line ends": b"one\rtwo\r\nthree\n",
    "a few control characters": b"bell \x07" + b"plain words " * 20,
    "one long line": b"a" * 900_000,
    "markup": b"<script>alert(1)</script> {{ 7*7 }} {% raw %}",
    "combining": "ÅÅÅ".encode(),
}
NO_TEXTS = {
    "empty": b"",
    "blanks": b" \n\t \n",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "50 MB": b"a" * 50_000_000,
    "a picture": PNG,
    "zeros": bytes(1000),
    "random": np.random.default_rng(0).integers(0, 255, 4000, np.uint8).tobytes(),
    "utf-16 without a mark": "hello world".encode("utf-16-le"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_text_becomes_clean_unicode(name: str) -> None:
    found = texts.normalised(TEXTS[name]).decode()
    assert found and "\r" not in found and "\x07" not in found and "﻿" not in found


@pytest.mark.parametrize("name", NO_TEXTS)
def test_what_is_no_text_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError, match=r"^[A-Z][^\n]*\.$"):
        texts.normalised(NO_TEXTS[name])


TABLES = {
    "plain": "a,b\n1,2\n3,4\n",
    "semicolons and decimal commas": "a;b\n1,5;2\n3,25;4\n",
    "tabs": "a\tb\n1\t2\n",
    "quoted": 'a,"b, c"\n1,"2"\n',
    "blank lines": "\na,b\n\n1,2\n\n",
    "missing": "a,b\n1,\nNA,4\n",
    "words": "a,b\n1,red\n2,blue\n",
    "one column": "a\n1\n2\n",
    "no last line end": "a,b\n1,2",
    "blanks around": " a , b \n 1 , 2 \n",
    "windows": b"pr\xe9nom,b\n1,2\n",
    "utf-16": "a,b\n1,2\n".encode("utf-16"),
}
NO_TABLES = {
    "empty": "",
    "a header alone": "a,b\n",
    "no header": "1,2\n3,4\n",
    "a column without a name": "a,\n1,2\n",
    "twice the same name": "a,a\n1,2\n",
    "a short row": "a,b\n1,2\n3\n",
    "a long row": "a,b\n1,2,3\n",
    "a huge cell": "a,b\n1," + "x" * 500 + "\n",
    "a cell beyond csv's own limit": "a,b\n1," + "x" * 200_000 + "\n",
    "a huge name": "x" * 500 + ",b\n1,2\n",
    "too many columns": ",".join(f"c{i}" for i in range(100)) + "\n" + ",".join("1" * 100) + "\n",
    "too many rows": "a\n" + "1\n" * 20_001,
    "too many bytes": "a,b\n" + "1,2\n" * 600_000,
    "binary": PNG,
}


def raw(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


@pytest.mark.parametrize("name", TABLES)
def test_an_odd_table_becomes_named_columns(name: str) -> None:
    sheet = sheets.read(sheets.normalised(raw(TABLES[name])))
    assert len(set(sheet.columns)) == len(sheet.columns) >= 1
    assert all(len(row) == len(sheet.columns) for row in sheet.rows)
    assert "" not in sheet.numeric()


@pytest.mark.parametrize("name", NO_TABLES)
def test_what_is_no_table_gives_one_sentence(name: str) -> None:
    with pytest.raises(DataError, match=r"^[A-Z][^\n]*\.$"):
        sheets.normalised(raw(NO_TABLES[name]))


def test_numbers_of_a_table_are_read_and_a_bad_one_is_named() -> None:
    sheet = sheets.read(sheets.normalised(b"a;b;c\n1,5;2;x\n-3e2;;y\n"))
    assert sheet.numbers("a").tolist() == [1.5, -300]
    assert np.isnan(sheet.numbers("b")[1]) and sheet.numeric() == ("a", "b")
    with pytest.raises(DataError, match="Row 2 of column 'c' is 'x', not a number"):
        sheet.numbers("c")
    with pytest.raises(DataError, match="The table has no column 'd'; it has a, b, c"):
        sheet.numbers("d")
    assert [sheets.number(text) for text in ("inf", "1_000", "1e999", "0x10", "१")] == [None, None, None, None, 1.0]


def test_an_upload_is_kept_under_its_content(cache: Path) -> None:
    key = store.keep("text", b"hello\r\n")
    assert key == store.keep("text", b"\xef\xbb\xbfhello\n") and len(key) == store.DIGITS
    assert store.holds("text", key) and not store.holds("image", key)
    assert store.plain("text", key) == b"hello"
    assert [path.name for path in cache.iterdir()] == [f"{key}.text"]


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 20, "g" * 20, "/etc/passwd", "0" * 19 + "/"])
def test_a_key_that_names_nothing_gives_one_sentence(key: str) -> None:
    assert not store.holds("image", key)
    with pytest.raises(DataError, match=r"^[^\n]*\.$"):
        store.plain("image", key)


def test_uploads_are_bounded_and_the_least_recently_used_go(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_UPLOADS_MB", "2")
    keys = [store.keep("text", letter * 900_000) for letter in (b"a", b"b")]
    for age, key in zip((50, 100), keys, strict=True):
        os.utime(cache / f"{key}.text", (time.time() - age, time.time() - age))
    newest = store.keep("text", b"c" * 900_000)
    assert {path.stem for path in cache.iterdir()} == {keys[0], newest}


def test_a_disk_that_takes_nothing_gives_one_sentence(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="disk"):
        store.keep("text", b"hello")


def test_uploads_at_the_same_time_are_all_kept_or_gone_whole(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "bound", lambda: 2000)  # so that each removes what others bring

    def bring(who: int) -> list[str]:
        return [store.keep("text", f"{who} {number} {'x' * 200}".encode()) for number in range(50)]

    with ThreadPoolExecutor(4) as pool:
        keys = [key for brought in pool.map(bring, range(4)) for key in brought]
    left = {path.stem: path.stat().st_size for path in cache.iterdir()}
    assert len(set(keys)) == 200 and set(left) <= set(keys) and 0 < sum(left.values()) <= 2000 + 3 * 210
