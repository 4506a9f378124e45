"""`check -o` and `--decisions` as people and programs meet them: files, exit codes, one clear line for what is wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import UNIT, WRONG_SUM, Run, decide, hashes, put, run
from tests.shipped import at
from toolkit.sources.open import open_source

pytestmark = pytest.mark.slow

__all__ = ["run"]

FILES = ["台账.sqlite", "审核报告.html", "审核报告.xlsx"]


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def test_check_writes_both_reports_beside_the_usual_result(run: Run) -> None:
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    before = hashes("回收")
    plain = run("check", "回收")
    done = run("check", "回收", "-o", "审核结果")
    assert done.code == plain.code == 4
    assert done.out == plain.out + "已生成 审核结果/审核报告.xlsx\n已生成 审核结果/审核报告.html\n"
    assert names("审核结果") == FILES
    assert hashes("回收") == before
    sheet = openpyxl.load_workbook("审核结果/审核报告.xlsx")["概览"]
    first = str(sheet["A1"].value)
    assert first.startswith("需修改：通过 1 家，需修改 1 家，无法读取 1 个文件；错误 ") and "3 个文件、2 个项目" in first
    assert [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=5, max_row=7)] == [
        ["青溪区第二小学", "需修改", 1],
        ["坏.xlsx", "无法读取", 0],
        ["青溪区第一小学", "通过", 1],
    ]
    page = Path("审核结果/审核报告.html").read_text("utf-8")
    assert first.partition("：")[2] in page


def test_links_lead_from_the_report_to_the_cell(run: Run) -> None:
    put("回收/下级/甲.xlsx", WRONG_SUM)
    run("check", "回收", "-o", "结果/三月")
    sheet = openpyxl.load_workbook("结果/三月/审核报告.xlsx")["问题清单"]
    link = sheet["F2"].hyperlink
    target = link.target.replace("\\", "/")
    assert (Path("结果/三月") / target).resolve() == Path("回收/下级/甲.xlsx").resolve()
    assert link.location == f"项目1!{at('年度资金申请总额')}"


def test_json_and_files_together(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    alone = run("check", "回收", "--json")
    assert names(".") == ["回收"]
    done = run("check", "回收", "--json", "-o", "审核结果")
    assert done.json == alone.json and names("审核结果") == FILES


def test_the_report_is_skipped_as_input(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    run("check", "回收", "-o", "审核结果")
    assert open_source(Path("审核结果/审核报告.xlsx"), "x").kind == "审核报告"
    Path("审核结果").rename("回收/审核结果")
    done = run("check", "回收", "--json")
    assert [file["file"] for file in done.json["files"]] == ["回收/甲.xlsx"]


@pytest.mark.parametrize("name", FILES[1:])
def test_an_existing_report_is_refused_without_force(run: Run, name: str) -> None:
    put("回收/甲.xlsx", {})
    Path("审核结果").mkdir()
    Path("审核结果", name).write_text("别人的", encoding="utf-8")
    done = run("check", "回收", "-o", "审核结果")
    assert done.code == 5 and "--force" in done.err and len(done.err.splitlines()) == 1
    assert names("审核结果") == [name]
    assert Path("审核结果", name).read_text("utf-8") == "别人的"
    assert run("check", "回收", "-o", "审核结果", "--force").code == 0
    assert names("审核结果") == FILES


def test_no_report_goes_into_the_input_folder(run: Run) -> None:
    put("回收/甲.xlsx", {})
    before = hashes("回收")
    done = run("check", "回收", "-o", "回收/审核结果")
    assert done.code == 2 and "输入文件夹" in done.err
    assert hashes("回收") == before


def test_nothing_is_left_behind_where_there_is_nothing_to_check(run: Run) -> None:
    Path("空").mkdir()
    assert run("check", "空", "-o", "审核结果").code == 2
    assert list(Path().glob("审核结果/*")) == []
    put("回收/甲.xlsx", {})
    run("check", "回收", "-o", "审核结果")
    assert run("check", "空", "-o", "审核结果", "--force").code == 2
    assert names("审核结果") == FILES


def test_a_decision_lets_check_and_merge_pass(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    assert run("check", "回收", "-o", "审核结果").code == 3
    assert run("merge", "回收", "-o", "汇总").code == 3
    decide("审核结果", "资金-F1", 处理意见="保留", 理由="含利息")
    report = "审核结果/审核报告.xlsx"

    checked = run("check", "回收", "--decisions", report, "-o", "审核结果", "--force")
    assert (checked.code, checked.err) == (0, "")
    assert f"[提示] 项目1 › 项目1 › {at('年度资金申请总额')}：已说明（原为错误；理由：含利息）：" in checked.out
    sheet = openpyxl.load_workbook(report)["问题清单"]
    assert [sheet["A2"].value, sheet["M2"].value, sheet["N2"].value] == ["错误\n已说明", "保留", "含利息"]
    merged = run("merge", "回收", "-o", "汇总", "--decisions", report)
    assert (merged.code, merged.err) == (0, "")
    assert names("汇总") == ["总表.xlsx", "青溪区第一小学2025年度项目绩效目标汇总表.docx"]

    put("回收/甲.xlsx", {"年度资金申请总额": Decimal("1230000.00")})
    again = run("check", "回收", "--decisions", report)
    assert again.code == 3
    assert again.err.startswith("问题清单 第 2 行") and "填报内容已变化" in again.err
    assert run("merge", "回收", "-o", "汇总", "--force", "--decisions", report).code == 3


def test_json_keeps_its_keys_under_decisions(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    before = run("check", "回收", "--json", "-o", "审核结果").json
    decide("审核结果", "资金-F1", 处理意见="保留", 理由="含利息", 人工意见="请附说明")
    after = run("check", "回收", "--json", "--decisions", "审核结果/审核报告.xlsx").json
    assert list(after) == list(before) and list(after["summary"]) == list(before["summary"])
    assert all(list(finding) == list(before["findings"][0]) for finding in after["findings"])
    kept, said = after["findings"][:2]
    changed = {"severity": "hint", "message": f"已说明（原为错误；理由：含利息）：{before['findings'][0]['message']}"}
    assert kept == {**before["findings"][0], **changed}
    assert (said["rule"], said["severity"], said["message"]) == ("人工-意见", "warning", "审核意见：请附说明。")
    assert after["files"] == [{"file": "回收/甲.xlsx", "status": "passed", "unit": "青溪区第一小学"}]


def test_wrong_decisions_file_is_one_line(run: Run) -> None:
    put("回收/甲.xlsx", {})
    for command in (("check", "回收"), ("merge", "回收", "-o", "汇总")):
        for name, words in (("没有.xlsx", "找不到这个审核报告"), ("回收/甲.xlsx", "不是审核报告")):
            done = run(*command, "--decisions", name)
            assert (done.code, done.out) == (2, "")
            assert len(done.err.splitlines()) == 1 and words in done.err
    assert not Path("汇总").exists()
