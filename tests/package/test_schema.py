"""New children stand where the schema wants them: in the tree, and in the bytes of a sheet, which say the same."""

from __future__ import annotations

import pytest
from lxml import etree

from toolkit.spreadsheet.markup import MAIN_NS, WORKSHEET, insert_in_order, place_in_markup

NAMES = [name for name in WORKSHEET if name != "legacyDrawing"]


def sheet(names: list[str]) -> bytes:
    return f'<worksheet xmlns="{MAIN_NS}">{"".join(f"<{name}/>" for name in names)}</worksheet>'.encode()


def children(root: etree._Element) -> list[str]:
    return [etree.QName(child).localname for child in root]


@pytest.mark.parametrize("name", WORKSHEET)
def test_a_child_stands_between_those_before_and_behind_it(name: str) -> None:
    root = etree.fromstring(sheet([each for each in WORKSHEET if each != name]))
    insert_in_order(root, etree.Element(f"{{{MAIN_NS}}}{name}"), WORKSHEET)
    assert children(root) == list(WORKSHEET)


def test_children_alike_keep_their_order() -> None:
    root = etree.fromstring(sheet(["sheetData", "dataValidations"]))
    for number in "123":
        insert_in_order(root, etree.Element(f"{{{MAIN_NS}}}conditionalFormatting", sqref=f"A{number}"), WORKSHEET)
    assert [child.get("sqref") for child in root] == [None, "A1", "A2", "A3", None]


@pytest.mark.parametrize(
    "kept", [NAMES, ["sheetData"], ["sheetData", "pageMargins"], ["sheetData", "extLst"], ["sheetData", "drawing", "controls"]]
)
def test_bytes_and_tree_agree(kept: list[str]) -> None:
    data, root = sheet(kept), etree.fromstring(sheet(kept))
    place = place_in_markup(data, data.index(b"<sheetData/>") + len(b"<sheetData/>"), "legacyDrawing")
    insert_in_order(root, etree.Element(f"{{{MAIN_NS}}}legacyDrawing"), WORKSHEET)
    assert children(etree.fromstring(data[:place] + b"<legacyDrawing/>" + data[place:])) == children(root)


def test_what_may_follow_is_found_in_an_alternative() -> None:
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    alternative = f'<mc:AlternateContent xmlns:mc="{compatible}"><mc:Choice Requires="x14"><controls/></mc:Choice></mc:AlternateContent>'
    data = sheet(["sheetData", "drawing", "extLst"]).replace(b"<extLst/>", alternative.encode() + b"<extLst/>")
    place = place_in_markup(data, data.index(b"<drawing/>"), "legacyDrawing")
    assert data[:place].endswith(b"<drawing/>")
