"""W rows of "Messy returns": what was read all the same, and the warning that says what to look at."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image as Picture

from tests.reading.messes import both, put
from tests.reading.messy import (
    Outcome,
    clean_record,
    delete_rows,
    edited,
    filled,
    insert_rows,
    outcome,
    plain,
    raw_edited,
    saved,
    written,
)
from tests.shipped import at, declaration, label_at, line, row_of, shipped_form
from toolkit.checking.check import check_declarations
from toolkit.reading.model import Declaration

# The rows of the money, and a cell covered by the merge of the unit's name.
MONEY = range(row_of("当年财政拨款"), row_of("年度其他资金") + 1)
BESIDE = at("实施单位", right=1)

pytestmark = pytest.mark.slow


def warned(found: Outcome, rule: str, cell: str | None, *words: str) -> None:
    """Assert that `rule` warns once, at `cell`, and says all of `words`."""
    mine = [finding for finding in found.findings if finding.rule == rule]
    assert [(f.severity, f.cell) for f in mine] == [("warning", cell)], found.told
    assert all(word in mine[0].message for word in words), mine[0].message
    assert mine[0].suggestion.endswith(("。", "）"))


def test_old_template_version() -> None:
    data = raw_edited((r">2\d{3}\.\d+<", ">2023.4<"), part="docProps/custom.xml", data=filled())
    found = outcome(data)
    warned(found, "文件-旧版表样", None, "2023.4", shipped_form().version)
    assert found.records == [clean_record()]
    assert next(f for f in found.findings if f.rule == "文件-旧版表样").family == "file"


def test_old_version_is_told_once_a_file() -> None:
    data = raw_edited((r">2\d{3}\.\d+<", ">2023.4<"), part="docProps/custom.xml", data=filled())
    first, second = outcome(data).declarations[0], outcome(data).declarations[0]
    assert [f.rule for f in check_declarations([first, second], shipped_form())].count("文件-旧版表样") == 1


def test_hidden_sheet_with_data() -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("封面")
        sheet.sheet_state = "hidden"

    found = outcome(edited(hide))
    warned(found, "格式-隐藏", None, "项目1", "隐藏")
    assert found.records == [clean_record()]


def test_deleted_row_is_missing_not_zero() -> None:
    found = outcome(edited(lambda sheet: delete_rows(sheet, row_of("上年结转资金"))))
    assert found.records == [clean_record({"上年结转资金": None})]
    assert found.declarations[0]["上年结转资金"].state == "missing"
    broken = next(f for f in found.findings if f.rule == "格式-缺项")
    assert broken.severity == "error" and "规则无法计算：资金-F1" in broken.message and "上年结转资金" in broken.message


@pytest.mark.parametrize(
    ("row", "gone"),
    [
        (row_of("年度"), {"年度"}),
        (row_of("项目名称"), {"项目名称", "项目性质", "项目类别"}),
        (row_of("主管部门"), {"主管部门", "实施单位"}),
        (row_of("计划开始日期"), {"计划开始日期", "计划完成日期"}),
        (row_of("年度资金申请总额"), {"年度资金申请总额"}),
        (row_of("当年财政拨款"), {"当年财政拨款"}),
        (row_of("年度其他资金"), {"年度其他资金"}),
        (row_of("年度总体目标") - 1, {"年度总体目标"}),
        (row_of("年度总体目标") + 3, set()),
        (line(-1), set()),
        (line(0), set()),
    ],
)
def test_any_deleted_row_costs_its_own_fields_alone(row: int, gone: set[str]) -> None:
    found = outcome(edited(lambda sheet: delete_rows(sheet, row)))
    assert found.records == [{**clean_record(), **dict.fromkeys(gone)}]
    assert gone <= {name for name, entry in found.declarations[0].entries.items() if entry.state == "missing"}
    assert gone <= {f.field for f in found.findings if f.rule == "格式-缺项"}


def test_deleted_target_column_is_told_once() -> None:
    def delete(sheet: Worksheet) -> None:
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        sheet.delete_cols(7)

    found = outcome(edited(delete))
    assert [f.rule for f in found.findings].count("格式-缺项") == 1
    assert [row["计量单位"].state for row in found.declarations[0].rows] == ["missing"] * 6
    assert ("修复-列移位", None, "", "") in found.log


def test_deleted_symbol_column_is_read_from_the_numbers() -> None:
    def delete(sheet: Worksheet) -> None:
        for row in range(line(), line(7)):
            sheet[f"F{row}"] = f"{sheet[f'E{row}'].value}{sheet[f'F{row}'].value}"
        for area in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(area))
        for row in range(line(-1), line(7)):
            for old, new in ("EF", "FG"):
                sheet[f"{old}{row}"] = sheet[f"{new}{row}"].value
            sheet[f"G{row}"] = None

    found = outcome(edited(delete))
    assert found.records == [clean_record()]
    assert {repair.safe for repair in found.repairs} == {False}


@pytest.mark.parametrize(
    ("hide", "said"),
    [
        (lambda sheet: setattr(sheet.row_dimensions[line(3)], "hidden", True), f"第 {line(3)} 行"),
        (lambda sheet: [vars(sheet.row_dimensions[n]).update(hidden=True) for n in MONEY], f"第 {MONEY[0]}–{MONEY[-1]} 行"),
        (lambda sheet: setattr(sheet.column_dimensions["D"], "hidden", True), "D 列"),
    ],
    ids=["隐藏一行", "隐藏几行", "隐藏列"],
)
def test_hidden_rows_and_columns(hide: Callable[[Worksheet], object], said: str) -> None:
    found = outcome(edited(hide))
    warned(found, "格式-隐藏", None, said, "隐藏")
    assert found.records == [clean_record()]


def test_filter_is_read_through() -> None:
    def filter_rows(sheet: Worksheet) -> None:
        sheet.auto_filter.ref = f"{label_at('一级指标')}:{at('计量单位', 6)}"
        sheet.auto_filter.add_filter_column(0, ["产出指标"])
        sheet.row_dimensions[line()].hidden = True

    found = outcome(edited(filter_rows))
    warned(found, "格式-隐藏", None, "筛选", f"第 {line()} 行")
    assert found.records == [clean_record()]


def outside_corner(text: str) -> bytes:
    """The unit's name beside its cell, which a merge covers; the corner is blank."""
    sheet = openpyxl.load_workbook(io.BytesIO(plain()))["项目1"]
    assert f"{at('实施单位')}:{at('实施单位', right=2)}" in {str(area) for area in sheet.merged_cells.ranges}
    return raw_edited(
        (rf'<c r="{at("实施单位")}"[^>]*>.*?</c>', rf'<c r="{at("实施单位")}"/>'),
        (rf'<c r="{BESIDE}"[^>]*></c>', rf'<c r="{BESIDE}" t="inlineStr"><is><t>{text}</t></is></c>'),
    )


