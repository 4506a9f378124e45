"""Rows put into a sheet as Excel does it: cells move down, and whatever names cells follows, formulas before all.

`map_formulas` changes every formula of a part alike, wherever it stands; a sheet that gets another name needs it as well.

`RowInsertion` says where and how many; `insert_rows` changes a sheet's XML, `move_related` the drawings and notes that
belong to it. Called by outputs when a unit has more indicators than the form has rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace

from lxml import etree

from toolkit.package.limits import ROWS
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.cells import SharedFormulas
from toolkit.spreadsheet.markup import ANCHOR_NS, CHART_NS, MAIN_NS, VML_EXCEL_NS, XM_NS, whole_number
from toolkit.spreadsheet.sheet_patch import numbered_cells, numbered_rows

_DATA, _VALUE, _FORMULA = (f"{{{MAIN_NS}}}{tag}" for tag in ("sheetData", "v", "f"))
_MERGES, _MERGE = f"{{{MAIN_NS}}}mergeCells", f"{{{MAIN_NS}}}mergeCell"
_XM_SQREF = f"{{{XM_NS}}}sqref"
_ANCHOR_ROW = f"{{{ANCHOR_NS}}}row"
_VML_ROW, _VML_ANCHOR = (f"{{{VML_EXCEL_NS}}}{tag}" for tag in ("Row", "Anchor"))

# Where formulas stand, as text and in attributes.
_TEXTS = (
    *(f"{{{MAIN_NS}}}{tag}" for tag in ("f", "formula", "formula1", "formula2", "calculatedColumnFormula")),
    f"{{{XM_NS}}}f",
    f"{{{CHART_NS}}}f",
    *(f"{{{VML_EXCEL_NS}}}{tag}" for tag in ("FmlaLink", "FmlaRange", "FmlaMacro")),
)
_ATTRIBUTES = ("location", "textlink", "fmlaLink", "fmlaRange", "val")
_HOLDERS = ("{*}hyperlink", "{*}cfvo", "{*}sp", "{*}formControlPr")


@dataclass(frozen=True, slots=True)
class RowInsertion:
    """`count` new rows below row `after` of `sheet`, alike to that row.

    What covers rows on both sides grows. What covers row `after` alone grows too, since the new rows are its copies.
    With `grow`, so does what spans several rows and ends there (the block had but one such row).
    """

    sheet: str
    after: int
    count: int
    grow: bool = False

    def row(self, row: int) -> int:
        """Return where a 1-based row is afterwards."""
        return row if row <= self.after else min(row + self.count, ROWS.most)

    def area(self, area: a1.Area) -> a1.Area:
        """Return what an area covers afterwards."""
        top, left, bottom, right = area
        ends = bottom == self.after and (top == bottom or self.grow)
        return self.row(top), left, bottom + self.count if ends else self.row(bottom), right

    def formula(self, text: str, *, own: bool) -> str:
        """Return a formula afterwards; `own` says that it stands in the sheet itself."""
        return references.insert_rows(text, self.after, self.count, self.sheet, own, grow=self.grow)


def insert_rows(root: etree._Element, insertion: RowInsertion) -> None:
    """Put the rows into a sheet's XML: cells, merges, drop-downs, formats, breaks and formulas follow."""
    data = root.find(_DATA)
    copied = {} if data is None else _row_formulas(data, insertion.after)
    map_formulas(root, lambda formula: insertion.formula(formula, own=True))

    # What a row of the table calculates concerns that row; only formulas elsewhere look at the whole table.
    alone = replace(insertion, grow=False)
    for element, formula in copied.items():
        element.text = alone.formula(formula, own=True)
    if data is not None:
        _move_cells(data, insertion)
    for element in root.iter(etree.Element):
        if element.tag == _MERGE:
            continue
        for attribute in ("sqref", "ref"):
            if element.get(attribute) and element.tag != _FORMULA:
                element.set(attribute, _areas(element.get(attribute, ""), insertion))
        for attribute in ("activeCell", "topLeftCell"):
            if element.get(attribute):
                row, column = a1.parse_cell(element.get(attribute, ""))
                element.set(attribute, a1.cell_name(insertion.row(row), column))
        if element.tag == _XM_SQREF:
            element.text = _areas(element.text or "", insertion)
    for element in root.iterfind(f"{{{MAIN_NS}}}rowBreaks/{{{MAIN_NS}}}brk"):
        above = whole_number(element.get("id"), 0)
        ends = insertion.grow and above == insertion.after
        element.set("id", str(above + insertion.count if ends else insertion.row(above)))
    _move_merges(root, insertion)
    _move_anchors(root, insertion)


def move_related(root: etree._Element, insertion: RowInsertion) -> None:
    """Move what a part of the sheet (drawing, notes, chart) ties to rows."""
    map_formulas(root, lambda formula: insertion.formula(formula, own=False))
    for element in root.iter(etree.Element):
        if element.get("ref"):
            element.set("ref", _areas(element.get("ref", ""), insertion))
    _move_anchors(root, insertion)


def _row_formulas(data: etree._Element, row: int) -> dict[etree._Element, str]:
    rows = (element for number, element in numbered_rows(data) if number == row)
    return {formula: formula.text or "" for element in rows for formula in element.iter(_FORMULA)}


