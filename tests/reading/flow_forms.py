"""Forms built by hand: the official declaration with either indicator tree, and forms nobody has drawn yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.shipped import with_usual_roles
from toolkit.forms.model import (
    AMOUNT,
    CODE,
    DATE,
    DECIMAL,
    INTEGER,
    LONG_TEXT,
    TEXT,
    Column,
    Field,
    Form,
    IndicatorTable,
    Label,
)
from toolkit.spreadsheet.a1 import parse_cell

THIS_TREE = {
    "成本指标": ("经济成本指标", "社会成本指标", "生态环境成本指标"),
    "产出指标": ("数量指标", "质量指标", "时效指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
COST_UNDER_OUTPUT = {
    "产出指标": ("数量指标", "质量指标", "时效指标", "成本指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
ALIASES = {
    "数量": "数量指标", "质量": "质量指标", "时效": "时效指标", "经济效益": "经济效益指标", "社会效益": "社会效益指标",
    "可持续影响": "可持续影响指标", "服务对象满意度": "服务对象满意度指标", "满意度": "服务对象满意度指标",
    "满意度指标": "服务对象满意度指标", "环境效益指标": "生态效益指标",
}  # fmt: skip
UPPER_ALIASES = {"满意度": "满意度指标", "效果指标": "效益指标", "产出": "产出指标"}
LABEL_ALIASES = {"项目总体目标": "项目总目标", "年度目标": "年度总体目标", "项目单位": "实施单位", "指标名称": "三级指标"}
VAGUE = ("及时", "不断提高", "不断缩小", "提升", "合格", "安全", "明显改善", "可持续运营", "可持续发展", "按照项目预算执行")
NATURES = ("经常性专项业务费", "其他一次性项目", "一次性项目")
CLASSES = ("特定目标类", "其他运转类")


def labels(cells: Mapping[str, str]) -> tuple[Label, ...]:
    """Return labels from `{"A1": text}`."""
    return tuple(Label(text, cell, *parse_cell(cell)) for cell, text in cells.items())


def pairs(kind: str, aliases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"{kind}别名": tuple(aliases), f"{kind}标准名": tuple(aliases.values())}


def field(name: str, label: str, kind: str, area: str, code_list: str | None = None) -> Field:
    return Field(name, label, kind, code_list=code_list, cell=area.partition(":")[0], area=area)


def target_table(first_row: int, left: int, extra: Sequence[Field] = ()) -> IndicatorTable:
    """Two levels, a name, `extra` columns, then symbol, number and unit."""
    fields = [
        Field("一级指标", "一级指标", CODE, code_list="一级指标"),
        Field("二级指标", "二级指标", CODE, code_list="@一级指标"),
        Field("三级指标", "三级指标", TEXT),
        *extra,
        Field("符号", "符号", CODE, code_list="符号"),
        Field("数值", "数值", TEXT),
        Field("计量单位", "计量单位", CODE, code_list="计量单位"),
    ]
    return IndicatorTable(tuple(Column(each, left + i) for i, each in enumerate(fields)), first_row, first_row + 59)


def official(tree: Mapping[str, tuple[str, ...]] = THIS_TREE, name: str = "绩效目标申报表") -> Form:
    """The form of the two published documents."""
    drawn = {
        "A1": "财政项目支出绩效目标申报表",
        "A3": "项目名称", "D3": "项目性质", "F3": "项目类别",
        "A4": "主管部门", "D4": "实施单位",
        "A5": "计划开始日期", "D5": "计划完成日期",
        "A6": "项目资金（元）", "B6": "项目资金总额", "E6": "年度资金申请总额",
        "B7": "其中：财政资金", "E7": "其中：当年财政拨款",
        "E8": "上年结转资金",
        "B9": "其他资金", "E9": "其他资金",
        "A10": "项目绩效目标", "B10": "项目总目标", "E10": "年度总体目标",
        "A12": "绩效指标", "B12": "一级指标", "C12": "二级指标", "D12": "三级指标", "E12": "年度(/项目)指标值",
    }  # fmt: skip
    fields = (
        field("年度", "年度", INTEGER, "A2:G2"),
        field("项目名称", "项目名称", TEXT, "B3:C3"),
        field("项目性质", "项目性质", CODE, "E3", "项目性质"),
        field("项目类别", "项目类别", CODE, "G3", "项目类别"),
        field("主管部门", "主管部门", TEXT, "B4:C4"),
        field("实施单位", "实施单位", TEXT, "E4:G4"),
        field("计划开始日期", "计划开始日期", DATE, "B5:C5"),
        field("计划完成日期", "计划完成日期", DATE, "E5:G5"),
        field("项目资金总额", "项目资金总额", AMOUNT, "C6:D6"),
        field("财政资金", "财政资金", AMOUNT, "C7:D8"),
        field("其他资金", "其他资金", AMOUNT, "C9:D9"),
        field("年度资金申请总额", "年度资金申请总额", AMOUNT, "F6:G6"),
        field("当年财政拨款", "当年财政拨款", AMOUNT, "F7:G7"),
        field("上年结转资金", "上年结转资金", AMOUNT, "F8:G8"),
        field("年度其他资金", "其他资金", AMOUNT, "F9:G9"),
        field("项目总目标", "项目总目标", LONG_TEXT, "B11:D11"),
        field("年度总体目标", "年度总体目标", LONG_TEXT, "E11:G11"),
    )
    lists = {
        "项目性质": NATURES, "项目类别": CLASSES, "一级指标": tuple(tree), **tree, "空泛词": VAGUE,
        "符号": ("≥", ">", "=", "<", "≤", "定性"), "计量单位": ("%", "个", "次"),
        **pairs("标签", LABEL_ALIASES), **pairs("二级指标", ALIASES), **pairs("一级指标", UPPER_ALIASES),
    }  # fmt: skip
    table = target_table(13, 2)
    form = Form(name, "1", Path(f"{name}.xlsx"), "申报表", "财政项目支出绩效目标申报表", "A1:G72", fields, table, labels(drawn), lists)
    return with_usual_roles(form)


def summary_card() -> Form:
    """A made-up form without a table: long texts beside their labels, between short fields."""
    drawn = {
        "A1": "信息化项目登记卡", "A2": "登记编号", "C2": "登记年度", "A3": "系统名称", "A4": "建设单位", "C4": "负责人",
        "A5": "建设内容", "A6": "预期成效", "A7": "投资额（元）", "C7": "终端数量", "A8": "上线日期", "C8": "系统类型",
    }  # fmt: skip
    fields = (
        field("登记编号", "登记编号", TEXT, "B2"),
        field("年度", "登记年度", INTEGER, "D2"),
        field("系统名称", "系统名称", TEXT, "B3:D3"),
        field("建设单位", "建设单位", TEXT, "B4"),
        field("负责人", "负责人", TEXT, "D4"),
        field("建设内容", "建设内容", LONG_TEXT, "B5:D5"),
        field("预期成效", "预期成效", LONG_TEXT, "B6:D6"),
        field("投资额", "投资额", AMOUNT, "B7"),
        field("终端数量", "终端数量", INTEGER, "D7"),
        field("上线日期", "上线日期", DATE, "B8"),
        field("系统类型", "系统类型", CODE, "D8", "系统类型"),
    )
    lists = {"系统类型": ("业务系统", "办公系统")}
    return with_usual_roles(Form("登记卡", "1", Path("登记卡.xlsx"), "表", "信息化项目登记卡", "A1:D8", fields, None, labels(drawn), lists))


def purchase_list() -> Form:
    """A made-up form whose table has one level, no target, and typed columns."""
    drawn = {
        "A1": "设备采购需求表", "A2": "申请单位", "C2": "申请日期", "A3": "采购理由",
        "A4": "采购清单", "B4": "设备大类", "C4": "设备名称", "D4": "台数", "E4": "单价（元）", "A20": "申请人签字",
    }  # fmt: skip
    fields = (
        field("申请单位", "申请单位", TEXT, "B2"),
        field("申请日期", "申请日期", DATE, "D2:E2"),
        field("采购理由", "采购理由", LONG_TEXT, "B3:E3"),
    )
    columns = (
        Field("设备大类", "设备大类", CODE, code_list="设备大类"),
        Field("设备名称", "设备名称", TEXT),
        Field("台数", "台数", INTEGER),
        Field("单价", "单价", DECIMAL),
    )
    table = IndicatorTable(tuple(Column(each, 2 + i) for i, each in enumerate(columns)), 5, 19)
    lists = {"设备大类": ("医疗设备", "办公设备", "网络设备")}
    return with_usual_roles(Form("采购表", "1", Path("采购表.xlsx"), "表", "设备采购需求表", "A1:E20", fields, table, labels(drawn), lists))


def weighted() -> Form:
    """The official form with a 分值 between name and target, and three levels of headings."""
    base = official()
    tree = {
        "产出": ("数量", "质量"),
        "效益": ("社会效益",),
        "数量": ("工作数量", "服务数量"),
        "质量": ("工作质量",),
        "社会效益": ("受益面",),
    }
    fields = (
        Field("一级", "一级", CODE, code_list="一级"),
        Field("二级", "二级", CODE, code_list="@一级"),
        Field("三级", "三级", CODE, code_list="@二级"),
        Field("指标名称", "指标名称", TEXT),
        Field("分值", "分值", INTEGER),
        Field("符号", "符号", CODE, code_list="符号"),
        Field("数值", "数值", TEXT),
        Field("计量单位", "计量单位", TEXT),
    )
    drawn = {label.cell: label.text for label in base.labels if label.row < 12}
    drawn |= {"A12": "评分指标", "B12": "一级", "C12": "二级", "D12": "三级", "E12": "指标名称", "F12": "分值", "G12": "目标值"}
    table = IndicatorTable(tuple(Column(each, 2 + i) for i, each in enumerate(fields)), 13, 72)
    lists = {"项目性质": NATURES, "项目类别": CLASSES, "一级": ("产出", "效益"), "空泛词": VAGUE, "符号": ("≥", "≤"), **tree}
    return Form("评分表", "1", Path("评分表.xlsx"), "表", base.title, "A1:I72", base.fields, table, labels(drawn), lists)
