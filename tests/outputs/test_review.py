"""审核报告.xlsx: its sheets, its links, texts that must stay texts, and that it bears 50,000 findings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from tests.office import convert
from tests.outputs.review_samples import HOSTILE, hostile, item, long, review, small
from tests.validator import needs_validator, validate
from toolkit.outputs.review import list as review_list
from toolkit.outputs.review.model import Counts, Group, Review
from toolkit.outputs.review.workbook import review_workbook
from toolkit.outputs.sheets import MOST_TEXT
from toolkit.spreadsheet.written import clean

pytestmark = pytest.mark.slow

HEADINGS = [
    *("级别", "单位", "项目", "文件", "工作表", "单元格", "字段", "填报内容", "应为", "问题", "建议", "编号"),
    *("处理意见", "理由", "人工意见", "标识（请勿改动）"),
]


def opened(report: Review) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(review_workbook(report)))


def rows(sheet: Worksheet, first: int = 1) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(min_row=first, values_only=True)]


def column(sheet: Worksheet, heading: str, head: int = 1) -> list[object]:
    number = [cell.value for cell in sheet[head]].index(heading) + 1
    return [sheet.cell(row, number).value for row in range(head + 1, sheet.max_row + 1)]


def test_overview_begins_with_the_verdict() -> None:
    book = opened(small())
    assert book.sheetnames == ["概览", "问题清单", "规则统计", "修复记录"]
    assert {p.name: p.value for p in book.custom_doc_props.props} == {"jixiao.kind": "审核报告"}
    sheet = book["概览"]
    assert sheet["A1"].value == "需修改：通过 1 家，需修改 1 家，无法读取 1 个文件；错误 1，警告 1，提示 1。"
    assert sheet["A2"].value == "财政项目支出绩效目标申报表审核报告　审核时间：2025-03-01 09:30"
    assert rows(sheet, 4) == [
        ["单位", "结论", "项目数", "错误", "警告", "提示", "已说明", "自动修复", "问题清单", "报送文件"],
        ["甲中心", "需修改", 1, 1, 0, 1, 1, 1, "查看 3 条", "甲.xlsx"],
        ["坏 #1.xlsx", "无法读取", 0, 1, 0, 0, 0, 0, "查看 1 条", "坏 #1.xlsx"],
        ["乙中心", "通过", 3, 0, 0, 0, 0, 0, None, "乙.xlsx"],
        ["合计", None, 4, 2, 0, 1, 1, 1, None, "3 个文件"],
        [None] * 10,
        ["上次的意见：问题清单 第 9 行：填报内容已变化。", *[None] * 9],
    ]
    assert [sheet[f"I{row}"].hyperlink.location for row in (5, 6)] == ["'问题清单'!A2", "'问题清单'!A5"]
    assert sheet["J6"].hyperlink.target == "..\\回收\\坏%20%231.xlsx"
    assert sheet.auto_filter.ref == "A4:J7"
    assert sheet.freeze_panes == "B5"


def test_list_holds_every_finding_with_links_and_room_for_the_reviewer() -> None:
    sheet = opened(small())["问题清单"]
    assert rows(sheet) == [
        HEADINGS,
        [
            *("错误", "甲中心", "食堂改造", "甲.xlsx", "项目1", "E7", "年度资金申请总额", "1210000.00", None),
            *("年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元，相差 10,000.00 元。", "请核对各分项。", "资金-F1"),
            *(None, None, None, "a" * 16 + "-" + "b" * 16),
        ],
        [
            *("警告\n已说明", "甲中心", "食堂改造", "甲.xlsx", "项目1", "G24", "计量单位", None, None),
            *("三级指标“改造食堂面积”没有计量单位。", "请核对各分项。", "指标-单位", "保留", "合同约定不计单位", None),
            "0" * 16 + "-" + "0" * 16 + "#",
        ],
        [
            *("提示", "甲中心", "食堂改造", "甲.xlsx", "项目1", "E13", "年度总体目标", "按期完成", None),
            *("年度总体目标过短。", "请核对各分项。", "目标-过短", None, None, "请补充效益", "0" * 16 + "-" + "0" * 16 + "#"),
        ],
        [
            *("错误", "坏 #1.xlsx", None, "坏 #1.xlsx", None, None, None, None, None),
            *("文件打不开。", "请重新报送。", "文件-损坏", None, None, None, "0" * 16 + "-" + "0" * 16),
        ],
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("D2", "A1:O5", "$1:$1")
    assert sheet.column_dimensions["P"].hidden
    links = {cell: (sheet[cell].hyperlink.target, sheet[cell].hyperlink.location) for cell in ("D2", "F2", "F3", "D5")}
    assert links == {
        "D2": ("..\\回收\\甲.xlsx", None),
        "F2": ("..\\回收\\甲.xlsx", "项目1!E7"),
        "F3": ("..\\回收\\甲.xlsx", "项目1!G24"),
        "D5": ("..\\回收\\坏%20%231.xlsx", None),
    }
    drop_down = sheet.data_validations.dataValidation[0]
    assert (drop_down.type, drop_down.formula1, str(drop_down.sqref)) == ("list", '"保留,退回"', "M2:M505")


def test_rules_and_repairs_have_their_sheets() -> None:
    book = opened(small())
    assert rows(book["规则统计"]) == [
        ["编号", "级别", "问题数", "其中已说明", "涉及单位数", "依据"],
        ["资金-F1", "错误", 1, 0, 1, "预算编制要求"],
        ["指标-单位", "警告", 1, 1, 1, None],
    ]
    assert rows(book["修复记录"]) == [
        ["单位", "项目", "文件", "工作表", "单元格", "字段", "原文", "读取为", "说明", "编号"],
        [
            *("甲中心", "食堂改造", "/报表/回收/甲.xlsx", "项目1", "E7", "年度资金申请总额", "1，000", "1000"),
            *("已按数字读取", "修复-文本数字"),
        ],
    ]


def parts(data: bytes, pattern: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist() if re.search(pattern, name)}


def test_hostile_texts_stay_texts() -> None:
    data = review_workbook(hostile())
    book = openpyxl.load_workbook(io.BytesIO(data))
    typed = [clean(text) for text in HOSTILE]
    for heading in ("单位", "项目", "字段", "填报内容", "应为", "问题", "建议", "编号", "理由", "人工意见"):
        assert column(book["问题清单"], heading) == typed, heading
    assert [row[0] for row in rows(book["概览"], 5)[: len(typed)]] == typed
    assert all("<f>" not in xml and "<f " not in xml for xml in parts(data, r"worksheets/sheet\d+\.xml$").values())
    assert book["问题清单"]["B2"].quotePrefix

    # A link goes to a file relative to the report, never elsewhere, whatever the file is called.
    relations = "".join(parts(data, r"worksheets/_rels/").values())
    targets = re.findall(r'Target="([^"]*)" TargetMode="External"', relations)
    assert targets and all(target.startswith("..\\回收") for target in targets)


def test_texts_are_cut_to_what_a_cell_holds() -> None:
    texts = ["字" * 40_000, "😀" * 20_000]
    items = tuple(item(message=text) for text in texts)
    sheet = opened(review(items, (Group("甲中心", (), "需修改", 1, Counts(2)),)))["问题清单"]
    shown = [str(text) for text in column(sheet, "问题")]
    assert [len(text.encode("utf-16-le")) // 2 for text in shown] == [MOST_TEXT, MOST_TEXT - 1]
    assert all(text.endswith("（过长，未全部列出）") and text[:9_000] == full[:9_000] for text, full in zip(shown, texts, strict=True))
    assert max(sheet.row_dimensions[row].height for row in (2, 3)) <= 409


def test_a_report_without_findings() -> None:
    groups = (Group("乙中心", ("/报表/回收/乙.xlsx",), "通过", 3, Counts()),)
    book = opened(review((), groups, verdict="通过", counts_line="通过 1 家。"))
    assert book["概览"]["A1"].value == "通过：通过 1 家。"
    assert book["概览"]["A3"].value == "没有发现问题。"
    assert rows(book["问题清单"]) == [HEADINGS]


@pytest.fixture(scope="module")
def fifty_thousand() -> bytes:
    return review_workbook(long(50_000))


def test_fifty_thousand_findings(fifty_thousand: bytes) -> None:
    sheets = parts(fifty_thousand, r"worksheets/sheet2\.xml$")
    links = next(iter(sheets.values())).count("<hyperlink ")
    assert links == 50_000
    table = CalamineWorkbook.from_filelike(io.BytesIO(fifty_thousand)).get_sheet_by_name("问题清单").to_python()
    assert len(table) == 50_001
    assert [table[-1][0], table[-1][1], table[-1][9]] == ["警告", "第1999中心", "第 49999 条：分项合计不符。"]


@pytest.mark.office
def test_fifty_thousand_findings_open_in_an_office_program(fifty_thousand: bytes, tmp_path: Path) -> None:
    path = tmp_path / "审核报告.xlsx"
    path.write_bytes(fifty_thousand)
    made = CalamineWorkbook.from_path(str(convert(path, "ods", tmp_path / "出")))
    table = made.get_sheet_by_name("问题清单").to_python()
    assert (len(table), table[-1][9]) == (50_001, "第 49999 条：分项合计不符。")


def test_links_stay_within_the_limit_of_a_sheet_and_errors_have_them_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert review_list.MOST_LINKS <= 65_530
    monkeypatch.setattr(review_list, "MOST_LINKS", 60)
    for count, most in ((30, {"D", "F"}), (31, {"F"}), (100, {"F"})):
        data = review_workbook(long(count))
        linked = re.findall(r'<hyperlink ref="(\w)(\d+)"', next(iter(parts(data, r"worksheets/sheet2\.xml$").values())))
        assert len(linked) == min(60, len(most) * count)
        assert {letter for letter, _ in linked} == most
        errors = {str(index + 2) for index in range(count) if index % 3 == 0}
        assert errors <= {row for _, row in linked}


def _reports() -> Sequence[object]:
    return [pytest.param(make, id=make.__name__) for make in (small, hostile)]


@needs_validator
@pytest.mark.parametrize("make", _reports())
def test_microsoft_finds_no_error(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "审核报告.xlsx"
    path.write_bytes(review_workbook(make()))
    assert validate(path) == []


@pytest.mark.office
@pytest.mark.parametrize("make", _reports())
def test_libreoffice_opens_it(make, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "审核报告.xlsx"
    path.write_bytes(review_workbook(make()))
    again = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "出"))
    assert column(again["问题清单"], "问题") == column(opened(make())["问题清单"], "问题")
    assert all(cell.data_type != "f" for row in again["问题清单"].iter_rows() for cell in row)
