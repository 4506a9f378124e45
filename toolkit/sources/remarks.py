"""What a worksheet says beside its cells: hidden rows and columns, filters, comments, text boxes, pictures.

People answer in comments and text boxes, and hide rows they do not want to send: reading warns about them. Comes in: a
sheet's part and bytes. Goes out: the keywords of `Grid`. Only sheets that have such things cost more than a search.
"""

from __future__ import annotations

import re
from typing import TypedDict

from toolkit.package.parts import relationships_part
from toolkit.sources.grid import Position
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.spreadsheet.markup import MAIN_NS, rich_text
from toolkit.spreadsheet.workbook import SheetPart, WorkbookParts

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_TEXT = "http://schemas.openxmlformats.org/drawingml/2006/main"

# LibreOffice says of every row that it is not hidden.
_HIDES = re.compile(rb' hidden="(?:1|true)"')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^>]*?\shidden="(?:1|true)")[^>]*?\sr="([0-9]{1,7})"')
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^>]*?\shidden="(?:1|true)")[^>]*>')
_FROM_TO = (re.compile(rb'\smin="([0-9]{1,5})'), re.compile(rb'\smax="([0-9]{1,5})'))

# Everything right of the used columns hidden is a way to tidy up, not to hide: columns beyond are not listed.
_COLUMNS = 256


class Remarks(TypedDict, total=False):
    """Keywords of `Grid`; those that are absent have nothing to say."""

    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    filtered: bool
    comments: dict[Position, str]
    shapes: tuple[str, ...]
    pictures: int


def remarks(parts: WorkbookParts, ref: SheetPart, xml: bytes) -> Remarks:
    """Return what the sheet says beside its cells."""
    found = Remarks()
    body = max(xml.find(b"<sheetData"), 0)
    if _HIDES.search(xml, 0, body):
        found["hidden_columns"] = _hidden_columns(xml[:body])
    if _HIDES.search(xml, body):
        found["hidden_rows"] = frozenset(int(match[1]) for match in _HIDDEN_ROW.finditer(xml, body))
    if xml.find(b"<filterColumn", max(xml.rfind(b"</sheetData>"), 0)) >= 0:
        found["filtered"] = True
    if relationships_part(ref.part) in parts.package:
        for link in parts.package.relationships(ref.part).values():
            if link.kind == "comments" and link.target in parts.package:
                found["comments"] = _comments(parts, link.target)
            elif link.kind == "drawing" and link.target in parts.package:
                found["shapes"], found["pictures"] = _drawing(parts, link.target)
    return found


def _hidden_columns(xml: bytes) -> frozenset[int]:
    columns: set[int] = set()
    for match in _HIDDEN_COLUMN.finditer(xml):
        first, last = (pattern.search(match[0]) for pattern in _FROM_TO)
        if first and last:
            columns.update(range(int(first[1]), min(int(last[1]), _COLUMNS) + 1))
    return frozenset(columns)


def _comments(parts: WorkbookParts, part: str) -> dict[Position, str]:
    comments: dict[Position, str] = {}
    for element in parts.package.xml(part).iter(f"{{{MAIN_NS}}}comment"):
        text = element.find(f"{{{MAIN_NS}}}text")
        try:
            place = parse_cell(element.get("ref", ""))
        except ValueError:
            continue
        if text is not None and (written := rich_text(text).strip()):
            comments[place] = written
    return comments


def _drawing(parts: WorkbookParts, part: str) -> tuple[tuple[str, ...], int]:
    root = parts.package.xml(part)
    texts = []
    for shape in root.iter(f"{{{_DRAWING}}}sp"):
        paragraphs = ("".join(t.text or "" for t in p.iter(f"{{{_TEXT}}}t")) for p in shape.iter(f"{{{_TEXT}}}p"))
        texts.append("\n".join(paragraphs).strip())
    return tuple(text for text in texts if text), sum(1 for _ in root.iter(f"{{{_DRAWING}}}pic"))
