"""`jixiao annotate` from the folder of returns to the folder that goes back: what is copied, named, refused, and read again."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.office import convert
from tests.shipped import ROWS, at, declaration, shipped_form
from toolkit.apps.cli import main
from toolkit.errors import OutputError
from toolkit.forms import Form, load_form
from toolkit.intake.copies import locked, unlocked
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package import signature
from toolkit.reading.model import Value
from toolkit.resources import examples_dir
from toolkit.workflow.annotate import annotate_returns
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

pytestmark = pytest.mark.slow

WRONG_SUM: Mapping[str, Value] = {"年度资金申请总额": Decimal("1210000.00")}
RIGHT_SUM: Mapping[str, Value] = {}
VAGUE = [("产出指标", "数量指标", "改造食堂面积", "≥", "400", "平方") if row[1] == "数量指标" else row for row in ROWS]
HOSTILE = "=cmd|<script>..\\..\\x😀" + "长" * 300

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jixiao", *map(str, arguments)])
        monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
        code = main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def put(name: str, *changes: Mapping[str, Value], rows: object = ROWS) -> Path:
    """Write a return, a project for each of `changes`."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [declaration({"项目名称": f"项目{n}", **each}, rows) for n, each in enumerate(changes, start=1)]  # type: ignore[arg-type]
    path.write_bytes(fill_workbook(shipped_form(), made))
    return path


def files(folder: str) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def digest(folder: str) -> dict[str, str]:
    return {name: hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest() for name in files(folder)}


def test_what_needs_changes_goes_back_under_its_own_name(run: Run) -> None:
    put("回收/甲.xlsx", RIGHT_SUM)
    put("回收/子/乙.xlsx", {**WRONG_SUM, "实施单位": "青溪区第二小学"}, {"实施单位": "青溪区第二小学"})
    before = digest("回收")
    code, out, _ = run("annotate", "回收/", "-o", "退改")
    assert code == 3
    assert digest("回收") == before
    assert files("退改") == ["子/乙.xlsx", "子/青溪区第二小学退改通知.docx"]
    assert "已生成 退改/子/乙.xlsx：青溪区第二小学，错误 1 处" in out
    assert "通过 1，需修改 1" in out
    book = openpyxl.load_workbook("退改/子/乙.xlsx")
    assert book.sheetnames[0] == "审核意见"
    rows = [[cell.value for cell in row] for row in book["审核意见"].iter_rows(min_row=4)]
    wrong = next(row for row in rows if row[0] == "资金-F1")
    assert wrong[1:5] == ["错误", "项目1", "项目1", at("年度资金申请总额")]
    assert book["项目1"][at("年度资金申请总额")].fill.fgColor.rgb[2:5] == "FFB"
    assert book["项目1"][at("年度资金申请总额")].comment.text.startswith("【审核意见】\n错误：")
    letter = "\n".join(paragraph.text for paragraph in docx.Document("退改/子/青溪区第二小学退改通知.docx").paragraphs)
    assert "青溪区第二小学：" in letter and "2025年度" in letter and "乙.xlsx，共 2 个项目" in letter


def test_warnings_alone_go_back_on_demand(run: Run) -> None:
    put("回收/甲.xlsx", RIGHT_SUM, {**RIGHT_SUM, "项目名称": "另一个"}, rows=VAGUE)
    assert run("check", "回收")[0] == 0
    code, out, _ = run("annotate", "回收", "-o", "退改")
    assert (code, Path("退改").exists()) == (0, False)
    assert "没有需要退改的工作簿。" in out
    assert run("annotate", "回收", "-o", "退改", "--all")[0] == 0
    assert files("退改") == ["甲.xlsx", "青溪区第一小学退改通知.docx"]


