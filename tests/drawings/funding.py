"""The funding block: amounts beside each other, in one column, across, or by periods; in 元 or 万元.

In: a canvas, a content whose amounts are in 元, a style. Out: cells on the canvas. Called by `drawing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tests.drawings.declarations import ANNUAL_FUNDS, WHOLE_FUNDS, Content, Value
from tests.drawings.head import draw_section, draw_side
from tests.drawings.labels import typeset
from tests.drawings.model import Canvas, cut
from tests.drawings.style import Style

BESIDE = (
    ("项目资金总额", "年度资金申请总额"),
    ("财政资金", "当年财政拨款"),
    (None, "上年结转资金"),
    ("其他资金", "年度其他资金"),
)
PERIOD_ROWS = (
    ("资金总额", "项目资金总额", "年度资金申请总额"),
    ("其中：财政资金", "财政资金", "当年财政拨款"),
    ("上年结转资金", None, "上年结转资金"),
    ("其他资金", "其他资金", "年度其他资金"),
)
SIDE = 0.8


def draw_funding(canvas: Canvas, content: Content, style: Style) -> None:
    """Draw the funding block."""
    heading = "项目资金" if style.funding in ("并列", "一列") else "资金情况"
    heading += f"（{style.unit}）" if style.unit_place == "分组标题" else ""
    draw_section(canvas, style, "二、" + heading)
    first, width = 1, canvas.width
    top = canvas.row
    if style.groups == "侧栏":
        (_, side), (first, width) = cut([SIDE, 6], canvas.width)
    draw = {"并列": _beside, "一列": _column, "横排": _across, "分期": _periods}[style.funding]
    draw(canvas, content, style, first, width)
    if style.groups == "侧栏":
        draw_side(canvas, style, heading, side, top)


def _printed(style: Style, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in style.omitted)


def _beside(canvas: Canvas, content: Content, style: Style, first: int, width: int) -> None:
    if "项目资金总额" in style.omitted:
        names = _printed(style, ANNUAL_FUNDS)
        for pair in (names[index : index + 2] for index in range(0, len(names), 2)):
            columns = cut([2, 3] * len(pair), width, first)
            for index, name in enumerate(pair):
                _pair(canvas, content, style, name, columns[2 * index], columns[2 * index + 1])
            canvas.next()
        return
    columns = cut([2, 3, 2, 3], width, first)
    columns = [*columns[2:], *columns[:2]] if style.extras.mirrored else columns
    for left, right in BESIDE:
        if right in style.omitted:
            continue
        if left is not None:
            _pair(canvas, content, style, left, *columns[:2])
        else:
            for column, span in columns[:2]:
                canvas.put(column, span, None, "note")
        _pair(canvas, content, style, right, *columns[2:])
        canvas.next()


def _column(canvas: Canvas, content: Content, style: Style, first: int, width: int) -> None:
    columns = cut([1, 2], width, first)
    for name in _printed(style, WHOLE_FUNDS + ANNUAL_FUNDS):
        _pair(canvas, content, style, name, *columns)
        canvas.next()
        if name == "当年财政拨款" and style.extras.fund_rows:
            for label, value in _kinds(content, name):
                _strange_row(canvas, style, label, [value], columns)


def _kinds(content: Content, name: str) -> tuple[tuple[str, Value], ...]:
    """Kinds of budget money that the form does not know, which make up an amount."""
    return ("一般公共预算", content.head[name]), ("政府性基金预算", Decimal(0))


def _strange_row(canvas: Canvas, style: Style, label: str, values: Sequence[Value], columns: Sequence[tuple[int, int]]) -> None:
    text = typeset(label, style.look) + (f"（{style.unit}）" if style.unit_place == "标签" else "")
    canvas.put(*columns[0], text, "strange")
    for value, place in zip(values, columns[1:], strict=False):
        amount, code = money(value, style)
        canvas.put(*place, amount, "strange", format=code, align="right")
    canvas.next()


def _across(canvas: Canvas, content: Content, style: Style, first: int, width: int) -> None:
    whole, annual = _printed(style, WHOLE_FUNDS), _printed(style, ANNUAL_FUNDS)
    columns = cut([1] * len(whole + annual), width, first)
    if whole:
        edge = columns[len(whole)][0]
        canvas.put(first, edge - first, _heading(style, "项目资金"), "group")
        canvas.put(edge, first + width - edge, _heading(style, "年度资金"), "group")
        canvas.next()
    for name, (column, span) in zip(whole + annual, columns, strict=True):
        canvas.put(column, span, _label(style, name), "label", field=name)
        value, code = money(content.head[name], style)
        canvas.put(column, span, value, "value", down=1, field=name, format=code, align="right")
    canvas.next(2)


def _periods(canvas: Canvas, content: Content, style: Style, first: int, width: int) -> None:
    columns = cut([2, 2, 2, 2] if style.extras.last_year else [2, 2, 2], width, first)
    headings = (
        "资金来源",
        _heading(style, "实施期资金"),
        _heading(style, f"{content.head['年度']}年度资金"),
        "上年预算数",
    )
    for (column, span), text in zip(columns, headings, strict=False):
        canvas.put(column, span, text, "strange" if text == headings[-1] else "group")
    canvas.next()
    for label, *names in PERIOD_ROWS:
        if names[1] in style.omitted:
            continue
        text = typeset(label, style.look) + (f"（{style.unit}）" if style.unit_place == "标签" else "")
        canvas.put(*columns[0], text, "label", field=names[1])
        for name, (column, span) in zip(names, columns[1:3], strict=True):
            value, code = money(content.head[name], style) if name else (None, None)
            canvas.put(column, span, value, "value" if name else "note", field=name, format=code, align="right")
        if style.extras.last_year:
            value, code = money(_last_year(content, names[1]), style)
            canvas.put(*columns[3], value, "strange", format=code, align="right")
        canvas.next()
        if names[1] == "当年财政拨款" and style.extras.fund_rows:
            for text, value in _kinds(content, names[1]):
                _strange_row(canvas, style, text, [None, value], columns)


def _last_year(content: Content, name: str | None) -> Value:
    value = content.head[name or ""]
    return (value * Decimal("0.9")).quantize(Decimal(1)) if isinstance(value, Decimal) else None


def _pair(canvas: Canvas, content: Content, style: Style, name: str, label: tuple[int, int], place: tuple[int, int]) -> None:
    canvas.put(*label, _label(style, name), "label", field=name)
    value, code = money(content.head[name], style)
    canvas.put(*place, value, "value", field=name, format=code, align="right")


def _label(style: Style, name: str) -> str:
    unit = f"（{style.unit}）" if style.unit_place == "标签" else ""
    return typeset(style.labels[name] + unit, style.look)


def _heading(style: Style, text: str) -> str:
    return text + (f"（{style.unit}）" if style.unit_place == "分组标题" else "")


def money(value: Value, style: Style) -> tuple[Value, str | None]:
    """Return an amount of 元 as a cell and its number format, in the style's unit; the format shows all of its digits."""
    if not isinstance(value, Decimal):
        return value, None
    amount = value if style.unit == "元" else value / 10000
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    suffix = style.unit if style.unit_place in ("格式", "文字") else ""
    if style.number_look == "文本" or style.unit_place == "文字":
        grouped = f"{amount:,.{decimals}f}" if style.number_look == "千分位" else f"{amount:.{decimals}f}"
        return grouped + (suffix if not style.filler else suffix[:1]) if style.unit_place == "文字" else grouped, None
    code = ("#,##0." if style.number_look == "千分位" else "0.") + "0" * decimals
    return amount, code + (f'"{suffix}"' if suffix else "")
