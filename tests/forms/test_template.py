"""The shipped template, and every kind of mistake a template can have: each is named with its place and cure."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.shipped import TEMPLATE, area_of, at, shipped_form
from toolkit.errors import FormError
from toolkit.forms import describe_form, lint_form, load_form
from toolkit.forms.book import Sheet
from toolkit.forms.layout import is_legal_name
from toolkit.forms.tables import table_rows

FIELDS = [
    "项目名称",
    "项目性质",
    "项目类别",
    "主管部门",
    "实施单位",
    "计划开始日期",
    "计划完成日期",
    "项目资金总额",
    "财政资金",
    "其他资金",
    "年度资金申请总额",
    "当年财政拨款",
    "上年结转资金",
    "年度其他资金",
    "项目总目标",
    "年度总体目标",
    "年度",
]
COLUMNS = ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位")


def test_shipped_form_has_the_fields_of_the_contract() -> None:
    form = shipped_form()
    assert {field.name for field in form.fields} == set(FIELDS)
    assert form.table is not None
    assert form.table.names == COLUMNS
    assert form.table.last_row - form.table.first_row + 1 == 60
    assert form.table.levels == ("一级指标", "二级指标")


def test_shipped_form_has_no_mistakes() -> None:
    assert lint_form(TEMPLATE)[1] == ()


def test_moving_a_cell_moves_the_field(tmp_path: Path) -> None:
    def move(book: openpyxl.Workbook) -> None:
        sheet = book["申报表"]
        sheet.unmerge_cells(area_of("实施单位"))
        book.defined_names["实施单位"].attr_text = f"申报表!{at('实施单位', right=1)}"

    form, mistakes = lint_form(edited(tmp_path, move))
    assert mistakes == ()
    assert form is not None and form.by_name["实施单位"].cell == at("实施单位", right=1)


def rename(book: openpyxl.Workbook, old: str, new: str, reference: str | None = None) -> None:
    name = book.defined_names.pop(old)
    book.defined_names[new] = DefinedName(new, attr_text=reference or name.attr_text)


def point(name: str, reference: str) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book.defined_names[name].attr_text = reference

    return change


def set_cell(sheet: str, cell: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return change


def field_cell(name: str, column: str) -> str:
    sheet = openpyxl.load_workbook(TEMPLATE)["字段"]
    heads = {sheet.cell(1, c).value: c for c in range(1, sheet.max_column + 1)}
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, heads["字段名"]).value == name)
    coordinate: str = sheet.cell(row, heads[column]).coordinate
    return coordinate


def rule_cell(column: str, row: int = 2) -> str:
    sheet = openpyxl.load_workbook(TEMPLATE)["审核规则"]
    heads = {sheet.cell(1, c).value: c for c in range(1, sheet.max_column + 1)}
    coordinate: str = sheet.cell(row, heads[column]).coordinate
    return coordinate


TWO_CELLS = f"{at('实施单位')}:{at('实施单位', right=1)}"

BROKEN = {
    "名称指向 #REF!": (point("项目名称", "申报表!#REF!"), "名称管理器 › 项目名称", "没有指向单元格"),
    "名称指向不存在的工作表": (point("项目名称", "没有这张表!$B$3"), "名称管理器 › 项目名称", "不存在的工作表"),
    "名称指向别的工作表": (point("项目名称", "代码表!$B$3"), "代码表 › B3", "指向工作表"),
    "单个字段占几个单元格": (point("实施单位", f"申报表!{TWO_CELLS}"), f"申报表 › {TWO_CELLS}", "包含多个单元格"),
    "两个字段重叠": (point("项目类别", f"申报表!{at('项目性质')}"), f"申报表 › {at('项目性质')}", "区域重叠"),
    "字段在打印区域之外": (point("项目类别", "申报表!$M$4"), "申报表 › M4", "打印区域"),
    "用到最右边": (set_cell("申报表", "XFD900", "远"), "申报表 › XFD900", "右边没有放自检的地方"),
    "打印到最右边": (lambda book: setattr(book["申报表"], "print_area", "A1:XFD90"), "申报表 › XFD1", "右边没有放自检的地方"),
    "名称直到最后一行": (point("三级指标", "申报表!$D$21:$D$1048576"), "申报表 › D21:D1048576", "占 1,048,556 格，最多 5,000 格"),
    "名称是整张表": (point("项目名称", "申报表!$A$1:$XFD$1048576"), "申报表 › A1:XFD1048576", "占 17,179,869,184 格"),
    "名称没有登记": (lambda book: rename(book, "项目类别", "类别"), f"申报表 › {area_of('项目类别')}", "没有登记"),
    "字段没有名称": (lambda book: book.defined_names.pop("项目类别"), "字段 › ", "没有对应的名称"),
    "字段名不合法": (set_cell("字段", field_cell("项目类别", "字段名"), "2024 类别"), "字段 › ", "不是合法的 Excel 名称"),
    "字段名重复": (set_cell("字段", field_cell("项目类别", "字段名"), "项目性质"), "字段 › ", "重复"),
    "未知的类型": (set_cell("字段", field_cell("项目类别", "类型"), "货币"), "字段 › ", "未知的类型“货币”"),
    "没有的列表": (set_cell("字段", field_cell("项目类别", "列表"), "没有的列表"), "字段 › ", "不是代码表中的列表"),
    "依赖不存在的字段": (set_cell("字段", field_cell("二级指标", "列表"), "@零级指标"), "字段 › ", "不是字段"),
    "最大长度不是数": (set_cell("字段", field_cell("项目名称", "最大长度"), "很长"), "字段 › ", "不是正整数"),
    "必填不是是否": (set_cell("字段", field_cell("项目名称", "必填"), "要"), "字段 › ", "没有这个字段或名称"),
    "未知的角色": (set_cell("字段", field_cell("项目名称", "角色"), "工程"), "字段 › ", "未知的角色“工程”"),
    "两个字段一个角色": (set_cell("字段", field_cell("项目类别", "角色"), "项目"), "字段 › ", "“项目名称”已经是“项目”"),
    "行表的列有角色": (set_cell("字段", field_cell("三级指标", "角色"), "归口科室"), "字段 › ", "是行表的一列"),
    "沿用写了别的": (set_cell("字段", field_cell("项目类别", "沿用"), "否"), "字段 › ", "“否”不是“是”或“参考”"),
    "行表沿用而不知是哪一行": (set_cell("字段", field_cell("三级指标", "沿用"), None), "字段 › ", "认得出是哪一行的“三级指标”却不沿用"),
    "指标值只沿用一部分": (set_cell("字段", field_cell("符号", "沿用"), "参考"), "字段 › ", "指标值“指标值”的几列沿用不一致"),
    "算出来的沿用": (set_cell("字段", field_cell("数", "沿用"), "是"), "字段 › ", "“数”由公式算出，不能沿用"),
    "公式括号不配": (set_cell("审核规则", rule_cell("条件"), "ROUND(年度资金申请总额,2"), "审核规则 › ", "括号"),
    "公式用了不认识的名称": (set_cell("审核规则", rule_cell("条件"), "没有的字段>0"), "审核规则 › ", "没有的字段"),
    "公式用了单元格地址": (set_cell("审核规则", rule_cell("条件"), "B3>0"), "审核规则 › ", "B3"),
    "公式用了没有的函数": (set_cell("审核规则", rule_cell("条件"), "求和(1)>0"), "审核规则 › ", "求和"),
    "公式用了没有的列表": (set_cell("审核规则", rule_cell("条件"), "等于任一(项目名称,列表.没有)"), "审核规则 › ", "没有"),
    "提示里的公式有误": (set_cell("审核规则", rule_cell("提示"), "合计 {没有的字段}"), "审核规则 › ", "没有的字段"),
    "提示为空": (set_cell("审核规则", rule_cell("提示"), None), "审核规则 › ", "缺少“提示”"),
    "编号重复": (set_cell("审核规则", rule_cell("编号", 3), "必填-年度"), "审核规则 › ", "重复"),
    "未知的级别": (set_cell("审核规则", rule_cell("级别"), "严重"), "审核规则 › ", "未知的级别“严重”"),
    "未知的范围": (set_cell("审核规则", rule_cell("范围"), "列"), "审核规则 › ", "未知的范围“列”"),
    "定位不是字段": (set_cell("审核规则", rule_cell("定位"), "没有的字段"), "审核规则 › ", "不是字段"),
    "新函数用于即时自检": (set_cell("审核规则", rule_cell("条件"), "IFS(年度>0,TRUE)"), "审核规则 › ", "Excel 2010"),
    "列表没有名称": (set_cell("代码表", "A1", None), "代码表 › A2", "没有列表名"),
    "列表重名": (set_cell("代码表", "B1", "项目性质"), "代码表 › B1", "出现两次"),
    "缺少字段表": (lambda book: book.remove(book["字段"]), "字段：", "缺少工作表"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_mistake_is_named_with_its_place_and_cure(case: str, tmp_path: Path) -> None:
    change, place, words = BROKEN[case]
    path = edited(tmp_path, change)
    mistakes = [str(mistake) for mistake in lint_form(path)[1]]
    assert any(line.startswith(place) and words in line for line in mistakes), "\n".join(mistakes)
    assert all(line.endswith("。") and line.count("。") >= 2 for line in mistakes)
    with pytest.raises(FormError) as raised:
        load_form(path)
    assert path.name in str(raised.value)


def test_a_word_in_the_last_row_costs_no_look_at_every_row() -> None:
    looks: list[object] = []

    class Cells(UserDict[tuple[int, int], str]):
        def __getitem__(self, key: tuple[int, int]) -> str:
            looks.append(key)
            return super().__getitem__(key)

        def __contains__(self, key: object) -> bool:
            looks.append(key)
            return super().__contains__(key)

    cells = Cells({(1, 1): "编号", (1, 2): "条件", (7, 2): "1=1", (1_048_576, 1): "远"})
    rows = table_rows(Sheet("审核规则", cells, (), None), ("编号", "条件"), ("编号", "条件"), [])
    assert [(row.row, row.values) for row in rows] == [(7, {"编号": "", "条件": "1=1"}), (1_048_576, {"编号": "远", "条件": ""})]
    assert 0 < len(looks) < 50


def test_unreadable_template_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing else")
    with pytest.raises(FormError) as raised:
        load_form(path)
    assert "坏.xlsx" in str(raised.value) and "\n" not in str(raised.value)


def test_description_changes_by_one_line_where_one_thing_changes(tmp_path: Path) -> None:
    before = describe_form(shipped_form()).splitlines()
    form, _ = lint_form(edited(tmp_path, set_cell("审核规则", rule_cell("建议"), "请照样填写。")))
    assert form is not None
    after = describe_form(form).splitlines()
    assert len(before) == len(after)
    assert [line for line in after if line not in before] == ["    建议：请照样填写。"]


def test_field_needs_no_written_rule_to_be_required(tmp_path: Path) -> None:
    form, _ = lint_form(edited(tmp_path, set_cell("字段", field_cell("上年结转资金", "必填"), "是")))
    assert form is not None
    rule = next(rule for rule in form.rules if rule.id == "必填-上年结转资金")
    assert (rule.severity, rule.scope, rule.targets) == ("error", "表", ("上年结转资金",))


@pytest.mark.parametrize("name", ["项目名称", "_x", "年度.总额", "A1B", "Rate"])
def test_legal_names(name: str) -> None:
    assert is_legal_name(name)


@pytest.mark.parametrize("name", ["A1", "XFD1048576", "R1C1", "r", "C", "1年", "项目 名称", "项目-名称", "", "名" * 256])
def test_illegal_names(name: str) -> None:
    assert not is_legal_name(name)


def edited(folder: Path, change: Callable[[openpyxl.Workbook], object]) -> Path:
    """A copy of the shipped template with one change made in it."""
    book = openpyxl.load_workbook(TEMPLATE)
    change(book)
    path = folder / "改过的表样.xlsx"
    book.save(path)
    return path
