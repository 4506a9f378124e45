"""The messes that reading sets right, by the row of DOMAIN's table "Messy returns" they are: F silently, N with a log.

Each is one change to a filled return that leaves its record as it was; tests make them one by one and three at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet

from tests.reading.messy import insert_columns, insert_rows


@dataclass(frozen=True)
class Mess:
    """A change to a sheet. `touches` names what no other mess of a combination may touch; `log` are the repairs due.

    `last` makes it come after changes that name cells: it moves them.
    """

    name: str
    change: Callable[[Worksheet], object]
    touches: frozenset[str]
    log: tuple[tuple[str, str | None, str, str], ...] = ()
    last: bool = False


def put(cell: str, value: object, number_format: str | None = None) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value
        if number_format:
            sheet[cell].number_format = number_format

    return change


def both(*changes: Callable[[Worksheet], object]) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for each in changes:
            each(sheet)

    return change


def one(name: str, cell: str, value: object, *log: tuple[str, str | None, str, str], number_format: str | None = None) -> Mess:
    return Mess(name, put(cell, value, number_format), frozenset((cell,)), log)


def unmerge_levels(sheet: Worksheet) -> None:
    sheet["B24"] = sheet["B25"] = None


def merge_levels(sheet: Worksheet) -> None:
    sheet["B24"] = sheet["B25"] = None
    sheet.merge_cells("B23:B25")


def repeat_headings(sheet: Worksheet) -> None:
    insert_rows(sheet, 25)
    for column, text in zip("BCDEFG", ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位"), strict=True):
        sheet[f"{column}25"] = text


def spaced(sheet: Worksheet) -> None:
    for cell in ("A3", "D5", "D7", "B20", "F21", "A11"):
        text = "".join(str(sheet[cell].value).split())
        sheet[cell] = " ".join(text[: len(text) // 2]) + "\n" + "　".join(text[len(text) // 2 :])


def sign(sheet: Worksheet) -> None:
    sheet["B29"], sheet["D29"], sheet["F29"] = "填表人：王敏", "联系电话：", "021-62330000"
    sheet["B30"] = "单位负责人（签章）"
    sheet["B31"] = "2025年1月8日"


def protect(sheet: Worksheet) -> None:
    sheet.protection.sheet = True
    sheet.protection.password = "9527"


def use_all_rows(sheet: Worksheet) -> None:
    sheet["C1048576"] = "　"


def add_sheets(sheet: Worksheet) -> None:
    other = sheet.parent.create_sheet("说明", 0)
    other["A1"] = "以下为本单位填报说明，共一页。"
    sheet.title = "食堂改造"


SILENT = (
    Mess("工作表改名、移位、多出别的表", add_sheets, frozenset(("sheet",)), last=True),
    Mess("工作表有保护", protect, frozenset(("protection",))),
    Mess("指标表中间插入行", lambda sheet: insert_rows(sheet, 24, 2), frozenset(("rows",)), last=True),
    Mess("标题下插入行", lambda sheet: insert_rows(sheet, 2, 2), frozenset(("rows",)), last=True),
    Mess("年度下插入行", lambda sheet: insert_rows(sheet, 3, 2), frozenset(("rows",)), last=True),
    one("同上", "B24", "同上"),
    one("〃", "B25", " 〃 "),
    Mess("计量单位写同上", put("G25", "〃"), frozenset(("G25", "G24"))),
    Mess("层级单元格合并", merge_levels, frozenset(("B24", "B25", "rows"))),
    Mess("表头在表中重复", repeat_headings, frozenset(("rows",)), last=True),
    Mess("标签加空格和换行", spaced, frozenset(("labels",))),
    one("全角数字", "F22", "３０００"),
    one("全角小数和句号", "F27", "９０。５"),
    one("全角百分号", "G24", "％"),
    one("单位带括号和空格", "G22", "（元 /平方米）"),
    one("全角运算符", "E24", "＝"),
    one("代码表的词里有空格", "D4", "项目类别"),
    one("项目类别夹空格", "E4", "特定 目标类"),
    one("层级夹空格换行", "C27", "服务对象\n满意度 指标"),
    one("数值写成 3，000", "F22", "3，000"),
    one("数值写成 1 350", "F26", "1 350"),
    one("前导撇号", "F23", "'400"),
    one("不间断空格", "E5", "\u00a0青溪区第一小学\u00a0"),
    one("零宽字符", "B3", "校园\u200b食堂改造\ufeff"),
    one("_x000D_", "D22", "单位面积改造成本_x000D_"),
    Mess("使用区域到最后一行", use_all_rows, frozenset(("rows", "columns"))),
    Mess("表中有空行", lambda sheet: insert_rows(sheet, 26, 1), frozenset(("rows",)), last=True),
    Mess("表下有签字和电话", sign, frozenset(("rows", "foot"))),
)

NOTED = (
    Mess(
        "插入列",
        lambda sheet: insert_columns(sheet, 4),
        frozenset(("columns",)),
        (("修复-列移位", "E3", "D", "E"),),
        last=True,
    ),
    Mess(
        "左侧插入列",
        lambda sheet: insert_columns(sheet, 1),
        frozenset(("columns",)),
        (("修复-列移位", "B1", "A", "B"),),
        last=True,
    ),
    Mess(
        "层级取消合并后留空",
        unmerge_levels,
        frozenset(("B24", "B25")),
        (("修复-层级补全", "B24", "", "产出指标"), ("修复-层级补全", "B25", "", "产出指标")),
    ),
    one("标签改写（别名）", "D11", "年度目标", ("修复-标签", "D11", "年度目标", "年度总体目标")),
    one("标签改写（相近）", "A6", "计划的开始日期", ("修复-标签", "A6", "计划的开始日期", "计划开始日期")),
    one("标签去掉限定", "B8", "财政资金", ("修复-标签", "B8", "财政资金", "其中：财政资金")),
    one("层级用别名", "C23", "数量", ("修复-别名", "C23", "数量", "数量指标")),
    one("金额以文本存放", "E8", "1000000", ("修复-文本数字", "E8", "1000000", "1000000.00")),
    one("金额写成 1，000，000", "E8", "1，000，000", ("修复-文本数字", "E8", "1，000，000", "1000000.00")),
    one("金额写成 1 000 000", "E8", "1 000 000", ("修复-文本数字", "E8", "1 000 000", "1000000.00")),
    one("金额全角", "E9", "１５０，０００．５０元", ("修复-文本数字", "E9", "１５０，０００．５０元", "150000.50")),
    one("金额带万元", "E8", "100万元", ("修复-金额单位", "E8", "100万元", "1000000.00")),
    one("不足一分的尾数", "E10", 49999.5004, ("修复-分以下小数", "E10", "49999.5004", "49999.50")),
    Mess(
        "公式只加几个单元格且没有结果",
        put("E7", "=SUM(E8:G10)"),
        frozenset(("E7", "rows", "columns")),  # openpyxl does not let formulas follow
        (("修复-公式重算", "E7", "=SUM(E8:G10)", "1200000.00"),),
    ),
    one("日期 2025.1.1", "B6", "2025.1.1", ("修复-文本日期", "B6", "2025.1.1", "2025-01-01")),
    one("日期 2025年1月1日", "B6", "2025年1月1日", ("修复-文本日期", "B6", "2025年1月1日", "2025-01-01")),
    one("日期 20251231 数字", "E6", 20251231, ("修复-数字日期", "E6", "20251231", "2025-12-31"), number_format="0"),
    one("日期 45658 序号", "B6", 45658, ("修复-数字日期", "B6", "45658", "2025-01-01"), number_format="General"),
    one("日期带时刻", "E6", datetime(2025, 12, 31, 0, 0)),
    one("符号 >=", "E26", ">=", ("修复-指标值", "E26", ">=", "≥")),
    one("符号 ≧", "E26", "≧", ("修复-指标值", "E26", "≧", "≥")),
    one("符号 不低于", "E26", "不低于", ("修复-指标值", "E26", "不低于", "≥")),
    one("符号 全角 ＞＝", "E27", "＞＝", ("修复-指标值", "E27", "＞＝", "≥")),
    Mess(
        "Excel 把 =400 当成公式",
        both(put("E23", None), put("F23", "=400")),
        frozenset(("E23", "F23")),
        (("修复-等号还原", "E23", "", "="), ("修复-等号还原", "F23", "=400", "400")),
    ),
    one("0.905 显示为 90.5%", "F27", 0.905, ("修复-百分比", "F27", "0.905", "90.5"), number_format="0.0%"),
    Mess(
        "100% 显示且没有单位",
        both(put("F24", 1, "0%"), put("G24", None)),
        frozenset(("F24", "G24")),
        (("修复-百分比", "F24", "1", "100"), ("修复-指标值", "G24", "", "%")),
    ),
    Mess(
        "符号和数值写在一格",
        both(put("E22", None), put("F22", "≤3000")),
        frozenset(("E22", "F22")),
        (("修复-指标值", "E22", "", "≤"), ("修复-指标值", "F22", "≤3000", "3000")),
    ),
    Mess(
        "数值和单位写在一格",
        both(put("F23", "400平方米"), put("G23", None)),
        frozenset(("F23", "G23")),
        (("修复-指标值", "F23", "400平方米", "400"), ("修复-指标值", "G23", "", "平方米")),
    ),
    one("非法控制字符", "E5", "青溪区_x0001_第一小学", ("修复-非法字符", "E5", "青溪区_x0001_第一小学", "青溪区第一小学")),
)
