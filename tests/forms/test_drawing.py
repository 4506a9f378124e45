"""What `form lint` says of a template that draws otherwise than its sheet 字段 says: each mistake planted, nothing else told."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert
from tests.shipped import TEMPLATE, area_of, at, label_at, shipped_form
from toolkit.forms import load_form
from toolkit.forms.drawing import drawing_mistakes

pytestmark = pytest.mark.slow

Change = Callable[[Worksheet], object]


def validation(sheet: Worksheet, place: str) -> DataValidation:
    return next(each for each in sheet.data_validations.dataValidation if place in str(each.sqref))


def source(place: str, formula: str) -> Change:
    return lambda sheet: setattr(validation(sheet, place), "formula1", formula)


def without(place: str) -> Change:
    return lambda sheet: sheet.data_validations.dataValidation.remove(validation(sheet, place))


def cells(place: str, name: str, value: object) -> Change:
    def change(sheet: Worksheet) -> None:
        found = sheet[place]
        for row in found if isinstance(found, tuple) else ((found,),):
            for cell in row:
                setattr(cell, name, value)

    return change


def locked(place: str, value: bool) -> Change:
    return cells(place, "protection", Protection(locked=value))


def number_format(place: str, code: str) -> Change:
    return cells(place, "number_format", code)


def narrower(sheet: Worksheet) -> None:
    first = f"{at('一级指标')}:{at('一级指标', 50)}"
    validation(sheet, at("一级指标")).sqref = openpyxl.worksheet.cell_range.MultiCellRange(first)


def unprotected(sheet: Worksheet) -> None:
    sheet.protection.sheet = False
    locked(area_of("项目名称"), True)(sheet)


ADD = "请用“数据 › 数据验证 › 序列”加上下拉，来源指向代码表的这一列"
MEND = "请改正数据验证的来源，或改正“字段”表的列表"
UNLOCK, LOCK = "请在“设置单元格格式 › 保护”里取消“锁定”", "请在“设置单元格格式 › 保护”里勾上“锁定”"
ONE_WIDE = f"申报表 › {shipped_form().print_area}：没有设成一页宽，打印时右边可能被切到另一页。请在“页面设置 › 页面 › 缩放”里选“调整为 1 页宽”，页高留空。"

PLANTED: dict[str, tuple[Change, str]] = {
    "没有下拉": (without(at("项目性质")), f"申报表 › {at('项目性质')}：“项目性质”有列表“项目性质”，但没有下拉。{ADD}。"),
    "最后十行没有下拉": (narrower, f"申报表 › {at('一级指标', 51)}:{at('一级指标', 60)}：“一级指标”有列表“一级指标”，但没有下拉。{ADD}。"),
    "指向别的列": (
        source(at("项目性质"), "代码表!$B$2:$B$40"),
        f"申报表 › {at('项目性质')}：“项目性质”下拉的来源“代码表!$B$2:$B$40”不是代码表的“项目性质”列。{MEND}。",
    ),
    "写死在验证里": (
        source(at("项目性质"), '"新增,延续"'),
        f'申报表 › {at("项目性质")}：“项目性质”下拉的来源“"新增,延续"”不是代码表的“项目性质”列。{MEND}。',
    ),
    "连表头一起": (
        source(at("项目性质"), "代码表!$A$1:$A$40"),
        f"申报表 › {at('项目性质')}：“项目性质”下拉的来源没有从代码表“项目性质”列的第 2 行开始。{MEND}。",
    ),
    "少了最后几个": (
        source(at("符号"), "代码表!$C$2:$C$3"),
        f"申报表 › {area_of('符号')}：“符号”下拉的来源只到第 3 行，代码表“符号”列到第 7 行。{MEND}。",
    ),
    "不随上级变化": (
        source(at("二级指标"), "代码表!$E$2:$E$20"),
        f"申报表 › {area_of('二级指标')}：“二级指标”下拉没有随“一级指标”变化。{MEND}。",
    ),
    "限长不一": (
        source(at("项目名称"), "50"),
        f"申报表 › {at('项目名称')}：“项目名称”的数据验证限长 50，“字段”表的最大长度是 100。请把两处改成一样。",
    ),
    "金额是文本": (
        number_format(at("项目资金总额"), "@"),
        f"申报表 › {at('项目资金总额')}：“项目资金总额”是金额，单元格格式却是“@”。请设成数值格式，如 #,##0.00。",
    ),
    "金额是百分比": (
        number_format(at("财政资金"), "0.00%"),
        f"申报表 › {at('财政资金')}：“财政资金”是金额，单元格格式却是“0.00%”。请设成数值格式，如 #,##0.00。",
    ),
    "日期是常规": (
        number_format(at("计划开始日期"), "General"),
        f"申报表 › {at('计划开始日期')}：“计划开始日期”是日期，单元格格式却是“General”。请设成日期格式，如 yyyy-mm-dd。",
    ),
    "文本是日期": (
        number_format(area_of("三级指标"), "yyyy-mm-dd"),
        f"申报表 › {area_of('三级指标')}：“三级指标”是文本，单元格格式却是“yyyy-mm-dd”。请设成文本或常规格式。",
    ),
    "填报格锁定": (locked(at("项目名称"), True), f"申报表 › {at('项目名称')}：“项目名称”的单元格是锁定的，保护后填不了。{UNLOCK}。"),
    "标签没有锁定": (
        locked(label_at("主管部门"), False),
        f"申报表 › {label_at('主管部门')}：标签“主管部门”没有锁定，会被填报人改掉。{LOCK}。",
    ),
    "没有打印区域": (
        lambda sheet: setattr(sheet, "print_area", None),
        f"申报表 › {shipped_form().print_area}：没有设置打印区域。请选中要打印的部分，用“页面布局 › 打印区域 › 设置打印区域”。",
    ),
    "没有一页宽": (lambda sheet: setattr(sheet.sheet_properties.pageSetUpPr, "fitToPage", False), ONE_WIDE),
    "两页宽": (lambda sheet: setattr(sheet.page_setup, "fitToWidth", 2), ONE_WIDE),
}

# As good as what the shipped template has.
ALIKE: dict[str, Change] = {
    "直接的区域": source(at("项目性质"), "代码表!$A$2:$A$40"),
    "带引号的表名": source(at("项目性质"), "'代码表'!A2:A40"),
    "INDIRECT": source(at("二级指标"), f"INDIRECT(${at('一级指标')})"),
    "由下发方填的锁定": locked(at("实施单位"), True),
    "没有保护": unprotected,
    "常规格式的文本": number_format(area_of("三级指标"), "General"),
    "汉字日期": number_format(at("计划开始日期"), 'yyyy"年"m"月"d"日"'),
}


def test_the_shipped_template_is_drawn_as_it_says() -> None:
    assert drawing_mistakes(TEMPLATE, load_form(TEMPLATE)) == ()


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_mistake_is_told_and_nothing_else(case: str, tmp_path: Path) -> None:
    change, line = PLANTED[case]
    assert told(tmp_path, change) == [line]


@pytest.mark.parametrize("case", ALIKE)
def test_what_is_as_good_is_no_mistake(case: str, tmp_path: Path) -> None:
    assert told(tmp_path, ALIKE[case]) == []


def test_a_drop_down_by_a_name(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.parent.defined_names["性质清单"] = openpyxl.workbook.defined_name.DefinedName("性质清单", attr_text="代码表!$A$2:$A$40")
        source(at("项目性质"), "性质清单")(sheet)

    assert told(tmp_path, change) == []


def test_a_drop_down_that_excel_keeps_in_an_extension(tmp_path: Path) -> None:
    """Excel 2010 writes a list on another sheet so; openpyxl drops it on loading."""
    path = edited(tmp_path, without(at("项目性质")))
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list">'
        "<x14:formula1><xm:f>代码表!$A$2:$A$40</xm:f></x14:formula1><xm:sqref>"
        + at("项目性质")
        + "</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    rewritten = tmp_path / "扩展.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(rewritten, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(
                name, re.sub(b"</worksheet>$", f"{extension}</worksheet>".encode(), data.strip()) if "sheet1.xml" in name else data
            )
    assert drawing_mistakes(rewritten, load_form(rewritten)) == ()


def told(folder: Path, change: Change) -> list[str]:
    path = edited(folder, change)
    found = drawing_mistakes(path, load_form(path))
    assert found is not None
    return [str(mistake) for mistake in found]


def edited(folder: Path, change: Change) -> Path:
    """A copy of the shipped template with one change made in its sheet 申报表."""
    book = openpyxl.load_workbook(TEMPLATE)
    change(book["申报表"])
    path = folder / "改过的表样.xlsx"
    book.save(path)
    return path


@pytest.mark.office
def test_drop_downs_show_just_the_words_of_their_lists(tmp_path: Path) -> None:
    """Their sources as a spreadsheet program calculates them: how many words, the first and the last; for each level 1 its own level 2."""
    form, book = shipped_form(), openpyxl.load_workbook(TEMPLATE)
    drop_downs = {str(each.sqref): each.formula1 for each in book["申报表"].data_validations.dataValidation if each.type == "list"}
    assert not any("OFFSET" in source or "INDIRECT" in source or len(source) > 255 for source in drop_downs.values())
    sheet, words = book.create_sheet("试"), []
    for field in form.by_name.values():
        if field.code_list is None:
            continue
        upper = form.by_name[field.code_list[1:]] if field.code_list.startswith("@") else None
        for parent in (field.code_list,) if upper is None else form.lists[upper.code_list or ""]:
            words.append(form.lists[parent])
            row, source = len(words), drop_downs[field.area]
            sheet.cell(row, 1).value = parent
            for column, formula in enumerate(("ROWS({0})", "INDEX({0},1)", "INDEX({0},ROWS({0}))"), 2):
                own = source if upper is None else source.replace(f"${upper.cell}", f"$A{row}")
                sheet.cell(row, column).value = "=" + formula.format(own)
    path = tmp_path / "下拉.xlsx"
    book.save(path)
    found = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "重算"), data_only=True)["试"]
    assert [tuple(row) for row in found.iter_rows(min_col=2, max_col=4, values_only=True)] == [(len(w), w[0], w[-1]) for w in words]
