"""`merge` and `export` as a clerk runs them: what is published, what is not and why, other forms, several at once, PDFs."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from openpyxl.workbook.defined_name import DefinedName

from tests.command import UNIT, WRONG_SUM, Run, decide, put
from tests.shipped import at, label_at

pytestmark = pytest.mark.slow

PHONE = {"年度总体目标": "完成操作间和就餐区改造，更换老旧灶具与排烟设备，暑假结束前通过验收，有事请拨 13812345678 联系。"}
THIRD = {"实施单位": "青溪区第三小学"}

REPORT, REPORT_2 = "青溪区第一小学2025年度项目绩效目标汇总表.docx", "青溪区第二小学2025年度项目绩效目标汇总表.docx"


def roster(*projects: tuple[str, str, str | None, int | None], name: str = "名单.xlsx") -> Path:
    """Write a roster of the units named, with (单位, 项目名称, 是否公开, 顺序)."""
    book = openpyxl.Workbook()
    units = book.active
    units.title = "单位"
    units.append(["单位", "主管部门", "归口科室", "控制数", "密码", "别名", "联系人"])
    for unit in dict.fromkeys(project[0] for project in projects):
        units.append([unit])
    sheet = book.create_sheet("项目")
    sheet.append(["单位", "项目名称", "项目代码", "批复金额", "是否公开", "顺序"])
    for unit, project, public, order in projects:
        sheet.append([unit, project, None, None, public, order])
    book.save(name)
    return Path(name)


def names(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def projects(report: Path) -> list[str]:
    """The projects of a Word report in their order: the cell right of the label 项目名称 in each table."""
    found = []
    for table in Document(str(report)).tables:
        texts = [cell.text for row in table.rows for cell in row.cells]
        if "项目名称" in texts:
            label = texts.index("项目名称")
            found.append(next(text for text in texts[label:] if text != "项目名称"))
    return found


def rows(book: str | Path, sheet: str) -> list[tuple[object, ...]]:
    """The lines below the headings of a list."""
    found = list(openpyxl.load_workbook(book, data_only=True)[sheet].iter_rows(values_only=True))
    heads = next((number for number, row in enumerate(found) if row[0] == "序号"), 2)
    return found[heads + 1 :]


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_roster_orders_projects_and_keeps_what_is_not_public_out(run: Run) -> None:
    put("回收/甲.xlsx", {}, {}, {})
    put("回收/乙.xlsx", UNIT)
    one, two = "青溪区第一小学", "青溪区第二小学"
    roster((one, "项目1", None, 9), (one, "项目2", "否", 1), (one, "项目3", "是", 2), (two, "项目1", "否", None))
    done = run("merge", "回收", "-o", "汇总", "--roster", "名单.xlsx")
    assert done.code == 0, done.err
    assert names("汇总") == ["总表.xlsx", REPORT]
    assert projects(Path("汇总", REPORT)) == ["项目3", "项目1"]
    assert [line for line in done.out.splitlines() if line.startswith("未公开")] == [
        f"未公开 {one} › 项目2：名单中“是否公开”为否，不写入 Word 汇总表。",
        f"未公开 {two} › 项目1：名单中“是否公开”为否，不写入 Word 汇总表。",
    ]
    assert [row[1:4] for row in rows("汇总/总表.xlsx", "项目明细")][:-1] == [
        (one, "项目2", "否"),
        (one, "项目3", "是"),
        (one, "项目1", "是"),
        (two, "项目1", "否"),
    ]
    assert [(row[1], row[2], row[7]) for row in rows("汇总/总表.xlsx", "审核情况")][:-1] == [
        (one, 3, "已汇总"),
        (two, 1, "已汇总，全部不公开"),
    ]
    omitted = [row[1:5] for row in rows("汇总/总表.xlsx", "未汇总清单")]
    assert omitted == [("项目", one, "项目2", "名单中“是否公开”为否"), ("项目", two, "项目1", "名单中“是否公开”为否")]
    shown = run("merge", "回收", "-o", "另存", "--roster", "名单.xlsx", "--json").json
    assert shown["not_public"][0] == {
        "unit": one,
        "project": "项目2",
        "file": "回收/甲.xlsx",
        "reason": "名单中“是否公开”为否",
    }


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_what_is_left_out_goes_with_the_result(run: Run) -> None:
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    assert run("merge", "回收", "-o", "汇总").code == 4
    omitted = rows("汇总/总表.xlsx", "未汇总清单")
    assert [row[1:3] for row in omitted] == [("单位", "青溪区第二小学"), ("文件", None)]
    assert [row[6] for row in omitted] == ["回收/乙.xlsx", "回收/坏.xlsx"]
    assert omitted[0][4:6] == ("有 1 处错误", "改正后再汇总，或加 --draft 生成草稿。") and omitted[1][4] and omitted[1][5]
    assert [row[1:4] for row in rows("汇总/总表.xlsx", "项目明细")][0][0] == "青溪区第一小学"
    review = {row[1]: (row[2], row[3], row[7], row[8]) for row in rows("汇总/总表.xlsx", "审核情况")}
    assert review["青溪区第一小学"] == (1, 0, "已汇总", None)
    assert review["青溪区第二小学"] == (1, 1, "未汇总", "有 1 处错误")


def test_warnings_about_publishing_come_before_anything_is_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {}, PHONE)
    put("回收/乙.xlsx", UNIT)
    events: list[str] = []
    replace, echo = os.replace, __import__("click").echo

    def noting_replace(source: Path, target: Path) -> None:
        events.append(f"写入 {Path(target).name}")
        replace(source, target)

    def noting_echo(message: object = None, **more: bool) -> None:
        events.append(str(message))
        echo(message, **more)

    monkeypatch.setattr(os, "replace", noting_replace)
    monkeypatch.setattr("click.echo", noting_echo)
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 0
    written = next(number for number, event in enumerate(events) if event.startswith("写入"))
    assert events[:written] == done.err.splitlines()
    assert done.err.splitlines()[0] == "公开前请看：1 处可能不宜公开的内容（个人信息、安全细节等）。"
    assert f"回收/甲.xlsx › 项目2 › {at('年度总体目标')}：" in done.err and "（公开-个人信息-年度总体目标）" in done.err
    assert names("汇总") == ["总表.xlsx", REPORT, REPORT_2]


def test_strict_leaves_out_what_should_be_looked_at_first(run: Run) -> None:
    put("回收/甲.xlsx", {}, PHONE)
    put("回收/乙.xlsx", UNIT)
    done = run("merge", "回收", "-o", "汇总", "--strict")
    assert done.code == 3 and done.err == ""
    assert names("汇总") == ["总表.xlsx", REPORT_2]
    line = "未生成 青溪区第一小学：有 1 处公开前提醒（回收/甲.xlsx），改正后再汇总；可以公开的，在审核报告里填“保留”和理由。"
    assert line in done.out.splitlines()
    roster(("青溪区第一小学", "项目1", "是", 1), ("青溪区第一小学", "项目2", "否", 2), ("青溪区第二小学", "项目1", "", None))
    again = run("merge", "回收", "-o", "名单以后", "--strict", "--roster", "名单.xlsx")
    assert again.code == 0 and names("名单以后") == ["总表.xlsx", REPORT, REPORT_2]
    assert run("merge", "回收", "-o", "草稿", "--strict", "--draft").code == 0


def test_kept_warnings_are_not_told_again(run: Run) -> None:
    put("回收/甲.xlsx", PHONE)
    run("check", "回收", "-o", "审核")
    book = openpyxl.load_workbook("审核/审核报告.xlsx")
    sheet = book["问题清单"]
    heads = next(row for row in sheet.iter_rows() if "处理意见" in [cell.value for cell in row])
    columns = {cell.value: cell.column for cell in heads}
    for row in range(heads[0].row + 1, sheet.max_row + 1):
        if str(sheet.cell(row, columns["编号"]).value).startswith("公开-"):
            sheet.cell(row, columns["处理意见"], "保留")
            sheet.cell(row, columns["理由"], "值班电话，应当公开")
    book.save("审核/审核报告.xlsx")
    done = run("merge", "回收", "-o", "汇总", "--strict", "--decisions", "审核/审核报告.xlsx")
    assert (done.code, done.err) == (0, "")


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_a_converted_unit_of_money_waits_until_it_was_confirmed(run: Run) -> None:
    path = put("回收/甲.xlsx", {})
    book = openpyxl.load_workbook(path)
    book["项目1"][label_at("项目资金（元）")].value = "项目资金（万元）"
    for row in book["项目1"].iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)) and cell.value > 10_000:
                cell.value = cell.value / 10_000
    book.save(path)
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 3
    line = (
        "未生成 青溪区第一小学：有 1 处金额单位待核对（回收/甲.xlsx），核对换算后的金额；"
        "无误的，在审核报告里填“保留”和理由，汇总时加 --decisions 审核报告。"
    )
    assert line in done.out.splitlines()
    assert run("merge", "回收", "-o", "草稿", "--draft").code == 0
    run("check", "回收", "-o", "审核")
    decide("审核", "金额-万元", 处理意见="保留", 理由="单位确认以万元填报")
    kept = run("merge", "回收", "-o", "汇总", "--decisions", "审核/审核报告.xlsx")
    assert kept.code == 0 and names("汇总") == ["总表.xlsx", REPORT]
    assert rows("汇总/总表.xlsx", "项目明细")[0][12] == 1200000


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_summaries_in_wan(run: Run) -> None:
    put("回收/甲.xlsx", {})
    assert run("merge", "回收", "-o", "汇总", "--unit", "万元").code == 0
    assert rows("汇总/总表.xlsx", "按单位")[0][6] == 120
    assert [row[12] for row in rows("汇总/总表.xlsx", "项目明细")] == [1200000, 1200000]
    wrong = run("merge", "回收", "-o", "汇总二", "--unit", "亿元")
    assert (wrong.code, wrong.err) == (2, "错误：选项 --unit 的值不对（只能是 元、万元）。用 jixiao merge --help 查看用法。\n")


# Another form: other fields, another sum, its own list, rows without levels.
OTHER = {
    "实施单位": ("B2", "文本", "是", None),
    "课题名称": ("B3", "文本", "是", None),
    "渠道": ("B4", "代码", "是", "渠道"),
    "经费总额": ("B5", "金额", "是", None),
    "财政拨款": ("B6", "金额", "否", None),
    "单位自筹": ("B7", "金额", "否", None),
}
OTHER_COLUMNS = {"成果名称": "A", "成果数量": "B"}


def other_template(path: str) -> Path:
    """Draw the template workbook of the other form, and its Word template beside it."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "申报表"
    sheet["A1"] = "科研课题经费申报表"
    listed = book.create_sheet("字段")
    listed.append(["字段名", "显示名", "类型", "必填", "列表", "最大长度", "由下发方填", "说明"])
    for name, (cell, kind, required, code_list) in OTHER.items():
        sheet["A" + cell[1:]] = name
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!${cell[0]}${cell[1:]}")
        listed.append([name, name, kind, required, code_list, None, "否", None])
    for name, column in OTHER_COLUMNS.items():
        sheet[f"{column}9"] = name
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!${column}$10:${column}$20")
        listed.append([name, name, "文本", "否", None, None, "否", None])
    sheet.print_area = "A1:C20"
    rules = book.create_sheet("审核规则")
    rules.append(["编号", "级别", "范围", "条件", "提示", "建议", "定位", "依据", "状态", "仅批量审核"])
    condition = "ABS(SUM(财政拨款,单位自筹)-经费总额)<0.005"
    rules.append(["经费", "错误", "表", condition, "经费不等于分项合计。", "请核对。", "经费总额", "办法", "启用", "否"])
    rules.append(["隐私", "警告", "表", "NOT(含敏感信息(课题名称))", "有个人信息。", "请删去。", "课题名称", "办法", "启用", "是"])
    codes = book.create_sheet("代码表")
    for row in (["渠道"], ["纵向"], ["横向"]):
        codes.append(row)
    book.create_sheet("填报说明").append(["如实填写。"])
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    document = Document()
    document.add_paragraph("{{实施单位}}课题经费汇总表")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("课题名称", "{{课题名称}}", "{{成果名称}}", "{{成果数量}}"), strict=True):
        cell.text = text
    document.save(str(Path(path).with_suffix(".docx")))
    return Path(path)