def test_what_is_there_is_not_overwritten(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    Path("退改").mkdir()
    Path("退改/青溪区第一小学退改通知.docx").write_bytes(b"old")
    code, _, err = run("annotate", "回收", "-o", "退改")
    assert (code, files("退改")) == (5, ["青溪区第一小学退改通知.docx"])
    assert "文件已存在" in err
    assert run("annotate", "回收", "-o", "退改", "--force")[0] == 3
    assert Path("退改/青溪区第一小学退改通知.docx").read_bytes() != b"old"
    with pytest.raises(OutputError):
        annotate_returns(Request(["回收"], [shipped_form()]), Path("退改"))


def test_the_folder_of_returns_is_never_written(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    code, _, err = run("annotate", "回收", "-o", "回收/退改")
    assert (code, files("回收")) == (2, ["甲.xlsx"])
    assert "在输入文件夹" in err


def test_an_unreadable_file_costs_itself(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    code, out, err = run("annotate", "回收", "-o", "退改", "--json")
    assert code == 4
    made = json.loads(out)
    assert list(made) == ["written", "marked", "notices", "summary"]
    assert made["written"] == ["退改/甲.xlsx", "退改/青溪区第一小学退改通知.docx"]
    (marked,) = made["marked"]
    assert (marked["file"], marked["output"], marked["unit"]) == ("回收/甲.xlsx", "退改/甲.xlsx", "青溪区第一小学")
    assert marked["errors"] == made["summary"]["errors"] - 1
    assert made["notices"] == [{"unit": "青溪区第一小学", "output": "退改/青溪区第一小学退改通知.docx"}]
    assert "坏.xlsx" in err


def test_a_marked_copy_is_read_as_if_it_were_not(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM, {})
    run("annotate", "回收", "-o", "退改")
    original, marked = check_returns(Request(["回收"], [shipped_form()])), check_returns(Request(["退改"], [shipped_form()]))
    assert [file.file for file in marked.files] == ["退改/甲.xlsx"]
    assert [(f.rule, f.sheet, f.cell, f.message) for f in marked.findings] == [
        (f.rule, f.sheet, f.cell, f.message) for f in original.findings
    ]
    assert run("annotate", "退改", "-o", "再退")[0] == 3

    # Marked again it is the same, but that it says what it was made from now.
    first, second = (parts(f"{folder}/甲.xlsx") for folder in ("退改", "再退"))
    assert {name for name in first if first[name] != second[name]} == {"docProps/custom.xml", review_part(first)}
    assert first.keys() == second.keys()


def parts(book: str) -> dict[str, bytes]:
    with ZipFile(book) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def review_part(found: dict[str, bytes]) -> str:
    return next(name for name, data in found.items() if name.startswith("xl/worksheets/") and "退改编号".encode() in data)


def test_a_corrected_copy_is_marked_anew(run: Run) -> None:
    put("回收/甲.xlsx", {**WRONG_SUM, "项目名称": None})
    run("annotate", "回收", "-o", "退改")
    book = openpyxl.load_workbook("退改/甲.xlsx")
    book["项目1"][at("年度资金申请总额")] = 1200000
    book.save("修改.xlsx")
    assert run("annotate", "修改.xlsx", "-o", "再退")[0] == 3
    sheet = openpyxl.load_workbook("再退/修改.xlsx")["项目1"]
    assert sheet[at("年度资金申请总额")].comment is None
    assert (
        sheet[at("年度资金申请总额")].fill.fgColor.rgb
        == openpyxl.load_workbook("回收/甲.xlsx")["项目1"][at("年度资金申请总额")].fill.fgColor.rgb
    )
    assert sheet[at("项目名称")].comment.text.startswith("【审核意见】")
    names = openpyxl.load_workbook("再退/修改.xlsx").sheetnames
    assert names[0] == "审核意见" and sum(name.startswith("审核意见") for name in names) == 1


def test_two_returns_of_a_unit_get_one_letter() -> None:
    put("一/甲.xlsx", WRONG_SUM)
    put("二/甲.xlsx", {**WRONG_SUM, "项目名称": "另一个"})
    result = annotate_returns(Request(["一", "二"], [shipped_form()]), Path("退改"), day=date(2025, 3, 5))
    assert [str(path) for path in result.written] == ["退改/甲.xlsx", "退改/甲（2）.xlsx", "退改/青溪区第一小学退改通知.docx"]
    text = "\n".join(p.text for p in docx.Document("退改/青溪区第一小学退改通知.docx").paragraphs)
    assert "甲.xlsx、甲（2）.xlsx，共 2 个项目" in text and "2025年3月5日" in text


def test_a_text_becomes_a_new_marked_workbook(run: Run) -> None:
    example = next((examples_dir() / "已公布文档").glob("*梧桐路*.txt"))
    text = example.read_text(encoding="utf-8")
    wrong = text.replace("1,286,400.00", "1,296,400.00").replace("≤1072.00(元/人)", "≥1072.00(元/人)")
    Path("公布.txt").write_text(wrong, encoding="utf-8")
    found = check_returns(Request(["公布.txt"], [shipped_form()]))
    assert run("annotate", "公布.txt", "-o", "退改")[0] == 3
    book = openpyxl.load_workbook("退改/公布.xlsx")
    rows = [[cell.value for cell in row] for row in book["审核意见"].iter_rows(min_row=4)]
    assert sorted(row[7] for row in rows) == sorted(f.message for f in found.findings if f.family != "repair")
    total = next(row for row in rows if row[0] == "资金-F1")
    assert total[3:6] == ["项目1", at("年度资金申请总额"), "年度资金申请总额"]
    assert book["项目1"][at("年度资金申请总额")].value == 1296400
    cost = next(row for row in rows if "人均服务成本" in row[7])
    assert book[cost[3]][cost[4]].value == "≥" or "人均服务成本" in str(book[cost[3]][cost[4]].value)
    assert cost[7] in book[cost[3]][cost[4]].comment.text
    letter = docx.Document("退改/青溪区梧桐路街道社区服务中心退改通知.docx")
    assert f"项目1 {at('年度资金申请总额')}" in {row.cells[3].text for row in letter.tables[0].rows}


def test_a_workbook_with_a_password_goes_back_with_it(run: Run) -> None:
    path = put("回收/甲.xlsx", WRONG_SUM)
    path.write_bytes(locked(path.read_bytes(), "报送2025"))
    assert run("annotate", "回收", "-o", "退改")[0] == 4
    code, _, said = run("annotate", "回收", "-o", "退改", "--password", "别的", "--password", "报送2025")
    assert (code, said) == (3, "退改/甲.xlsx：原文件设有打开密码，退改工作簿也用这个密码打开。\n")
    marked = Path("退改/甲.xlsx").read_bytes()
    plain, password = unlocked(marked, "甲.xlsx", ["别的", "报送2025"])
    assert (signature.encrypted(marked), password) == (True, "报送2025")
    book = openpyxl.load_workbook(io.BytesIO(plain))
    assert book.sheetnames[0] == "审核意见" and "相差 10,000.00 元" in book["项目1"][at("年度资金申请总额")].comment.text

    # Coming back as it is, it is read with the same password, its marks ignored.
    again = check_returns(Request(["退改/甲.xlsx"], [shipped_form()], passwords=["报送2025"]))
    first = check_returns(Request(["回收/甲.xlsx"], [shipped_form()], passwords=["报送2025"]))
    assert [f.message for f in again.findings] == [f.message for f in first.findings]


def purchase_form() -> Form:
    """A second form: three fields and a rule of its own."""
    names = ("采购品目", "采购预算", "采购单位")
    book = openpyxl.Workbook()
    book.active.title = "申报表"
    book.active["A1"] = "采购需求表"
    for row, name in enumerate(names, start=2):
        book.active[f"A{row}"] = name
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!$B${row}")
    book.active.print_area = "A1:B4"
    fields = book.create_sheet("字段")
    fields.append(["字段名", "显示名", "类型", "必填"])
    for name in names:
        fields.append([name, name, "金额" if name == "采购预算" else "文本", "是"])
    rules = book.create_sheet("审核规则")
    rules.append(["编号", "级别", "范围", "条件", "提示", "建议", "定位", "依据", "状态", "仅批量审核"])
    rules.append(["预算-1", "错误", "表", "采购预算<=100", "采购预算 {采购预算} 元超过 100 元。", "请核对。", "采购预算", "", "启用", "否"])
    Path("表样").mkdir()
    book.save("表样/采购.xlsx")
    return load_form(Path("表样/采购.xlsx"))


@pytest.mark.office
def test_every_form_in_a_file_of_another_kind_is_written_anew() -> None:
    book = openpyxl.load_workbook(put("甲.xlsx", WRONG_SUM, {}))
    for number, money in enumerate((120, 80), start=1):
        sheet = book.create_sheet(f"采购{number}")
        for row in (("采购需求表", None), ("采购品目", "桌椅"), ("采购预算", money), ("采购单位", "青溪区第一小学")):
            sheet.append(row)
    book.save("甲.xlsx")
    Path("回收").mkdir()
    convert("甲.xlsx", "ods", "回收")
    result = annotate_returns(Request(["回收"], [shipped_form(), purchase_form()]), Path("退改"), day=date(2025, 3, 5))
    assert [(path.name) for path in result.written] == ["甲（绩效目标申报表）.xlsx", "甲（采购）.xlsx", "青溪区第一小学退改通知.docx"]
    first, second = (openpyxl.load_workbook(path) for path in result.written[:2])
    assert [name for name in first.sheetnames if name.startswith("项目")] == ["项目1", "项目2"]
    assert (first["项目1"][at("年度资金申请总额")].value, first["项目2"][at("年度资金申请总额")].value) == (1210000, 1200000)
    assert [bool(sheet[cell].comment) for sheet, cell in (
        (first["项目1"], at("年度资金申请总额")), (first["项目2"], at("年度资金申请总额")), (second["项目1"], at("项目名称")), (second["项目2"], at("项目名称")),
    )] == [True, False, True, False]  # fmt: skip
    assert [second[name][at("项目名称")].value for name in ("项目1", "项目2")] == [120, 80]
    letter = "\n".join(p.text for p in docx.Document(str(result.written[2])).paragraphs)
    assert "共 4 个项目" in letter


@pytest.mark.office
def test_a_number_with_its_unit_goes_back_as_the_unit_wrote_it() -> None:
    book = openpyxl.load_workbook(put("甲.xlsx", WRONG_SUM))
    book["项目1"][at("数值", 3)].value, book["项目1"][at("计量单位", 3)].value = "100%", None
    book.save("甲.xlsx")
    convert("甲.xlsx", "ods", "回收")
    result = annotate_returns(Request(["回收"], [shipped_form()]), Path("退改"))
    sheet = openpyxl.load_workbook(result.written[0])["项目1"]
    assert [(sheet[at("数值", n)].value, sheet[at("计量单位", n)].value) for n in (2, 3, 4)] == [
        (400, "平方米"),
        ("100%", None),
        (100, "%"),
    ]


@pytest.mark.office
def test_a_form_without_mistakes_goes_back_with_the_other() -> None:
    book = openpyxl.load_workbook(put("甲.xlsx", RIGHT_SUM))
    sheet = book.create_sheet("采购")
    for row in (("采购需求表", None), ("采购品目", "桌椅"), ("采购预算", 120), ("采购单位", "青溪区第一小学")):
        sheet.append(row)
    book.save("甲.xlsx")
    convert("甲.xlsx", "ods", "回收")
    result = annotate_returns(Request(["回收"], [shipped_form(), purchase_form()]), Path("退改"))
    assert [path.name for path in result.written[:2]] == ["甲（绩效目标申报表）.xlsx", "甲（采购）.xlsx"]
    assert "没有问题" in str(openpyxl.load_workbook(result.written[0])["审核意见"]["A2"].value)
    assert {f.rule for f in check_returns(Request(["退改"], [shipped_form(), load_form(Path("表样/采购.xlsx"))])).findings} == {"预算-1"}


def test_an_archive_is_a_folder(run: Run) -> None:
    put("甲.xlsx", WRONG_SUM)
    Path("回收").mkdir()
    with zipfile.ZipFile("回收/一批.zip", "w") as archive:
        archive.write("甲.xlsx", "某镇/甲.xlsx")
    assert run("annotate", "回收", "-o", "退改")[0] == 3
    assert files("退改") == ["一批/某镇/甲.xlsx", "一批/某镇/青溪区第一小学退改通知.docx"]
    assert run("annotate", "回收/一批.zip", "-o", "再退")[0] == 3
    assert files("再退") == files("退改")


def test_a_reviewer_s_word_goes_to_the_unit(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    assert run("check", "回收", "-o", "审核")[0] == 3
    book = openpyxl.load_workbook("审核/审核报告.xlsx")
    sheet = next(s for s in book if any(cell.value == "人工意见" for row in s.iter_rows(max_row=5) for cell in row))
    heads = {cell.value: cell.column for row in sheet.iter_rows(max_row=5) for cell in row if cell.value}
    row = next(row[0].row for row in sheet.iter_rows() if "资金-F1" in [cell.value for cell in row])
    sheet.cell(row, heads["人工意见"], "请附资金下达文件")
    book.save("意见.xlsx")
    assert run("annotate", "回收", "-o", "退改", "--decisions", "意见.xlsx")[0] == 3
    note = openpyxl.load_workbook("退改/甲.xlsx")["项目1"][at("年度资金申请总额")].comment.text
    assert "请附资金下达文件" in note and note.startswith("【审核意见】\n1. 错误：")


def test_hostile_unit_names_are_safe_names(run: Run) -> None:
    put("回收/甲.xlsx", {**WRONG_SUM, "实施单位": HOSTILE, "项目名称": HOSTILE})
    assert run("annotate", "回收", "-o", "退改")[0] == 3
    names = files("退改")
    assert names[0] == "甲.xlsx" or names[1] == "甲.xlsx"
    (letter,) = [name for name in names if name.endswith("退改通知.docx") or name.endswith(".docx")]
    assert "/" not in letter and "\\" not in letter and len(letter.encode()) <= 255
    sheet = openpyxl.load_workbook("退改/甲.xlsx")["审核意见"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert HOSTILE in {cell.value for row in sheet.iter_rows() for cell in row}
    assert docx.Document(io.BytesIO(Path("退改", letter).read_bytes())).paragraphs[1].text == f"{HOSTILE}："
