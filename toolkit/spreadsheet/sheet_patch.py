"""One worksheet's XML being changed cell by cell; everything that is not touched stays as it was drawn.

A parsed sheet comes in, values, formulas with cached results, row heights and hidden columns are put in, bytes go out.
Called by outputs: filled workbooks now, self-checks and marked copies with the same means.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from toolkit.package.limits import ROWS
from toolkit.package.parts import serialise
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.geometry import MOST_HEIGHT, Attributes, SheetGeometry, with_columns
from toolkit.spreadsheet.markup import MAIN_NS, WORKSHEET, insert_in_order, whole_number
from toolkit.spreadsheet.written import CellValue, clean, written

_ROW, _CELL, _VALUE, _FORMULA = (f"{{{MAIN_NS}}}{tag}" for tag in ("row", "c", "v", "f"))
_COLS, _COL, _DATA = (f"{{{MAIN_NS}}}{tag}" for tag in ("cols", "col", "sheetData"))


@dataclass(frozen=True, slots=True)
class CellContent:
    """What to put into a cell: a constant, or a formula (without `=`, an array formula if `array`) with its `value`.

    `shared` is the number of a formula that the cells of `area` share; the first of them has its text in `formula`, with relative rows.
    `style` is the index of a cell style; None keeps the style of the cell as drawn.
    """

    value: CellValue
    formula: str | None = None
    style: int | None = None
    array: bool = True
    shared: int | None = None
    area: str = ""


class SheetPatch:
    """A worksheet's XML with its cells at hand. Rows and columns are 1-based."""

    def __init__(self, root: etree._Element, *, date1904: bool = False) -> None:
        self.root = root
        self._date1904 = date1904
        data = root.find(_DATA)
        self._data = etree.SubElement(root, _DATA) if data is None else data
        self._rows: dict[int, etree._Element] = {}
        self._cells: dict[int, dict[int, etree._Element]] = {}
        for number, row in numbered_rows(self._data):
            self._rows[number] = row
            self._cells[number] = dict(numbered_cells(row))
        self._last = max(self._rows, default=0)

    @property
    def merges(self) -> list[a1.Area]:
        """The merged areas of the sheet."""
        return [a1.parse_area(e.get("ref", "")) for e in self.root.iterfind(f"{{{MAIN_NS}}}mergeCells/{{{MAIN_NS}}}mergeCell")]

    def put(self, row: int, column: int, content: CellContent) -> None:
        """Put `content` into a cell, which is made where the sheet has none; a value of None empties it."""
        cell = self._cell(row, column, content.style)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        formula = None if content.formula is None else clean(content.formula)
        self._write(cell, row, column, content, formula)

    def extend(self, row: int, column: int, contents: Sequence[CellContent]) -> None:
        """Put `contents` side by side from `column` on, fast where the row is empty there. Formulas must be clean."""
        parent = self._row(row)
        cells = self._cells[row]
        if max(cells, default=0) >= column:
            for step, content in enumerate(contents):
                self.put(row, column + step, content)
            return
        parent.attrib.pop("spans", None)
        for place, content in enumerate(contents, column):
            cell = etree.SubElement(parent, _CELL, r=a1.cell_name(row, place))
            if content.style:
                cell.set("s", str(content.style))
            self._write(cell, row, place, content, content.formula)
            cells[place] = cell

    def adopt(self, prepared: etree._Element) -> None:
        """Put copies of the cells of a `prepared_row` behind those of the same row; blank ones in their way are taken out."""
        row = whole_number(prepared.get("r"), 1)
        parent, cells = self._row(row), self._cells[row]
        found = list(numbered_cells(deepcopy(prepared)))
        for column in [column for column in cells if found and column >= found[0][0]]:
            parent.remove(cells.pop(column))
        parent.attrib.pop("spans", None)
        parent.extend(cell for _, cell in found)
        cells.update(found)

    def _write(self, cell: etree._Element, row: int, column: int, content: CellContent, text: str | None) -> None:
        """Write `content` into an empty cell, `text` being its formula."""
        if text is not None or content.shared is not None:
            formula = etree.SubElement(cell, _FORMULA)
            if content.shared is not None:
                formula.set("t", "shared")
                if text is not None:
                    formula.set("ref", content.area)
                formula.set("si", str(content.shared))
            elif content.array:
                formula.set("t", "array")
                formula.set("ref", a1.cell_name(row, column))
            formula.text = text
        kind, shown = written(content.value, self._date1904)
        if shown is None and text is not None and content.value == "":
            kind, shown = "str", ""
        if shown is None:
            return
        if kind == "inlineStr" and text is None:
            cell.set("t", "inlineStr")
            holder = etree.SubElement(etree.SubElement(cell, f"{{{MAIN_NS}}}is"), f"{{{MAIN_NS}}}t")
        else:
            if kind != "n":
                cell.set("t", "str" if kind == "inlineStr" else kind)
            holder = etree.SubElement(cell, _VALUE)
        holder.text = shown
        if shown != shown.strip() or "\n" in shown or "\t" in shown:
            holder.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def style(self, row: int, column: int) -> int:
        """Return the style index of a cell as drawn: its own, else its row's, else its column's."""
        cell = self._cells.get(row, {}).get(column)
        return (self._geometry.style(row, column) or 0) if cell is None else whole_number(cell.get("s"), 0)

    def height(self, row: int) -> float:
        """Return the height of a row in points."""
        return self._geometry.height(row, otherwise=13.5)

    def set_height(self, row: int, points: float) -> None:
        """Set the height of a row in points; Excel's limit is 409."""
        drawn = self._row(row)
        drawn.set("ht", f"{min(points, MOST_HEIGHT):g}")
        drawn.set("customHeight", "1")

    def width(self, column: int) -> float:
        """Return the width of a column in Excel's unit, digits of the standard font; 0 where it is hidden."""
        return self._geometry.width(column)

    def hide_columns(self, first: int, last: int) -> None:
        """Hide columns `first` to `last`, whatever the sheet says of them."""
        self._set_columns(first, last, {"width": "9", "hidden": "1", "customWidth": "1"})

    def set_width(self, column: int, width: float) -> None:
        """Show a column, `width` digits wide, whatever the sheet says of it."""
        self._set_columns(column, column, {"width": f"{width:g}", "customWidth": "1"})

    def _set_columns(self, first: int, last: int, look: dict[str, str]) -> None:
        cols = self.root.find(_COLS)
        if cols is None:
            cols = etree.Element(_COLS)
            insert_in_order(self.root, cols, WORKSHEET)
        entries = with_columns([dict(element.attrib) for element in cols], first, last, look)
        for element in list(cols):
            cols.remove(element)
        for entry in entries:
            etree.SubElement(cols, _COL, dict(entry))
        self.__dict__.pop("_geometry", None)

    @cached_property
    def _geometry(self) -> SheetGeometry:
        cols, standard = self.root.find(_COLS), self.root.find(f"{{{MAIN_NS}}}sheetFormatPr")

        def row(number: int) -> Attributes:
            found = self._rows.get(number)
            return {} if found is None else dict(found.attrib)

        columns = () if cols is None else [dict(element.attrib) for element in cols]
        return SheetGeometry(columns, {} if standard is None else dict(standard.attrib), row)

    def to_bytes(self) -> bytes:
        """Return the sheet as the bytes of its part, its `dimension` brought up to date."""
        dimension = self.root.find(f"{{{MAIN_NS}}}dimension")
        used = [(row, column) for row, cells in self._cells.items() for column in cells]
        if dimension is not None and used:
            rows, columns = {row for row, _ in used}, {column for _, column in used}
            dimension.set("ref", a1.range_name((min(rows), min(columns), max(rows), max(columns))))
        return serialise(self.root)

    def _row(self, number: int) -> etree._Element:
        found = self._rows.get(number)
        if found is None:
            found = etree.Element(_ROW, r=str(number))
            before = self._last if self._last < number else max((n for n in self._rows if n < number), default=0)
            if before:
                self._rows[before].addnext(found)
            else:
                self._data.insert(0, found)
            self._rows[number], self._cells[number] = found, {}
            self._last = max(self._last, number)
        return found

    def _cell(self, row: int, column: int, style: int | None) -> etree._Element:
        """Return a cell, made where there is none; `style` None keeps the style that is drawn there."""
        parent = self._row(row)
        cells = self._cells[row]
        found = cells.get(column)
        if found is not None and style is not None:
            found.set("s", str(style))
        if found is None:
            style = self.style(row, column) if style is None else style
            parent.attrib.pop("spans", None)
            found = etree.Element(_CELL, r=a1.cell_name(row, column))
            if style:
                found.set("s", str(style))
            before = max((c for c in cells if c < column), default=None)
            if before is None:
                parent.insert(0, found)
            else:
                cells[before].addnext(found)
            cells[column] = found
        return found


def prepared_row(row: int, column: int, contents: Sequence[CellContent]) -> etree._Element:
    """Return a `row` with `contents` side by side from `column` on, to be put into many sheets by `SheetPatch.adopt`."""
    patch = SheetPatch(etree.Element(f"{{{MAIN_NS}}}worksheet"))
    patch.extend(row, column, contents)
    return patch.root[0][0]


def numbered_rows(data: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Yield each row of `sheetData` with its 1-based number, which is written into it where it had none."""
    number = 0
    for row in data.iterchildren(_ROW):
        written = whole_number(row.get("r"), 0)
        number = written if 0 < written <= ROWS.most else number + 1
        row.set("r", str(number))
        yield number, row


def numbered_cells(row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Yield each cell of a row (numbered already) with its 1-based column; a missing address is written in."""
    column = 0
    for cell in row.iterchildren(_CELL):
        reference = cell.get("r")
        column = column + 1 if reference is None else a1.parse_cell(reference)[1]
        if reference is None:
            cell.set("r", a1.cell_name(whole_number(row.get("r"), 1), column))
        yield column, cell