def other_return(path: str, template: Path, values: Mapping[str, object], results: Sequence[tuple[str, str]] = ()) -> None:
    book = openpyxl.load_workbook(template)
    sheet = book["申报表"]
    for name, value in values.items():
        sheet[OTHER[name][0]] = value
    for row, result in enumerate(results, start=10):
        sheet[f"A{row}"], sheet[f"B{row}"] = result
    for name in book.sheetnames[1:]:
        del book[name]
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def other_returns() -> None:
    template = other_template("templates/科研课题.xlsx")
    head = {"实施单位": "青溪区第一小学", "渠道": "纵向", "经费总额": 100.1, "财政拨款": 60, "单位自筹": 40.1}
    other_return("回收/课题一.xlsx", template, {**head, "课题名称": "课题一"}, [("论文", "2"), ("专利", "1")])
    wrong = {**head, "实施单位": "*", "渠道": "横向", "课题名称": "课题二", "财政拨款": 0.3, "单位自筹": None}
    other_return("回收/课题二.xlsx", template, {**wrong, "经费总额": 0.3})


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_another_form(run: Run) -> None:
    other_returns()
    done = run("merge", "回收", "-o", "汇总", "--form", "templates/科研课题.xlsx")
    assert (done.code, done.err) == (0, ""), done.err + done.out
    assert names("汇总") == ["总表.xlsx", "青溪区第一小学项目绩效目标汇总表.docx", "＊项目绩效目标汇总表.docx"]
    assert [row[1:] for row in rows("汇总/总表.xlsx", "按单位")] == [
        ("青溪区第一小学", 1, 100.1, 60, 40.1, 0.997012),
        ("*", 1, 0.3, 0.3, 0, 0.002988),
        ("合计", 2, 100.4, 60.3, 40.1, 1),
    ]
    kinds = [row[:3] for row in rows("汇总/总表.xlsx", "按类别与性质")]
    assert kinds[:4] == [("渠道", "项目数", "经费总额"), ("纵向", 1, 100.1), ("横向", 1, 0.3), ("合计", 2, 100.4)]
    funds = [row[:3] for row in rows("汇总/总表.xlsx", "资金构成")]
    assert funds[:4] == [("资金来源", "金额", "占比"), ("财政拨款", 60.3, 0.600598), ("单位自筹", 40.1, 0.399402), ("合计", 100.4, 1)]
    assert rows("汇总/总表.xlsx", "指标明细")[1] == (2, "青溪区第一小学", "专利", "1")


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_several_forms_in_one_run(run: Run) -> None:
    other_returns()
    put("回收/甲.xlsx", {}, {})
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 3
    assert names("汇总") == [
        "总表-科研课题.xlsx",
        "总表-绩效目标申报表.xlsx",
        REPORT,
        "青溪区第一小学项目绩效目标汇总表.docx",
        "＊项目绩效目标汇总表.docx",
    ]
    assert "未汇总清单" not in openpyxl.load_workbook("汇总/总表-科研课题.xlsx").sheetnames
    assert [row[1:3] for row in rows("汇总/总表-绩效目标申报表.xlsx", "未汇总清单")] == [("单位", "青溪区第二小学")]
    assert run("export", "回收", "-o", "数据.xlsx").code == 0
    sheets = openpyxl.load_workbook("数据.xlsx").sheetnames
    assert sheets == ["项目-绩效目标申报表", "指标-绩效目标申报表", "项目-科研课题", "指标-科研课题"]
    refused = run("export", "回收", "-o", "数据.csv")
    assert refused.code == 2 and "请用 --form 指定一种，或导出为 .xlsx、.json" in refused.err
    assert len(json.loads(run("export", "回收").out)) == 5


