"""The messes that reading sets right, by the row of DOMAIN's table "Messy returns" they are: F silently, N with a log.

Each is one change to a filled return that leaves its record as it was; tests make them one by one and three at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from openpyxl.worksheet.worksheet import Worksheet

from tests.reading.messy import insert_columns, insert_rows
from tests.shipped import at, label_at, line


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
    sheet[at("一级指标", 3)] = sheet[at("一级指标", 4)] = None


def merge_levels(sheet: Worksheet) -> None:
    sheet[at("一级指标", 3)] = sheet[at("一级指标", 4)] = None
    sheet.merge_cells(f"{at('一级指标', 2)}:{at('一级指标', 4)}")


def repeat_headings(sheet: Worksheet) -> None:
    insert_rows(sheet, line(4))
    for name in ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位"):
        sheet[at(name, 4)] = name


def spaced(sheet: Worksheet) -> None:
    for cell in map(label_at, ("项目名称", "实施单位", "年度资金申请总额", "一级指标", "数值", "项目绩效目标")):
        text = "".join(str(sheet[cell].value).split())
        sheet[cell] = " ".join(text[: len(text) // 2]) + "\n" + "　".join(text[len(text) // 2 :])


def sign(sheet: Worksheet) -> None:
    sheet[at("一级指标", 8)], sheet[at("三级指标", 8)], sheet[at("数值", 8)] = "填表人：王敏", "联系电话：", "021-62330000"
    sheet[at("一级指标", 9)] = "单位负责人（签章）"
    sheet[at("一级指标", 10)] = "2025年1月8日"


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
    Mess("指标表中间插入行", lambda sheet: insert_rows(sheet, line(3), 2), frozenset(("rows",)), last=True),
    Mess("标题下插入行", lambda sheet: insert_rows(sheet, 2, 2), frozenset(("rows",)), last=True),
    Mess("年度下插入行", lambda sheet: insert_rows(sheet, 3, 2), frozenset(("rows",)), last=True),
    one("同上", at("一级指标", 3), "同上"),
    one("〃", at("一级指标", 4), " 〃 "),
    Mess("计量单位写同上", put(at("计量单位", 4), "〃"), frozenset((at("计量单位", 4), at("计量单位", 3)))),
    Mess("层级单元格合并", merge_levels, frozenset((at("一级指标", 3), at("一级指标", 4), "rows"))),
    Mess("表头在表中重复", repeat_headings, frozenset(("rows",)), last=True),
    Mess("标签加空格和换行", spaced, frozenset(("labels",))),
    one("全角数字", at("数值"), "３０００"),
    one("全角小数和句号", at("数值", 6), "９０。５"),
    one("全角百分号", at("计量单位", 3), "％"),
    one("单位带括号和空格", at("计量单位"), "（元 /平方米）"),
    one("全角运算符", at("符号", 3), "＝"),
    one("代码表的词里有空格", label_at("项目类别"), "项目类别"),
    one("数值写成 3，000", at("数值"), "3，000"),
    one("数值写成 1 350", at("数值", 5), "1 350"),
    one("前导撇号", at("数值", 2), "'400"),
    one("不间断空格", at("实施单位"), "\u00a0青溪区第一小学\u00a0"),
    one("零宽字符", at("项目名称"), "校园\u200b食堂改造\ufeff"),
    one("_x000D_", at("三级指标"), "单位面积改造成本_x000D_"),
    Mess("使用区域到最后一行", use_all_rows, frozenset(("rows", "columns"))),
    Mess("表中有空行", lambda sheet: insert_rows(sheet, line(5), 1), frozenset(("rows",)), last=True),
    Mess("表下有签字和电话", sign, frozenset(("rows", "foot"))),
)

NOTED = (
    Mess(
        "插入列",
        lambda sheet: insert_columns(sheet, 4),
        frozenset(("columns",)),
        (("修复-列移位", at("项目性质"), "D", "E"),),
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
        frozenset((at("一级指标", 3), at("一级指标", 4))),
        (("修复-层级补全", at("一级指标", 3), "", "产出指标"), ("修复-层级补全", at("一级指标", 4), "", "产出指标")),
    ),
    one("标签改写（别名）", label_at("年度总体目标"), "年度目标", ("修复-标签", label_at("年度总体目标"), "年度目标", "年度总体目标")),
    one(
        "标签改写（相近）",
        label_at("计划开始日期"),
        "计划的开始日期",
        ("修复-标签", label_at("计划开始日期"), "计划的开始日期", "计划开始日期"),
    ),
    one("标签去掉限定", label_at("其中：财政资金"), "财政资金", ("修复-标签", label_at("其中：财政资金"), "财政资金", "其中：财政资金")),
    one("层级用别名", at("二级指标", 2), "数量", ("修复-别名", at("二级指标", 2), "数量", "数量指标")),
    one("项目类别夹空格", at("项目类别"), "特定 目标类", ("修复-列表用词", at("项目类别"), "特定 目标类", "特定目标类")),
    one(
        "层级夹空格换行",
        at("二级指标", 6),
        "服务对象\n满意度 指标",
        ("修复-列表用词", at("二级指标", 6), "服务对象\n满意度 指标", "服务对象满意度指标"),
    ),
    one("金额以文本存放", at("当年财政拨款"), "1000000", ("修复-文本数字", at("当年财政拨款"), "1000000", "1000000.00")),
    one("金额写成 1，000，000", at("当年财政拨款"), "1，000，000", ("修复-文本数字", at("当年财政拨款"), "1，000，000", "1000000.00")),
    one("金额写成 1 000 000", at("当年财政拨款"), "1 000 000", ("修复-文本数字", at("当年财政拨款"), "1 000 000", "1000000.00")),
    one(
        "金额全角",
        at("上年结转资金"),
        "１５０，０００．５０元",
        ("修复-文本数字", at("上年结转资金"), "１５０，０００．５０元", "150000.50"),
    ),
    one("金额带万元", at("当年财政拨款"), "100万元", ("修复-金额单位", at("当年财政拨款"), "100万元", "1000000.00")),
    one("不足一分的尾数", at("年度其他资金"), 49999.5004, ("修复-分以下小数", at("年度其他资金"), "49999.5004", "49999.50")),
    Mess(
        "公式只加几个单元格且没有结果",
        put(at("年度资金申请总额"), f"=SUM({at('当年财政拨款')}:{at('年度其他资金', right=2)})"),
        frozenset((at("年度资金申请总额"), "rows", "columns")),  # openpyxl does not let formulas follow
        (("修复-公式重算", at("年度资金申请总额"), f"=SUM({at('当年财政拨款')}:{at('年度其他资金', right=2)})", "1200000.00"),),
    ),
    one("日期 2025.1.1", at("计划开始日期"), "2025.1.1", ("修复-文本日期", at("计划开始日期"), "2025.1.1", "2025-01-01")),
    one("日期 2025年1月1日", at("计划开始日期"), "2025年1月1日", ("修复-文本日期", at("计划开始日期"), "2025年1月1日", "2025-01-01")),
    one(
        "日期 20251231 数字",
        at("计划完成日期"),
        20251231,
        ("修复-数字日期", at("计划完成日期"), "20251231", "2025-12-31"),
        number_format="0",
    ),
    one(
        "日期 45658 序号", at("计划开始日期"), 45658, ("修复-数字日期", at("计划开始日期"), "45658", "2025-01-01"), number_format="General"
    ),
    one("日期带时刻", at("计划完成日期"), datetime(2025, 12, 31, 0, 0)),
    one("符号 >=", at("符号", 5), ">=", ("修复-指标值", at("符号", 5), ">=", "≥")),
    one("符号 ≧", at("符号", 5), "≧", ("修复-指标值", at("符号", 5), "≧", "≥")),
    one("符号 不低于", at("符号", 5), "不低于", ("修复-指标值", at("符号", 5), "不低于", "≥")),
    one("符号 全角 ＞＝", at("符号", 6), "＞＝", ("修复-指标值", at("符号", 6), "＞＝", "≥")),
    Mess(
        "Excel 把 =400 当成公式",
        both(put(at("符号", 2), None), put(at("数值", 2), "=400")),
        frozenset((at("符号", 2), at("数值", 2))),
        (("修复-等号还原", at("符号", 2), "", "="), ("修复-等号还原", at("数值", 2), "=400", "400")),
    ),
    one("0.905 显示为 90.5%", at("数值", 6), 0.905, ("修复-百分比", at("数值", 6), "0.905", "90.5"), number_format="0.0%"),
    Mess(
        "100% 显示且没有单位",
        both(put(at("数值", 3), 1, "0%"), put(at("计量单位", 3), None)),
        frozenset((at("数值", 3), at("计量单位", 3))),
        (("修复-百分比", at("数值", 3), "1", "100"), ("修复-指标值", at("计量单位", 3), "", "%")),
    ),
    Mess(
        "符号和数值写在一格",
        both(put(at("符号"), None), put(at("数值"), "≤3000")),
        frozenset((at("符号"), at("数值"))),
        (("修复-指标值", at("符号"), "", "≤"), ("修复-指标值", at("数值"), "≤3000", "3000")),
    ),
    Mess(
        "数值和单位写在一格",
        both(put(at("数值", 2), "400平方米"), put(at("计量单位", 2), None)),
        frozenset((at("数值", 2), at("计量单位", 2))),
        (("修复-指标值", at("数值", 2), "400平方米", "400"), ("修复-指标值", at("计量单位", 2), "", "平方米")),
    ),
    one(
        "非法控制字符",
        at("实施单位"),
        "青溪区_x0001_第一小学",
        ("修复-非法字符", at("实施单位"), "青溪区_x0001_第一小学", "青溪区第一小学"),
    ),
)
