"""The top of a form: title, year and unit lines, and the pairs of the head.

In: a canvas, a content, a style. Out: cells on the canvas. Called by `drawing`.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from tests.drawings import labels
from tests.drawings.declarations import DATE_FIELDS, Content, Value
from tests.drawings.model import Canvas, Role, cut
from tests.drawings.style import STRANGE_PAIRS, HeadRow, Style

CODE = "015001"
# A pair of the head: label, value with its number format, name.
Pair = tuple[str, tuple[Value, str | None], str]
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", "伟芳娜敏静磊洋艳勇杰涛明"

_DATES = {"横线": "{0.year}-{0.month:02d}-{0.day:02d}", "年月日": "{0.year}年{0.month}月{0.day}日"}
_DATES |= {"点": "{0.year}.{0.month}.{0.day}", "斜线": "{0.year}/{0.month}/{0.day}"}


def person(rng: random.Random) -> str:
    """Return a name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(("", rng.choice(GIVEN)))


def draw_title(canvas: Canvas, content: Content, style: Style, *, titled: bool) -> None:
    """Draw the title and the lines under it."""
    year = content.head["年度"]
    if titled and style.annex:
        canvas.put(1, canvas.width, style.annex, "note", align="left")
        canvas.next()
    if titled:
        title = f"{year}年度{style.title}" if style.year_place == "标题" else style.title
        canvas.put(1, canvas.width, title, "title", field="年度" if style.year_place == "标题" else None)
        canvas.next()
    if style.year_place == "标题下":
        canvas.put(1, canvas.width, f"（{year}年度）", "year", field="年度")
        canvas.next()
    if style.year_place == "标题下数字":
        canvas.put(1, canvas.width, year, "year", field="年度", format='"（"0"年度）"')
        canvas.next()
    if style.year_place == "单位行" or style.unit_place == "单位行":
        (left, width), (right, rest) = cut([2, 1], canvas.width)
        if style.year_place == "单位行":
            canvas.put(left, width, f"预算年度：{year}年", "year", field="年度", align="left")
        if style.unit_place == "单位行":
            canvas.put(right, rest, f"{'金额' if style.aliases else ''}单位：{style.unit}", "note", align="right")
        canvas.next()
    if style.filler or style.extras.filled_on:
        (left, width), (right, rest) = cut([2, 1], canvas.width)
        if style.filler:
            canvas.put(left, width, f"填报单位（盖章）：{content.head['实施单位']}", "note", align="left")
        if style.extras.filled_on and isinstance(year, int):
            canvas.put(right, rest, f"填报日期：{year - 1}年11月{style.columns}日", "note", align="right")
        canvas.next()


def draw_section(canvas: Canvas, style: Style, text: str) -> None:
    """Draw a full-width heading before a block, where the office parts the form so."""
    if style.groups == "分段":
        canvas.put(1, canvas.width, text, "group", align="left")
        canvas.next()


def draw_side(canvas: Canvas, style: Style, text: str, span: int, top: int) -> None:
    """Draw the heading at the left of a block that began at row `top`; a unit in brackets keeps a line of its own."""
    word, bracket, unit = text.partition("（")
    if style.extras.side == "逐字换行":
        word = "\n".join(word.replace("\n", ""))
    written = word + ("\n" + bracket + unit if bracket else "")
    upright = style.extras.side == "竖排文字" and not bracket
    rows = canvas.row - top
    canvas.put(1, span, written, "group", down=-rows, rows=rows, vertical=upright)


def draw_head(canvas: Canvas, content: Content, style: Style, rng: random.Random) -> None:
    """Draw the rows of pairs."""
    for row in style.head:
        pairs = [(_label(name, style), _value(name, content, style, rng), name) for name in row.names]
        if row.tall:
            _draw_tall(canvas, pairs)
        elif row.above:
            _draw_above(canvas, pairs)
        else:
            _draw_beside(canvas, row, pairs, style)


def _draw_tall(canvas: Canvas, pairs: list[Pair]) -> None:
    """The first pair over two rows, two others one above the other beside it."""
    columns = cut([2, 4, 2, 4], canvas.width)
    for index, (label, (value, code), name) in enumerate(pairs):
        (first, span), (second, wide) = columns[2:] if index else columns[:2]
        down = max(0, index - 1)
        _pair(canvas, name, (label, first, span, down), (value, code, second, wide, down), rows=1 if index else 2)
    canvas.next(2)


def _draw_above(canvas: Canvas, pairs: list[Pair]) -> None:
    columns = cut([1] * len(pairs), canvas.width)
    for (label, (value, code), name), (first, span) in zip(pairs, columns, strict=True):
        _pair(canvas, name, (label, first, span, 0), (value, code, first, span, 1))
    canvas.next(2)