def test_personal_data_in_another_form_is_warned_of_whatever_its_rule_is_called(run: Run) -> None:
    template = other_template("templates/科研课题.xlsx")
    head = {"实施单位": "甲所", "渠道": "纵向", "经费总额": 1, "财政拨款": 1, "课题名称": "联系人电话 13812345678"}
    other_return("回收/课题.xlsx", template, head)
    done = run("merge", "回收", "-o", "汇总", "--form", "科研课题")
    assert done.code == 0 and "（隐私）" in done.err


def fake_soffice(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Put a program in LibreOffice's place: `body` has `names`, the documents, and `Path`."""
    program = Path("soffice-fake").resolve()
    lines = [f"#!{sys.executable}", "import sys, time, os", "from pathlib import Path"]
    lines += ["names = [each for each in sys.argv[1:] if each.endswith('.docx')]", body]
    program.write_text("\n".join(lines), encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JIXIAO_SOFFICE", str(program))


def test_without_libreoffice_the_word_reports_are_there_and_the_code_is_five(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {})
    monkeypatch.delenv("JIXIAO_SOFFICE", raising=False)
    monkeypatch.setattr("toolkit.workflow.pdf.find_soffice", lambda: None)
    done = run("merge", "回收", "-o", "汇总", "--pdf")
    assert done.code == 5
    assert done.err.startswith("没有生成 PDF：找不到 LibreOffice。请安装 LibreOffice") and len(done.err.splitlines()) == 1
    assert names("汇总") == ["总表.xlsx", REPORT]
    assert run("merge", "回收", "-o", "汇总", "--pdf", "--force", "--json").json["pdf_failed"] == [f"汇总/{REPORT}"]


def test_soffice_named_wrongly(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {})
    monkeypatch.setenv("JIXIAO_SOFFICE", "/没有/soffice")
    done = run("merge", "回收", "-o", "汇总", "--pdf")
    assert done.code == 5 and "环境变量 JIXIAO_SOFFICE 写的“/没有/soffice”不存在" in done.err


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script of Unix")
def test_output_that_does_not_appear_is_noticed_and_the_rest_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", UNIT)
    put("回收/丙.xlsx", THIRD)
    body = "for each in names:\n    if each == '2.docx': sys.exit(0)\n    Path(each).with_suffix('.pdf').write_bytes(b'%PDF-1.6 x %%EOF')"
    fake_soffice(monkeypatch, body)
    done = run("merge", "回收", "-o", "汇总", "--pdf")
    assert done.code == 5
    lost = [line for line in done.err.splitlines() if "没有生成 PDF" in line]
    assert len(lost) == 1 and lost[0].endswith("请在 Word 或 WPS 里打开它，另存为 PDF。")
    assert len([name for name in names("汇总") if name.endswith(".pdf")]) == 2
    refused = run("merge", "回收", "-o", "汇总", "--pdf")
    assert refused.code == 5 and "--force" in refused.err


def test_an_existing_pdf_is_refused_before_anything_is_written(run: Run) -> None:
    put("回收/甲.xlsx", {})
    Path("汇总").mkdir()
    Path("汇总", REPORT).with_suffix(".pdf").write_bytes(b"old")
    done = run("merge", "回收", "-o", "汇总", "--pdf")
    assert done.code == 5 and "文件已存在" in done.err
    assert names("汇总") == [REPORT.replace(".docx", ".pdf")]


@pytest.mark.office
def test_every_report_gets_a_pdf(run: Run) -> None:
    import pdfplumber

    put("回收/甲.xlsx", {"年度资金申请总额": Decimal("1200000.00")})
    put("回收/乙.xlsx", UNIT, {**UNIT})
    done = run("merge", "回收", "-o", "汇总", "--pdf", "--draft")
    assert done.code == 0, done.err
    assert [name for name in names("汇总") if name.endswith(".pdf")] == [
        REPORT.replace(".docx", ".pdf"),
        REPORT_2.replace(".docx", ".pdf"),
    ]
    with pdfplumber.open(Path("汇总", REPORT).with_suffix(".pdf")) as pdf:
        text = "".join(page.extract_text() or "" for page in pdf.pages)
        fonts = {char["fontname"] for page in pdf.pages for char in page.chars}
    assert "1,200,000.00" in text and "草稿" in text

    # The stand-ins for official fonts (`fonts.conf`) come before WenQuanYi, which fontconfig would take: where there is another one.
    known = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout
    if any("WenQuanYi" not in line for line in known.splitlines()):
        assert not any("WenQuanYi" in font for font in fonts)
    assert sorted(os.listdir(".")) == ["回收", "汇总"]


@pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")
def test_units_that_share_a_file_stand_each_for_itself(run: Run) -> None:
    put("回收/合.xlsx", {}, {**UNIT, **WRONG_SUM}, {"项目名称": "又一个项目"})
    done = run("merge", "回收", "-o", "汇总")
    assert done.code == 3
    assert names("汇总") == ["总表.xlsx", REPORT]
    assert projects(Path("汇总", REPORT)) == ["项目1", "又一个项目"]
    review = [(row[1], row[2], row[3], row[7]) for row in rows("汇总/总表.xlsx", "审核情况")]
    assert review == [("青溪区第一小学", 2, 0, "已汇总"), ("青溪区第二小学", 1, 1, "未汇总"), (None, 3, 1, None)]
