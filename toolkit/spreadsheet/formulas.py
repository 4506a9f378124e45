"""Where formulas stand in the XML of a sheet and of the parts that belong to it, so that all can be changed alike.

A parsed part comes in and is changed in place. Used when a sheet gets another name and when rows are put into it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from lxml import etree

from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.cells import SharedFormulas
from toolkit.spreadsheet.markup import CHART_NS, MAIN_NS, VML_EXCEL_NS, XM_NS
from toolkit.spreadsheet.sheet_patch import numbered_cells, numbered_rows

_TEXTS = (
    *(f"{{{MAIN_NS}}}{tag}" for tag in ("f", "formula", "formula1", "formula2", "calculatedColumnFormula")),
    f"{{{XM_NS}}}f",
    f"{{{CHART_NS}}}f",
    *(f"{{{VML_EXCEL_NS}}}{tag}" for tag in ("FmlaLink", "FmlaRange", "FmlaMacro")),
)
_ATTRIBUTES = ("location", "textlink", "fmlaLink", "fmlaRange", "val")
_HOLDERS = ("{*}hyperlink", "{*}cfvo", "{*}sp", "{*}formControlPr")


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