def _move_cells(data: etree._Element, insertion: RowInsertion) -> None:
    source: etree._Element | None = None
    for number, row in list(numbered_rows(data)):
        for column, cell in numbered_cells(row):
            _place(cell, insertion.row(number), column)
        row.set("r", str(insertion.row(number)))
        if number == insertion.after:
            source = row
    if source is None:
        return
    like = {} if insertion.grow else _texts_below(source)
    for step in range(insertion.count, 0, -1):
        twin = deepcopy(source)
        twin.set("r", str(insertion.after + step))
        for column, cell in numbered_cells(twin):
            _continue(cell, column, insertion.after, step, like)
        source.addnext(twin)


def _continue(cell: etree._Element, column: int, source: int, step: int, like: dict[int, str | None]) -> None:
    """Make a copied cell what filling down makes of it: formulas move, constants stay if the next row repeats them."""
    formula, value = cell.find(_FORMULA), cell.find(_VALUE)
    _place(cell, source + step, column)
    if formula is not None:
        formula.text = references.translate(formula.text or "", step, 0)
        return
    if value is not None and value.text == like.get(column) and cell.get("t") != "inlineStr":
        return
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)


def _texts_below(row: etree._Element) -> dict[int, str | None]:
    below = row.getnext()
    return {} if below is None else {column: cell.findtext(_VALUE) for column, cell in numbered_cells(below)}


def _place(cell: etree._Element, row: int, column: int) -> None:
    """Give a cell its address; an array formula that covers it alone goes along."""
    old = a1.parse_cell(cell.get("r", "A1"))[0]
    cell.set("r", a1.cell_name(row, column))
    formula = cell.find(_FORMULA)
    if formula is not None and formula.get("ref"):
        top, left, bottom, right = a1.parse_area(formula.get("ref", ""))
        formula.set("ref", a1.range_name((top + row - old, left, bottom + row - old, right)))


def _move_merges(root: etree._Element, insertion: RowInsertion) -> None:
    merges = root.find(_MERGES)
    for element in [] if merges is None else list(merges):
        area = a1.parse_area(element.get("ref", ""))
        if area[0] != area[2] or area[0] != insertion.after:
            element.set("ref", a1.range_name(insertion.area(area)))
            continue
        for step in range(1, insertion.count + 1):
            copy = (area[0] + step, area[1], area[2] + step, area[3])
            etree.SubElement(element.getparent(), _MERGE, ref=a1.range_name(copy))
    if merges is not None:
        merges.set("count", str(len(merges)))


def _areas(text: str, insertion: RowInsertion) -> str:
    """Return a list of areas, blanks between them, after the insertion; what is no area stays."""
    try:
        return " ".join(a1.range_name(insertion.area(a1.parse_area(piece))) for piece in text.split())
    except ValueError:
        return text


def _move_anchors(root: etree._Element, insertion: RowInsertion) -> None:
    for element in root.iter(_ANCHOR_ROW, _VML_ROW):
        element.text = str(insertion.row(whole_number(element.text, 0) + 1) - 1)
    for element in root.iter(_VML_ANCHOR):
        numbers = [int(number) for number in re.findall(r"-?\d+", element.text or "")]
        if len(numbers) == 8:
            numbers[2], numbers[6] = insertion.row(numbers[2] + 1) - 1, insertion.row(numbers[6] + 1) - 1
            element.text = ", ".join(map(str, numbers))


def map_formulas(root: etree._Element, change: Callable[[str], str]) -> None:
    """Replace every formula below `root`: cells, drop-downs, conditional formats, charts, controls, links to places."""
    for element in root.iter(*_TEXTS):
        if element.text:
            element.text = change(element.text)
    for element, attribute in _attributes(root):
        element.set(attribute, change(element.get(attribute, "")))


def mentions(root: etree._Element, sheet: str, names: Collection[str] = ()) -> bool:
    """Return whether a formula below `root` names `sheet`, or uses one of its `names`."""
    found = False

    def look(formula: str) -> str:
        nonlocal found
        named = bool(names) and qualify_names(formula, names, sheet) != formula
        found = found or named or sheet.casefold() in references.sheets_in(formula)
        return formula

    map_formulas(root, look)
    return found


def spell_out_shared(root: etree._Element) -> None:
    """Give each cell of a shared formula its own text, so that cells can be changed one by one."""
    shared = SharedFormulas()
    data = root.find(f"{{{MAIN_NS}}}sheetData")
    for row, element in () if data is None else numbered_rows(data):
        for column, cell in numbered_cells(element):
            formula = cell.find(f"{{{MAIN_NS}}}f")
            if formula is None or formula.get("t") != "shared":
                continue
            formula.text = shared.text(formula, row, column) or None
            for attribute in ("t", "si", "ref"):
                formula.attrib.pop(attribute, None)


def qualify_names(formula: str, names: Iterable[str], sheet: str) -> str:
    """Return `formula` with each of `names` that stands alone turned into the name of that sheet.

    >>> qualify_names('项目名称&"项目名称"&年度', ["项目名称"], "项目1")
    '项目1!项目名称&"项目名称"&年度'
    """
    owner = a1.quote_sheet(sheet) + "!"
    wanted = {name.casefold() for name in names}
    return references.map_names(formula, lambda name: owner + name if name.casefold() in wanted else name)


def _attributes(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    for element in root.iter(*_HOLDERS):
        for attribute in _ATTRIBUTES:
            if element.get(attribute):
                yield element, attribute
