"""What nobody understood is shown wherever a return is looked at: each cell, or line, with what it says."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from tests.apps.test_cli import write_published
from tests.command import Run, put
from tests.command import run as run

UNIT = "青溪区第一小学"
CELLS = [("A30", "另有说明未列入"), ("C90", "100")]
LINES = [("A6", "其中含上级追加部分"), ("A17", "待定事项另行报告")]


def returned(name: str) -> None:
    path = put(name, {"实施单位": UNIT})
    book = openpyxl.load_workbook(path)
    sheet = next(each for each in book.worksheets if each["A3"].value == "项目名称")
    sheet["A30"], sheet["C90"] = CELLS[0][1], 100
    book.save(path)


def published(name: str) -> None:
    """A published text with two lines more, one among the fields and one at the end."""
    write_published(name)
    lines = Path(name).read_text("utf-8").split("\n")
    lines.insert(5, LINES[0][1])
    Path(name).write_text("\n".join([*lines, "", LINES[1][1]]), "utf-8")


def rows(path: str, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_check_and_both_reports(run: Run) -> None:
    returned("回收/一小.xlsx")
    done = run("check", "回收", "--json")
    (finding,) = [each for each in done.json["findings"] if each["rule"] == "格式-未读懂"]
    assert (finding["severity"], finding["cell"], finding["value"]) == ("warning", *CELLS[0])
    assert [(each["file"], each["sheet"], each["project"], each["cell"], each["text"]) for each in done.json["unread"]] == [
        ("回收/一小.xlsx", "项目1", "项目1", cell, text) for cell, text in CELLS
    ]
    shown = run("check", "回收", "-o", "果").out
    assert "有内容没有读懂，没有算作任何一项：A30“另有说明未列入”、C90“100”。" in shown
    assert rows("果/审核报告.xlsx", "没有读懂") == [
        ("单位", "项目", "文件", "工作表", "位置", "内容"),
        *((UNIT, "项目1", "回收/一小.xlsx", "项目1", cell, text) for cell, text in CELLS),
    ]
    data = json.loads(Path("果/审核报告.html").read_text("utf-8").split('id="data">')[1].split("</script>")[0])
    assert [[data["texts"][number] for number in line][-2:] for line in data["unread"]] == [list(each) for each in CELLS]


def test_a_check_with_the_ledger_remembers_it(run: Run) -> None:
    returned("回收/一小.xlsx")
    first = run("check", "回收", "-o", "果", "--json").json
    assert run("check", "回收", "-o", "果", "--force", "--json").json == first
    assert len(first["unread"]) == 2


def test_tidy_and_its_log(run: Run) -> None:
    returned("回收/一小.xlsx")
    done = run("tidy", "回收", "-o", "整理")
    assert (done.code, "回收/一小.xlsx › 项目1 › A30：有内容没有读懂" in done.err) == (0, True)
    assert rows("整理/修复记录.xlsx", "没有读懂") == [
        ("文件", "工作表", "位置", "内容"),
        *(("回收/一小.xlsx", "项目1", cell, text) for cell, text in CELLS),
    ]
    unread = run("tidy", "回收", "-o", "再整理", "--json").json["unread"]
    assert [(each["cell"], each["text"]) for each in unread] == CELLS


def test_lines_of_a_published_text(run: Run) -> None:
    published("公布.txt")
    done = run("import", "公布.txt", "-o", "填报", "--json")
    assert [(each["sheet"], each["cell"], each["text"]) for each in done.json["unread"]] == [(None, *each) for each in LINES]
    assert [each["rule"] for each in done.json["doubts"]] == ["格式-未读懂"]
    told = run("import", "公布.txt", "-o", "填报", "--force").err
    assert all(f"{cell}“{text}”" in told for cell, text in LINES)


def test_nothing_is_said_where_all_was_understood(run: Run) -> None:
    put("回收/一小.xlsx", {"实施单位": UNIT})
    write_published("公布.txt")
    assert run("check", "回收", "公布.txt", "--json").json["unread"] == []
    run("check", "回收", "-o", "果")
    run("tidy", "回收", "-o", "整理")
    for path in ("果/审核报告.xlsx", "整理/修复记录.xlsx"):
        assert not {"没有读懂", "其他文件"} & set(openpyxl.load_workbook(path).sheetnames)
