"""The further row tables of a form in text: a heading line and a line a row, cells parted by blanks or tabs, blank ones dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command import Run
from tests.forms import three_tables
from toolkit.forms import Form, load_form
from toolkit.outputs.filled.workbook import fill_workbook

HEAD = """\
课题名称  智慧养老示范  承办机构  青溪区第一小学
课题编号  KT-007  申报年份  2026
经费总额  1,234,567.89  其中：财政投入  1,000,000.00
开题日期  2026-03-01  完成进度  0.255
预期成果  形成可推广的服务流程。
"""
TASKS = """\
任务内容  任务经费  财政  负责人
需求调研  234,567.89  100,000.00  张三
平台建设  1,000,000.00  900,000.00
合计  1,234,567.89  1,000,000.00
"""
MARKS = """\
方面  考核内容  分值  说明
论文  核心期刊论文  40.00  两篇
专利  发明专利  30.50
转化  成果转化  29.50  一项
"""
DEVICES = """\
设备名称  用途  台数  单价  购置日期
离心机  研制  2  120,000.00  2026-05-01
显微镜  检测  8  80,000.00
"""
TEXT = f"科研课题任务书\n{HEAD}{TASKS}{MARKS}填表说明：本表一式两份。\n{DEVICES}"


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return load_form(three_tables.template(tmp_path / "课题任务与设备.xlsx"))


def exported(run: Run, form: Form, path: Path) -> list[dict[str, Any]]:
    done = run("export", path, "--form", form.path, "--json")
    assert done.code == 0, done.err
    return [{key: value for key, value in record.items() if key not in ("file", "sheet")} for record in done.json]


def unread(run: Run, form: Form, path: Path) -> list[tuple[str | None, str | None]]:
    return [
        (each["cell"], each["value"])
        for each in run("check", path, "--form", form.path, "--json").json["findings"]
        if each["rule"] == "格式-未读懂"
    ]


WRITTEN: dict[str, Callable[[str], str]] = {
    "空格": lambda text: text,
    "制表符": lambda text: text.replace("  ", "\t"),
    "空行": lambda text: text.replace("\n", "\n\n"),
    "另有一列": lambda text: text.replace("购置日期\n", "购置日期  产地\n").replace("2026-05-01", "2026-05-01  德国"),
    "表在前面": lambda text: text.replace(TASKS, "").replace(MARKS, TASKS + MARKS),
    "标题带号": lambda text: text.replace("任务内容  任务经费", "任务内容  任务经费（元）"),
    "又印表头": lambda text: text.replace("平台建设", "\f任务内容  任务经费  财政  负责人\n平台建设"),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_text_gives_what_the_workbook_gives(form: Form, run: Run, tmp_path: Path, how: str) -> None:
    book = tmp_path / "甲.xlsx"
    book.write_bytes(fill_workbook(form, [three_tables.declaration(form)]))
    text = tmp_path / "甲.txt"
    text.write_text(WRITTEN[how](TEXT), encoding="utf-8")
    assert exported(run, form, text) == exported(run, form, book)
    assert unread(run, form, text) == []


def test_a_line_that_may_be_read_two_ways_is_told(form: Form, run: Run, tmp_path: Path) -> None:
    """One number where two columns of numbers are open; a line of the columns' number is read as it stands, whatever it says."""
    text = tmp_path / "甲.txt"
    text.write_text(TEXT.replace("显微镜  检测  8  80,000.00", "显微镜  检测  8\n水泵  其他  三台  2,000  明年"), encoding="utf-8")
    (record,) = exported(run, form, text)
    assert [row["设备名称"] for row in record["设备"]] == ["离心机", "水泵"]
    assert record["设备"][1] == {"设备名称": "水泵", "用途": "其他", "台数": None, "单价": "2000.00", "购置日期": None}
    assert unread(run, form, text) == [("A18", "显微镜 检测 8")]


def test_each_project_has_its_own_rows(form: Form, run: Run, tmp_path: Path) -> None:
    other = TEXT.replace("智慧养老示范", "智慧托育示范").replace("KT-007", "KT-008").replace("离心机", "天平")
    text = tmp_path / "甲.txt"
    text.write_text(f"{TEXT}\n{other}", encoding="utf-8")
    first, second = exported(run, form, text)
    assert [[row["设备名称"] for row in each["设备"]] for each in (first, second)] == [["离心机", "显微镜"], ["天平", "显微镜"]]
    assert [[row["考核内容"] for row in each["考核"]] for each in (first, second)] == [["核心期刊论文", "发明专利", "成果转化"]] * 2


def test_text_values_are_the_workbooks_findings(form: Form, run: Run, tmp_path: Path) -> None:
    """A rule about the rows of a further table judges what a text says."""
    text = tmp_path / "甲.txt"
    text.write_text(TEXT.replace("100,000.00  张三", "300,000.00  张三"), encoding="utf-8")
    found = run("check", text, "--form", form.path, "--json").json["findings"]
    assert [(each["cell"], each["value"]) for each in found if each["rule"] == "任务-财政"] == [("C8", "300000.00")]


def test_a_marked_workbook_made_from_text_points_to_the_row(form: Form, run: Run, tmp_path: Path) -> None:
    text = tmp_path / "回收" / "甲.txt"
    text.parent.mkdir()
    text.write_text(TEXT.replace("1,000,000.00  900,000.00\n", "1,000,000.00  1,900,000.00\n"), encoding="utf-8")
    assert run("annotate", "回收", "--form", form.path, "-o", "退改").code in (0, 3)
    (marked,) = (tmp_path / "退改").rglob("*.xlsx")
    notes = {
        cell.coordinate: cell.comment.text for row in openpyxl.load_workbook(marked)["项目1"].iter_rows() for cell in row if cell.comment
    }
    assert "财政 1,900,000.00 大于任务经费 1,000,000.00。" in notes["F10"]
