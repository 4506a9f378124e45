"""Tables of Word and PDF keep their cells: where each stands, how far it reaches, and what a page break cut in two."""

from __future__ import annotations

import io

import docx
import pytest

from toolkit.package.opc import open_package
from toolkit.sources.docx import read_docx
from toolkit.sources.grid import Grid
from toolkit.sources.pdf_breaks import Line, Piece
from toolkit.sources.pdf_pages import grid_of
from toolkit.sources.text import PAGE_BREAK


def word(*rows: str) -> Grid:
    """A Word table: a line a row, cells parted by `|`; `<` merges a cell with the one left of it, `^` with the one above."""
    document = docx.Document()
    document.add_paragraph("绩效自评表")
    texts = [[text.strip() for text in row.split("|")] for row in rows]
    table = document.add_table(len(texts), len(texts[0]))
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            if text not in ("<", "^"):
                table.cell(i, j).text = text
    for i, row in enumerate(texts):
        for j, text in enumerate(row):
            if text in ("<", "^"):
                other = table.cell(i, j - 1) if text == "<" else table.cell(i - 1, j)
                kept = other.text
                other.merge(table.cell(i, j)).text = kept
    buffer = io.BytesIO()
    document.save(buffer)
    with open_package(buffer.getvalue(), "甲.docx") as package:
        (found,) = read_docx(package, "word/document.xml")
    return found


def test_word_cells_are_not_run_together() -> None:
    found = word("指标 | 分值 | 得分", "完好率 | 10 | 10")
    assert found.cells == {
        (1, 1): "绩效自评表",
        (2, 1): "指标",
        (2, 2): "分值",
        (2, 3): "得分",
        (3, 1): "完好率",
        (3, 2): "10",
        (3, 3): "10",
    }
    assert (found.ruled, found.merges) == (True, ())


def test_word_spans_across_and_down() -> None:
    found = word("项目资金 | 总额 | < | 100", "^ | 财政 | 省级 | 60", "^ | ^ | 市级 | 40")
    assert set(found.merges) == {(2, 1, 4, 1), (2, 2, 2, 3), (3, 2, 4, 2)}
    assert [found.cells.get(place) for place in ((2, 1), (3, 1), (3, 2), (4, 2), (4, 3))] == ["项目资金", None, "财政", None, "市级"]


def test_a_word_document_without_a_table_is_text() -> None:
    document = docx.Document()
    document.add_paragraph("项目名称  食堂改造")
    buffer = io.BytesIO()
    document.save(buffer)
    with open_package(buffer.getvalue(), "甲.docx") as package:
        (found,) = read_docx(package, "word/document.xml")
    assert (found.flow, found.ruled, found.cells) == (True, False, {(1, 1): "项目名称", (1, 2): "食堂改造"})


EDGES = (50.0, 120.0, 300.0, 400.0)


def line(top: float, *texts: str, full: bool = False, tall: int = 0) -> Line:
    """A row of a ruled table with a cell in each column; the first `tall` rows down for its first cell."""
    pieces = [
        Piece(left, right, tall if tall and not number else 1, text, full)
        for number, (left, right, text) in enumerate(zip(EDGES, EDGES[1:], texts, strict=False))
    ]
    return Line(top, tuple(pieces), ruled=True)


ROWS = [line(100 + 20 * n, "产出", f"指标{n}", f"≥{n}") for n in range(5)]


def test_a_row_cut_by_a_page_break_is_one_row() -> None:
    found = grid_of(
        [[*ROWS, line(200, "产出", "故障响应", "≤2", full=True)], [line(50, "", "时间", ""), line(70, "效益", "受益人数", "≥9")]]
    )
    assert [found.cells.get((6, column)) for column in (1, 2, 3)] == ["产出", "故障响应时间", "≤2"]
    assert found.cells[7, 1] == PAGE_BREAK
    assert [found.cells.get((8, column)) for column in (1, 2, 3)] == ["效益", "受益人数", "≥9"]


@pytest.mark.parametrize("below", [("产出", "受益人数", "≥9"), ("产出", "受益人数", "")], ids=["整行", "缺一格"])
def test_whole_rows_on_both_sides_stay_apart(below: tuple[str, str, str]) -> None:
    found = grid_of([ROWS, [line(50, *below), line(70, "效益", "满意度", "≥9")]])
    assert (found.cells[5, 2], found.cells[7, 2]) == ("指标4", "受益人数")


@pytest.mark.parametrize(("above", "below"), [("产出", ""), ("", "产出")], ids=["字在前页", "字在后页"])
def test_a_tall_cell_over_a_page_break_is_one_cell(above: str, below: str) -> None:
    first = [*ROWS[:3], line(160, above, "完好率", "≥1", tall=2), Line(180, line(180, "", "合格率", "≥2").pieces[1:], ruled=True)]
    second = [line(50, below, "及时率", "≥3", tall=2), Line(70, line(70, "", "数量", "≥4").pieces[1:], ruled=True)]
    found = grid_of([first, second])
    assert (found.cells[4, 1], found.cells.get((7, 1))) == ("产出", None)
    assert (4, 1, 8, 1) in found.merges


def test_page_numbers_that_run_through_are_left_out() -> None:
    pages = [[line(100, "产出", f"指标{n}", "≥1"), Line(800, (Piece(0, 0, 1, f"第 {n} 页"),), in_margin=True)] for n in range(3)]
    assert [value for value in grid_of(pages).cells.values() if "页" in str(value)] == []
