"""Workbooks of the drawing that the shipped form had before read on: the same records, and nothing said but that they are old."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.command import Run
from tests.office import convert
from tests.reading.messy import FILE, clean_record, outcome, raw_edited, record
from tests.shipped import ROOT, ROWS, declaration, shipped_form
from toolkit.forms import Form, load_form
from toolkit.intake.batch import read_batch
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value

OLD = ROOT / "tests" / "data" / "绩效目标申报表2024.1.xlsx"

TWO_YEARS: dict[str, Value] = {
    "项目名称": "智慧校园平台建设",
    "计划完成日期": date(2026, 12, 31),
    "项目资金总额": Decimal("2400000.00"),
    "财政资金": Decimal("2000000.00"),
    "其他资金": Decimal("400000.00"),
    "年度总体目标": "本年完成平台招标和机房改造，上线考勤和用餐两个模块，年底前接入全部教学楼，培训教职工不少于120人。",
    "项目总目标": "两年内建成智慧校园平台，覆盖全部教学楼和宿舍，师生凭一张卡完成考勤、用餐和借阅，运行费用逐年下降。",
}


@lru_cache(maxsize=1)
def old_form() -> Form:
    return load_form(OLD)


@lru_cache(maxsize=8)
def old_return(**changes: Value) -> bytes:
    """A unit's return on the old drawing, with its self-check: two projects, the second over two years."""
    return fill_workbook(old_form(), [declaration(changes), declaration(TWO_YEARS)])


def saved_by_openpyxl(data: bytes, *, merged: bool) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book if not merged else ():
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "原样": lambda data: data,
    "openpyxl 另存": lambda data: saved_by_openpyxl(data, merged=True),
    "取消了全部合并": lambda data: saved_by_openpyxl(data, merged=False),
}


def test_the_drawing_is_another_one() -> None:
    old, new = old_form(), shipped_form()
    assert (old.name, set(old.by_name)) == (new.name, set(new.by_name))
    assert [field.cell for field in old.fields] != [field.cell for field in new.fields]
    assert old.version < new.version


@pytest.mark.parametrize("way", SAVED)
def test_records_are_the_same_and_the_version_alone_is_told(way: str) -> None:
    found = outcome(SAVED[way](old_return()))
    assert found.records == [clean_record(), clean_record(TWO_YEARS)]
    (old,) = [finding for finding in found.findings if finding.family == "file"]
    assert (old.rule, old.severity, old.value) == ("文件-旧版表样", "warning", old_form().version)
    assert old.message == f"用的是旧版表样（{old_form().version} 版），现行的是 {shipped_form().version} 版，已按现行表样读取。"
    assert old.suggestion == "现行表样的各项都已读到，不用重填；以后请用现行表样。"
    new = outcome(fill_workbook(shipped_form(), [declaration(), declaration(TWO_YEARS)]))
    assert [(f.rule, f.message) for f in found.findings if f is not old] == [(f.rule, f.message) for f in new.findings]
    assert found.log == new.log == []


def test_a_workbook_without_our_properties_is_read_without_a_word() -> None:
    data = raw_edited((r'name="jixiao\.version"', 'name="别的.version"'), part="docProps/custom.xml", data=old_return())
    found = outcome(data)
    assert found.records == [clean_record(), clean_record(TWO_YEARS)]
    assert not [finding for finding in found.findings if finding.family == "file"]


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods", "xls"])
def test_saved_by_libreoffice(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "原件.xlsx"
    source.write_bytes(old_return())
    made = convert(source, suffix, tmp_path / "另存")
    batch = read_batch([str(made)], (shipped_form(),), None)
    assert [{**record(each), "file": FILE} for each in batch.declarations] == [clean_record(), clean_record(TWO_YEARS)]


def test_every_job_takes_it_as_it_takes_the_new_one(run: Run) -> None:
    for folder, form in (("旧", old_form()), ("新", shipped_form())):
        Path(folder).mkdir()
        Path(folder, FILE).write_bytes(fill_workbook(form, [declaration(), declaration(TWO_YEARS)]))
    told = {folder: run("check", folder, "--json").json for folder in ("旧", "新")}
    assert told["旧"]["files"][0]["status"] == "passed"
    assert {name: told["旧"]["summary"][name] - told["新"]["summary"][name] for name in ("errors", "warnings", "repairs")} == {
        "errors": 0, "warnings": 1, "repairs": 0,
    }  # fmt: skip
    for folder in ("旧", "新"):
        assert run("merge", folder, "-o", f"汇总{folder}").code == 0
    tables = [
        [[[cell.text for cell in row.cells] for row in table.rows] for table in Document(str(path)).tables]
        for folder in ("旧", "新")
        for path in Path(f"汇总{folder}").glob("*.docx")
    ]
    assert len(tables) == 2 and tables[0] == tables[1]


def test_marks_stand_where_its_own_cells_are(run: Run) -> None:
    Path("回收").mkdir()
    Path("回收", FILE).write_bytes(old_return(年度资金申请总额=Decimal("1210000.00")))
    assert run("annotate", "回收", "-o", "退改").code == 3
    sheet = openpyxl.load_workbook(Path("退改", FILE))["项目1"]
    marked = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment is not None]
    assert marked == [old_form().by_name["年度资金申请总额"].cell]
    table = old_form().table
    assert table is not None and sheet.print_area == f"'项目1'!$A$1:$G${table.first_row + len(ROWS) - 1}"
