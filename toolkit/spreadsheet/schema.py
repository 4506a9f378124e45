"""The order in which the schema of SpreadsheetML wants the children of a worksheet, a workbook and a styles part.

One table of each; `insert_in_order` puts a new child where it belongs. Source: ECMA-376 part 1, 18.2.27, 18.3.1.99, 18.8.39.
"""

from __future__ import annotations

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
