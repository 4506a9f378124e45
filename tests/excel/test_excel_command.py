"""`jixiao excel`: what macros run without xlwings, and the results file they read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.command import UNIT, Done, put
from tests.shipped import ROOT, at
from tests.workflow.roster_samples import write_roster

Run = Callable[..., Done]

RETURNS = Path("回收")


def lines(path: str = "结果.txt") -> list[list[str]]:
    data = Path(path).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\n") and b"\r" not in data
    return [line.split("\t") for line in data.decode("utf-8").removesuffix("\n").split("\n")]


def test_audit_workbook(run: Run) -> None:
    put("甲.xlsx", {"年度资金申请总额": Decimal("1210000.00"), "项目性质": "常年性\n项目"})
    done = run("excel", "audit_workbook", "--workbook", "甲.xlsx", "--results", "结果.txt")
    assert (done.code, done.out, done.err) == (3, "甲.xlsx：1 个项目，错误 2 处。\n", "")
    assert lines() == [
        ["", "", "needs_changes", "甲.xlsx：1 个项目，错误 2 处。", "2 0 0"],
        ["项目1", at("项目性质"), "错误", "项目性质“常年性 项目”不在可选范围内。", "请从下拉列表重新选择，不要自行录入或粘贴。"],
        [
            *("项目1", at("年度资金申请总额"), "错误"),
            "年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元，相差 10,000.00 元。"
            f"年度资金申请总额 1,210,000.00（{at('年度资金申请总额')}）应等于 当年财政拨款 1,000,000.00（{at('当年财政拨款')}）"
            f"＋ 上年结转资金 150,000.50（{at('上年结转资金')}）＋ 年度其他资金 49,999.50（{at('年度其他资金')}）。",
            "请核对当年财政拨款、上年结转资金、其他资金三项，其和应等于年度资金申请总额。",
        ],
    ]

    put("甲.xlsx", {})
    done = run("excel", "audit_workbook", "--workbook", "甲.xlsx", "--results", "结果.txt")
    assert (done.code, lines()) == (0, [["", "", "passed", "甲.xlsx：1 个项目，没有问题。", "0 0 0"]])


def test_audit_of_what_is_no_return(run: Run) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    book.save("乙.xlsx")
    done = run("excel", "audit_workbook", "--workbook", "乙.xlsx", "--results", "结果.txt")
    said = run("check", "乙.xlsx", "--json").json["findings"][0]
    assert (done.code, lines()) == (3, [["", "", "wrong_form", f"乙.xlsx：{said['message']}{said['suggestion']}", "1 0 0"]])

    Path("丙.xlsx").write_bytes(b"PK\x03\x04")
    done = run("excel", "audit_workbook", "--workbook", "丙.xlsx", "--results", "结果.txt")
    assert (done.code, [line[2] for line in lines()]) == (4, ["unreadable"])


def test_what_cannot_be_done_is_in_the_results_too(run: Run) -> None:
    done = run("excel", "audit_workbook", "--workbook", "没有.xlsx", "--results", "结果.txt")
    assert (done.code, done.err) == (2, "错误：没有.xlsx：找不到这个文件或文件夹。请核对路径。\n")
    assert lines() == [["", "", "failed", "没有.xlsx：找不到这个文件或文件夹。请核对路径。", "0 0 0"]]
    done = run("excel", "remind", "--results", "结果.txt")
    assert (done.code, lines()) == (2, [["", "", "failed", "remind 要用 --folder 说明对哪个文件夹做。", "0 0 0"]])
    done = run("excel", "audit_folder", "--folder", "/", "--results", "结果.txt")
    assert (done.code, lines()[0][3]) == (2, "/：不能选整个磁盘。请选放着申报表的文件夹。")
    done = run("excel", "audit_workbook", "--workbook", "没有.xlsx", "--results", "没有/的/../..")
    assert done.code == 5


def test_the_jobs_of_a_folder(run: Run) -> None:
    """Audit, merge and remind; results go beside the folder, are kept without --force, and the folder stays as it was."""
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, "项目性质": "常年性项目"})
    before = {path: path.read_bytes() for path in RETURNS.iterdir()}
    results = ("--folder", "回收", "--results", "结果.txt")

    done = run("excel", "audit_folder", *results)
    assert done.code == 3
    assert lines()[0] == [
        *("", "", "done"),
        "共 2 个文件、2 个项目：通过 1，需修改 1；错误 1，警告 0，提示 0，自动修复 0。 审核报告在 回收-审核结果。",
        "1 0 0",
    ]
    assert [line[3] for line in lines()[1:3]] == lines()[0][3].replace("。 ", "。\n").split("\n")
    assert [line[4] for line in lines()[3:]] == [str(Path("回收-审核结果", f"审核报告.{kind}")) for kind in ("html", "xlsx")]
    done = run("excel", "audit_folder", *results)
    assert (done.code, lines()[0][2]) == (5, "failed")
    assert run("excel", "audit_folder", *results, "--force").code == 3

    done = run("excel", "make_summary", *results)
    assert done.code == 3
    assert sorted(path.name for path in Path("回收-汇总").iterdir()) == ["总表.xlsx", "青溪区第一小学2025年度项目绩效目标汇总表.docx"]
    assert [line[2] for line in lines()] == ["done", "line", "line", "file", "file"]
    assert "已生成 2 个文件，在 回收-汇总。 未生成 青溪区第二小学：" in lines()[0][3]

    done = run("excel", "remind", *results)
    assert (done.code, lines()[0][2]) == (2, "failed")
    write_roster(Path("名单.xlsx"), [{"单位": f"青溪区第{number}小学"} for number in "一二三"])
    done = run("excel", "remind", *results)
    assert done.code == 3
    assert "青溪区第三小学：未报" in lines()[0][3]
    assert made() == ["回收-审核结果/催报名单.xlsx"]
    assert {path: path.read_bytes() for path in RETURNS.iterdir()} == before


def test_decisions_of_the_last_report_count(run: Run) -> None:
    put("回收/甲.xlsx", {"项目性质": "常年性项目"})
    results = ("--folder", "回收", "--results", "结果.txt")
    assert run("excel", "audit_folder", *results).code == 3
    report = Path("回收-审核结果", "审核报告.xlsx")
    book = openpyxl.load_workbook(report)
    sheet = book["问题清单"]
    heads = {cell.value: cell for row in sheet.iter_rows(max_row=10) for cell in row}
    row = heads["处理意见"].row + 1
    sheet.cell(row, heads["处理意见"].column, "保留")
    sheet.cell(row, heads["理由"].column, "经局长办公会同意")
    book.save(report)
    assert run("excel", "audit_folder", *results, "--force").code == 0


def test_import_last_year(run: Run) -> None:
    source = sorted(path for path in (ROOT / "examples").rglob("*.txt"))[0]
    shutil.copy(source, "公布.txt")
    done = run("excel", "import_last_year", "--file", "公布.txt", "--results", "结果.txt")
    assert done.code == 0
    written = list(map(Path, made()))
    assert written and {path.parent for path in written} == {Path("公布-填报")} and all(path.is_file() for path in written)
    assert lines()[0][3].endswith("已生成在 公布-填报。")


def told(run: Run, action: str, *more: object) -> str:
    """Run an action that must go well but for errors of units, and return what it says."""
    done = run("excel", action, "--results", "结果.txt", *more)
    assert (done.code in (0, 3), lines()[0][2]) == (True, "done"), done.err
    return lines()[0][3]


def made() -> list[str]:
    return [Path(line[4]).as_posix() for line in lines() if line[2] == "file"]


def data(path: str) -> list[list[list[object]]]:
    return [[list(row) for row in sheet.values] for sheet in openpyxl.load_workbook(path, data_only=True)]


def test_the_other_jobs_of_a_folder_do_what_their_commands_do(run: Run) -> None:
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, "项目性质": "常年性项目"})
    put("去年/甲.xlsx", {"项目名称": "校车更新"})
    before = {path: path.read_bytes() for folder in (RETURNS, Path("去年")) for path in folder.iterdir()}

    assert told(run, "annotate_returns", "--folder", "回收").endswith("1 份退改工作簿、1 份退改通知在 回收-退改。")
    assert run("annotate", "回收", "-o", "退改").code == 3
    names = sorted(path.name for path in Path("退改").iterdir())
    assert sorted(path.name for path in Path("回收-退改").iterdir()) == names
    assert data("回收-退改/乙.xlsx") == data("退改/乙.xlsx")

    assert told(run, "tidy_returns", "--folder", "回收").startswith("共 2 个副本，其中 0 个文件修复了 0 处，在 回收-整理")
    assert made() == [f"回收-整理/{name}" for name in ("乙.xlsx", "甲.xlsx", "修复记录.xlsx")]

    assert told(run, "export_data", "--folder", "回收") == f"已导出 2 个项目：{Path('回收-数据/数据.xlsx')}"
    assert run("export", "回收", "-o", "数据.xlsx").code == 0
    assert data("回收-数据/数据.xlsx") == data("数据.xlsx")

    said = told(run, "compare_years", "--folder", "回收", "--other", "去年")
    assert said.endswith(f"逐项对比在 {Path('回收-对比/对比.xlsx')}。") and made() == ["回收-对比/对比.xlsx"]
    assert run("diff", "去年", "回收", "-o", "对比.xlsx").code == 0
    assert data("回收-对比/对比.xlsx") == data("对比.xlsx")

    for action, more in (("annotate_returns", ()), ("tidy_returns", ()), ("export_data", ()), ("compare_years", ("--other", "去年"))):
        again = ("excel", action, "--folder", "回收", *more, "--results", "结果.txt")
        assert (run(*again).code, lines()[0][2], "--force" in lines()[0][3]) == (5, "failed", True)
        assert (run(*again, "--force").code in (0, 3), lines()[0][2]) == (True, "done")
    assert {path: path.read_bytes() for path in before} == before


def test_a_second_folder_that_is_not_said(run: Run) -> None:
    put("回收/甲.xlsx", {})
    done = run("excel", "compare_years", "--folder", "回收", "--results", "结果.txt")
    assert (done.code, lines()[0][3]) == (2, "compare_years 要用 --other 说明另一个文件夹：原来（去年）的文件夹。")
    done = run("excel", "compare_years", "--folder", "回收", "--other", "去年", "--results", "结果.txt")
    assert (done.code, lines()[0][3]) == (2, "去年：找不到这个文件或文件夹。请核对路径。")


def test_a_finding_is_explained_at_its_cell(run: Run) -> None:
    put("甲.xlsx", {"年度资金申请总额": Decimal("1210000.00")})
    place = ("--workbook", "甲.xlsx", "--sheet", "项目1", "--cell", at("年度资金申请总额"))
    assert told(run, "explain_finding", *place).startswith("【错误】年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元")
    (rule,) = {each["rule"] for each in run("check", "甲.xlsx", "--json").json["findings"]}
    explained = [" ".join(line.split()) for line in run("explain", rule, "甲.xlsx").out.splitlines()[1:-2]]
    assert [" ".join(line[3].split()) for line in lines()[2:]] == explained
    clean = told(run, "explain_finding", *place[:-1], at("项目名称"))
    assert clean == f"项目1 {at('项目名称')}：这一格没有审核意见。请先点“审核当前工作簿”，再选中一个有问题的单元格。"
    done = run("excel", "explain_finding", *place[:-1], "D八", "--results", "结果.txt")
    assert (done.code, lines()[0][2]) == (2, "failed")


SCHOOLS = [f"青溪区第{number}小学" for number in "一二"]


def test_issue_and_what_is_carried_over(run: Run) -> None:
    put("去年/甲.xlsx", {})
    Path("本季.txt").write_text("年度：2026\n", encoding="utf-8")
    units = [{"单位": name, "应报表样": owed} for name, owed in zip(SCHOOLS, ("绩效目标申报表", "项目支出绩效自评表"), strict=True)]
    projects = [{"单位": SCHOOLS[0], "项目名称": "校园食堂改造"}]
    write_roster(Path("名单.xlsx"), units, projects)
    said = told(run, "issue", "--file", "名单.xlsx")
    assert said.splitlines() == [
        "共 1 个单位、1 个项目，表样“绩效目标申报表”，存放在 名单-下发/绩效目标申报表。 "
        "共 1 个单位、0 个项目，表样“项目支出绩效自评表”，存放在 名单-下发/项目支出绩效自评表。"
    ]
    assert run("issue", "名单.xlsx", "-o", "下发", "--form", "绩效目标申报表", "--year", "2026").code == 0
    assert data(f"名单-下发/绩效目标申报表/{SCHOOLS[0]}.xlsx") == data(f"下发/{SCHOOLS[0]}.xlsx")

    # Nothing of last year is on the second form: said before anything is written.
    Path("名单-下发").rename("名单-先下发")
    done = run("excel", "issue_from", "--file", "名单.xlsx", "--other", "去年", "--results", "结果.txt")
    assert (done.code, "没有“项目支出绩效自评表”可以沿用" in lines()[0][3], Path("名单-下发").exists()) == (2, True, False)

    write_roster(Path("名单.xlsx"), units[:1], projects)
    assert "沿用" in told(run, "issue_from", "--file", "名单.xlsx", "--other", "去年", "--force")
    assert made() == ["名单-下发/沿用记录.xlsx"]
    assert run("issue", "名单.xlsx", "--from", "去年", "--year", "2026", "-o", "沿用").code == 0
    assert data("名单-下发/沿用记录.xlsx") == data("沿用/沿用记录.xlsx")
    assert data(f"名单-下发/{SCHOOLS[0]}.xlsx")[0] == data(f"沿用/{SCHOOLS[0]}.xlsx")[0]


def test_a_form_is_proposed_and_looked_at(run: Run) -> None:
    blank = next(path for path in sorted((ROOT / "examples" / "新表").iterdir()) if path.suffix in (".xlsx", ".docx"))
    shutil.copy(blank, f"培训表{blank.suffix}")
    said = told(run, "new_form", "--file", f"培训表{blank.suffix}")
    assert said.startswith(f"已提出表样 {Path('培训表-表样/培训表.xlsx')}：") and made() == [
        "培训表-表样/培训表.docx",
        "培训表-表样/培训表.xlsx",
    ]
    assert run("form", "new", "培训表", "--from", f"培训表{blank.suffix}", "-o", "表样").code == 0
    assert data("培训表-表样/培训表.xlsx") == data("表样/培训表.xlsx")
    code = run("excel", "lint_form", "--file", "培训表-表样/培训表.xlsx", "--results", "结果.txt").code
    shown = run("form", "lint", "培训表-表样/培训表.xlsx")
    assert (code, lines()[0][3].split(" ")[-1]) == (shown.code, shown.out.splitlines()[-1].split(" ")[-1])


def test_a_season_from_its_beginning_to_its_archive(run: Run) -> None:
    """Whatever is done in Excel on the season's returns goes by its settings and lies where the commands put it."""
    for hand, school in zip(("甲", "乙"), SCHOOLS, strict=True):
        Path(f"各人/{hand}").mkdir(parents=True)
        write_roster(Path(f"各人/{hand}/名单.xlsx"), [{"单位": name} for name in SCHOOLS])
        assert "下一步：" in told(run, "start_season", "--folder", f"各人/{hand}")
        put(f"各人/{hand}/回收/{hand}.xlsx", {"实施单位": school})
        told(run, "audit_folder", "--folder", f"各人/{hand}/回收")
        assert Path(f"各人/{hand}/审核结果/台账.sqlite").is_file() and Path(f"各人/{hand}/审核结果/审核报告.xlsx").is_file()
    assert (run("excel", "start_season", "--folder", "各人/甲", "--results", "结果.txt").code, lines()[0][2]) == (5, "failed")
    assert run("excel", "show_season", "--folder", "各人", "--results", "结果.txt").code == 2

    assert told(run, "join_seasons", "--folder", "各人").startswith("已合并到 各人-合并：报送 2 份（文件 2 个），意见 0 条。")
    told(run, "audit_folder", "--folder", "各人-合并/回收", "--force")
    assert "已报 2 家" in told(run, "show_season", "--folder", "各人-合并")
    told(run, "make_summary", "--folder", "各人-合并/回收")
    assert "汇总表出过了，都做完了的话归档备查" in told(run, "show_season", "--folder", "各人-合并")
    assert "已归档到 " in told(run, "archive_season", "--folder", "各人-合并")
    assert "没有别的变化" in told(run, "verify_archive", "--folder", "各人-合并/归档")
    next(Path("各人-合并/归档/定稿").rglob("*.xlsx")).unlink()
    done = run("excel", "verify_archive", "--folder", "各人-合并/归档", "--results", "结果.txt")
    assert (done.code, "缺少：" in lines()[0][3]) == (3, True)
