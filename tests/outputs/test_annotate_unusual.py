"""Marked copies of workbooks that Excel did not write, or not in its usual way: marked, opened, and bare again."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.office import convert_all
from tests.outputs.annotate_samples import OTHER, SHEET, finding, packed, parts, rich_workbook, threaded_workbook
from tests.outputs.annotate_variants import ODD_NAME, VARIANTS
from tests.validator import needs_validator, validate
from toolkit.checking.model import Finding
from toolkit.outputs.marked.workbook import annotate_workbook, unmark_workbook

pytestmark = pytest.mark.slow

# Of these the sheet itself is brought into its usual form when it is marked, so its bytes are others afterwards.
REWRITTEN = {"strict", "prefixed", "utf16"}
MARKED = {"B2": "FFB", "C2": "FFD", "A3": "C0E", "E7": "C0E", "C6": "FFB"}


def sheet_of(name: str) -> str:
    return ODD_NAME if name == "odd_names" else SHEET


def findings(sheet: str) -> list[Finding]:
    severities = {"FFB": "error", "FFD": "warning", "C0E": "hint"}
    mine = [finding("A3:C4" if cell == "A3" else cell, severities[color], sheet=sheet) for cell, color in MARKED.items()]
    return [*mine, finding("A1", sheet=OTHER)]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, bytes]]:
    """Every variant, and its marked copy."""
    folder = tmp_path_factory.mktemp("原")
    plain, threaded = rich_workbook(folder), threaded_workbook(folder)
    made = {name: make(threaded if name in ("wps", "absolute", "odd_names", "resaved") else plain) for name, make in VARIANTS.items()}
    return {name: (data, annotate_workbook(data, "甲.xlsx", findings(sheet_of(name)))) for name, data in made.items()}


@pytest.mark.parametrize("name", VARIANTS)
def test_marks_are_where_they_should_be(copies: dict[str, tuple[bytes, bytes]], name: str) -> None:
    # openpyxl cannot read Strict workbooks.
    original = copies["utf16" if name == "strict" else name][0]
    before, after = (openpyxl.load_workbook(io.BytesIO(data)) for data in (original, copies[name][1]))
    assert after.sheetnames == ["审核意见", *before.sheetnames]
    assert [sheet.sheet_state for sheet in after] == ["visible", *(sheet.sheet_state for sheet in before)]
    assert after.active.title == "审核意见"
    sheet = after[sheet_of(name)]
    colors = {c.coordinate: str(c.fill.fgColor.rgb)[2:5] for row in sheet.iter_rows() for c in row if c.fill.patternType}
    assert {cell: color for cell, color in colors.items() if color in MARKED.values()} == MARKED
    threads = {"C2"} if "[Threaded comment]" in str(sheet["C2"].comment and sheet["C2"].comment.text) else set()
    noted = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment and "【审核意见】" in c.comment.text}
    assert noted == set(MARKED) - threads
    assert "【审核意见】" in after[OTHER]["A1"].comment.text
    values = [[cell.value for cell in row] for row in before[sheet_of(name)].iter_rows()]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=len(values), max_col=len(values[0]))] == values
    assert bool(after.security and after.security.lockStructure) is (name == "locked")
    place = f"'{sheet_of(name)}'".replace("O'B", "O''B")
    assert after["审核意见"]["E4"].hyperlink.location == f"{place}!B2"


@pytest.mark.parametrize("name", VARIANTS)
def test_what_is_not_marked_is_not_touched(copies: dict[str, tuple[bytes, bytes]], name: str) -> None:
    before, after = copies[name]
    old, new = packed(before), packed(after)
    changed = {part for part in old if new.get(part) != old[part]}
    if name != "strict":
        assert not {part for part in changed if part.startswith(("xl/media", "xl/charts", "xl/theme", "xl/cellimages", "xl/threaded"))}
        assert "xl/sharedStrings.xml" not in changed
    bare = unmark_workbook(after, "甲.xlsx")
    assert set(parts(bare)) == set(parts(before))
    same = parts(bare)["xl/worksheets/sheet1.xml"] == parts(before)["xl/worksheets/sheet1.xml"]
    assert same is (name not in REWRITTEN)
    assert annotate_workbook(after, "甲.xlsx", findings(sheet_of(name))) == after
    own = {cell.coordinate: cell.comment.text for row in openpyxl.load_workbook(io.BytesIO(bare))[sheet_of(name)].iter_rows()
           for cell in row if cell.comment}  # fmt: skip
    assert own.pop("C2", "[Threaded comment] 请确认") == "[Threaded comment] 请确认"
    assert own == {"B2": "单位自己的批注", "D9": "另一条批注"}
    boxes = [text.count(b"<v:shape ") for part, text in sorted(parts(bare).items()) if part.lower().endswith("drawing1.vml")]
    assert boxes[0] >= len(own)


@needs_validator
def test_validator_finds_nothing_new(copies: dict[str, tuple[bytes, bytes]], tmp_path: Path) -> None:
    for name in ("strict", "prefixed", "absolute", "odd_names", "wps", "resaved"):
        before, after = tmp_path / f"{name}前.xlsx", tmp_path / f"{name}后.xlsx"
        before.write_bytes(copies[name][0])
        after.write_bytes(copies[name][1])
        known = validate(before)
        assert [error for error in validate(after) if error not in known] == []


@pytest.mark.office
def test_libreoffice_shows_the_notes_of_all(copies: dict[str, tuple[bytes, bytes]], tmp_path: Path) -> None:
    paths = []
    for name, (_, marked) in copies.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(marked)
    for path in convert_all(paths, "fods", tmp_path / "出", recalc=False):
        texts = ["".join(e.itertext()) for e in etree.parse(str(path)).iter("{*}annotation") if e.tag.endswith("}annotation")]
        assert sum("【审核意见】" in text for text in texts) >= len(MARKED), path.name