def test_value_outside_a_merges_corner() -> None:
    found = outcome(outside_corner("青溪区第一小学"))
    warned(found, "格式-合并单元格", BESIDE, "青溪区第一小学", at("实施单位"))
    assert found.records == [clean_record()]


def test_second_value_under_a_merge() -> None:
    data = raw_edited((rf'<c r="{BESIDE}"[^>]*></c>', f'<c r="{BESIDE}" t="inlineStr"><is><t>青溪区第二小学</t></is></c>'))
    found = outcome(data)
    warned(found, "格式-合并单元格", BESIDE, "青溪区第二小学", "没有读取")
    assert found.records == [clean_record()]


def test_level_outside_a_merges_corner() -> None:
    def move(sheet: Worksheet) -> None:
        sheet[at("一级指标", 2)] = sheet[at("一级指标", 4)] = None

    data = edited(move)
    data = raw_edited(
        (r"<mergeCells count=\"(\d+)\">", rf'<mergeCells count="\1"><mergeCell ref="{at("一级指标", 2)}:{at("一级指标", 4)}"/>'), data=data
    )
    found = outcome(data)
    warned(found, "格式-合并单元格", at("一级指标", 3), "产出指标")
    assert found.records == [clean_record()]


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        (put(label_at("项目资金（元）"), "项目资金\n（万元）"), label_at("项目资金（元）")),
        (both(put(label_at("项目资金（元）"), "项目资金"), put(at("数值", 11), "单位：万元")), at("数值", 11)),
    ],
    ids=["标签写万元", "表上写单位：万元"],
)
def test_whole_form_in_printed_ten_thousands_is_converted(change: Callable[[Worksheet], object], cell: str) -> None:
    amounts = {at("年度资金申请总额"): 120, at("当年财政拨款"): 100, at("上年结转资金"): 15, at("年度其他资金"): 5}
    found = outcome(edited(*(put(place, value) for place, value in amounts.items()), change))
    warned(found, "金额-万元", cell, "万元", "换算", "1,200,000.00")
    assert [found.records[0][name] for name in ("年度资金申请总额", "当年财政拨款")] == ["1200000.00", "1000000.00"]


def test_amounts_with_a_unit_of_their_own_are_not_converted_twice() -> None:
    found = outcome(
        edited(
            put(label_at("项目资金（元）"), "项目资金\n（万元）"),
            put(at("年度资金申请总额"), "120万元"),
            put(at("当年财政拨款"), 100),
            put(at("上年结转资金"), 15),
            put(at("年度其他资金"), "50000元"),
        )
    )
    assert [found.records[0][name] for name in ("年度资金申请总额", "当年财政拨款", "年度其他资金")] == [
        "1200000.00",
        "1000000.00",
        "50000.00",
    ]


