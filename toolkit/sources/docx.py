"""Word documents (.docx) as a grid: a row per table row or paragraph, a cell per table cell with its spans.

Cells keep their column of the table's grid. Deleted text of tracked changes and hidden text are left out. A text box is no part of the
paragraph that it is anchored in: beside the tables its lines are the document's, over a table's cells they are told as a sheet's are, and
so are comments. Of what is printed over every page only the unit of money is read. A document with a table is read in two dimensions, and
as flowing text where that does not help (`flow` says that it can be); one without is text.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from toolkit.package.parts import Package
from toolkit.sources.grid import Grid
from toolkit.sources.page import DEEPEST, Columns, Page, is_area
from toolkit.spreadsheet.a1 import Area

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

_WRAPPERS = frozenset(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_BOX = f"{W}txbxContent"
_LEFT_OUT = frozenset(
    (*(f"{W}{name}" for name in ("del", "moveFrom", "rPr", "pPr", "instrText", "footnoteReference")), f"{MC}Fallback", _BOX)
)


def read_docx(package: Package, part: str) -> tuple[Grid, ...]:
    """Return the document's text; `part` is its main part. Raises SourceError where there is none, as in a scan."""
    body = package.xml(part).find(f"{W}body")
    page = Page(remarks=dict(_remarks(package, part)))
    for line in _units(package, part):
        page.put_paragraph(line)
    if body is not None:
        _fill(body, page)
    return (page.grid(package.display, pictures=any(name.startswith("word/media/") for name in package.names)),)


def _fill(element: etree._Element, page: Page) -> None:
    for child in element:
        if child.tag == f"{W}p":
            page.remark(1, _remarked(child))
            boxes, text = list(_boxes(child)), _paragraph(child)
            if text.strip() or not boxes:
                page.put_paragraph(text)
            for box in boxes:
                _fill(box, page)
        elif child.tag == f"{W}tbl":
            _table(child, page)
        elif child.tag in _WRAPPERS:
            _fill(child, page)


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The text boxes anchored in an element, each once: what older programs show instead of one is left out."""
    for child in element:
        if child.tag == _BOX:
            yield child
        elif child.tag != f"{MC}Fallback" and isinstance(child.tag, str):
            yield from _boxes(child)


def _units(package: Package, part: str) -> Iterator[str]:
    """The lines over the pages that say the unit of all amounts, `单位：万元`: what else stands there is no part of the form."""
    targets = sorted(link.target for link in package.relationships(part).values() if link.kind == "header" and link.target in package)
    lines = (_paragraph(each) for target in targets for each in package.xml(target).iter(f"{W}p"))
    yield from dict.fromkeys(text for line in lines for text in line.split("\t") if "单位" in text and text.rstrip("）) ").endswith("元"))


def _remarks(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """The comments of a document by their numbers."""
    targets = (link.target for link in package.relationships(part).values() if link.kind == "comments" and link.target in package)
    for comment in (each for target in targets for each in package.xml(target).iter(f"{W}comment")):
        yield comment.get(f"{W}id", ""), _cell(comment)


def _remarked(element: etree._Element) -> list[str]:
    """The numbers of the comments on what stands in an element."""
    return [each.get(f"{W}id", "") for each in element.iter(f"{W}commentReference")]


def _table(table: etree._Element, page: Page, before: int = 0, depth: int = 0) -> None:
    """Put a table's cells into the grid with their spans; a cell merged from above makes the one above reach further down.

    A table inside a cell has rows and columns of the grid for its own: the outer cell's, widened, and the cells beside it are as tall.
    `before` are the columns left of a table that stands in a cell.
    """
    rows = [list(_row(line)) for line in _inside(table, f"{W}tr")]
    inner = [(column, span, found) for line in rows for column, span, cell in line if depth < DEEPEST and (found := _tables(cell))]
    columns = Columns(before, ((column + span - 1, span, max(map(_width, found))) for column, span, found in inner))
    open_cells: dict[int, Area] = {}
    top, wide = page.row, 0

    for line in rows:
        first, bottom = page.row, page.row
        for column, _, cell in line:
            if depth < DEEPEST and _tables(cell):
                page.row = first
                _put_with_tables(cell, page, columns.at(column), depth)
                bottom = max(bottom, page.row - 1)
        page.row = first
        going: dict[int, Area] = {}
        for column, span, cell in line:
            wide = max(wide, columns.at(column + span) - 1)
            above = open_cells.get(column)
            if _goes_on(cell) and above is not None:
                going[column] = (above[0], above[1], bottom, above[3])
            elif not (depth < DEEPEST and _tables(cell)):
                going[column] = (first, columns.at(column), bottom, columns.at(column + span) - 1)
                page.put(columns.at(column), _text(cell))
                page.remark(columns.at(column), _remarked(cell))
                page.shapes += [text for box in _boxes(cell) if (text := _cell(box).strip())]
        page.merges += [area for column, area in open_cells.items() if going.get(column, (0,))[0] != area[0] and is_area(area)]
        open_cells = going
        page.row = bottom + 1
    page.merges += [area for area in open_cells.values() if is_area(area)]
    if not depth:
        page.end_table(top, wide)


def _put_with_tables(cell: etree._Element, page: Page, column: int, depth: int) -> None:
    """Put a cell that holds tables: each of its paragraphs in a row of its own, and the tables' rows."""
    for child in cell:
        if child.tag == f"{W}p" and (text := _paragraph(child)).strip():
            page.put(column, text)
            page.row += 1
        elif child.tag == f"{W}tbl":
            _table(child, page, column - 1, depth + 1)


def _width(table: etree._Element) -> int:
    return max((sum(span for _, span, _ in _row(line)) for line in _inside(table, f"{W}tr")), default=0)


def _tables(cell: etree._Element) -> list[etree._Element]:
    return [child for child in cell if child.tag == f"{W}tbl"]


def _inside(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, tag)


def _row(row: etree._Element) -> Iterator[tuple[int, int, etree._Element]]:
    """Each cell of a row: its column, how many it spans, the cell."""
    column = 1 + _number(row.find(f"{W}trPr/{W}gridBefore"), 0)
    for cell in _inside(row, f"{W}tc"):
        span = max(1, _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1))
        yield column, span, cell
        column += span


def _goes_on(cell: etree._Element) -> bool:
    """Whether a cell is merged with the one above it."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _text(cell: etree._Element) -> str:
    return "" if _goes_on(cell) else _cell(cell)


def _cell(cell: etree._Element) -> str:
    """A cell's paragraphs, a line each; of a table too deep inside, its texts."""
    lines = []
    for child in cell:
        if child.tag == f"{W}p":
            lines.append(_paragraph(child))
        elif child.tag == f"{W}tbl":
            lines += ["\t".join(text for *_, inner in _row(row) if (text := _text(inner))) for row in _inside(child, f"{W}tr")]
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
