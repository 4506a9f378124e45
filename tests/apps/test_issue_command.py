"""`jixiao issue`, and what `--roster` adds to the other commands, from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from tests.shipped import ROOT, declaration, shipped_form
from tests.workflow.roster_samples import HOSPITAL, SCHOOL, Line, card_template, write_roster
from toolkit.apps.cli import main
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value

pytestmark = pytest.mark.slow

Run = Callable[..., tuple[int, str, str]]

UNITS: list[Line] = [
    {"单位": SCHOOL, "主管部门": "青溪区教育局", "归口科室": "教科文科", "控制数": 1_200_000, "别名": "青溪一小", "联系人": "王老师 1"},
    {"单位": HOSPITAL, "主管部门": "青溪区卫健委", "归口科室": "社保科", "联系人": "周主任 2"},
    {"单位": "青溪区图书馆", "归口科室": "教科文科"},
]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jixiao", *map(str, arguments)])
        monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
        code = main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return code, captured.out, captured.err

    return call


def put(name: str, changes: Mapping[str, Value]) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(shipped_form(), [declaration(changes)]))


def roster(projects: Sequence[Line] = ()) -> Path:
    return write_roster(Path("名单.xlsx"), UNITS, projects)


def test_issue_tells_what_it_wrote(run: Run) -> None:
    roster([{"单位": SCHOOL, "项目名称": "校园食堂改造"}, {"单位": "青溪一小", "项目名称": "校车更新"}])
    assert run("issue", "名单.xlsx", "-o", "下发", "--year", 2026, "--by", "归口科室") == (
        0,
        f"已生成 下发/教科文科/{SCHOOL}.xlsx：{SCHOOL}，2 个项目。\n"
        f"已生成 下发/社保科/{HOSPITAL}.xlsx：{HOSPITAL}，0 个项目，另有空白表 1 张。\n"
        "已生成 下发/教科文科/青溪区图书馆.xlsx：青溪区图书馆，0 个项目，另有空白表 1 张。\n"
        "共 3 个单位、2 个项目，表样“绩效目标申报表”，存放在 下发。\n",
        "",
    )
    code, out, err = run("issue", "名单.xlsx", "-o", "再发", "--blank", 2, "--json")
    assert code == 0 and err == ""
    assert json.loads(out) == {
        "form": "绩效目标申报表",
        "written": [
            {"file": f"再发/{unit}.xlsx", "unit": unit, "projects": projects, "blank": 2}
            for unit, projects in ((SCHOOL, 2), (HOSPITAL, 0), ("青溪区图书馆", 0))
        ],
    }


def test_issue_without_a_year_says_that_it_is_blank(run: Run) -> None:
    roster()
    code, out, err = run("issue", "名单.xlsx", "-o", "下发", "-q")
    assert (code, out.count("\n"), err) == (0, 1, "没有写 --year，申报年度留空，要由各单位自己填。\n")


def test_issue_of_another_form(run: Run) -> None:
    roster()
    card_template(Path("登记卡.xlsx"))
    code, out, err = run("issue", "名单.xlsx", "-o", "下发", "--form", "登记卡.xlsx")
    assert (code, err) == (0, "") and "表样“登记卡”" in out
    code, _, err = run("issue", "名单.xlsx", "-o", "再发", "--form", "登记卡.xlsx", "--year", 2026)
    assert code == 2 and err == "错误：表样“登记卡”没有“年度”字段，不能写 --year。请去掉 --year。\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["没有.xlsx", "-o", "下发"], 2, "没有.xlsx：找不到名单文件。"),
        (["登记卡.xlsx", "-o", "下发"], 2, "登记卡.xlsx：这是表样，不是名单。"),
        (["坏名单.xlsx", "-o", "下发"], 2, "名单有误：坏名单.xlsx › 单位 › A3：单位“甲”与 A2“甲”重复。"),
        (["名单.xlsx", "-o", "已有"], 5, f"已有/{SCHOOL}.xlsx：文件已存在，未改动；要覆盖请加 --force"),
        (["名单.xlsx", "-o", "下发", "--by", "地区"], 2, "--by"),
        (["名单.xlsx", "-o", "下发", "--form", "没有"], 2, "没有名为“没有”的表样"),
    ],
)
def test_issue_says_what_is_wrong(run: Run, arguments: list[str], code: int, said: str) -> None:
    roster()
    write_roster(Path("坏名单.xlsx"), [{"单位": "甲"}, {"单位": "甲"}])
    card_template(Path("登记卡.xlsx"))
    put(f"已有/{SCHOOL}.xlsx", {})
    found, out, err = run("issue", *arguments)
    assert (found, out) == (code, "") and err.startswith("错误：") and said in err
    assert not Path("下发").exists()


def test_form_lint_takes_a_roster(run: Run) -> None:
    roster([{"单位": "没有的单位", "项目名称": "甲"}])
    code, out, _ = run("form", "lint", "名单.xlsx")
    assert (code, out) == (
        2, "名单.xlsx › 项目 › A2：“单位”表里没有“没有的单位”。请改成“单位”表里的名称或别名，或在该表补上这个单位。\n共 1 处错误。\n",
    )  # fmt: skip
    assert run("form", "lint", ROOT / "examples" / "名单.xlsx")[0] == 0


def test_form_show_tells_a_roster_without_its_passwords(run: Run) -> None:
    write_roster(
        Path("名单.xlsx"),
        [{"单位": SCHOOL, "控制数": 1_200_000, "密码": "secret", "别名": "青溪一小"}, {"单位": HOSPITAL}],
        [{"单位": SCHOOL, "项目名称": "食堂", "项目代码": "P1", "批复金额": 5, "是否公开": "否", "顺序": 1}],
    )
    assert run("form", "show", "名单.xlsx") == (
        0,
        f"名单：2 个单位，1 个项目\n{SCHOOL}  控制数 1200000.00  有密码  青溪一小\n"
        f"    食堂  P1  批复金额 5.00  不公开  顺序 1\n{HOSPITAL}\n",
        "",
    )
    assert run("form", "show", ROOT / "templates" / "名单.xlsx")[0] == 0


def test_check_with_a_roster_lists_who_sent_nothing(run: Run) -> None:
    roster()
    put("收/甲.xlsx", {"实施单位": "青溪一小"})
    run("issue", "名单.xlsx", "-o", "发", "-q")
    Path("发/青溪区图书馆.xlsx").rename("收/空.xlsx")
    code, out, _ = run("check", "收", "--roster", "名单.xlsx", "-o", "结果")
    assert code == 3 and f"没有报送 2 家：{HOSPITAL}、青溪区图书馆。\n" in out and f"收/甲.xlsx（{SCHOOL}）：通过\n" in out
    sheet = openpyxl.load_workbook("结果/审核报告.xlsx")["未报单位"]
    assert [list(row) for row in sheet.iter_rows(values_only=True)] == [
        ["单位", "主管部门", "归口科室", "联系人", "说明"],
        [HOSPITAL, "青溪区卫健委", "社保科", "周主任 2", "没有收到"],
        ["青溪区图书馆", None, "教科文科", None, "交回的是空表：收/空.xlsx"],
    ]
    page = Path("结果/审核报告.html").read_text(encoding="utf-8")
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert [[data["texts"][number] for number in line] for line in data["absent"]] == [
        [HOSPITAL, "青溪区卫健委", "社保科", "周主任 2", "没有收到"],
        ["青溪区图书馆", "", "教科文科", "", "交回的是空表：收/空.xlsx"],
    ]


def test_without_a_roster_nobody_is_missing(run: Run) -> None:
    put("收/甲.xlsx", {})
    code, out, _ = run("check", "收", "-o", "结果")
    assert code == 0 and "没有报送" not in out
    assert "未报单位" not in openpyxl.load_workbook("结果/审核报告.xlsx").sheetnames
    assert '"absent":null' in Path("结果/审核报告.html").read_text(encoding="utf-8")


def test_when_all_have_sent_the_report_says_so(run: Run) -> None:
    write_roster(Path("名单.xlsx"), UNITS[:1])
    put("收/甲.xlsx", {})
    assert run("check", "收", "--roster", "名单.xlsx", "-o", "结果")[0] == 0
    sheet = openpyxl.load_workbook("结果/审核报告.xlsx")["未报单位"]
    assert sheet["A2"].value == "名单中的单位都已报送。"


def test_a_broken_roster_stops_every_command_before_it_reads(run: Run) -> None:
    write_roster(Path("名单.xlsx"), [{"单位": "甲", "控制数": "很多"}])
    put("收/甲.xlsx", {})
    for command in (["check"], ["export"], ["merge", "-o", "汇总"], ["annotate", "-o", "退改"]):
        code, out, err = run(*command, "收", "--roster", "名单.xlsx")
        assert (code, out) == (2, "") and err.startswith("错误：名单有误：名单.xlsx › 单位 › D2：控制数“很多”")
    assert sorted(path.name for path in Path().iterdir()) == ["名单.xlsx", "收"]


def test_annotate_uses_the_roster_and_keeps_the_stamp(run: Run) -> None:
    roster([{"单位": SCHOOL, "项目名称": "校园食堂改造", "批复金额": 5}])
    put("收/甲.xlsx", {})
    code, out, _ = run("annotate", "收", "--roster", "名单.xlsx", "-o", "退改")
    assert code == 3 and "退改/甲.xlsx" in out
    opinions = openpyxl.load_workbook("退改/甲.xlsx")["审核意见"]
    assert any("批复金额 5.00 元" in str(cell.value) for row in opinions for cell in row)
