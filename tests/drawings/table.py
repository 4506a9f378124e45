"""The table of indicators: levels merged, once or on every row, a target in one to three columns, strange ones between.

In: a canvas, a content, a style. Out: cells on the canvas. Called by `drawing`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal

from tests.drawings.declarations import Content, Indicator, Value
from tests.drawings.funding import SIDE
from tests.drawings.head import draw_section, draw_side
from tests.drawings.labels import typeset
from tests.drawings.model import Canvas, Role, cut
from tests.drawings.style import STRANGE_COLUMNS, Style
from toolkit.values.targets import parse_target

LEVELS = ("一级指标", "二级指标")
TARGETS = {"一格": ("指标值",), "两格": ("指标值", "计量单位")}
THREE = ("符号", "数值", "计量单位")
WEIGHTS = {
    "一级指标": 1.3,
    "二级指标": 1.5,
    "三级指标": 4,
    "指标值": 2.4,
    "符号": 0.8,
    "数值": 1.6,
    "计量单位": 1.1,
    "序号": 0.6,
}
BEFORE_NAME, AFTER_NAME = ("序号",), ("指标解释", "上年值", "指标值类型", "实施期指标值")

_WIDE = str.maketrans("0123456789%()=<", "０１２３４５６７８９％（）＝＜")


def draw_table(canvas: Canvas, content: Content, style: Style, rng: random.Random) -> None:
    """Draw header and rows, and the row of totals."""
    draw_section(canvas, style, "四、绩效指标")
    first, width, top = 1, canvas.width, canvas.row
    if style.groups == "侧栏":
        (_, side), (first, width) = cut([SIDE, 8], canvas.width)
    names = column_names(style)
    places = dict(zip(names, cut([WEIGHTS.get(name, 1.2) for name in names], width, first), strict=True))
    _header(canvas, content, style, places)
    for line in range(len(content.rows)):
        for name, place in places.items():
            _cell(canvas, content, style, rng, name, place, line)
        canvas.next()
    for _ in range(style.empty_rows):
        for column, span in places.values():
            canvas.put(column, span, None, "note")
        canvas.next()
    if style.total:
        _total(canvas, places)
    if style.groups == "侧栏":
        draw_side(canvas, style, "绩效\n指标", side, top)


def column_names(style: Style) -> list[str]:
    """Return the columns from left to right."""
    strange = style.strange_columns
    first = [name for name in strange if name in BEFORE_NAME]
    between = [name for name in strange if name in AFTER_NAME]
    last = [name for name in strange if name not in first and name not in between]
    return [*first, *LEVELS, "三级指标", *between, *TARGETS.get(style.target, THREE), *last]


def _header(canvas: Canvas, content: Content, style: Style, places: dict[str, tuple[int, int]]) -> None:
    two = style.target == "三格两层"
    over_levels = two and style.level_heading
    heading = style.labels["指标值"]
    if style.year_place == "指标标题":
        heading = f"{content.head['年度']}年度指标值" if style.aliases else f"{heading}（{content.head['年度']}年度）"
    for name, (column, span) in places.items():
        text = heading if name == "指标值" else style.labels.get(name, name)
        inner = two and (name in THREE or (over_levels and name in (*LEVELS, "三级指标")))
        role: Role = "strange" if name in STRANGE_COLUMNS else "header"
        canvas.put(
            column,
            span,
            typeset(text, style.look),
            role,
            field=name,
            down=int(inner),
            rows=1 if inner or not two else 2,
        )
    if two:
        left, (last, span) = places["符号"][0], places["计量单位"]
        canvas.put(left, last + span - left, typeset(heading, style.look), "header", field="指标值")
        if over_levels:
            left, (last, span) = places["一级指标"][0], places["三级指标"]
            canvas.put(left, last + span - left, "绩效指标", "group")
    elif style.target == "三格" and style.year_place == "指标标题":
        _year_in_symbol(canvas, content, places)
    canvas.next(1 + two)


def _year_in_symbol(canvas: Canvas, content: Content, places: dict[str, tuple[int, int]]) -> None:
    """Three columns without a common heading: the year goes to the number's."""
    index = next(i for i, cell in enumerate(canvas.cells) if cell.role == "header" and cell.field == "数值")
    cell = canvas.cells.pop(index)
    text = f"{cell.text.rstrip('：')}（{content.head['年度']}年度）"
    canvas.put(*places["数值"], text, "header", field="数值")


def _cell(
    canvas: Canvas,
    content: Content,
    style: Style,
    rng: random.Random,
    name: str,
    place: tuple[int, int],
    line: int,
) -> None:
    (column, span), row = place, content.rows[line]
    if name in STRANGE_COLUMNS:
        canvas.put(column, span, _strange(rng, name, line, row, len(content.rows)), "strange", field=name, line=line)
    elif name in LEVELS:
        _level(canvas, content, style, LEVELS.index(name), place, line)
    else:
        value, code = _target(style, name, row)
        align = "left" if name == "三级指标" else "center"
        canvas.put(column, span, value, "value", field=name, line=line, format=code, align=align)


