"""A package being changed: written anew or as a patch it is the same; what is packed early or late too; heads are heads."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import datetime

import pytest
import xlsxwriter

from toolkit.errors import SourceError
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet.properties import custom_properties, set_custom_properties

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


def book() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        for name in ("甲", "乙"):
            sheet = made.add_worksheet(name)
            sheet.write(0, 0, name)
            sheet.write_comment(0, 0, name)
        made.set_properties({"created": datetime(2024, 1, 1)})
    return stream.getvalue()


def changed(draft: Draft) -> None:
    """Copies the first sheet with its notes, takes those of the second away, puts a picture and properties in."""
    copies = draft.copy("xl/worksheets/sheet1.xml")
    draft.link(BOOK, f"{OFFICE_RELATIONSHIPS}/worksheet", copies["xl/worksheets/sheet1.xml"])
    second = "xl/worksheets/sheet2.xml"
    for kind in ("comments", "vmlDrawing"):
        part = draft.related(second, kind)
        assert part is not None
        draft.detach(second, part)
    draft.put("xl/media/图.png", b"\x89PNG", "image/png")
    draft.link(second, f"{OFFICE_RELATIONSHIPS}/image", "xl/media/图.png")
    set_custom_properties(draft, {"来源": "甲\x01", "无": None})


def shape(data: bytes) -> dict[str, tuple[str | None, bytes, dict[str, tuple[str, str]]]]:
    """Return of every part its type, its content and its links, whatever lists a package keeps of them."""
    with open_package(data, "甲.xlsx") as found:
        names = [name for name in found.names if name != "[Content_Types].xml" and not name.endswith(".rels")]
        links = {name: {link.id: (link.type, link.target) for link in found.relationships(name).values()} for name in names}
        return {name: (found.content_types.get(name), found.read(name), links[name]) for name in names}


def test_both_ways_of_writing_give_the_same_package() -> None:
    data = book()
    with open_package(data, "甲.xlsx") as found:
        anew = Draft(found)
        patch = Draft(found, data)
        for draft in (anew, patch):
            changed(draft)
        patched = patch.to_bytes()
    assert shape(anew.to_bytes()) == shape(patched)
    assert anew.to_bytes() == anew.fork().to_bytes()
    parts = shape(patched)
    assert {"xl/worksheets/sheet3.xml", "xl/comments3.xml", "xl/media/图.png"} <= parts.keys()
    assert "xl/comments2.xml" not in parts and parts["xl/worksheets/sheet2.xml"][2].keys() == {"rId1"}
    with open_package(patched, "甲.xlsx") as found:
        assert custom_properties(found) == {"来源": "甲"}


def test_a_fork_leaves_the_draft_alone() -> None:
    with open_package(book(), "甲.xlsx") as found:
        draft = Draft(found)
    before = draft.to_bytes()
    changed(draft.fork())
    assert draft.to_bytes() == before


def test_what_nothing_links_to_is_left_out_only_when_written_anew() -> None:
    data = book()
    with open_package(data, "甲.xlsx") as found:
        anew, patch = Draft(found), Draft(found, data)
        for draft in (anew, patch):
            draft.unlink(BOOK, *(link for link, part in draft.targets(BOOK, "worksheet") if part.endswith("sheet2.xml")))
        patched = patch.to_bytes()
    assert "xl/worksheets/sheet2.xml" not in contents(anew.to_bytes())
    assert contents(patched).keys() == contents(data).keys()
