"""A package with a few parts changed: what is packed early or late is the same, and heads are heads."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from toolkit.errors import SourceError
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package

BOOK, LARGE = "xl/workbook.xml", "xl/大.xml"
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def package(method: int = zipfile.ZIP_DEFLATED) -> bytes:
    large = b"<a>" + bytes(random.Random(1).choices(b"abcdef", k=300_000)) + b"</a>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in (("[Content_Types].xml", TYPES), (BOOK, b"<book/>"), (LARGE, large)):
            archive.writestr(name, data)
    return stream.getvalue()


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_head_is_the_beginning_of_a_part(method: int) -> None:
    data = package(method)
    with open_package(data, "甲.xlsx") as found:
        patch = Draft(found, data)
        whole = contents(data)[LARGE]
        assert patch.head(LARGE, 50) == whole[:50] == found.head("XL/大.xml", 50)
        assert patch.head(LARGE, 10**7) == patch.read(LARGE) == whole
        patch.put(LARGE, b"<b>" + whole)
        assert patch.head(LARGE, 4) == b"<b><"
        with pytest.raises(SourceError, match="缺少部件"):
            patch.head("xl/没有.xml", 50)


def test_a_damaged_part_has_no_head() -> None:
    data = bytearray(package())
    place = data.index("xl/大.xml".encode()) + len("xl/大.xml".encode())
    data[place : place + 40] = b"\xff" * 40
    with open_package(bytes(data), "甲.xlsx") as found, pytest.raises(SourceError, match="文件已损坏"):
        found.head(LARGE, 5000)


def test_parts_packed_early_are_those_packed_late() -> None:
    data = package()
    changed = contents(data)[LARGE][::-1]

    def patched(*, settle: bool, again: bytes | None = None) -> bytes:
        with open_package(data, "甲.xlsx") as found:
            patch = Draft(found, data)
            patch.put(LARGE, changed)
            patch.put(BOOK, b"<new/>")
            if settle:
                patch.settle(LARGE)
                patch.settle(BOOK)
                patch.settle("xl/没有.xml")
            if again is not None:
                patch.put(LARGE, again)
            return patch.to_bytes()

    assert patched(settle=True) == patched(settle=False)
    assert contents(patched(settle=True)) == {"[Content_Types].xml": TYPES, BOOK: b"<new/>", LARGE: changed}
    assert contents(patched(settle=True, again=b"<later/>"))[LARGE] == b"<later/>"
