"""Rows of a Word or PDF table that a conversion pushed beside their headings are read, and said to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.beside import CASES, needs_shared
from tests.reading.drawn import FUNDS, GOALS, HEAD, LINES, ROWS, fields, grid, lines
from tests.shipped import shipped_form
from toolkit.outputs.records import declaration_record
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source


def displaced(*, by: int, more: str = "") -> Grid:
    """The whole form in a Word table, the block of indicators pushed to the right but for the last two rows, and `more`."""
    drawn = ROWS.strip().splitlines()
    rows = [f"{'| ' * by}{line}" for line in drawn[:-2]] + [line.replace("^", "", 1) for line in drawn[-2:]] + [more]
    return replace(grid(HEAD, FUNDS, GOALS, "\n".join(rows)), ruled=True, flow=True)


def read(page: Grid) -> Declaration:
    (found,) = read_grid(page, [shipped_form()], "甲.docx")
    return found


@pytest.mark.parametrize("by", [1, 3, 7])
def test_rows_beside_their_headings_are_read_under_them(by: int) -> None:
    found, straight = read(displaced(by=by)), read(displaced(by=0))
    assert (fields(found), lines(found)) == (fields(straight), LINES)
    told = [(repair.rule, repair.before, repair.after) for repair in found.repairs if repair.rule == "修复-错列"]
    assert told == [("修复-错列", "错开 2 行", "与标题对齐")]
    assert [repair.rule for repair in straight.repairs if repair.rule == "修复-错列"] == []


def test_a_row_that_fits_no_columns_is_told_and_not_read() -> None:
    found = read(displaced(by=7, more="满意度指标 | 甲 | 乙 | 丙 | 丁 | 戊 | 己"))
    assert lines(found) == LINES
    (doubt,) = [doubt for doubt in found.doubts if doubt.rule == "格式-未读懂"]
    assert "A17“满意度指标”" in doubt.message and "等 7 处" in doubt.message


@needs_shared
def test_the_table_that_lost_its_rows() -> None:
    records = {}
    for name in ("不含H列", "标题在表外"):
        path = CASES / "04Word表" / f"{name}.docx"
        found = [declaration for page in open_source(path, path.name).grids for declaration in read_grid(page, [shipped_form()], "甲.docx")]
        records[name] = [{**declaration_record(each, shipped_form()), "sheet": None} for each in found]
    assert records["不含H列"] == records["标题在表外"]
