"""The order in which the schema of SpreadsheetML wants the children of a worksheet, a workbook and a styles part.

One table of each; `insert_in_order` puts a new child where it belongs, `place_in_markup` says where that is in bytes. Source: ECMA-376 part 1, 18.2.27, 18.3.1.99, 18.8.39.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

WORKSHEET = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
)
WORKBOOK = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups"),
    *("externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr"),
    *("smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)
STYLES = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors"),
    "extLst",
)


_TAG = re.compile(rb"""<(/?)([\w:.-]+)(?:[^>"']|"[^"]*"|'[^']*')*?(/?)>""")
_ALTERNATIVE = b"AlternateContent"


def following(order: Sequence[str], name: str) -> tuple[str, ...]:
    """Return what may stand behind `name` only."""
    return tuple(order[order.index(name) + 1 :])


def insert_in_order(root: etree._Element, element: etree._Element, order: Sequence[str]) -> None:
    """Put `element` below `root`, before the first child that must follow it; behind those that are named alike."""
    name = etree.QName(element)
    later = {f"{{{name.namespace}}}{each}" for each in following(order, name.localname)}
    place = next((child for child in root if child.tag in later), None)
    if place is None:
        root.append(element)
    else:
        place.addprevious(element)


def place_in_markup(markup: bytes, start: int, name: str) -> int:
    """Return where child `name` belongs in a worksheet's markup, no prefixes in it; `start` is behind its `sheetData`."""
    later = frozenset(each.encode() for each in following(WORKSHEET, name))
    if not re.compile(b"<(?:" + b"|".join(sorted(later)) + rb")[\s/>]|" + _ALTERNATIVE).search(markup, start):
        return markup.rindex(b"</worksheet")
    depth = 0
    for match in _TAG.finditer(markup, start):
        closing, tag, closed = match.groups()
        if depth == 0 and (closing or tag in later or (tag.endswith(_ALTERNATIVE) and _holds(markup, match.end(), later))):
            return match.start()
        depth += 0 if closed else -1 if closing else 1
    raise ValueError("a worksheet without an end")


def _holds(markup: bytes, start: int, names: frozenset[bytes]) -> bool:
    """Whether an alternative (`mc:AlternateContent`) that begins before `start` is one of these elements."""
    return any(name in names for name in re.findall(rb"<([\w:.-]+)", markup[start : start + 400])[:3])
