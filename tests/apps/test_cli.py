"""The command line as other programs meet it: exit codes, JSON, one clear line for every wrong input, nothing half-written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import UNIT, WRONG_SUM, Run, blank_template, hashes, other_form, put
from tests.shipped import ROOT, ROWS, TEMPLATE, at


def test_clean_return_passes(run: Run) -> None:
    put("回收/甲.xlsx", {}, {})
    done = run("check", "回收")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == "回收/甲.xlsx（青溪区第一小学）：通过"
    assert "共 1 个文件、2 个项目：通过 1，需修改 0" in done.out


def test_check_json_has_the_structure_of_the_contract(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    blank_template("回收/空表.xlsx")
    other_form("回收/自评.xlsx")
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    done = run("check", "回收/", "--json")
    assert done.code == 4
    assert list(done.json) == ["summary", "files", "findings", "others", "unread"]
    assert list(done.json["summary"]) == ["files", "declarations", "errors", "warnings", "hints", "repairs", "unreadable"]
    assert {file["file"]: (file["status"], file["unit"]) for file in done.json["files"]} == {
        "回收/甲.xlsx": ("needs_changes", "青溪区第一小学"),
        "回收/空表.xlsx": ("not_filled", None),
        "回收/自评.xlsx": ("wrong_form", None),
        "回收/坏.xlsx": ("unreadable", None),
    }
    assert done.json["summary"]["files"] == 4
    assert done.json["summary"]["unreadable"] == 1
    keys = ["rule", "severity", "family", "file", "unit", "project", "sheet", "cell", "field", "value", "expected", "message", "suggestion"]
    assert all(list(finding) == keys for finding in done.json["findings"])
    wrong = next(finding for finding in done.json["findings"] if finding["rule"] == "资金-F1")
    assert {key: wrong[key] for key in keys[1:10]} == {
        "severity": "error",
        "family": "declaration",
        "file": "回收/甲.xlsx",
        "unit": "青溪区第一小学",
        "project": "项目1",
        "sheet": "项目1",
        "cell": at("年度资金申请总额"),
        "field": "年度资金申请总额",
        "value": "1210000.00",
    }
    assert "1,210,000.00" in wrong["message"] and "10,000.00" in wrong["message"] and wrong["suggestion"]
    families = {finding["file"]: finding["family"] for finding in done.json["findings"]}
    assert families["回收/坏.xlsx"] == families["回收/空表.xlsx"] == families["回收/自评.xlsx"] == "file"
    assert all(finding["message"] and finding["suggestion"] for finding in done.json["findings"])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: put("回收/甲.xlsx", {}), 0),
        (lambda: put("回收/甲.xlsx", WRONG_SUM), 3),
        (lambda: blank_template("回收/空表.xlsx"), 3),
        (lambda: other_form("回收/自评.xlsx"), 3),
        (lambda: (put("回收/甲.xlsx", WRONG_SUM), Path("回收/坏.xlsx").write_bytes(b"")), 4),
    ],
)
def test_exit_codes_of_check(run: Run, make: Callable[[], object], code: int) -> None:
    make()
    assert run("check", "回收").code == code


def test_lock_files_and_our_own_results_are_passed_over(run: Run) -> None:
    put("回收/甲.xlsx", {})
    Path("回收/~$甲.xlsx").write_bytes(b"lock")
    Path("回收/Thumbs.db").write_bytes(b"x")
    assert run("merge", "回收", "-o", "汇总").code == 0
    shutil.copytree("汇总", "回收/汇总")
    done = run("check", "回收", "--json")
    assert [file["file"] for file in done.json["files"]] == ["回收/甲.xlsx"]


def test_inputs_are_never_changed(run: Run) -> None:
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    before = hashes("回收")
    run("check", "回收")
    run("merge", "回收", "-o", "汇总", "--draft")
    run("export", "回收", "-o", "数据.xlsx")
    assert hashes("回收") == before


def test_merge_leaves_out_units_with_errors_and_names_them(run: Run) -> None:
    put("回收/甲.xlsx", {}, {})
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 3
    assert sorted(path.name for path in Path("汇总").iterdir()) == [
        "总表.xlsx",
        "青溪区第一小学2025年度项目绩效目标汇总表.docx",
    ]
    assert "未生成 青溪区第二小学：有 1 处错误（回收/乙.xlsx）" in done.out

    draft = run("merge", "回收", "-o", "草稿", "--draft", "--json")
    assert draft.code == 3
    assert draft.json["left_out"] == []
    assert sorted(path.name for path in Path("草稿").iterdir()) == [
        "总表.xlsx",
        "青溪区第一小学2025年度项目绩效目标汇总表.docx",
        "青溪区第二小学2025年度项目绩效目标汇总表.docx",
    ]


def test_merge_with_nothing_to_publish_writes_nothing(run: Run) -> None:
    put("回收/乙.xlsx", WRONG_SUM)
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 3
    assert not Path("汇总").exists()


def test_existing_output_is_refused_without_force(run: Run) -> None:
    put("回收/甲.xlsx", {})
    assert run("merge", "回收", "-o", "汇总").code == 0
    before = hashes("汇总")
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 5 and "--force" in done.err and len(done.err.splitlines()) == 1
    assert hashes("汇总") == before
    assert run("merge", "回收", "-o", "汇总", "--force").code == 0


def test_nothing_is_written_into_an_input_folder(run: Run) -> None:
    put("回收/甲.xlsx", {})
    before = hashes("回收")
    for arguments in (("merge", "回收", "-o", "回收/汇总"), ("export", "回收", "-o", "回收/数据.xlsx")):
        done = run(*arguments)
        assert done.code == 2 and "输入文件夹" in done.err
    assert hashes("回收") == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "没有这个文件.xlsx"), "没有这个文件.xlsx：找不到"),
        (("check", "空文件夹"), "空文件夹：文件夹里没有"),
        (("check",), "缺少参数"),
        (("check", "回收", "--没有的选项"), "没有选项 --没有的选项"),
        (("没有的命令",), "没有命令 没有的命令"),
        (("check", "回收", "--form", "没有的表样"), "没有名为“没有的表样”的表样"),
        (("check", "回收", "--form", "没有.xlsx"), "找不到表样文件"),
        (("check", "回收", "--form", "坏表样.xlsx"), "坏表样.xlsx"),
        (("merge", "回收"), "缺少选项"),
        (("export", "回收", "-o", "数据.pdf"), "不支持的导出格式"),
    ],
)
def test_wrong_usage_is_one_chinese_line(run: Run, arguments: tuple[str, ...], words: str) -> None:
    put("回收/甲.xlsx", {})
    Path("空文件夹").mkdir()
    book = openpyxl.load_workbook(TEMPLATE)
    book.defined_names["项目名称"].attr_text = "申报表!#REF!"
    book.save("坏表样.xlsx")
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert len(done.err.splitlines()) == 1 and words in done.err


def test_locked_output_is_one_line_and_leaves_the_old_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {})
    run("merge", "回收", "-o", "汇总")
    before = hashes("汇总")

    def locked(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", locked)
    done = run("merge", "回收", "-o", "汇总", "--force")
    assert done.code == 5 and "请关闭后重试" in done.err and len(done.err.splitlines()) == 1
    assert hashes("汇总") == before


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are a Unix thing")
@pytest.mark.parametrize("command", ["merge 回收 -o 出", "export 回收 -o 出/数据.xlsx", "import 公布.txt -o 出"])
def test_no_room_is_one_line_and_nothing_half_written(run: Run, command: str) -> None:
    put("回收/甲.xlsx", {})
    write_published("公布.txt")
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000));"
        f"sys.argv = ['jixiao', *{command.split()!r}]; from toolkit.apps.cli import main; sys.exit(main())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 5, done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("错误：出")
    assert not [path for path in Path("出").rglob("*") if path.is_file()]


def write_published(name: str) -> None:
    """A published text of one project, a label and its value on each line."""
    lines = ["财政项目支出绩效目标申报表", "（2025年度）", "项目名称\t校园食堂改造\t项目性质\t其他一次性项目\t项目类别\t特定目标类"]
    lines += ["主管部门\t青溪区教育局\t实施单位\t青溪区第一小学", "计划开始日期\t2025-01-01\t计划完成日期\t2025-12-31"]
    lines += ["项目资金（元）\t项目资金总额\t\t年度资金申请总额\t1,200,000.00", "\t其中：财政资金\t\t其中：当年财政拨款\t1,200,000.00"]
    lines += ["\t\t\t上年结转资金\t0.00", "\t其他资金\t\t其他资金\t0.00", "项目绩效目标\t项目总目标\t\t年度总体目标"]
    lines += ["\t\t\t完成食堂操作间和就餐区改造，更换老旧灶具与排烟设备，开学即可供全校师生就餐。"]
    lines += ["\t一级指标\t二级指标\t三级指标\t年度(/项目)指标值"]
    lines += ["绩效指标\t产出指标\t数量指标\t改造食堂面积\t=400.00(平方米)", "\t\t质量指标\t工程验收合格率\t=100.00(%)"]
    lines += ["\t效益指标\t社会效益指标\t受益师生人数\t≥1350.00(人)"]
    lines += ["\t满意度指标\t服务对象满意度指标\t就餐师生满意度\t≥90.00(%)"]
    Path(name).write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize("error", [MemoryError(), ImportError("interval.so: failed to map segment from shared object")])
def test_no_memory_is_one_line_and_nothing_half_written(run: Run, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    put("回收/甲.xlsx", {})

    def no_room(*_: object) -> bytes:
        raise error

    monkeypatch.setattr("toolkit.outputs.flat._workbook", no_room)
    done = run("export", "回收", "-o", "出.xlsx")
    assert (done.code, done.out) == (5, "")
    assert done.err == "错误：内存不够，没有做完。请关闭一些程序，或换一台内存大的电脑后重试。\n"
    assert not Path("出.xlsx").exists()


def test_import_says_what_reading_left_open(run: Run) -> None:
    write_published("公布.txt")
    text = Path("公布.txt").read_text(encoding="utf-8").replace("（元）", "（万元）")
    Path("公布.txt").write_text(text, encoding="utf-8")
    done = run("import", "公布.txt", "-o", "填报", "--json")
    (doubt,) = json.loads(done.out)["doubts"]
    assert (done.code, doubt["rule"], doubt["file"], doubt["project"]) == (0, "金额-万元", "公布.txt", "校园食堂改造")
    assert "已按万元换算成元" in doubt["message"]
    assert doubt["message"] in run("import", "公布.txt", "-o", "填报", "--force").err


def test_import_then_export(run: Run) -> None:
    write_published("公布.txt")
    done = run("import", "公布.txt", "-o", "填报")
    assert done.code == 0
    assert done.out == "已生成 填报/青溪区第一小学.xlsx：青溪区第一小学，2025 年度，1 个项目，4 条指标。\n"
    records = json.loads(run("export", "填报", "--json").out)
    assert [list(records[0])[:4], records[0]["sheet"], records[0]["表样"]] == [
        ["file", "sheet", "表样", "年度"],
        "项目1",
        "绩效目标申报表",
    ]
    assert records[0]["年度资金申请总额"] == "1200000.00"
    assert records[0]["项目资金总额"] is None
    assert records[0]["计划完成日期"] == "2025-12-31"
    assert records[0]["绩效指标"][3] == {
        "一级指标": "满意度指标",
        "二级指标": "服务对象满意度指标",
        "三级指标": "就餐师生满意度",
        "符号": "≥",
        "数值": "90",
        "计量单位": "%",
        "指标值": "≥90.00(%)",
    }


def test_import_of_a_document_without_the_form_is_unreadable_not_an_error(run: Run) -> None:
    Path("别的.txt").write_text("会议通知\n请各单位按时参加。\n", encoding="utf-8")
    done = run("import", "别的.txt", "-o", "填报")
    assert done.code == 4
    assert "别的.txt：没有找到要报送的表" in done.err and "会议通知" in done.err
    assert not Path("填报").exists()


def test_export_raw_tells_cell_text_and_state(run: Run) -> None:
    put("甲.xlsx", {"上年结转资金": None, "年度资金申请总额": Decimal("1049999.5")})
    record = json.loads(run("export", "甲.xlsx", "--json", "--raw").out)[0]
    assert record["原文"]["上年结转资金"] == {"cell": at("上年结转资金"), "text": "", "state": "blank"}
    assert record["原文"]["年度资金申请总额"] == {"cell": at("年度资金申请总额"), "text": "1049999.5", "state": "ok"}
    assert record["原文"]["绩效指标"][0]["三级指标"] == {"cell": at("三级指标"), "text": "单位面积改造成本", "state": "ok"}


def test_export_files(run: Run) -> None:
    import pandas

    put("甲.xlsx", {}, {"上年结转资金": None})
    assert run("export", "甲.xlsx", "-o", "数据.json").code == 0
    assert json.loads(Path("数据.json").read_text("utf-8")) == json.loads(run("export", "甲.xlsx").out)

    run("export", "甲.xlsx", "-o", "数据.xlsx")
    projects = pandas.read_excel("数据.xlsx", sheet_name="项目", engine="openpyxl")
    assert projects["年度资金申请总额"].tolist() == [1200000.0, 1200000.0]
    assert projects["上年结转资金"].isna().tolist() == [False, True]
    assert len(pandas.read_excel("数据.xlsx", sheet_name="指标", engine="openpyxl")) == 2 * len(ROWS)

    run("export", "甲.xlsx", "-o", "数据.csv")
    table = pandas.read_csv("数据.csv", dtype=str, keep_default_na=False)
    assert table["指标值"].tolist()[0] == "≤3000.00(元/平方米)"
    assert table["三级指标"].tolist()[:6] == [row[2] for row in ROWS]


def test_units_with_hostile_names_get_safe_file_names(run: Run) -> None:
    put("回收/甲.xlsx", {"实施单位": "../甲:乙?<中心>"})
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 0
    names = [path.name for path in Path("汇总").iterdir()]
    assert all(not set(name) & set('<>:"/\\|?*') for name in names) and len(names) == 2
    assert sorted(os.listdir(".")) == ["回收", "汇总"]


def test_form_commands(run: Run) -> None:
    assert "绩效目标申报表" in run("form", "list").out
    shown = run("form", "show", TEMPLATE)
    assert shown.code == 0 and f"{at('年度资金申请总额')}:{at('年度资金申请总额', right=2)}  年度资金申请总额" in shown.out
    assert run("form", "lint", "绩效目标申报表").out == "绩效目标申报表.xlsx：没有发现错误。\n"
    book = openpyxl.load_workbook(TEMPLATE)
    del book.defined_names["项目名称"]
    book.save("坏.xlsx")
    done = run("form", "lint", "坏.xlsx")
    assert done.code == 2
    assert done.out.startswith("坏.xlsx › 字段 › A") and "没有对应的名称" in done.out
    assert run("form", "lint", "坏.xlsx", "--json").json[0]["sheet"] == "字段"


def test_form_lint_looks_at_the_drawing(run: Run) -> None:
    book = openpyxl.load_workbook(TEMPLATE)
    book["申报表"][at("项目资金总额")].number_format = "@"
    book.save("坏.xlsx")
    done = run("form", "lint", "坏.xlsx")
    line = f"坏.xlsx › 申报表 › {at('项目资金总额')}：“项目资金总额”是金额，单元格格式却是“@”。请设成数值格式，如 #,##0.00。"
    assert (done.code, done.out, done.err) == (2, f"{line}\n共 1 处错误。\n", "")
    assert [each["cell"] for each in run("form", "lint", "坏.xlsx", "--json").json] == [at("项目资金总额")]


def test_help_is_chinese_and_has_an_example(run: Run) -> None:
    assert "命令" in run("--help").out
    for command in ("check", "merge", "export", "import", "demo"):
        text = run(command, "--help").out
        assert text.startswith(f"用法：jixiao {command}") and f"例：jixiao {command}" in text
        assert "Show this" not in text and "Options" not in text


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("jixiao 0.")
