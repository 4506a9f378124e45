"""OpenDocument texts (.odt) as a grid, as `docx` makes it: a row per table row or paragraph, a cell per table cell with its spans.

Deleted text of tracked changes, notes and remarks are left out. Called by `sources.open` through `read_opendocument`, which also
tells a text from a spreadsheet by what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.parts import RESAVE, Package
from toolkit.sources import ods
from toolkit.sources.grid import Grid
from toolkit.sources.ods import OFFICE, TABLE, TEXT
from toolkit.sources.page import Page

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PARAGRAPHS = frozenset(f"{TEXT}{name}" for name in ("p", "h"))
_AROUND = frozenset(
    (*(f"{TEXT}{name}" for name in ("section", "list", "list-item", "list-header", "numbered-paragraph", "index-body")),)
    + (*(f"{TEXT}{name}" for name in ("table-of-content", "user-index", "index-title")), f"{_DRAW}frame", f"{_DRAW}text-box")
)


def read_opendocument(data: bytes, display: str) -> tuple[bool, tuple[Grid, ...]]:
    """Return whether a document is a text, and its grids. Raises SourceError for one that is damaged, encrypted or of another kind."""
    with ods.opened(data, display) as package:
        root = package.xml("content.xml")
        body = root.find(f"{OFFICE}body/{OFFICE}text")
        if body is not None:
            return True, (_text(body, package),)
        if root.find(f"{OFFICE}body/{OFFICE}spreadsheet") is None:
            raise SourceError("文件-格式", f"{display}：是 OpenDocument 的图片或演示文稿，不是表格", RESAVE)
        return False, ods.sheets(root, package)


def _text(body: etree._Element, package: Package) -> Grid:
    page = Page()
    _fill(body, page, package)
    return page.grid(package.display, pictures=any(name.startswith("Pictures/") for name in package.names))


def _fill(element: etree._Element, page: Page, package: Package) -> None:
    for child in element:
        if child.tag in _PARAGRAPHS:
            page.put_paragraph("".join(ods.runs(child)))
        elif child.tag == f"{TABLE}table":
            _table(child, page, package)
        elif child.tag in _AROUND:
            _fill(child, page, package)


def _table(table: etree._Element, page: Page, package: Package) -> None:
    top, wide = page.row, 0
    for line in ods.inside(table, f"{TABLE}table-row", ods.ROW_GROUPS):
        column = 1
        for cell in line:
            if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                continue
            repeat = min(ods.number(cell, "number-columns-repeated"), limits.COLUMNS.most)
            width, height = ods.number(cell, "number-columns-spanned"), ods.number(cell, "number-rows-spanned")
            if cell.tag == f"{TABLE}table-cell":
                for place in range(column, column + repeat):
                    page.put(place, "\n".join(_lines(cell)))
                if width > 1 or height > 1:
                    page.merges.append((page.row, column, page.row + height - 1, column + width - 1))
            column += repeat
        wide = max(wide, column - 1)
        page.row += 1
        if len(page.cells) > limits.CELLS.most:
            raise package.unsafe(limits.CELLS.exceeded())
    page.end_table(top, wide)


def _lines(cell: etree._Element) -> Iterator[str]:
    """A cell's paragraphs, a line each; a row of a table inside it gives its texts."""
    for child in cell:
        if child.tag in _PARAGRAPHS:
            yield "".join(ods.runs(child))
        elif child.tag == f"{TABLE}table":
            for row in child.iter(f"{TABLE}table-row"):
                yield "\t".join(text for each in row if (text := " ".join(_lines(each))))
        elif child.tag in _AROUND:
            yield from _lines(child)
