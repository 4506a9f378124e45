"""Word documents (.docx) as a flow grid: a row per table row or paragraph, a piece per cell.

Cells keep their column of the table's grid; a cell merged from above is an empty piece. Deleted text of tracked changes
and hidden text are left out. `reading.flow` makes declarations of the grid, as it does for text files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package.parts import RESEND, Package
from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.values.text import clean_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_GAP = re.compile(r"\t+|[ \u3000\u00a0]{2,}")
_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_LEFT_OUT = frozenset((*(f"{W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "footnoteReference")), f"{MC}Fallback"))


def read_docx(package: Package, part: str) -> tuple[Grid, ...]:
    """Return the document's text; `part` is its main part. Raises SourceError where there is none, as in a scan."""
    body = package.xml(part).find(f"{W}body")
    cells: dict[Position, CellValue] = {}
    row = 1
    for pieces in _lines(body) if body is not None else ():
        for column, text in pieces:
            if text:
                cells[row, column] = text
        row += 1
    if not cells:
        pictures = any(name.startswith("word/media/") for name in package.names)
        if pictures:
            cure = "请报送可编辑的申报表（.xlsx），盖章扫描件可作为附件一并报送"
            raise SourceError("文件-扫描件", f"{package.display}：只有图片（盖章扫描件），没有可读的文字", cure)
        raise SourceError("文件-空", f"{package.display}：文档里没有文字", RESEND)
    return (Grid(None, cells, flow=True),)


def _lines(element: etree._Element) -> Iterator[list[tuple[int, str]]]:
    for child in element:
        if child.tag == f"{W}p":
            for line in _paragraph(child).split("\n"):
                yield [(n, clean_text(piece)) for n, piece in enumerate(_GAP.split(line), start=1)]
        elif child.tag == f"{W}tbl":
            for line in _inside(child, f"{W}tr"):
                yield list(_row(line))
        elif child.tag in _WRAPPERS:
            yield from _lines(child)


def _inside(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _row(row: etree._Element) -> Iterator[tuple[int, str]]:
    column = 1 + _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
    for cell in _inside(row, f"{W}tc"):
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        below = merge is not None and merge.get(f"{W}val", "continue") == "continue"
        yield column, "" if below else clean_text(_cell(cell))
        column += _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)


def _cell(cell: etree._Element) -> str:
    """A cell's paragraphs, a line each; a table inside a cell gives its texts."""
    lines = []
    for child in cell:
        if child.tag == f"{W}p":
            lines.append(_paragraph(child))
        elif child.tag == f"{W}tbl":
            lines += ["\t".join(text for _, text in _row(row) if text) for row in _inside(child, f"{W}tr")]
        elif child.tag in _WRAPPERS:
            lines.append(_cell(child))
    return "\n".join(lines).strip("\n")


def _number(element: etree._Element | None, default: int) -> int:
    text = element.get(f"{W}val", "") if element is not None else ""
    return min(int(text), 100) if text.isascii() and text.isdigit() and len(text) < 6 else default


def _paragraph(element: etree._Element) -> str:
    return "".join(_runs(element))


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{W}r" and child.find(f"{W}rPr/{W}vanish") is not None:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif isinstance(child.tag, str):
            yield from _runs(child)