def test_units_that_contradict_each_other_are_not_converted() -> None:
    amounts = {at("年度资金申请总额"): 120, at("当年财政拨款"): 100, at("上年结转资金"): 15, at("年度其他资金"): 5}
    found = outcome(edited(*(put(place, value) for place, value in amounts.items()), put(at("数值", 11), "单位：万元")))
    warned(found, "金额-万元", at("数值", 11), "万元", "没有换算")
    assert [found.records[0][name] for name in ("年度资金申请总额", "当年财政拨款")] == ["120.00", "100.00"]


def test_form_in_yuan_that_mentions_ten_thousands_in_prose() -> None:
    goal = "投入 120 万元完成食堂改造，暑假结束前通过验收，开学即可供全校师生就餐。"
    found = outcome(edited(put(at("三级指标"), "单位面积改造成本（万元以下）"), put(at("年度总体目标"), goal)))
    assert "金额-万元" not in [f.rule for f in found.findings]


@pytest.mark.parametrize("text", ["(1,000.00)", "（1，000）"])
def test_bracketed_negative(text: str) -> None:
    found = outcome(edited(put(at("年度其他资金"), text)))
    warned(found, "格式-负数", at("年度其他资金"), text, "-1000.00")
    assert found.records == [clean_record({"年度其他资金": "x"}) | {"年度其他资金": "-1000.00"}]
    assert [log[0] for log in found.log] == ["修复-文本数字"]


def test_dates_out_of_order_and_of_another_year() -> None:
    found = outcome(edited(put(at("计划开始日期"), "2025-12-31"), put(at("计划完成日期"), "2025-01-01")))
    assert "日期-先后" in [f.rule for f in found.findings]
    found = outcome(edited(put(at("计划开始日期"), "2023-01-01"), put(at("计划完成日期"), "2023-12-31")))
    assert "日期-年度" in [f.rule for f in found.findings]


@pytest.mark.parametrize(
    ("changes", "cell"),
    [((put(at("符号", 5), "》"),), at("符号", 5)), ((put(at("符号", 5), None), put(at("数值", 5), "》1350")), at("数值", 5))],
    ids=["符号格", "数值格"],
)
def test_quotation_mark_for_a_comparison(changes: tuple[Callable[[Worksheet], object], ...], cell: str) -> None:
    found = outcome(edited(*changes))
    warned(found, "格式-符号", cell, "》", "≥")
    assert found.records == [clean_record()]


@pytest.mark.parametrize("text", ["≥90%；≤5天", "≥90%，≤5天", "≥90%\n≤5天"])
def test_two_values_in_one_cell(text: str) -> None:
    found = outcome(edited(put(at("符号", 3), None), put(at("数值", 3), text), put(at("计量单位", 3), None)))
    warned(found, "格式-多个值", at("数值", 3), "≥90%", "≤5天", "2 个值")
    assert found.declarations[0].rows[2]["符号"].value == "定性"
    assert "拆成几条" in next(f.suggestion for f in found.findings if f.rule == "格式-多个值")


def test_sample_text_left_in() -> None:
    found = outcome(edited(put(at("年度总体目标"), "请在此填写年度总体目标，说明做什么、做多少、达到什么效果，用具体的数字来说明。")))
    assert any(f.field == "年度总体目标" and f.severity in ("warning", "error") for f in found.findings)


def test_comment_text_box_and_picture() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[at("当年财政拨款")].comment = Comment("其中 20 万元待批复", "王敏")
        stream = io.BytesIO()
        Picture.new("RGB", (8, 8)).save(stream, "PNG")
        sheet.add_image(Image(stream), "C5")

    found = outcome(edited(change))
    warned(found, "格式-批注", at("当年财政拨款"), "其中 20 万元待批复")
    warned(found, "格式-图片", None, "1 张图片")
    assert found.records == [clean_record()]


def test_text_box() -> None:
    found = outcome(written(text_box="资金以批复文件为准"))
    warned(found, "格式-文本框", None, "资金以批复文件为准", "不会被读取")
    assert found.records == [clean_record()]


def test_drop_down_bypassed_by_pasting() -> None:
    found = outcome(edited(put(at("项目性质"), "常年性项目"), put(at("一级指标", 2), "产量指标")))
    assert {(f.rule, f.cell) for f in found.findings} >= {("列表-项目性质", at("项目性质"))}
    assert any(f.cell == at("一级指标", 2) for f in found.findings)