def _level(canvas: Canvas, content: Content, style: Style, level: int, place: tuple[int, int], line: int) -> None:
    column, span = place

    def block(number: int) -> tuple[str | None, ...]:
        return content.rows[number].cells[: level + 1]

    text = block(line)[level] or ""
    text = text.removesuffix("指标") if style.level_words else text
    text = text.removesuffix("指标") + "\n指标" if style.level_breaks and text.endswith("指标") else text
    starts = line == 0 or block(line - 1) != block(line)
    if style.levels == "每行":
        canvas.put(column, span, text, "value", field=LEVELS[level], line=line)
    elif starts:
        last = line
        while last + 1 < len(content.rows) and block(last + 1) == block(line):
            last += 1
        rows = last - line + 1 if style.levels == "合并" else 1
        if style.extras.upright_levels and level == 0 and rows >= 3:
            text = "\n".join(text.replace("\n", ""))
        canvas.put(column, span, text, "value", field=LEVELS[level], line=line, rows=rows)
    elif style.levels == "只写一次":
        canvas.put(column, span, None, "value", field=LEVELS[level], line=line)


def _target(style: Style, name: str, row: Indicator) -> tuple[Value, str | None]:
    if name == "三级指标":
        return row.name, None
    if name == "计量单位":
        return row.unit or ("/" if style.spelling == "空格" else None), None
    if name == "符号":
        return row.symbol.translate(_WIDE) if style.spelling == "全角" else row.symbol, None
    if name == "数值":
        numeric = row.symbol != "定性" and style.number_look != "文本"
        code = {"标准": "0.00", "空格": "#,##0.00"}.get(style.spelling, "General")
        return (Decimal(row.number), code) if numeric else (row.number, None)
    return spelled(row, style.spelling, with_unit=style.target == "一格"), None


def spelled(row: Indicator, spelling: str, *, with_unit: bool = True) -> str:
    """Return a target as one text; a spelling that would say something else gives way to the printed standard."""
    if row.symbol == "定性":
        return row.number
    unit = row.unit or ""
    standard = f"{row.symbol}{Decimal(row.number):.2f}" if "." not in row.number else row.symbol + row.number
    if not with_unit:
        return f"{row.symbol}{row.number}" if spelling == "简写" else standard
    written = {
        "简写": f"{row.symbol}{row.number}{unit}",
        "空格": f"{row.symbol} {row.number} ({unit})",
        "全角": f"{row.symbol}{row.number}（{unit}）".translate(_WIDE),
    }.get(spelling, f"{standard}({unit})")
    found = parse_target(written)
    same = (found.symbol, found.number, found.unit) == (row.symbol, row.number, row.unit)
    return written if same else f"{standard}({unit})"


def _strange(rng: random.Random, name: str, line: int, row: Indicator, count: int) -> Value:
    if name == "序号":
        return line + 1
    if name in ("权重", "分值"):
        return 90 // count if line else 90 - 90 // count * (count - 1)
    if name == "备注":
        return rng.choice((None, None, None, "以验收报告为准", "按季统计", "约束性指标"))
    if name == "指标值类型":
        return "定性" if row.symbol == "定性" else "定量"
    texts: dict[str, Sequence[Value]] = {
        "指标解释": ("反映任务完成情况", "实际完成数与计划数之比", "反映服务对象的认可程度"),
        "上年值": (None, "—", 3, Decimal("12.5"), "新增指标", _scaled(row, Decimal("0.5"))),
        "数据来源": ("统计报表", "问卷调查", "验收报告"),
        "责任科室": ("办公室", "业务一科", None),
        "评分标准": ("完成得满分，每少1%扣0.5分", "达到目标值得满分，否则按比例扣分"),
        "实施期指标值": ("长期有效",) if row.symbol == "定性" else (_scaled(row, 3),),
    }
    return rng.choice(texts[name])


def _scaled(row: Indicator, factor: int | Decimal) -> str:
    """A value of another period, in the same words as the target."""
    if row.symbol == "定性":
        return "—"
    number = Decimal(row.number) * (1 if row.unit in ("%", "百分数") else factor)
    return f"{row.symbol}{number.normalize():f}{row.unit}"


def _total(canvas: Canvas, places: dict[str, tuple[int, int]]) -> None:
    weight = next(name for name in ("权重", "分值") if name in places)
    first = next(iter(places.values()))[0]
    edge, span = places[weight]
    canvas.put(first, edge - first, "合计", "strange")
    canvas.put(edge, span, 90, "strange")
    canvas.next()
