"""OpenDocument texts (.odt) as a grid, as `docx` makes it: a row per table row or paragraph, a cell per table cell with its spans.

Deleted text of tracked changes, notes and remarks are left out; text boxes are kept apart as there. Called by `sources.open` through `read_opendocument`, which also
tells a text from a spreadsheet by what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.parts import RESAVE, Package
from toolkit.sources import ods
from toolkit.sources.grid import Grid
from toolkit.sources.ods import OFFICE, TABLE, TEXT
from toolkit.sources.page import DEEPEST, Columns, Page, is_area

_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PARAGRAPHS = frozenset(f"{TEXT}{name}" for name in ("p", "h"))
_BOX = f"{_DRAW}text-box"
_IN_CELLS = frozenset(
    (*(f"{TEXT}{name}" for name in ("section", "list", "list-item", "list-header", "numbered-paragraph", "index-body")),)
    + (*(f"{TEXT}{name}" for name in ("table-of-content", "user-index", "index-title")), _BOX)
)
_AROUND = _IN_CELLS | {ods.FRAME}


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
            frames, text = list(_frames(child)), "".join(ods.runs(child))
            if text.strip() or not frames:
                page.put_paragraph(text)
            for frame in frames:
                _fill(frame, page, package)
        elif child.tag == f"{TABLE}table":
            _table(child, page, package)
        elif child.tag in _AROUND:
            _fill(child, page, package)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a table: the row and column it begins in, how many it spans, its element."""

    row: int
    column: int
    height: int
    width: int
    element: etree._Element

    @property
    def last(self) -> int:
        return self.column + self.width - 1


def _frames(element: etree._Element) -> Iterator[etree._Element]:
    """The frames anchored in an element; those inside another are that one's."""
    for child in element:
        if child.tag == ods.FRAME:
            yield child
        else:
            yield from _frames(child)


def _table(table: etree._Element, page: Page, package: Package, before: int = 0, depth: int = 0) -> None:
    """Put a table's cells into the grid with their spans, as `docx` does: a table inside a cell has rows and columns of the grid for its own.

    `before` are the columns left of a table that stands in a cell.
    """
    rows = [list(_row(line, number)) for number, line in enumerate(ods.inside(table, f"{TABLE}table-row", ods.ROW_GROUPS))]
    inner = [(cell, found) for line in rows for cell in line if depth < DEEPEST and (found := _tables(cell.element))]
    columns = Columns(before, ((cell.last, cell.width, max(map(_width, found))) for cell, found in inner))
    firsts: list[int] = []
    top, wide = page.row, 0

    for line in rows:
        first, bottom = page.row, page.row
        firsts.append(first)
        for cell in line:
            page.row = first
            wide = max(wide, columns.at(cell.last + 1) - 1)
            if depth < DEEPEST and _tables(cell.element):
                _put_with_tables(cell, page, package, columns.at(cell.column), depth)
                bottom = max(bottom, page.row - 1)
            else:
                page.put(columns.at(cell.column), "\n".join(_lines(cell.element)))
                boxes = ("\n".join(_lines(box)).strip() for box in cell.element.iter(_BOX))
                page.shapes += [text for text in boxes if text]
        page.row = bottom + 1
        if len(page.cells) > limits.CELLS.most:
            raise package.unsafe(limits.CELLS.exceeded())
    firsts.append(page.row)
    for cell in (each for line in rows for each in line if not (depth < DEEPEST and _tables(each.element))):
        bottom = firsts[min(cell.row + cell.height, len(rows))] - 1 if depth or inner else firsts[cell.row] + cell.height - 1
        area = firsts[cell.row], columns.at(cell.column), bottom, columns.at(cell.last + 1) - 1
        if is_area(area):
            page.merges.append(area)
    if not depth:
        page.end_table(top, wide)


def _row(line: Sequence[etree._Element], number: int) -> Iterator[_Cell]:
    """The cells of a row that are not covered by others."""
    column = 1
    for cell in line:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        repeat = min(ods.number(cell, "number-columns-repeated"), limits.COLUMNS.most)
        width, height = ods.number(cell, "number-columns-spanned"), ods.number(cell, "number-rows-spanned")
        if cell.tag == f"{TABLE}table-cell":
            for place in range(column, column + repeat):
                yield _Cell(number, place, height, width, cell)
        column += repeat


def _put_with_tables(cell: _Cell, page: Page, package: Package, column: int, depth: int) -> None:
    """Put a cell that holds tables: each of its paragraphs in a row of its own, and the tables' rows."""
    for child in cell.element:
        if child.tag in _PARAGRAPHS and (text := "".join(ods.runs(child))).strip():
            page.put(column, text)
            page.row += 1
        elif child.tag == f"{TABLE}table":
            _table(child, page, package, column - 1, depth + 1)


def _width(table: etree._Element) -> int:
    lines = ods.inside(table, f"{TABLE}table-row", ods.ROW_GROUPS)
    return max((cell.last for line in lines for cell in _row(line, 0)), default=0)


def _tables(cell: etree._Element) -> list[etree._Element]:
    return [child for child in cell if child.tag == f"{TABLE}table"]


def _lines(cell: etree._Element) -> Iterator[str]:
    """A cell's paragraphs, a line each; a row of a table inside it gives its texts."""
    for child in cell:
        if child.tag in _PARAGRAPHS:
            yield "".join(ods.runs(child))
        elif child.tag == f"{TABLE}table":
            for row in child.iter(f"{TABLE}table-row"):
                yield "\t".join(text for each in row if (text := " ".join(_lines(each))))
        elif child.tag in _IN_CELLS:
            yield from _lines(child)