def _draw_beside(canvas: Canvas, row: HeadRow, pairs: list[Pair], style: Style) -> None:
    weights = [weight for _ in row.names for weight in (2, 4)]
    columns = cut(weights, canvas.width)
    if style.narrow_head:
        columns = [(index + 1, 1) for index in range(len(weights))]
    elif len(pairs) == 1:
        columns = cut([1, 5], canvas.width)
    for index, (label, (value, code), name) in enumerate(pairs):
        (first, span), (second, wide) = columns[2 * index : 2 * index + 2]
        _pair(canvas, name, (label, first, span, 0), (value, code, second, wide, 0))
    canvas.next()


def _pair(
    canvas: Canvas,
    name: str,
    label: tuple[str, int, int, int],
    value: tuple[Value, str | None, int, int, int],
    rows: int = 1,
) -> None:
    strange = name in STRANGE_PAIRS
    text, first, span, down = label
    canvas.put(first, span, text, "strange" if strange else "label", down=down, field=name, rows=rows)
    content, code, second, wide, below = value
    align = "left" if isinstance(content, str) and len(content) > 12 else "center"
    role: Role = "strange" if strange else "value"
    canvas.put(second, wide, content, role, down=below, field=name, format=code, align=align, rows=rows)


def _label(name: str, style: Style) -> str:
    return labels.typeset(style.labels.get(name, name), style.look)


def _value(name: str, content: Content, style: Style, rng: random.Random) -> tuple[Value, str | None]:
    """Return what stands in the cell of a pair, and its number format."""
    if name in STRANGE_PAIRS:
        return _strange(name, content, style, rng)
    value = content.head.get(name)
    if name in DATE_FIELDS and isinstance(value, date):
        return printed_date(value, style.date_look)
    if name == "年度":
        return (value, "0") if style.look == labels.PLAIN else (f"{value}年度", None)
    if name == "主管部门" and coded(style):
        return f"[{CODE}]{value}", None
    return value, None


def coded(style: Style) -> bool:
    """Whether the department's cell begins with its code."""
    return style.coded and style.labels["主管部门"].endswith("代码")


def printed_date(day: date, look: str) -> tuple[Value, str | None]:
    """Return a date as a cell and its format, or as text.

    >>> printed_date(date(2024, 3, 1), "年月日"), printed_date(date(2024, 3, 1), "日期")[1]
    (('2024年3月1日', None), 'yyyy-mm-dd')
    """
    return (day, "yyyy-mm-dd") if look == "日期" else (_DATES[look].format(day), None)


def period_text(content: Content, style: Style) -> str:
    """Return start and end in one cell, by months or by days."""
    start, end = content.head["计划开始日期"], content.head["计划完成日期"]
    assert isinstance(start, date) and isinstance(end, date)
    if style.period == "年月":
        return f"{start.year}年{start.month}月-{end.year}年{end.month}月"
    return f"{start.isoformat()}至{end.isoformat()}"


def _strange(name: str, content: Content, style: Style, rng: random.Random) -> tuple[Value, str | None]:
    year = content.head["年度"]
    assert isinstance(year, int)
    if style.extras.blank_pairs and rng.random() < 0.4:
        return None, None
    if name == "起止时间":
        full = content.head.get("计划开始日期") is not None
        return (period_text(content, style) if full else f"{year}年1月-{year}年12月"), None
    if name == "申报日期":
        return printed_date(date(year - 1, 9, 1) + timedelta(days=rng.randint(0, 80)), style.date_look)
    values = {
        "项目编码": f"3101{rng.randint(10, 99)}{rng.randint(10**9, 10**10 - 1)}",
        "项目负责人": person(rng),
        "联系电话": f"0{rng.randint(21, 29)}-{rng.randint(50000000, 69999999)}",
        "项目属性": rng.choice(("新增", "延续")),
        "项目期": rng.choice(("1年", "3年", "长期")),
        "预算级次": rng.choice(("区级", "县级", "市级")),
        "是否政府采购": rng.choice(("是", "否")),
        "归口处室": rng.choice(("社会保障科", "教科文科", "经济建设科")),
        "是否涉密": rng.choice(("否", "是")),
        "支出功能分类": rng.choice(("2130799 其他农村综合改革支出", "2050299", "城乡社区环境卫生")),
        "资金投向": rng.choice(("民生保障", "基础设施建设和运行维护", "其他")),
        "绩效公开": rng.choice(("公开", "不公开")),
        "立项依据": f"《关于做好{year}年度部门预算编制工作的通知》（财预〔{year - 1}〕{rng.randint(2, 90)}号）",
        "项目概况": "根据职能设立的延续性项目，由财务科会同业务科室组织实施，按季度拨付，年终决算后清算。",
    }
    return values[name], None