@pytest.mark.parametrize("text", ["本级自筹", None], ids=["改成别的标签", "标签被清空"])
def test_unknown_label_is_read_by_its_place(text: str | None) -> None:
    found = outcome(edited(put(label_at("上年结转资金"), text)))
    warned(found, "格式-标签不符", label_at("上年结转资金"), "上年结转资金", text or "（空）")
    assert found.records == [clean_record()]


def unit(name: str, file: str, project: str = "甲") -> Declaration:
    return declaration({"实施单位": name, "项目名称": project}, file=file)


def rules(*declarations: Declaration) -> list[tuple[str, str | None]]:
    found = check_declarations(declarations, shipped_form())
    return [(f.rule, f.unit) for f in found if f.rule.startswith("单位-")]


def test_file_name_and_unit_disagree() -> None:
    assert rules(unit("青溪区第一小学", "回收/青溪区第二小学.xlsx")) == [("单位-文件名不符", "青溪区第一小学")]
    assert rules(unit("青溪区第一小学", "回收/012 实验中学2025年度绩效目标申报表（终稿）.xlsx")) == [("单位-文件名不符", "青溪区第一小学")]


@pytest.mark.parametrize(
    "file",
    [
        "甲.xlsx",
        "青溪一小.xlsx",
        "第一小学2025年度申报表.xlsx",
        "青溪区教育局-第一小学.xlsx",
        "绩效目标申报表.xlsx",
        "张三.xlsx",
        "报送教育局.xlsx",
    ],
)
def test_file_names_that_do_not_disagree(file: str) -> None:
    assert rules(unit("青溪区第一小学", file)) == []


def test_unit_spelt_in_two_ways_in_one_file() -> None:
    members = [unit("青溪区第一小学", "甲.xlsx", "甲"), unit("青溪区第一小学", "甲.xlsx", "乙"), unit("青溪第一小学校", "甲.xlsx", "丙")]
    assert rules(*members) == [("单位-名称不一", "青溪第一小学校")]


@pytest.mark.parametrize("name", ["青溪区 第一小学", "青溪区第一小学 ", "青溪区第一小学（本部）"])
def test_unit_spelt_with_other_blanks_or_width_is_one_unit(name: str) -> None:
    plainly = "青溪区第一小学(本部)" if "本部" in name else "青溪区第一小学"
    two = [unit(plainly, "甲.xlsx", "同一个项目"), unit(name, "乙.xlsx", "同一个项目")]
    found = check_declarations(two, shipped_form())
    assert [f.rule for f in found].count("重复-项目") == 2


def test_forms_stacked_in_one_sheet_are_declarations_of_their_own() -> None:
    found = outcome(stacked(gap=2))
    assert found.records == [clean_record(), clean_record({"项目名称": "校车更新"})]
    assert [(log[0], log[1], log[3]) for log in found.log] == [("修复-拆分", "A1", "第 1 份"), ("修复-拆分", f"A{line(9) + 1}", "第 2 份")]
    assert [row.row for row in found.declarations[1].rows] == [line(8 + number) + line() for number in range(1, 7)]


def test_forms_stacked_without_a_second_title() -> None:
    found = outcome(stacked(gap=0, title=False))
    assert found.records == [clean_record(), clean_record({"项目名称": "校车更新"})]


def test_forms_side_by_side() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plain()))
    sheet = book["项目1"]
    for row in sheet.iter_rows(max_row=line(6), max_col=7):
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column + 8, cell.value)
    sheet[at("项目名称", right=8)] = "校车更新"
    for width in sheet.column_dimensions.values():
        # Our checks are hidden there, and are passed over; nobody types where nothing is to be seen.
        width.hidden = False
    found = outcome(saved(book))
    assert found.records == [clean_record(), clean_record({"项目名称": "校车更新"})]


def stacked(gap: int, *, title: bool = True) -> bytes:
    """The return with a second form typed below the first one's last indicator."""
    book = openpyxl.load_workbook(io.BytesIO(plain()))
    sheet = book["项目1"]
    for row in list(sheet.iter_rows(max_row=line(6), max_col=7)):
        for cell in row:
            below = cell.row + line(7) + gap - (0 if title else 1)
            if cell.value is not None and (title or cell.row > 1):
                sheet.cell(below, cell.column, cell.value)
    sheet.cell(row_of("项目名称") + line(7) + gap - (0 if title else 1), 2, "校车更新")
    return saved(book)


def test_rows_put_between_a_label_and_its_neighbours_do_no_harm() -> None:
    found = outcome(
        edited(
            lambda sheet: insert_rows(sheet, row_of("上年结转资金")),
            put(label_at("上年结转资金"), "其中：专户资金"),
            put(at("上年结转资金"), 0),
        )
    )
    assert found.records == [clean_record()]
