"""docs/一小时做一张新表.md: its commands run as printed, its tables are what the clerk types in, its outputs are what the program says."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run
from tests.proposing.printed_forms import TRAINING, draw_docx
from tests.shipped import ROOT
from toolkit.forms import Form, load_form
from toolkit.sources.open import open_source
from toolkit.spreadsheet.a1 import parse_cell

PAGE = ROOT / "docs" / "一小时做一张新表.md"
EXAMPLE = ROOT / "examples" / "新表" / "空白表.docx"
TEMPLATE = Path("templates") / "培训项目绩效目标表.xlsx"

Table = list[list[str]]


def tables() -> dict[str, Table]:
    """The tables of the page by their first heading, without the line under it."""
    found: dict[str, Table] = {}
    for block in re.findall(r"(?:^\|.*\n)+", PAGE.read_text(encoding="utf-8"), re.M):
        head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        found[head[0]] = [head, *rows]
    return found


def blocks() -> list[str]:
    return re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)


def confirm() -> None:
    """Do in the template what the page says: change 字段, fill in 代码表, clear 待确认."""
    book = openpyxl.load_workbook(TEMPLATE)
    sheet, lists = book["字段"], book["代码表"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for name, heading, value in tables()["字段名"][1:]:
        sheet.cell(rows[name], heads[heading]).value = value
    columns = {cell.value: cell.column for cell in lists[1]}
    for name, words in tables()["列"][1:]:
        for row, word in enumerate(words.split("、"), start=2):
            assert lists.cell(row, columns[name]).value is None
            lists.cell(row, columns[name]).value = word
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, heads["待确认"]).value = None
    book.save(TEMPLATE)


def add_rules() -> None:
    book = openpyxl.load_workbook(TEMPLATE)
    sheet = book["审核规则"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    head, *rules = tables()["编号"]
    for number, rule in enumerate(rules, start=2):
        for heading, text in zip(head, rule, strict=True):
            sheet.cell(number, heads[heading]).value = text
    book.save(TEMPLATE)


def put(path: Path, target: Path, form: Form, total: int) -> None:
    """Fill each sheet of an issued workbook; `total` is what it says of the whole cost."""
    values = {
        **{
            "填报日期": date(2026, 2, 1),
            "培训类别": "业务培训",
            "开始日期": date(2026, 5, 6),
            "结束日期": date(2026, 5, 8),
            "培训人数": 60,
        },
        **{"经费总额": total, "财政拨款": 6000, "其他资金": 2000, "培训目标": "轮训基层业务骨干六十人。", "课酬合计": 3000},
        **{"填表人": "李某", "联系电话": "0000-1234567", "课程名称": "预算绩效管理", "授课人": "王某", "学时": 6.5, "课酬": 3000},
        **{"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "培训人次", "指标值": "≥60人次"},
    }
    book = openpyxl.load_workbook(path)
    for sheet in [each for each in book if re.fullmatch("项目\\d+", each.title)]:
        for name, value in values.items():
            sheet.cell(*parse_cell(form.by_name[name].cell)).value = value
    book.save(target)


def test_the_example_is_the_form_that_is_drawn(tmp_path: Path) -> None:
    drawn = tmp_path / EXAMPLE.name
    expected = draw_docx(drawn, TRAINING, 6)
    assert open_source(EXAMPLE, EXAMPLE.name).grids == open_source(drawn, EXAMPLE.name).grids
    assert expected.count == 24


@pytest.mark.slow
def test_the_page_from_its_first_command_to_the_last(run: Run, tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    shutil.copy(ROOT / "examples" / "名单.xlsx", tmp_path)
    shown = blocks()
    commands = [shlex.split(line)[1:] for block in shown for line in block.splitlines() if line.startswith("jixiao ")]
    new, lint, issue, *checks, merge = commands
    assert run(*new).out == shown[1]
    form = load_form(tmp_path / TEMPLATE)
    assert [name for name, field in form.by_name.items() if field.type == "文本"][-1] == "备注"
    confirm()
    done = run(*lint)
    assert (done.code, done.out, "待确认" in done.err) == (0, shown[3], False)
    add_rules()
    assert run(*lint).out == shown[3]
    assert run("form", "show", "培训项目绩效目标表").code == 0
    assert run(*issue).code == 0
    form = load_form(tmp_path / TEMPLATE)
    (tmp_path / "回收").mkdir()
    issued = sorted((tmp_path / "下发").glob("*.xlsx"))[-1]
    put(issued, tmp_path / "回收" / issued.name, form, 9000)
    wrong = run(*checks[0])
    assert (wrong.code, shown[5].strip() in wrong.out) == (3, True)
    put(issued, tmp_path / "回收" / issued.name, form, 8000)
    right = run(*checks[1])
    assert (right.code, "错误 0，警告 0" in right.out) == (0, True)
    assert run(*merge).code == 0
    assert sorted(path.suffix for path in (tmp_path / "汇总").iterdir() if path.suffix in (".docx", ".xlsx")) == [".docx", ".xlsx"]


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8"))
    assert [link for link in links if not (PAGE.parent / link).exists()] == []
