"""A form that is filled in prints as far as it is filled: by its print area, and page by page as LibreOffice prints it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run, hashes
from tests.office import convert
from tests.outputs.filled_samples import declaration as small_declaration
from tests.outputs.filled_samples import indicators, small_form
from tests.shipped import ROWS, at, declaration, line, row_of, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Value

FILE = "青溪区第一小学.xlsx"
COUNTS = (3, 25, 60, 75)

# Characters that nothing else on a page has: one in each indicator, one in each sentence of the goals.
IN_ROWS, IN_GOALS = "淼", "鑫"
GOAL = f"完成设备更新{IN_GOALS}与安装调试，" * 50


def project(count: int, **changes: Value) -> Declaration:
    """A project over two years with so many indicators and two long goals."""
    rows = [(*ROWS[1][:2], f"第{number}处{IN_ROWS}设备安装数", "=", str(number), "台") for number in range(1, count + 1)]
    return declaration({"项目名称": f"{count}条指标的项目", "项目总目标": GOAL, "年度总体目标": GOAL, **changes}, rows)


def areas(data: bytes) -> list[str]:
    """The print areas of the project sheets, without the sheet's name."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [str(sheet.print_area).rpartition("!")[2].replace("$", "") for sheet in book if sheet.title.startswith("项目")]


def down_to(*counts: int) -> list[str]:
    return [f"A1:{at('计量单位', count)}" for count in counts]


def test_the_print_area_ends_with_the_last_indicator() -> None:
    assert areas(fill_workbook(shipped_form(), [project(count) for count in COUNTS])) == down_to(*COUNTS)


def test_what_is_yet_to_be_filled_in_prints_as_drawn() -> None:
    assert areas(fill_workbook(shipped_form(), [])) == down_to(60)
    assert areas(fill_workbook(shipped_form(), [declaration(rows=())])) == down_to(60)
    assert areas(fill_workbook(shipped_form(), [project(3), project(75)], to_be_filled=True)) == down_to(60, 75)


@pytest.mark.parametrize("count", [1, 5, 7])
def test_what_stands_below_the_table_is_printed_too(count: int, tmp_path: Path) -> None:
    """A form with a total and a number below its table of five rows."""
    form = small_form(tmp_path, rows=5)
    data = fill_workbook(form, [small_declaration({"项目名称": "甲"}, indicators(count))])
    assert areas(data) == [f"A1:H{5 + max(count, 5) + 2}"]


def test_marked_and_tidied_copies_print_as_far_as_they_are_filled(run: Run) -> None:
    """The unit filled in what was issued to it; its sheets would print all the rows there are."""
    Path("回收").mkdir()
    Path("回收", FILE).write_bytes(fill_workbook(shipped_form(), [project(3, 年度资金申请总额=Decimal(1)), project(25)], to_be_filled=True))
    before = hashes("回收")
    assert run("annotate", "回收", "-o", "退改").code == 3
    assert run("tidy", "回收", "-o", "整理").code == 0
    assert run("tidy", "整理", "-o", "再整理").code == 0
    for folder in ("退改", "整理"):
        assert areas(Path(folder, FILE).read_bytes()) == down_to(3, 25), folder
    log = list(openpyxl.load_workbook("整理/修复记录.xlsx").active.iter_rows(min_row=2, values_only=True))
    assert [(row[1], row[4], row[5], row[6]) for row in log] == [
        ("项目1", "打印区域", *down_to(60, 3)),
        ("项目2", "打印区域", *down_to(60, 25)),
    ]
    assert Path("再整理", FILE).read_bytes() == Path("整理", FILE).read_bytes()
    assert hashes("回收") == before


def test_a_row_added_to_a_marked_copy_is_printed_after_the_next_round(run: Run) -> None:
    Path("回收").mkdir()
    Path("回收", FILE).write_bytes(fill_workbook(shipped_form(), [project(3, 年度资金申请总额=Decimal(1))]))
    assert run("annotate", "回收", "-o", "退改").code == 3
    book = openpyxl.load_workbook(Path("退改", FILE))
    for right, value in enumerate(("效益指标", "社会效益指标", "受益学生数", "≥", 500, "人")):
        book["项目1"][at("一级指标", 4, right=right)] = value
    Path("再报").mkdir()
    book.save(Path("再报", FILE))
    assert run("annotate", "再报", "-o", "再退").code == 3
    assert areas(Path("再退", FILE).read_bytes()) == down_to(4)


def test_a_print_area_of_a_workbook_that_is_not_ours_stays(run: Run) -> None:
    book = openpyxl.load_workbook(io.BytesIO(fill_workbook(shipped_form(), [project(3, 年度资金申请总额=Decimal(1))], to_be_filled=True)))
    for prop in list(book.custom_doc_props.names):
        del book.custom_doc_props[prop]
    Path("回收").mkdir()
    book.save(Path("回收", FILE))
    assert run("annotate", "回收", "-o", "退改").code == 3
    assert areas(Path("退改", FILE).read_bytes()) == down_to(60)


def test_long_goals_have_room_over_their_rows() -> None:
    """700 characters side by side; no row is higher than Excel allows, and none of the goal's rows alone holds it all."""
    sheet = openpyxl.load_workbook(io.BytesIO(fill_workbook(shipped_form(), [project(3)])))["项目1"]
    rows = range(row_of("项目总目标"), line(-1))
    heights = [float(sheet.row_dimensions[row].height) for row in rows]
    width = sum(sheet.column_dimensions[column].width for column in "BC")
    assert max(heights) < 409 and sum(heights) > len(GOAL) / (width / 2) * 10 * 1.2


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="需要 poppler-utils（pdftotext）")
def test_no_page_is_printed_without_something_of_the_declaration(run: Run, tmp_path: Path) -> None:
    for folder, to_be_filled in (("导入", False), ("回收", True)):
        Path(folder).mkdir()
        made = [project(count, 年度资金申请总额=Decimal(1)) for count in COUNTS]
        Path(folder, FILE).write_bytes(fill_workbook(shipped_form(), made, to_be_filled=to_be_filled))
    assert run("annotate", "回收", "-o", "退改").code == 3
    assert run("tidy", "回收", "-o", "整理").code == 0
    for folder in ("导入", "退改", "整理"):
        pages = declared(printed(Path(folder, FILE), tmp_path / f"{folder}PDF"))
        assert all(IN_ROWS in page or IN_GOALS in page for page in pages), folder
        assert "".join(pages).count(IN_ROWS) == sum(COUNTS)
        assert "".join(pages).count(IN_GOALS) == 2 * 50 * len(COUNTS)


def printed(path: Path, folder: Path) -> list[str]:
    """The text of each page of a workbook."""
    made = convert(path, "pdf", folder, recalc=False)
    done = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, text=True, check=True)
    return done.stdout.split("\f")


def declared(pages: Sequence[str]) -> list[str]:
    """The pages of the project sheets: behind 审核意见, before 自检, which begins with how many checks fail."""
    first = next(number for number, page in enumerate(pages) if shipped_form().title in page and "项目名称" in page)
    last = next(number for number, page in enumerate(pages) if number > first and "项未通过" in page)
    return list(pages[first:last])
