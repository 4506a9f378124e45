"""Workbooks (.xlsx, .xlsm) as grids: what `spreadsheet.scan` finds in the sheets, and what is said beside their cells.

People answer in comments and text boxes, and hide rows they do not want to send: reading warns about them. An issued
workbook also says what it is and for whom it was made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

from lxml import etree

from toolkit.package.opc import open_package
from toolkit.package.parts import Package, relationships_part
from toolkit.sources.grid import NOTHING, OWN_SHEETS, Grid, Issued, Position, RawLook, Uncached
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.spreadsheet.cells import UNCACHED, RawCell
from toolkit.spreadsheet.markup import ANCHOR_NS, DRAWING_NS, MAIN_NS, rich_text
from toolkit.spreadsheet.properties import (
    BEGUN,
    FILLED,
    FORM,
    KIND,
    MARKED,
    ORIGIN,
    PROJECT_FIELDS,
    UNIT,
    UNIT_FIELDS,
    VERSION,
    custom_properties,
)
from toolkit.spreadsheet.scan import SheetScanner
from toolkit.spreadsheet.workbook import EXPLANATIONS, VISIBLE, WORKSHEET, SheetPart, read_workbook
from toolkit.values.errors import ErrorValue

WORD_DOCUMENT = "word/document.xml"

# What we put beside the form says nothing of a unit; nothing but the list of findings comes back with something to read, and the rows of the
# list of checks that a unit explains, which have a name.
_PASSED_OVER = OWN_SHEETS - {"审核意见"}


def read_xlsx(data: bytes, display: str) -> tuple[tuple[Grid, ...], str | None]:
    """Return the sheets of a workbook, and what `jixiao.kind` says it is (None for a stranger's file).

    Our own Word reports have a kind and no sheets. Raises SourceError when the package is no sound workbook; `display`
    is the file's name in messages.
    """
    with open_package(data, display) as package:
        properties = custom_properties(package)
        kind = properties.get(KIND)
        if kind is not None and package.related("", "officeDocument") == WORD_DOCUMENT:
            return (), kind
        parts = read_workbook(package)
        issued = kind in (FILLED, MARKED)
        scanner = SheetScanner(parts, issued=issued)
        grid = partial(_grid, package, scanner, properties, parts.date1904)
        sheets = [sheet for sheet in parts.sheets if sheet.kind == WORKSHEET]
        passed = {sheet for sheet in sheets if issued and sheet.name.strip() in _PASSED_OVER}
        named = [(name.name, name.sheet_index) for name in parts.defined_names if "#REF!" not in name.text]

        def passed_over(sheet: SheetPart) -> Grid:
            area = parts.named_area(sheet, EXPLANATIONS)
            return (
                Grid(sheet.name, scanner.scan(sheet, area[2]).cells, hidden=sheet.state != VISIBLE)
                if area
                else _passed_over(package, sheet)
            )

        def drawn(sheet: SheetPart) -> Grid:
            return replace(grid(sheet), names=frozenset(name for name, of in named if of in (None, sheet.index)))

        grids = [passed_over(sheet) if sheet in passed else drawn(sheet) for sheet in sheets]
        return tuple(grids if any(each.cells for each in grids) else map(drawn, sheets)), kind


def _passed_over(package: Package, sheet: SheetPart) -> Grid:
    """A sheet whose cells are not looked at. Raises SourceError where it is damaged: then the rest of the file is not trusted either."""
    package.markup(sheet.part)
    return Grid(sheet.name, {}, hidden=sheet.state != VISIBLE)


def kind_of(package: Package) -> str | None:
    """Return what `jixiao.kind` says a workbook or document is; None for one that our programs did not make."""
    return custom_properties(package).get(KIND)


def external_links(data: bytes, display: str) -> tuple[str, ...]:
    """Return the other files that a workbook's formulas take values from, as it names them."""
    with open_package(data, display) as package:
        parts = [name for name in package.names if name.lower().startswith("xl/externallinks/_rels/")]
        sources = (name.replace("_rels/", "", 1).removesuffix(".rels") for name in parts)
        links = [link.target for part in sources for link in package.relationships(part).values() if link.external]
    return tuple(dict.fromkeys(unquote(link).replace("\\", "/").removeprefix("file:///") for link in links))


def raw_look(cell: RawCell | None) -> RawLook:
    """Return what a cell as written means for a grid."""
    if cell is None:
        return NOTHING
    if cell.kind == UNCACHED:
        return RawLook(Uncached(cell.formula or ""), cell.formula or "")
    return RawLook(cell.value if isinstance(cell.value, ErrorValue) else None, cell.formula)


def _grid(package: Package, scanner: SheetScanner, properties: Mapping[str, str], date1904: bool, sheet: SheetPart) -> Grid:
    found = scanner.scan(sheet)
    comments, shapes, pictures = _beside(package, sheet.part)
    return Grid(
        sheet.name,
        found.cells,
        found.merges,
        hidden=sheet.state != VISIBLE,
        percents=found.percents,
        date1904=date1904,
        hidden_rows=found.hidden_rows,
        hidden_columns=found.hidden_columns,
        filtered=found.filtered,
        comments=comments,
        shapes=shapes,
        pictures=pictures,
        form=properties.get(FORM) or None,
        version=properties.get(VERSION) or None,
        issued=_issued(properties),
        origin=_parts(properties, ORIGIN),
        raw=None if found.look is None else partial(_look, found.look),
    )


def _look(look: Callable[[Position], RawCell | None], place: Position) -> RawLook:
    return raw_look(look(place))


def _issued(properties: Mapping[str, str]) -> Issued | None:
    unit = properties.get(UNIT)
    return Issued(unit, *(_parts(properties, name) for name in (UNIT_FIELDS, PROJECT_FIELDS, BEGUN))) if unit else None


def _parts(properties: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(filter(None, properties.get(name, "").split("、")))


def _beside(package: Package, part: str) -> tuple[dict[Position, str], tuple[str, ...], int]:
    """The comments of a sheet, the texts of its text boxes, how many pictures it has."""
    comments: dict[Position, str] = {}
    shapes: tuple[str, ...] = ()
    pictures = 0
    links = package.relationships(part).values() if relationships_part(part) in package else ()
    for link in links:
        if link.kind == "comments" and link.target in package:
            comments = _comments(package.xml(link.target))
        elif link.kind == "drawing" and link.target in package:
            root = package.xml(link.target)
            shapes = tuple(text for shape in root.iter(f"{{{ANCHOR_NS}}}sp") if (text := _shape(shape)))
            pictures = sum(1 for _ in root.iter(f"{{{ANCHOR_NS}}}pic"))
    return comments, shapes, pictures


def _comments(root: etree._Element) -> dict[Position, str]:
    comments: dict[Position, str] = {}
    for element in root.iter(f"{{{MAIN_NS}}}comment"):
        text = element.find(f"{{{MAIN_NS}}}text")
        try:
            place = parse_cell(element.get("ref", ""))
        except ValueError:
            continue
        if text is not None and (written := rich_text(text).strip()):
            comments[place] = written
    return comments


def _shape(shape: etree._Element) -> str:
    paragraphs = ("".join(t.text or "" for t in p.iter(f"{{{DRAWING_NS}}}t")) for p in shape.iter(f"{{{DRAWING_NS}}}p"))
    return "\n".join(paragraphs).strip()
