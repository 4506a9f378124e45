"""Layouts known from public documents, drawn with any contents: the official one, our template's first drawing, other provinces.

In: contents. Out: a `Drawing`. `FIXED` names them all; the kinds of other provinces follow the notes on their published
documents, each with what is special about it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from tests.drawings import labels
from tests.drawings.declarations import ANNUAL_FUNDS, DATE_FIELDS, FUNDS, GOALS, TEXT_FIELDS, WHOLE_FUNDS, Content
from tests.drawings.drawing import compose
from tests.drawings.model import Canvas, Drawing, Sheet
from tests.drawings.style import HeadRow, Style

_COLUMNS = ("一级指标", "二级指标", "三级指标", "指标值", "符号", "数值", "计量单位")

OFFICIAL = Style(
    columns=9,
    groups="侧栏",
    head=(
        HeadRow(("项目名称", "项目性质", "项目类别"), False),
        HeadRow(("主管部门", "实施单位"), False),
        HeadRow(DATE_FIELDS, False),
    ),
    narrow_head=False,
    labels={name: labels.standard(name) for name in (*TEXT_FIELDS, *DATE_FIELDS, *FUNDS, *GOALS, *_COLUMNS)},
    look=labels.PLAIN,
    aliases=False,
    funding="并列",
    unit="元",
    unit_place="分组标题",
    number_look="千分位",
    date_look="横线",
    goals="并排",
    goal_rows=1,
    target="一格",
    spelling="标准",
    levels="合并",
    strange_columns=(),
    title="财政项目支出绩效目标申报表",
    titles="每份",
    year_place="标题下",
)


def _labelled(style: Style, **texts: str) -> Style:
    return replace(style, labels={**style.labels, **texts}, aliases=True)


def _rows(*rows: str) -> tuple[HeadRow, ...]:
    return tuple(HeadRow(tuple(row.split()), False) for row in rows)


# 万元, a code and a person in the head, 长期目标 beside 年度目标, a column of remarks.
HUBEI = replace(
    _labelled(OFFICIAL, 实施单位="项目单位", 项目总目标="长期目标", 年度总体目标="年度目标", 指标值="指标值"),
    head=_rows(
        "项目名称 项目编码",
        "主管部门 实施单位",
        "项目负责人 联系电话",
        "项目属性 项目期",
        "计划开始日期 计划完成日期",
        "项目性质 项目类别",
        "立项依据",
    ),
    columns=8,
    unit="万元",
    title="项目支出绩效目标申报表",
    strange_columns=("备注",),
    signatures="成对",
)

# Money in one column without a left side, one goal, units in a column of their own, scores and how they are given.
HUNAN = replace(
    _labelled(
        OFFICIAL,
        年度资金申请总额="年度资金总额",
        当年财政拨款="其中：财政拨款",
        年度总体目标="年度绩效目标",
        计量单位="计量单位",
    ),
    head=_rows("项目名称", "主管部门 实施单位", "项目性质 项目类别", "计划开始日期 计划完成日期"),
    columns=10,
    funding="一列",
    unit="万元",
    target="两格",
    goals="单一",
    omitted=(*WHOLE_FUNDS, "上年结转资金", "项目总目标"),
    strange_columns=("分值", "评分标准", "备注"),
    levels="每行",
    title="项目支出绩效目标表",
    year_place="标题",
    total=True,
)

# Every value in cells of its own: operator, number, unit, with kind and meaning of each indicator.
YUNNAN = replace(
    _labelled(OFFICIAL, 计量单位="度量单位", 年度总体目标="年度绩效目标", 三级指标="三级指标"),
    head=_rows("项目名称", "实施单位 主管部门", "项目性质 项目类别", "计划开始日期 计划完成日期"),
    columns=11,
    groups="无",
    unit_place="单位行",
    funding="横排",
    goals="标签在上",
    target="三格",
    levels="只写一次",
    strange_columns=("指标值类型", "指标解释"),
    title="部门预算项目绩效目标表",
    year_place="标题",
)

# The ministry's sheet: 实施期 and 年度 beside each other in money and goals, dates in one cell.
SHAANXI = replace(
    _labelled(OFFICIAL, 项目总目标="实施期总目标", 年度总体目标="年度目标", 指标值="指标值"),
    head=_rows("项目名称", "主管部门 实施单位", "项目性质 项目类别", "项目属性 起止时间"),
    columns=6,
    funding="分期",
    unit="万元",
    omitted=DATE_FIELDS,
    title="财政专项项目绩效目标表",
    notes=("注：各地可按实际情况增加三级指标。",),
)

# Medium-term words, the older tree with costs under outputs, kinds without the word 指标.
INNER_MONGOLIA = replace(
    _labelled(OFFICIAL, 项目总目标="中期目标", 年度总体目标="年度目标", 一级指标="一级指标", 指标值="指标值"),
    head=_rows("项目名称", "主管部门 实施单位", "项目属性 项目期", "项目性质 项目类别", "计划开始日期 计划完成日期"),
    columns=7,
    unit="万元",
    unit_place="标签",
    old_tree=True,
    levels="合并",
    title="项目支出绩效目标申报表",
    signatures="一格",
)

# Parted by headings over the whole width, weights, a row of totals.
SICHUAN = replace(
    _labelled(OFFICIAL, 实施单位="预算单位", 年度资金申请总额="年度资金总额", 指标值="绩效指标值", 计量单位="度量单位"),
    head=_rows("实施单位 项目名称", "主管部门", "项目性质 项目类别", "计划开始日期 计划完成日期"),
    columns=8,
    groups="分段",
    target="两格",
    strange_columns=("权重",),
    total=True,
    year_place="单位行",
    unit_place="单位行",
    title="项目支出绩效目标表",
)

# Labels above their values, a summary of the project, amounts with 元 in the number format, last year's value.
CHONGQING = replace(
    _labelled(OFFICIAL, 年度总体目标="当年目标", 三级指标="三级指标", 计量单位="计量单位"),
    head=(
        HeadRow(("项目名称", "主管部门", "实施单位"), True),
        HeadRow(("项目性质", "项目类别", "计划开始日期", "计划完成日期"), True),
        HeadRow(("项目概况",), False),
        HeadRow(("立项依据",), False),
    ),
    columns=12,
    groups="无",
    unit_place="格式",
    funding="一列",
    goals="上下",
    target="三格两层",
    strange_columns=("上年值", "权重"),
    title="区级项目支出绩效目标申报表",
)


def drawn(name: str, given: Sequence[Content], style: Style, *, stacked: str | None = None) -> Drawing:
    """Return contents in a fixed style, a sheet each unless `stacked` says otherwise."""
    return compose(name, given, replace(style, stacked=stacked or style.stacked), random.Random(f"fixed {name}"))


def official(given: Sequence[Content]) -> Drawing:
    """Return contents as the official documents print them, the forms one under the other."""
    return drawn("official", given, OFFICIAL, stacked="同表多份")


def own(given: Sequence[Content]) -> Drawing:
    """Return contents in the first drawing of our template, with 项目名称 over two rows and the goal over eight."""
    sheets = []
    for number, content in enumerate(given):
        canvas = Canvas(7, number)
        _own_head(canvas, content)
        _own_funding(canvas, content)
        _own_rows(canvas, content)
        widths = (10.0, 14.0, 16.0, 26.0, 9.0, 14.0, 12.0)
        sheets.append(Sheet(f"项目{number + 1}", tuple(canvas.cells), widths))
    return Drawing("own", tuple(sheets), tuple(given), {"版式": "自带表样"})


def _pair(canvas: Canvas, content: Content, name: str, label: tuple[int, int], value: tuple[int, int], **look: int) -> None:
    code = "#,##0.00" if name in FUNDS else ("yyyy-mm-dd" if name in DATE_FIELDS else None)
    canvas.put(*label, labels.standard(name), "label", field=name, **look)
    canvas.put(*value, content.head.get(name), "value", field=name, format=code, **look)


def _own_head(canvas: Canvas, content: Content) -> None:
    canvas.put(1, 7, "财政项目支出绩效目标申报表", "title")
    canvas.put(1, 7, content.head["年度"], "year", down=1, field="年度", format='"（"0"年度）"')
    canvas.next(2)
    _pair(canvas, content, "项目名称", (1, 1), (2, 2), rows=2)
    for left, right in ((None, "项目性质"), (None, "项目类别"), ("主管部门", "实施单位"), DATE_FIELDS):
        if left:
            _pair(canvas, content, left, (1, 1), (2, 2))
        _pair(canvas, content, right, (4, 1), (5, 3))
        canvas.next()


def _own_funding(canvas: Canvas, content: Content) -> None:
    canvas.put(1, 1, "项目资金\n（元）", "group", rows=4)
    for left, right in zip((*WHOLE_FUNDS[:2], None, WHOLE_FUNDS[2]), ANNUAL_FUNDS, strict=True):
        if left:
            _pair(canvas, content, left, (2, 1), (3, 1))
        _pair(canvas, content, right, (4, 1), (5, 3))
        canvas.next()
    canvas.put(1, 1, "项目\n绩效\n目标", "group", rows=9)
    for name, place in zip(GOALS, ((2, 2), (4, 4)), strict=True):
        canvas.put(*place, labels.standard(name), "label", field=name)
        canvas.put(*place, content.head.get(name), "value", down=1, rows=8, field=name, align="left")
    canvas.next(9)


def _own_rows(canvas: Canvas, content: Content) -> None:
    canvas.put(1, 1, "绩效\n指标", "group", rows=2 + len(content.rows))
    for column, name in enumerate(_COLUMNS[:3], 2):
        canvas.put(column, 1, name, "header", rows=2, field=name)
    canvas.put(5, 3, labels.standard("指标值"), "header", field="指标值")
    names = (*_COLUMNS[:3], *_COLUMNS[4:])
    for column, name in enumerate(names[3:], 5):
        canvas.put(column, 1, name, "header", down=1, field=name)
    canvas.next(2)
    for line, row in enumerate(content.rows):
        for column, (name, value) in enumerate(zip(names, row.cells, strict=True), 2):
            canvas.put(column, 1, value, "value", field=name, line=line)
        canvas.next()


def _kind(style: Style) -> Callable[[Sequence[Content]], Drawing]:
    return lambda given: drawn(style.title, given, style)


FIXED: Mapping[str, Callable[[Sequence[Content]], Drawing]] = {
    "官方版式": official,
    "自带表样": own,
    "湖北": _kind(HUBEI),
    "湖南": _kind(HUNAN),
    "云南": _kind(YUNNAN),
    "陕西": _kind(SHAANXI),
    "内蒙古": _kind(INNER_MONGOLIA),
    "四川": _kind(SICHUAN),
    "重庆": _kind(CHONGQING),
}
