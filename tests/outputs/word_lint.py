"""What Microsoft's validator does not see in a .docx: cells without a paragraph, open fields, merges without a top, dead links."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")


def lint(data: bytes) -> list[str]:
    """Return what is wrong with the document, part by part; [] for one that Word opens without a word."""
    found: list[str] = []
    with zipfile.ZipFile(BytesIO(data)) as archive:
        names = archive.namelist()
        found += [f"{name}: twice" for name in set(names) if names.count(name) > 1]
        for name in filter(_TEXT_PARTS.fullmatch, names):
            root = etree.fromstring(archive.read(name))
            folder, _, base = name.rpartition("/")
            links = f"{folder}/_rels/{base}.rels"
            known = set(re.findall(r'Id="([^"]*)"', archive.read(links).decode())) if links in names else set()
            for check in (_cells, _merges, _fields, _bookmarks, _marks):
                found += [f"{name}: {text}" for text in check(root)]
            used = {value for element in root.iter() for key, value in element.attrib.items() if key == f"{_R}id"}
            found += [f"{name}: no relationship {identity}" for identity in sorted(used - known)]
    return found


def _cells(root: etree._Element) -> Iterator[str]:
    for cell in root.iter(f"{_W}tc"):
        children = [child.tag for child in cell]
        if not children or children[-1] != f"{_W}p":
            yield "a cell does not end with a paragraph"
        if f"{_W}tcPr" in children[1:]:
            yield "the properties of a cell are not first"
    for table in root.iter(f"{_W}tbl"):
        columns = len(table.findall(f"{_W}tblGrid/{_W}gridCol"))
        for row in table.findall(f"{_W}tr"):
            if sum(_span(cell) for cell in row.findall(f"{_W}tc")) != columns:
                yield f"a row does not fill the {columns} columns of its table"


def _span(cell: etree._Element) -> int:
    found = cell.find(f"{_W}tcPr/{_W}gridSpan")
    return 1 if found is None else int(found.get(f"{_W}val", "1"))


def _merges(root: etree._Element) -> Iterator[str]:
    for table in root.iter(f"{_W}tbl"):
        above: dict[int, int] = {}
        for row in table.findall(f"{_W}tr"):
            here: dict[int, int] = {}
            place = 0
            for cell in row.findall(f"{_W}tc"):
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                if merge is not None:
                    here[place] = _span(cell)
                    if merge.get(f"{_W}val") != "restart":
                        if above.get(place) != _span(cell):
                            yield "a cell continues a merge that does not begin above it"
                        if "".join(cell.itertext()):
                            yield "a cell within a merge holds text"
                place += _span(cell)
            above = here


def _fields(root: etree._Element) -> Iterator[str]:
    depth: list[str] = []
    for char in root.iter(f"{_W}fldChar"):
        kind = char.get(f"{_W}fldCharType")
        if kind == "begin":
            depth.append("begin")
        elif not depth or (kind == "separate" and depth[-1] != "begin"):
            yield f"a field's {kind} without its begin"
        elif kind == "separate":
            depth[-1] = "separate"
        else:
            depth.pop()
    if depth:
        yield "a field is not closed"


def _bookmarks(root: etree._Element) -> Iterator[str]:
    starts = [(e.get(f"{_W}id"), e.get(f"{_W}name", "")) for e in root.iter(f"{_W}bookmarkStart")]
    ends = [e.get(f"{_W}id") for e in root.iter(f"{_W}bookmarkEnd")]
    names = [name for _, name in starts]
    if sorted(ends) != sorted(identity for identity, _ in starts) or len(set(ends)) != len(ends):
        yield "bookmarks that are not closed once"
    if len(set(names)) != len(names):
        yield "two bookmarks of one name"
    yield from (f"bookmark {name}" for name in names if not re.fullmatch(r"[^\W\d]\w{0,39}", name))
    wanted = {e.get(f"{_W}anchor", "") for e in root.iter(f"{_W}hyperlink")}
    wanted |= {m[1] for e in root.iter(f"{_W}instrText") if (m := re.search(r"PAGEREF (\S+)", e.text or ""))}
    yield from (f"no bookmark {name}" for name in sorted(wanted - set(names)))


def _marks(root: etree._Element) -> Iterator[str]:
    if any(isinstance(node, etree._ProcessingInstruction) for node in root.iter()):
        yield "a mark of the template is left"
    if re.search("[\ufdd0\ufdd1]", "".join(root.itertext())):
        yield "a slot is left"
