"""This year's form has one column more than last year's: no row of last year's documents is lost, in any source."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from tests.beside import REAL
from tests.command import Done, Run
from tests.office import convert
from tests.shipped import ROOT, shipped_form
from toolkit.forms import load_form

PUBLISHED = sorted((ROOT / "examples" / "已公布文档").glob("*.txt")) + sorted(REAL.glob("*.txt"))
ADDED = [
    ("分值", "小数", "H"),
    ("分值", "小数", "E"),
    ("备注", "文本", "H"),
    ("评分标准", "长文本", "E"),
    ("序号", "整数", "B"),
    ("完成时限", "日期", "H"),
]


def with_column(name: str, kind: str, letter: str) -> Path:
    """The shipped form with one more column in its table, drawn before column `letter`."""
    book = openpyxl.load_workbook(shipped_form().path)
    sheet, at = book["申报表"], column_index_from_string(letter)
    table = shipped_form().table
    assert table is not None
    merges = [area.bounds for area in sheet.merged_cells.ranges]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(area.coord)
    sheet.insert_cols(at)
    for left, top, right, bottom in merges:
        sheet.merge_cells(start_column=left + (left >= at), start_row=top, end_column=right + (right >= at), end_row=bottom)
    for defined in book.defined_names.values():
        place = re.sub(
            r"\$([A-Z]+)\$",
            lambda m: f"${get_column_letter(column_index_from_string(m[1]) + (column_index_from_string(m[1]) >= at))}$",
            defined.attr_text,
        )
        defined.attr_text = place
    heading = table.first_row - 2
    sheet.cell(heading, at).value = name
    sheet.merge_cells(start_column=at, start_row=heading, end_column=at, end_row=heading + 1)
    book.defined_names[name] = DefinedName(name, attr_text=f"申报表!${letter}${table.first_row}:${letter}${table.last_row}")
    sheet.print_area = "A1:H80"
    book["字段"].append([name, name, kind, "否"])
    path = Path(f"加{name}.xlsx")
    book.save(path)
    assert name in load_form(path).by_name
    return path


def content(done: Done) -> list[dict[str, object]]:
    assert done.code == 0, done.err
    return [{k: v for k, v in record.items() if k not in ("file", "sheet", "表样")} for record in done.json]


def same_but_for(new: list[dict[str, object]], old: list[dict[str, object]], column: str) -> None:
    rows = [[{**row, column: None} for row in record["绩效指标"]] for record in old]  # type: ignore[attr-defined]
    assert sum(map(len, rows)) > 0
    assert new == [{**record, "绩效指标": lines} for record, lines in zip(old, rows, strict=True)]


@pytest.mark.parametrize(("name", "kind", "letter"), ADDED)
def test_no_row_of_a_published_text_is_lost(run: Run, name: str, kind: str, letter: str) -> None:
    form = with_column(name, kind, letter)
    for path in PUBLISHED if (name, letter) == ("分值", "H") else PUBLISHED[:1]:
        same_but_for(content(run("export", path, "--form", form, "--json")), content(run("export", path, "--json")), name)


@pytest.mark.parametrize(("name", "kind", "letter"), ADDED[4:5])
def test_no_row_of_a_workbook_or_a_word_document_is_lost(run: Run, name: str, kind: str, letter: str) -> None:
    form = with_column(name, kind, letter)
    run("import", *PUBLISHED, "-o", "填报")
    run("merge", "填报", "-o", "汇总", "--draft")
    for folder in ("填报", "汇总"):
        for path in sorted(p for p in Path(folder).iterdir() if p.stem != "总表"):
            same_but_for(content(run("export", path, "--form", form, "--json")), content(run("export", path, "--json")), name)


@pytest.mark.office
@pytest.mark.parametrize(("name", "kind", "letter"), ADDED[:1])
def test_no_row_of_a_pdf_is_lost(run: Run, name: str, kind: str, letter: str) -> None:
    form = with_column(name, kind, letter)
    run("import", PUBLISHED[0], "-o", "填报")
    run("merge", "填报", "-o", "汇总", "--draft")
    (document,) = Path("汇总").glob("*.docx")
    path = convert(document, "pdf", "印发")
    same_but_for(content(run("export", path, "--form", form, "--json")), content(run("export", path, "--json")), name)
