"""Zip files written anew: unchanged members keep their compressed bytes, whoever packed them and however."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO

import pytest

from toolkit.package.rezip import rezip


class Unseekable(io.RawIOBase):
    """A pipe: zip programs that write to one put the sizes behind each member."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def packed(stream: BinaryIO) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("甲.xml", "<甲/>" * 500)
        archive.writestr("b.bin", bytes(range(256)) * 8, zipfile.ZIP_STORED)
        archive.writestr("folder/", "")
        archive.writestr("folder/c.xml", "")


def compressed(data: bytes) -> dict[str, tuple[int, int, int]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {info.filename: (info.compress_type, info.compress_size, info.CRC) for info in archive.infolist()}


@pytest.mark.parametrize("piped", [False, True])
def test_members_are_replaced_added_and_removed(piped: bool) -> None:
    pipe, stream = Unseekable(), io.BytesIO()
    packed(pipe if piped else stream)  # type: ignore[arg-type]
    data = bytes(pipe.data) if piped else stream.getvalue()
    made = rezip(data, {"folder/c.xml": b"<c/>", "新.xml": b"<n/>"}, ["b.bin"])
    before, after = compressed(data), compressed(made)
    assert list(after) == ["甲.xml", "folder/", "folder/c.xml", "新.xml"]
    assert after["甲.xml"] == before["甲.xml"]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [archive.read(name) for name in ("甲.xml", "folder/c.xml", "新.xml")] == ["<甲/>".encode() * 500, b"<c/>", b"<n/>"]


def test_large_members_deflated_side_by_side_are_whole() -> None:
    stream = io.BytesIO()
    packed(stream)
    large = {f"{n}.xml": (f"<{n}>" * 200_000).encode() for n in ("x", "y", "z")}
    with zipfile.ZipFile(io.BytesIO(rezip(stream.getvalue(), large))) as archive:
        assert {name: archive.read(name) for name in large} == large


def test_names_in_old_encodings_stay() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xx.xml", b"1")
    data = stream.getvalue().replace(b"xx.xml", "汉".encode("gbk") + b".xml")
    assert rezip(data, {}).count("汉".encode("gbk") + b".xml") == 2
